//! The commands of contributing in every state that a repository can be in: each works, or is refused with the state's name and a way out,
//! and nothing has changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::pr::{change, forked};
use crate::whole::publish;
use crate::world::{World, skip};

/// How a command ends.
#[derive(Debug, Clone, Copy)]
enum End {
    /// It does what it is for.
    Works,
    /// It says this, and shows this hint.
    Refused(&'static str, &'static str),
}

use End::{Refused, Works};

/// A state, how a clone gets into it, and how each command ends in it.
struct State {
    name: &'static str,
    /// Brings the clone into it; the folder that the commands run in.
    enter: fn(&World, &Path) -> PathBuf,
    token: &'static str,
    pr: End,
    apply_review: End,
    backport: End,
    review: End,
    update: End,
}

const TOKEN: &str = "secret-of-ada";

pub(crate) const PACKAGE: &str = "pkgs/by-name/he/hello/package.nix";

/// In which nothing is in the way.
const PLAIN: State = State {
    name: "plain",
    enter: |_, clone| clone.to_owned(),
    token: TOKEN,
    pr: Works,
    apply_review: Works,
    backport: Works,
    review: Works,
    update: Works,
};

const DETACHED: End = Refused("HEAD is detached", "git switch");
const SHALLOW: End = Refused("this clone is shallow", "git fetch --unshallow");
const DIRTY: End = Refused("has uncommitted changes", "git stash");
const REBASE: End = Refused("a rebase is in progress", "git rebase --abort");
const MERGE: End = Refused("a merge is in progress", "git merge --abort");
const PICK: End = Refused("a cherry-pick is in progress", "git cherry-pick --abort");
const LOCKED: End = Refused("the index of", "index.lock");
const BARE: End = Refused("has no work tree", "run it in a clone that is not bare");
const NO_COMMIT: End = Refused("is no commit of this repository", "git fetch");
const OUTSIDE: End = Refused("is in no git repository", "run it in a clone");
const EMPTY: End = Refused("the repository has no commit yet", "commit something first");
const TOKENLESS: End = Refused("was refused (status 401)", "set GITHUB_TOKEN");
const NAME: End = Refused("is no name of a branch", "git branch --move");

impl State {
    /// The same with one end of every command.
    const fn with(self, end: End) -> Self {
        Self {
            pr: end,
            apply_review: end,
            backport: end,
            review: end,
            update: end,
            ..self
        }
    }
}

fn add(world: &World, clone: &Path, place: &str) {
    let old = fs::read_to_string(clone.join(place)).unwrap();
    fs::write(clone.join(place), format!("{old}# more\n")).unwrap();
    world.git(clone, &["add", place]);
}

/// A branch of this name, which no git would make by itself.
fn on_branch(world: &World, clone: &Path, name: &str) -> PathBuf {
    let full = format!("refs/heads/{name}");
    world.git(clone, &["update-ref", &full, "HEAD"]);
    world.git(clone, &["symbolic-ref", "HEAD", &full]);
    clone.to_owned()
}

fn states() -> Vec<State> {
    let mut states = work_tree_states();
    states.extend(begun_states());
    states.extend(repository_states());
    states
}

fn work_tree_states() -> Vec<State> {
    vec![
        PLAIN,
        State {
            name: "a dirty tree",
            enter: |_, clone| {
                let old = fs::read_to_string(clone.join(PACKAGE)).unwrap();
                fs::write(clone.join(PACKAGE), format!("{old}# more\n")).unwrap();
                fs::write(clone.join("untracked"), "x").unwrap();
                clone.to_owned()
            },
            apply_review: DIRTY,
            ..PLAIN
        },
        State {
            name: "something staged",
            enter: |world, clone| {
                add(world, clone, PACKAGE);
                clone.to_owned()
            },
            apply_review: DIRTY,
            ..PLAIN
        },
        State {
            name: "the file that is updated is dirty",
            enter: |world, clone| {
                add(world, clone, "pkgs/by-name/gr/greet/package.nix");
                clone.to_owned()
            },
            apply_review: DIRTY,
            update: Refused("is not as in the last commit", "commit or stash"),
            ..PLAIN
        },
        State {
            name: "a locked index",
            enter: |_, clone| {
                fs::write(clone.join(".git/index.lock"), "").unwrap();
                clone.to_owned()
            },
            apply_review: LOCKED,
            update: LOCKED,
            ..PLAIN
        },
        State {
            name: "a detached HEAD",
            enter: |world, clone| {
                world.git(clone, &["switch", "-q", "--detach"]);
                clone.to_owned()
            },
            pr: DETACHED,
            apply_review: DETACHED,
            ..PLAIN
        },
        State {
            name: "a branch called -x",
            enter: |world, clone| on_branch(world, clone, "-x"),
            pr: NAME,
            ..PLAIN
        },
        State {
            name: "a branch called --upload-pack=x",
            enter: |world, clone| on_branch(world, clone, "--upload-pack=touch${IFS}x"),
            pr: NAME,
            ..PLAIN
        },
    ]
}

