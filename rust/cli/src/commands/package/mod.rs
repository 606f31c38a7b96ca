//! `nixsmith package`

pub(super) mod new;
pub(super) mod update;
