//! The network: an HTTP client with a verified cache, the endpoint table, registries, forges, and git through its program.
//!
//! Prints nothing, reads no environment variable, knows no Nix source. Everything that leaves the machine leaves it here.

pub mod endpoints;
mod error;
pub mod interrupt;
pub mod process;
pub mod progress;
mod request;

pub use error::FetchError;
pub use request::{
    Checkout, DEFAULT_LIMIT_BYTES, DOCUMENT_LIMIT_BYTES, Fetch, FetchedFile, FileRequest,
    GitReference, GitRequest, GitTree, Revision,
};
