//! nixpkgs' rules for the branch that a change is meant for, with the verdicts of its CI: `ci/supportedBranches.js`,
//! `ci/github-script/check-target-branch.js` and the branch part of `prepare.js`.
//!
//! What CI knows only after an evaluation (how much is rebuilt) is optional here; without it nothing is said of it.

use nixsmith_expr::lint::Level;

use crate::finding::Finding;

/// From this many rebuilds on, a change belongs to a staging branch.
const MASS_REBUILD: u64 = 1000;

/// From this many rebuilds on, CI asks whether it does.
const LARGE_REBUILD: u64 = 500;

/// The forge counts commits up to here.
pub const MOST_COMMITS: u64 = 10_000;

/// A file whose change alone is exempt from the rules for rebuilds.
const EXEMPT_FILE: &str = "pkgs/os-specific/linux/kernel/xanmod-kernels.nix";

/// A branch that may cause this many rebuilds.
const EXEMPT_HEAD: (&str, u64) = ("wip-home-assistant", 1500);

/// The rank of a branch that is no development branch.
const NO_ORDER: u32 = u32::MAX;

/// What a branch is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `master` and the releases.
    Primary,
    /// `staging` and the like, which are merged into a primary branch.
    Secondary,
    /// `nixos-unstable` and the like, which a script moves.
    Channel,
    /// Anything else.
    Wip,
}

impl Type {
    /// CI's words for it.
    #[must_use]
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Primary => &["development", "primary"],
            Self::Secondary => &["development", "secondary"],
            Self::Channel => &["channel"],
            Self::Wip => &["wip"],
        }
    }

    fn is_development(self) -> bool {
        matches!(self, Self::Primary | Self::Secondary)
    }
}

/// The parts of a branch's name: `staging-next-25.05` is the prefix `staging-next` and the version `25.05`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// What stands before the version.
    pub prefix: String,
    /// `NN.NN` or `unstable`.
    pub version: Option<String>,
    /// What stands behind the version: `darwin`.
    pub suffix: Option<String>,
}

/// What CI makes of a branch's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The name.
    pub name: String,
    /// What it is for.
    pub kind: Type,
    /// The lower, the likelier a change is meant for it.
    pub order: u32,
    /// It belongs to a release.
    pub stable: bool,
    /// The release, or `unstable`.
    pub version: String,
}

/// Splits a branch's name. `None` for one that is empty.
#[must_use]
pub fn split(name: &str) -> Option<Parts> {
    // CI's expression finds its match behind the last character that `.` does not match.
    let name = name.rsplit(['\n', '\r', '\u{2028}', '\u{2029}']).next()?;
    let mut dashes = name.match_indices('-').map(|(at, _)| at);
    let found = dashes.find_map(|at| {
        let (prefix, rest) = (name.get(..at)?, name.get(at + 1..)?);
        let (version, suffix) = version(rest)?;
        (!prefix.is_empty()).then(|| Parts {
            prefix: prefix.to_owned(),
            version: Some(version.to_owned()),
            suffix: suffix.map(str::to_owned),
        })
    });
    found.or_else(|| {
        (!name.is_empty()).then(|| Parts {
            prefix: name.to_owned(),
            version: None,
            suffix: None,
        })
    })
}

/// `25.05`, `unstable`, or one of them with `-SUFFIX`, to the end.
fn version(text: &str) -> Option<(&str, Option<&str>)> {
    let (version, suffix) = match text.split_once('-') {
        Some((version, suffix)) => (version, Some(suffix)),
        None => (text, None),
    };
    let is_number = matches!(version.as_bytes(), [a, b, b'.', c, d]
        if [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()));
    (is_number || version == "unstable").then_some((version, suffix))
}

/// What CI makes of the name.
#[must_use]
pub fn classify(name: &str) -> Branch {
    let parts = split(name);
    let prefix = parts.as_ref().map_or("", |parts| parts.prefix.as_str());
    let version = parts.as_ref().and_then(|parts| parts.version.clone());
    let version = version.unwrap_or_else(|| "unstable".to_owned());
    let (kind, order) = match prefix {
        "master" => (Type::Primary, 0),
        "release" => (Type::Primary, 1),
        "staging" | "staging-nixos" => (Type::Secondary, 2),
        "haskell-updates" => (Type::Secondary, 3),
        "staging-next" => (Type::Secondary, 4),
        "nixos" | "nixpkgs" => (Type::Channel, NO_ORDER),
        _ => (Type::Wip, NO_ORDER),
    };
    Branch {
        name: name.to_owned(),
        kind,
        order,
        stable: version != "unstable",
        version,
    }
}