fn begun_states() -> Vec<State> {
    vec![
        State {
            name: "a rebase in progress",
            enter: |world, clone| {
                let editor = "sequence.editor=sed -i 1s/^pick/edit/";
                world.git(clone, &["-c", editor, "rebase", "-q", "-i", "HEAD~1"]);
                clone.to_owned()
            },
            pr: REBASE,
            apply_review: REBASE,
            update: REBASE,
            ..PLAIN
        },
        State {
            name: "a merge in progress",
            enter: |world, clone| {
                world.git(clone, &["switch", "-q", "-c", "other", "HEAD~1"]);
                fs::write(clone.join("other"), "x").unwrap();
                world.git(clone, &["add", "other"]);
                world.git(clone, &["commit", "-q", "-m", "other"]);
                world.git(clone, &["switch", "-q", "update"]);
                world.git(clone, &["merge", "-q", "--no-ff", "--no-commit", "other"]);
                clone.to_owned()
            },
            pr: MERGE,
            apply_review: MERGE,
            update: MERGE,
            ..PLAIN
        },
        State {
            name: "a cherry-pick in progress",
            enter: |world, clone| {
                let head = world.git(clone, &["rev-parse", "HEAD~1"]);
                fs::write(clone.join(".git/CHERRY_PICK_HEAD"), head).unwrap();
                clone.to_owned()
            },
            pr: PICK,
            apply_review: PICK,
            update: PICK,
            ..PLAIN
        },
    ]
}

fn repository_states() -> Vec<State> {
    vec![
        State {
            name: "a shallow clone",
            enter: |world, clone| shallow(world, clone, "1"),
            pr: SHALLOW,
            apply_review: SHALLOW,
            backport: SHALLOW,
            review: Refused("nothing tells where this branch began", "--base"),
            ..PLAIN
        },
        State {
            name: "no token",
            token: "",
            pr: Refused("there is no token for the forge", "set GITHUB_TOKEN"),
            apply_review: TOKENLESS,
            ..PLAIN
        },
        State {
            name: "a token that is not valid",
            token: "secret-of-nobody",
            pr: TOKENLESS,
            apply_review: TOKENLESS,
            ..PLAIN
        },
        State {
            name: "a work tree of another repository",
            enter: |world, clone| {
                world.git(clone, &["switch", "-q", "--detach"]);
                world.git(clone, &["worktree", "add", "-q", "../beside", "update"]);
                clone.with_file_name("beside")
            },
            ..PLAIN
        },
        State {
            name: "a bare repository",
            enter: |world, clone| {
                let bare = clone.with_file_name("bare");
                let from = clone.display().to_string();
                let to = bare.display().to_string();
                world.git(clone, &["clone", "-q", "--bare", &from, &to]);
                bare
            },
            ..PLAIN.with(BARE)
        },
        State {
            name: "git's own folder",
            enter: |_, clone| clone.join(".git"),
            ..PLAIN.with(BARE)
        },
        State {
            name: "no repository",
            enter: |_, clone| {
                fs::remove_dir_all(clone.join(".git")).unwrap();
                clone.to_owned()
            },
            ..PLAIN.with(OUTSIDE)
        },
        State {
            name: "a repository without commits",
            enter: |world, clone| {
                let remotes = ["origin", "upstream"]
                    .map(|name| world.git(clone, &["remote", "get-url", name]));
                fs::remove_dir_all(clone.join(".git")).unwrap();
                world.git(clone, &["init", "-q", "-b", "update"]);
                for (name, url) in ["origin", "upstream"].iter().zip(&remotes) {
                    world.git(clone, &["remote", "add", name, url]);
                }
                fetch_release(world, clone);
                clone.to_owned()
            },
            // The commit is named, not the one that is checked out.
            backport: NO_COMMIT,
            ..PLAIN.with(EMPTY)
        },
    ]
}

/// A clone of the fork with so many commits, and the same remotes.
fn shallow(world: &World, clone: &Path, depth: &str) -> PathBuf {
    let fork = world.forge.repositories.join("ada/nixpkgs.git");
    let url = format!("file://{}", fork.display());
    let folder = clone.with_file_name("shallow");
    let to = folder.display().to_string();
    let arguments = ["clone", "-q", "--depth", depth, "-b", "update", &url, &to];
    world.git(clone, &arguments);
    for name in ["origin", "upstream"] {
        let url = world.git(clone, &["remote", "get-url", name]);
        let verb = if name == "origin" { "set-url" } else { "add" };
        world.git(&folder, &["remote", verb, name, &url]);
    }
    folder
}

