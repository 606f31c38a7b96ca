//! Contributing to nixpkgs: its rules for commits, branches and packages, judged before the push.

pub mod branches;
pub mod codes;
pub mod commits;
pub mod fork;
pub mod lint;
pub mod vet;
