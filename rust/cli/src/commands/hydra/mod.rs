//! The group `hydra`.

pub(crate) mod log;
pub(crate) mod status;