/// Every file of a clone and of its git but for the objects, which nothing names: HEAD, index, references, work tree.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                if path.file_name().is_some_and(|name| name != "objects") {
                    open.push(path);
                }
            } else {
                found.insert(path.clone(), fs::read(&path).unwrap_or_default());
            }
        }
    }
    found
}

/// So that a command that fetches it changes nothing.
fn fetch_release(world: &World, clone: &Path) {
    let upstream = world.forge.repositories.join("NixOS/nixpkgs.git");
    let release = "release-25.05:refs/remotes/upstream/release-25.05";
    let arguments = ["fetch", "-q", &upstream.display().to_string(), release];
    world.git(clone, &arguments);
}

/// A clone with a branch that is a pull request with a suggestion, and a release branch to go to.
pub(crate) fn ground() -> (World, PathBuf, u64) {
    let world = World::new();
    publish(&world);
    let upstream = world.forge.repositories.join("NixOS/nixpkgs.git");
    let seed = world.path("seed");
    let to = upstream.display().to_string();
    world.git(&seed, &["push", "-q", &to, "master:release-25.05"]);
    let clone = forked(&world);
    fetch_release(&world, &clone);
    change(&world, &clone, "update");
    let run = world.run(&clone, &["nixpkgs", "pr", "--yes"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let made = world.forge.pull_requests();
    let number = made[0]["number"].as_u64().unwrap();
    let head = world.git(&clone, &["rev-parse", "HEAD"]);
    let fields = json!({
        "path": PACKAGE, "body": "Say it.\n\n```suggestion\n# update, said\n```\n", "line": 1, "start_line": null,
        "side": "RIGHT", "original_line": 1, "commit_id": head, "original_commit_id": head, "in_reply_to_id": null,
    });
    world.forge.review_comment(number, "grace", fields);
    (world, clone, number)
}

/// The commands, each so that it changes nothing where it works.
fn commands(number: &str, commit: &str) -> [Vec<String>; 5] {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect();
    [
        words("nixpkgs pr --dry-run"),
        words(&format!("nixpkgs apply-review {number} --dry-run")),
        words(&format!(
            "nixpkgs backport {commit} --to release-25.05 --dry-run"
        )),
        words("nixpkgs review --no-build"),
        words("package update greet --commit --dry-run"),
    ]
}

#[test]
fn every_command_in_every_state() {
    let has_nix = std::env::var_os("NIXSMITH_TEST_NIX").is_some();
    if !has_nix {
        skip("no NIXSMITH_TEST_NIX: what takes an evaluation is left out");
    }
    let (world, clone, number) = ground();
    let commit = world.git(&clone, &["rev-parse", "HEAD"]);
    let commands = commands(&number.to_string(), &commit);
    let before = world.forge.pull_requests();
    let mut failures = Vec::new();
    for (index, state) in states().into_iter().enumerate() {
        let home = world.path(&format!("cell-{index}"));
        fs::create_dir_all(&home).unwrap();
        let copy = home.join("nixpkgs");
        let (from, to) = (clone.display().to_string(), copy.display().to_string());
        world.tool("cp", &home, &["-a", &from, &to]);
        let folder = (state.enter)(&world, &copy);
        let mut was = snapshot(&home);
        let ends = [
            state.pr,
            state.apply_review,
            state.backport,
            state.review,
            state.update,
        ];
        for (place, (command, end)) in commands.iter().zip(ends).enumerate() {
            if place >= 3 && matches!(end, Works) && !has_nix {
                continue;
            }
            let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
            let run = world.run_as(state.token, &folder, &arguments);
            let is_fine = match end {
                Works => run.status == Some(0),
                Refused(said, hint) => {
                    let hints = run.stderr.lines().filter(|line| line.starts_with("hint: "));
                    run.status == Some(1)
                        && run.stderr.contains(said)
                        && hints.into_iter().any(|line| line.contains(hint))
                }
            };
            if !is_fine {
                let text = format!("{}{}", run.stdout, run.stderr);
                failures.push(format!("{}: {command:?}: {end:?}: {text}", state.name));
            }
            let now = snapshot(&home);
            for (path, bytes) in now
                .iter()
                .filter(|(path, bytes)| was.get(*path) != Some(*bytes))
            {
                let text = String::from_utf8_lossy(bytes);
                failures.push(format!(
                    "{}: {command:?}: changed {}: {text}",
                    state.name,
                    path.display()
                ));
            }
            for path in was.keys().filter(|path| !now.contains_key(*path)) {
                failures.push(format!(
                    "{}: {command:?}: removed {}",
                    state.name,
                    path.display()
                ));
            }
            was = now;
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(world.forge.pull_requests(), before);
}
