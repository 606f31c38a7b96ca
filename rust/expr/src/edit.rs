//! Changes to Nix source that leave everything else as it was, byte for byte.

pub mod text;
