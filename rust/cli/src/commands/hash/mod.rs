//! The group `hash`.

pub(crate) mod convert;
