//! What nixpkgs' own checks ask of a file's syntax: its path expressions, its string escapes, the `callPackage` behind an
//! attribute, the attributes of `all-packages.nix`, what a new package sets. Text and trees in, facts out; which of
//! them are problems is judged elsewhere.

pub mod attributes;
pub mod call_package;
pub mod escapes;
pub mod paths;
pub mod shape;
