//! The group `hash`.

pub mod convert;
pub mod path;
