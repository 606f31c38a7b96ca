//! `nixsmith nixpkgs`

mod building;
pub(super) mod fork;
pub(super) mod lint;
pub(super) mod pr;
pub(super) mod review;
pub(super) mod test;
