//! `nixsmith nixpkgs`

mod building;
pub(super) mod fork;
pub(super) mod lint;
pub(super) mod test;
