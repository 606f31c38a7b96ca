//! Packages over their life: made from a source, kept up to date, looked at.

pub mod new;
pub mod update;
pub mod versions;
