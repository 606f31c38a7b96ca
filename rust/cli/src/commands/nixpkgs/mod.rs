//! `nixsmith nixpkgs`

pub(super) mod lint;
