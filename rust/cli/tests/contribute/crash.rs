//! `nixpkgs pr` killed at any request, before or after the forge did what was asked, and run again: there is one pull request.
//!
//! `NIXSMITH_CRASH_RUNS` says how often (default: 24).

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use nixsmith_fetch::testing::{Fault, Reply};

use crate::pr::{change, forked};
use crate::world::World;

#[test]
fn killed_anywhere_and_run_again_there_is_one_pull_request() {
    let runs: usize = std::env::var("NIXSMITH_CRASH_RUNS")
        .ok()
        .and_then(|runs| runs.parse().ok())
        .unwrap_or(24);
    let world = World::new();
    let clone = forked(&world);
    let seen = Arc::new(AtomicUsize::new(0));
    let fatal = Arc::new(AtomicUsize::new(usize::MAX));
    let child = Arc::new((Mutex::new(None::<u32>), Condvar::new()));
    let kills = Arc::new(AtomicU32::new(0));
    {
        let (seen, fatal) = (Arc::clone(&seen), Arc::clone(&fatal));
        let (child, kills) = (Arc::clone(&child), Arc::clone(&kills));
        world.forge.before_answer(move || {
            if seen.fetch_add(1, Ordering::SeqCst) != fatal.load(Ordering::SeqCst) {
                return;
            }
            let (lock, told) = &*child;
            let waiting = lock.lock().unwrap();
            let limit = Duration::from_secs(10);
            let (process, _) = told
                .wait_timeout_while(waiting, limit, |process| process.is_none())
                .unwrap();
            if let Some(process) = *process {
                kills.fetch_add(1, Ordering::SeqCst);
                kill(process);
            }
        });
    }
    let (mut before, mut events) = (0, usize::MAX);
    for run in 0..=runs {
        change(&world, &clone, &format!("change-{run}"));
        // Some runs lose an answer besides.
        if run % 3 == 1 {
            let lost = Fault::Loses(Reply::status(502));
            world.forge.fault("POST", "/pulls", lost);
        }
        seen.store(0, Ordering::SeqCst);
        // The first run lives, and tells how many moments there are to die at.
        fatal.store(
            if run == 0 { usize::MAX } else { run % events },
            Ordering::SeqCst,
        );
        *child.0.lock().unwrap() = None;
        let process = sending(&world, &clone)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let mut process = process.unwrap();
        *child.0.lock().unwrap() = Some(process.id());
        child.1.notify_all();
        process.wait().unwrap();
        if run == 0 {
            events = seen.load(Ordering::SeqCst).max(1);
        }
        fatal.store(usize::MAX, Ordering::SeqCst);
        // What git left of a killed run: its lock files are the user's to see, ours must not need them.
        let again = sending(&world, &clone).output().unwrap();
        let said = String::from_utf8_lossy(&again.stderr).into_owned();
        assert_eq!(again.status.code(), Some(0), "run {run}: {said}");
        let now = world.forge.pull_request_count();
        assert_eq!(now, before + 1, "run {run}: {said}");
        before = now;
        assert_eq!(world.git(&clone, &["status", "--porcelain"]), "");
    }
    let kills = kills.load(Ordering::SeqCst);
    assert!(
        kills as usize >= runs / 2,
        "only {kills} of {runs} runs were killed"
    );
    #[expect(clippy::disallowed_macros, reason = "a test says how much it tried")]
    {
        println!("{runs} runs, {kills} of them killed at {events} moments, {before} pull requests");
    }
}

/// The command that sends the branch, without evaluating anything.
fn sending(world: &World, clone: &Path) -> Command {
    let mut command = world.nixsmith(clone);
    command
        .args(["nixpkgs", "pr", "--yes", "--despite-lint"])
        .env("GITHUB_TOKEN", "secret-of-ada")
        .env("NIXSMITH_NIX", "/nonexistent/nix");
    command
}

/// Ends the process at once, as a power cut would.
fn kill(process: u32) {
    // The shell's own `kill`: not every machine that builds has the program.
    let killed = Command::new("sh")
        .args(["-c", "kill -KILL \"$0\"", &process.to_string()])
        .status();
    drop(killed);
}
