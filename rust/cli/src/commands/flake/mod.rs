//! `nixsmith flake`

pub(super) mod add_input;
pub(super) mod check;
pub(crate) mod init;
pub(super) mod show;
pub(super) mod template;
pub(super) mod update;
