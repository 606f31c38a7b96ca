//! `nixsmith package`

pub(super) mod new;