/// A change on its way to a branch.
#[derive(Debug, Clone, Copy, Default)]
pub struct Change<'a> {
    /// The branch it is meant for.
    pub base: &'a str,
    /// The branch it comes from.
    pub head: &'a str,
    /// The files it changes.
    pub files: &'a [&'a str],
    /// The most rebuilds on one kind of system, where that was counted.
    pub rebuilds: Option<u64>,
    /// Whether it rebuilds all NixOS tests, where that was looked at.
    pub rebuilds_all_tests: Option<bool>,
}

/// What CI says against the branch that the change is meant for.
#[must_use]
pub fn judge(change: &Change<'_>) -> Option<Finding> {
    let base = classify(change.base);
    if base.kind == Type::Channel {
        let right = if base.stable {
            format!("release-{}", base.version)
        } else {
            "master".to_owned()
        };
        let message = format!(
            "`{}` is moved by the channel scripts and takes no changes; the right branch is `{right}`",
            base.name
        );
        return Some(Finding::new("branch-channel", Level::Error, message));
    }
    if classify(change.head).kind.is_development() || base.kind != Type::Primary {
        return None;
    }
    let (code, message) = rebuild_problem(change, &base)?;
    Some(Finding::new(code, Level::Warning, message))
}

/// The staging branch beside a primary branch: `staging` beside `master`, `staging-25.05` beside `release-25.05`.
#[must_use]
pub fn staging_for(primary: &str) -> String {
    with_version("staging", primary)
}

fn with_version(prefix: &str, primary: &str) -> String {
    if primary == "master" {
        return prefix.to_owned();
    }
    let version = split(primary).and_then(|parts| parts.version);
    let version = version.unwrap_or_else(|| "undefined".to_owned());
    format!("{prefix}-{version}")
}

fn rebuild_problem(change: &Change<'_>, base: &Branch) -> Option<(&'static str, String)> {
    if change.files == [EXEMPT_FILE] {
        return None;
    }
    let rebuilds = change.rebuilds.unwrap_or(0);
    let is_exempt = change.head == EXEMPT_HEAD.0 && rebuilds <= EXEMPT_HEAD.1;
    let name = &base.name;
    let (staging, staging_nixos) = (staging_for(name), with_version("staging-nixos", name));
    if rebuilds >= MASS_REBUILD && !is_exempt {
        return Some((
            "branch-mass-rebuild",
            format!(
                "{rebuilds} rebuilds are too many for `{name}`; the right branch is probably `{staging}`"
            ),
        ));
    }
    if change.rebuilds_all_tests == Some(true) {
        let right = if rebuilds >= LARGE_REBUILD {
            format!("`{staging_nixos}` or `{staging}`")
        } else {
            format!("`{staging_nixos}`")
        };
        return Some((
            "branch-all-tests",
            format!(
                "all NixOS tests are rebuilt, too much for `{name}`; the right branch is probably {right}"
            ),
        ));
    }
    (rebuilds >= LARGE_REBUILD && !is_exempt).then(|| {
        (
            "branch-large-rebuild",
            format!("{rebuilds} rebuilds may be too many for `{name}`; if they are, the right branch is probably `{staging}`"),
        )
    })
}

/// The branch that a change began at, and how far it is from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The branch.
    pub branch: String,
    /// How many commits of the change it does not have, at most [`MOST_COMMITS`].
    pub commits: u64,
}

/// The branch of `branches` that the change most likely began at, as CI chooses it: the fewest commits, then the likeliest name; the
/// branch `base` that it is meant for before others that are as near. `ahead` counts the commits of the change that a
/// branch does not have.
///
/// # Errors
/// Those of `ahead`.
pub fn origin(
    base: &str,
    branches: &[String],
    mut ahead: impl FnMut(&str) -> anyhow::Result<u64>,
) -> anyhow::Result<Origin> {
    let classified: Vec<Branch> = branches.iter().map(|name| classify(name)).collect();
    let mut nearest = Nearest::default();
    let master = classify("master");
    nearest.add(&master, ahead("master")?);
    let mut releases: Vec<&Branch> = classified
        .iter()
        .filter(|branch| branch.kind == Type::Primary && branch.stable)
        .collect();
    releases.sort_by(|left, right| right.version.cmp(&left.version));
    for release in releases {
        nearest.add(release, ahead(&release.name)?);
        if nearest.commits < MOST_COMMITS {
            break;
        }
    }
    let version = nearest.version();
    let own = classify(base);
    let secondary = classified
        .iter()
        .filter(|branch| branch.kind == Type::Secondary && branch.version == version);
    for branch in secondary.chain([&own]) {
        nearest.add(branch, ahead(&branch.name)?);
    }
    Ok(nearest.best(base))
}

