//! Contributing end to end: a forge with GitHub's interface on loopback, bare git repositories, the fixture nixpkgs, real git.
#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "the test runs the built program as a user would"
)]

#[path = "contribute/crash.rs"]
mod crash;
#[path = "contribute/fork.rs"]
mod fork;
#[path = "contribute/outside.rs"]
mod outside;
#[path = "contribute/pr.rs"]
mod pr;
#[path = "contribute/rebuilds.rs"]
mod rebuilds;
#[path = "contribute/refusals.rs"]
mod refusals;
#[path = "contribute/states.rs"]
mod states;
#[path = "contribute/whole.rs"]
mod whole;
#[path = "contribute/world.rs"]
mod world;
