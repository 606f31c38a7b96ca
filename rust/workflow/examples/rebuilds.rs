//! Finds what differs between two nixpkgs trees and writes the answer as JSON: what `checks/rebuild-sets/run` compares.
//!
//!     rebuilds BASE HEAD [--only FILE] [--method auto|static|graph|full] [--memory MIB] [--stop-above N] [--commit ID] [--cache FOLDER]
//!              [--touched FILE]
//!
//! `--only` and `--touched` name files with one attribute or path a line.

use std::io::Write as _;
use std::path::PathBuf;

use nixsmith_fetch::ClientOptions;
use nixsmith_fetch::process::Environment;
use nixsmith_workflow::context::{Context, Settings};
use nixsmith_workflow::nixpkgs::rebuilds::{self, Config, Method, Request, Side, comparison};

#[expect(
    clippy::disallowed_methods,
    reason = "a program of its own, which reads its environment"
)]
fn environment() -> Environment {
    Environment::from_pairs(std::env::vars_os())
}

fn lines(file: &str) -> anyhow::Result<Vec<String>> {
    Ok(std::fs::read_to_string(file)?
        .lines()
        .map(str::to_owned)
        .collect())
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let side = |root: Option<String>| -> anyhow::Result<Side> {
        let root = root.ok_or_else(|| anyhow::anyhow!("two trees are needed"))?;
        Ok(Side {
            root: PathBuf::from(root),
            commit: None,
        })
    };
    let mut request = Request {
        base: side(arguments.next())?,
        head: side(arguments.next())?,
        systems: vec!["x86_64-linux".to_owned()],
        only: None,
        touched: None,
        memory_bytes: None,
        method: Method::Auto,
        stop_above: None,
        stop_after: None,
        config: Config::default(),
    };
    let mut cache = None;
    while let Some(flag) = arguments.next() {
        let value = arguments
            .next()
            .ok_or_else(|| anyhow::anyhow!("`{flag}` needs a value"))?;
        match flag.as_str() {
            "--only" => request.only = Some(lines(&value)?),
            "--touched" => request.touched = Some(lines(&value)?),
            "--memory" => request.memory_bytes = Some(value.parse::<u64>()? << 20),
            "--stop-above" => request.stop_above = Some(value.parse()?),
            "--commit" => request.base.commit = Some(value),
            "--cache" => cache = Some(PathBuf::from(value)),
            "--system" => request.systems = value.split(',').map(str::to_owned).collect(),
            "--method" => {
                request.method = match value.as_str() {
                    "auto" => Method::Auto,
                    "static" => Method::Static,
                    "graph" => Method::Graph,
                    "full" => Method::Full,
                    _ => anyhow::bail!("`{value}` is no method"),
                }
            }
            _ => anyhow::bail!("`{flag}` is no flag"),
        }
    }
    let folder = tempfile::tempdir()?;
    let cache = cache.unwrap_or_else(|| folder.path().join("cache"));
    let context = Context::new(Settings {
        directory: std::env::current_dir()?,
        dry_run: true,
        yes: false,
        threads: std::thread::available_parallelism()?.get(),
        nix_program: "nix".into(),
        state: folder.path().join("state"),
        person: None,
        client_options: ClientOptions {
            environment: environment(),
            ..ClientOptions::new(&cache)
        },
    });
    let rebuilds = rebuilds::find(&request, &context)?;
    let verdict = comparison::branch_verdict(&rebuilds, "master", "change", &[]);
    let answer = serde_json::json!({
        "rebuilds": rebuilds,
        "counts": comparison::counts(&rebuilds),
        "verdict": verdict.map(|finding| finding.message),
    });
    writeln!(std::io::stdout(), "{answer}")?;
    Ok(())
}
