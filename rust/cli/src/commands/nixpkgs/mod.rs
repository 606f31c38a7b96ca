//! `nixsmith nixpkgs`

pub(super) mod apply_review;
pub(super) mod backport;
pub(super) mod fork;
pub(super) mod lint;
pub(super) mod pr;
pub(super) mod review;
pub(super) mod test;