#[derive(Default)]
struct Nearest {
    commits: u64,
    candidates: Vec<Branch>,
}

impl Nearest {
    fn add(&mut self, branch: &Branch, commits: u64) {
        if self.candidates.is_empty() || commits < self.commits {
            self.commits = commits;
            self.candidates = vec![branch.clone()];
        } else if commits == self.commits {
            self.candidates.push(branch.clone());
        }
    }

    fn version(&self) -> String {
        self.candidates
            .first()
            .map_or_else(|| "unstable".to_owned(), |first| first.version.clone())
    }

    fn best(self, base: &str) -> Origin {
        let rank = |branch: &&Branch| (branch.name != base, branch.order);
        let best = self.candidates.iter().min_by_key(rank);
        Origin {
            branch: best.map_or_else(|| base.to_owned(), |branch| branch.name.clone()),
            commits: self.commits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let parts = |name: &str| {
            let parts = split(name).unwrap();
            (parts.prefix, parts.version, parts.suffix)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(parts("master"), ("master".to_owned(), None, None));
        assert_eq!(
            parts("staging-next-25.05"),
            ("staging-next".to_owned(), some("25.05"), None)
        );
        assert_eq!(
            parts("nixpkgs-25.05-darwin"),
            ("nixpkgs".to_owned(), some("25.05"), some("darwin"))
        );
        assert_eq!(
            parts("nixpkgs-unstable-"),
            ("nixpkgs".to_owned(), some("unstable"), some(""))
        );
        assert_eq!(
            parts("backport-123-to-release-25.05"),
            ("backport-123-to-release".to_owned(), some("25.05"), None)
        );
        assert_eq!(parts("-25.05"), ("-25.05".to_owned(), None, None));
        assert_eq!(split(""), None);
        assert_eq!(classify("backport-123-to-release-25.05").kind, Type::Wip);
        assert_eq!(classify("release-25.05").order, 1);
    }

    #[test]
    fn the_target() {
        let code = |change: Change<'_>| judge(&change).map(|finding| finding.code.into_owned());
        let to = |base| Change {
            base,
            head: "x",
            ..Change::default()
        };
        assert_eq!(code(to("master")), None);
        assert_eq!(
            code(to("nixos-unstable")).as_deref(),
            Some("branch-channel")
        );
        let large = |base, rebuilds| Change {
            rebuilds: Some(rebuilds),
            ..to(base)
        };
        assert_eq!(code(large("master", 499)), None);
        assert_eq!(
            code(large("master", 500)).as_deref(),
            Some("branch-large-rebuild")
        );
        assert_eq!(
            code(large("master", 1000)).as_deref(),
            Some("branch-mass-rebuild")
        );
        assert_eq!(code(large("staging", 9000)), None);
        assert!(
            judge(&large("release-25.05", 1000))
                .unwrap()
                .message
                .contains("`staging-25.05`")
        );
        let home = |rebuilds| Change {
            head: "wip-home-assistant",
            ..large("master", rebuilds)
        };
        assert_eq!(code(home(1500)), None);
        assert_eq!(code(home(1501)).as_deref(), Some("branch-mass-rebuild"));
        let tests = Change {
            rebuilds_all_tests: Some(true),
            ..to("master")
        };
        assert_eq!(code(tests).as_deref(), Some("branch-all-tests"));
        let kernel = Change {
            files: &[EXEMPT_FILE],
            ..large("master", 5000)
        };
        assert_eq!(code(kernel), None);
    }

    fn origin_of(base: &str, distances: &[(&str, u64)]) -> String {
        let branches: Vec<String> = distances
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        let ahead = |name: &str| {
            let found = distances.iter().find(|(branch, _)| *branch == name);
            Ok(found.map_or(MOST_COMMITS, |(_, commits)| *commits))
        };
        origin(base, &branches, ahead).unwrap().branch
    }

    #[test]
    fn where_a_branch_began() {
        let near = [
            ("master", 1),
            ("staging", 1),
            ("staging-next", 1),
            ("release-25.05", 10_000),
        ];
        assert_eq!(origin_of("master", &near), "master");
        assert_eq!(origin_of("staging", &near), "staging");
        assert_eq!(origin_of("mine", &near), "master");
        let staged = [("master", 900), ("staging", 2), ("staging-next", 500)];
        assert_eq!(origin_of("master", &staged), "staging");
        let old = [
            ("master", 10_000),
            ("release-25.05", 10_000),
            ("release-24.11", 3),
            ("staging-24.11", 2),
            ("staging", 1),
        ];
        assert_eq!(origin_of("master", &old), "staging-24.11");
    }
}
