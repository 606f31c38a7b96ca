//! `nixsmith flake`

pub(super) mod add_input;
pub(super) mod update;
