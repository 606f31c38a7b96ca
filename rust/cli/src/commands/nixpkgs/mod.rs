//! `nixsmith nixpkgs`

mod building;
pub(super) mod lint;
pub(super) mod test;
