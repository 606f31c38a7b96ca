//! The group `store`.

pub(crate) mod path;
