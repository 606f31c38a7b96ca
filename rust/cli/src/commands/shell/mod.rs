//! `nixsmith shell`

pub(super) mod init;
