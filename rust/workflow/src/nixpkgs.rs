//! Contributing to nixpkgs: its rules for commits, branches and packages, judged before the push.

pub mod branches;
pub mod codes;
pub mod commits;
pub mod lint;
pub mod rebuilds;
pub mod vet;
