//! Contributing to nixpkgs: a fork, a change that was tried and reviewed, its rules for commits, branches and packages, the pull request.

pub mod apply_review;
pub mod backport;
pub mod branches;
pub mod codes;
pub mod commits;
pub mod evidence;
mod forge;
pub mod fork;
pub mod lint;
pub mod package_set;
pub mod pr;
pub mod rebuilds;
pub mod review;
pub mod test;
pub mod vet;
