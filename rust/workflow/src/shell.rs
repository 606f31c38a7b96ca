//! Development shells.

pub(crate) mod detect;
pub mod init;
