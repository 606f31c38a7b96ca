//! The group `hash`.

pub mod convert;
