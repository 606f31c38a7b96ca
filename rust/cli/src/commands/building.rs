//! Flags of the commands that build: where and how, as Nix names them.

use clap::Args;
use nixsmith_workflow::nix::build::Settings;

#[derive(Debug, Args)]
#[command(next_help_heading = "Building")]
pub(crate) struct Building {
    /// Machines that build, as Nix' --builders: `ssh://farm x86_64-linux`, or @FILE
    #[arg(long, value_name = "MACHINES")]
    builders: Option<String>,
    /// Store that is built in, as Nix' --store: ssh-ng://farm
    #[arg(long, value_name = "STORE")]
    store: Option<String>,
    /// Store for derivations, as Nix' --eval-store
    #[arg(long, value_name = "STORE")]
    eval_store: Option<String>,
    /// How many builds run at once on this machine, as Nix' --max-jobs
    #[arg(long, short = 'j', value_name = "NUMBER|auto")]
    max_jobs: Option<String>,
    /// How long each build may take, as Nix' --timeout
    #[arg(long, value_name = "SECONDS")]
    build_timeout: Option<u64>,
    /// A setting of Nix, as its --option
    #[arg(long, num_args = 2, value_names = ["NAME", "VALUE"], allow_hyphen_values = true)]
    option: Vec<String>,
}

impl Building {
    pub(crate) fn settings(self) -> Settings {
        let pairs = self.option.chunks(2).filter_map(|pair| match pair {
            [name, value] => Some((name.clone(), value.clone())),
            _ => None,
        });
        Settings {
            options: pairs.collect(),
            builders: self.builders,
            store: self.store,
            eval_store: self.eval_store,
            max_jobs: self.max_jobs,
            timeout_seconds: self.build_timeout,
        }
    }
}
