//! The flags that every operation has.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// Print the report as one JSON document on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Act as if started in DIR
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
    /// Use no network; what cannot be known is named
    #[arg(long, global = true)]
    pub(crate) offline: bool,
    /// Show the plan, change nothing
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, global = true)]
    pub(crate) yes: bool,
    /// Give up after SECONDS without progress
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) timeout: u64,
    /// Say more on standard error
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "quiet")]
    pub(crate) verbose: u8,
    /// Say nothing but errors on standard error
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
}
