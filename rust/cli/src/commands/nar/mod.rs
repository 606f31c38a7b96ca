//! The group `nar`.

pub(crate) mod cat;
pub(crate) mod dump;
pub(crate) mod ls;
pub(crate) mod restore;
pub(crate) mod verify;
