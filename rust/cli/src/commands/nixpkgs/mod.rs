//! `nixsmith nixpkgs`

pub(super) mod fork;
pub(super) mod lint;
