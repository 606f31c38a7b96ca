//! Nix source text: quote, guard, parse, format, render from templates, edit in the tree, lint. Text in, text out: nothing
//! here reads a file, starts a program or evaluates Nix.

pub mod edit;
pub mod fetcher;
pub mod format;
pub mod guard;
mod inputs;
pub mod lint;
pub mod nixpkgs;
pub mod package;
pub mod parse;
pub mod position;
pub mod quote;
pub mod rules;
pub mod shell;
pub mod template;
pub mod value;
pub mod version;
