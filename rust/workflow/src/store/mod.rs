//! The group `store`.

pub mod path;
