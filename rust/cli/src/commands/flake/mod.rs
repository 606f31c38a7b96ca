//! `nixsmith flake`

pub(super) mod add_input;
pub(crate) mod init;
pub(super) mod template;
pub(super) mod update;
