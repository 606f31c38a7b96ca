//! The group `hash`.

pub(crate) mod convert;
pub(crate) mod path;
