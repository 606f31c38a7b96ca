//! The network: an HTTP client with a verified cache, the endpoint table, registries, forges, and git through its program.
//!
//! Prints nothing, reads no environment variable, knows no Nix source. Everything that leaves the machine leaves it here.

pub mod binary_cache;
mod cache;
pub mod calendar;
pub mod client;
pub mod endpoints;
mod error;
pub mod forge;
mod git;
pub mod github;
pub mod hydra;
pub mod interrupt;
pub mod process;
pub mod progress;
pub mod registry;
mod request;
#[cfg(any(test, feature = "test-server"))]
pub mod testing;

pub use client::{Client, ClientOptions, ProxyOptions, Token, Tokens};
pub use error::FetchError;
pub use request::{
    Checkout, DEFAULT_LIMIT_BYTES, DOCUMENT_LIMIT_BYTES, Fetch, FetchedFile, FileRequest,
    GitReference, GitRequest, GitTree, Revision,
};
