//! Every folder below `cases/` is a test: a command line, its input, and everything it must print and write.
//!
//! | file | what it is |
//! |---|---|
//! | `cmd` | command lines, one a line, words as in a shell but without one, `NAME=value` in front; `#` starts a comment line |
//! | `input/` | the folder the commands start in, copied |
//! | `stdin` | what they read |
//! | `needs-nix` | the commands build: skipped without NIXSMITH_TEST_NIX, which `nix` is then; `[FIXTURE]` is `checks/fixture` |
//! | `server/` | files of a loopback server; every endpoint NAME is `[SERVER]/name`; `routes` scripts answers that are no file,
//! | | one a line: `TARGET STATUS HEADER=VALUE…`; `index` is the page of its folder |
//! | `stdout`, `stderr` | what they print, one after the other; absent: nothing |
//! | `status` | the exit status of the last; absent: 0. The ones before must end with 0 |
//! | `tree/` | the files that lie in the folder afterwards; absent: exactly the input |
//!
//! `UPDATE=1` rewrites the expectations. The folder shows as `[DIR]`, the server as `[SERVER]`, a registry's
//! public address as `[NAME]` of its endpoint.
//! Where a case needs Nix, the hashes of store paths show as `HASH`, commits as `COMMIT`, this machine's system as
//! `[SYSTEM]`, and measured times and sizes as `N`.
#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "a harness of its own: it runs the program, reads UPDATE and writes expectations"
)]

#[path = "cases/support.rs"]
mod support;

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let trials = support::folders(&root)
        .into_iter()
        .map(|folder| {
            let name = folder
                .strip_prefix(&root)
                .expect("the folder lies below the root")
                .display()
                .to_string();
            Trial::test(name, move || support::run(&folder).map_err(Into::into))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}
