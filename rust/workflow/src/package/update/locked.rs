//! The hash of what a lock pins, computed from the new source where the lock is read as it lies there.

use nixsmith_ecosystem::vendor::{NpmOptions, VendorRequest};
use nixsmith_ecosystem::{Ecosystem, EcosystemError, vendor_hash};
use nixsmith_store::hash::Hash;
use nixsmith_store::tree::{Contents, Node};

use super::facts::DependencyFacts;
use crate::context::Context;
use crate::error::Problem;
use crate::source::Resolved;

/// A lock that lies beside the expression, as it is to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OwnLock {
    /// The name of its file, which its store path ends with.
    pub name: String,
    pub text: String,
}

/// The hash, or why only a build can tell it. `own` are the locks that `postPatch` may put into the source.
///
/// # Errors
/// When the lock is missing or malformed, or what it pins does not come.
pub(super) fn compute(
    facts: &DependencyFacts,
    source: Option<&Resolved>,
    own: &[OwnLock],
    context: &Context,
) -> anyhow::Result<Result<Hash, &'static str>> {
    let (_, path) = facts.split();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let ecosystem = match path.as_slice() {
        ["cargoDeps", "vendorStaging"] => Ecosystem::Cargo,
        ["npmDeps"] => Ecosystem::Npm,
        _ => return Ok(Err("its format is not computed here")),
    };
    let put = copied(facts.post_patch.as_deref().unwrap_or_default(), own);
    let Some(put) = put.filter(|_| !facts.is_changed) else {
        return Ok(Err(
            "the package changes its source before the lock is read",
        ));
    };
    let Some(source) = source else {
        return Ok(Err("its source was not read here"));
    };
    let npm = NpmOptions {
        fetcher_version: facts
            .fetcher_version
            .as_deref()
            .and_then(|text| text.parse().ok())
            .unwrap_or(1),
        force_git_dependencies: facts.force_git,
        force_empty_cache: facts.force_empty,
    };
    let mut tree = source.tree()?;
    for (place, text) in put {
        let root = directory(facts.source_root.as_deref(), Some(&place));
        let file = Node::file(Contents::from_bytes(text.as_bytes().to_vec()));
        let problem = || Problem::user(format!("could not put a lock at `{root}` of the source"));
        tree.insert(root.as_bytes(), file)
            .map_err(|error| problem().source(error))?;
    }
    let directory = directory(facts.source_root.as_deref(), facts.cargo_root.as_deref());
    let request = VendorRequest {
        npm,
        ..VendorRequest::new(&tree, &directory, ecosystem)
    };
    match vendor_hash(&request, context.fetch()?) {
        Ok(vendor) => Ok(Ok(vendor.hash)),
        Err(EcosystemError::Interrupted(interrupted)) => Err(interrupted.into()),
        Err(error) => {
            let problem =
                Problem::user(format!("could not compute the hash of `{}`", facts.name()));
            let problem = match error.hint().map(str::to_owned) {
                Some(hint) => problem.hint(hint),
                None => problem,
            };
            Err(problem.source(error).into())
        }
    }
}

/// Where a script puts which lock, if that is all it does: lines like `cp /nix/store/…-Cargo.lock Cargo.lock`.
fn copied<'a>(script: &str, own: &'a [OwnLock]) -> Option<Vec<(String, &'a str)>> {
    let lines = script.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| copy(line, own)).collect()
}

fn copy<'a>(line: &str, own: &'a [OwnLock]) -> Option<(String, &'a str)> {
    let mut words = line.trim_end_matches(';').split_whitespace();
    if !matches!(words.next()?, "cp" | "ln") {
        return None;
    }
    let words: Vec<&str> = words.filter(|word| !word.starts_with('-')).collect();
    let [from, to] = words.as_slice() else {
        return None;
    };
    let plain =
        |word: &str| !word.contains(['$', '`', '&', '|', '<', '>', ';', '*', '\\', '\'', '"', '(']);
    if !plain(from) || !plain(to) || to.starts_with('/') || to.split('/').any(|part| part == "..") {
        return None;
    }
    // A store path: the folder, a hash of 32 signs, `-`, the name.
    let (_, name) = from.rsplit('/').next()?.split_at_checked(33)?;
    let mut named = own.iter().filter(|lock| lock.name == name);
    let (lock, None) = (named.next()?, named.next()) else {
        return None;
    };
    let to = to.trim_start_matches("./");
    let to = match to {
        "" | "." => name.to_owned(),
        folder if folder.ends_with('/') => format!("{folder}{name}"),
        file => file.to_owned(),
    };
    Some((to, &lock.text))
}

/// Where the lock lies in the source: behind the first folder of `sourceRoot`, which is that of the archive, and in `inner`.
pub(super) fn directory(source_root: Option<&str>, inner: Option<&str>) -> String {
    let root = source_root.unwrap_or_default().trim_start_matches("./");
    let below = root.split_once('/').map_or("", |(_, below)| below);
    let parts = [below, inner.unwrap_or_default()];
    let parts = parts.iter().flat_map(|part| part.split('/'));
    let parts: Vec<&str> = parts.filter(|part| !matches!(*part, "" | ".")).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_the_lock() {
        assert_eq!(directory(None, None), "");
        assert_eq!(directory(Some("source"), None), "");
        assert_eq!(directory(Some("source/a/b"), Some("./c")), "a/b/c");
        assert_eq!(directory(Some("./a-1.0/b/"), None), "b");
    }

    #[test]
    fn scripts_that_only_copy_locks() {
        let lock = |name: &str| OwnLock {
            name: name.to_owned(),
            text: format!("text of {name}"),
        };
        let own = [
            lock("Cargo.lock"),
            lock("a.lock"),
            lock("b.lock"),
            lock("b.lock"),
        ];
        let store = "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-";
        for (script, expected) in [
            ("", Some(vec![])),
            ("\n  # says nothing\n", Some(vec![])),
            ("cp @Cargo.lock Cargo.lock\n", Some(vec![("Cargo.lock", 0)])),
            (
                "  ln -sf @Cargo.lock ./sub/Cargo.lock;\n",
                Some(vec![("sub/Cargo.lock", 0)]),
            ),
            (
                "cp @a.lock sub/\ncp --no-preserve=mode @Cargo.lock .",
                Some(vec![("sub/a.lock", 1), ("Cargo.lock", 0)]),
            ),
            ("cp @b.lock Cargo.lock", None),
            ("cp @c.lock Cargo.lock", None),
            ("cp @Cargo.lock $sourceRoot/Cargo.lock", None),
            ("cp @Cargo.lock ../Cargo.lock", None),
            ("cp @Cargo.lock /Cargo.lock", None),
            ("cp @Cargo.lock Cargo.lock && rm x", None),
            ("cp @Cargo.lock Cargo.lock; rm x", None),
            (
                "cp @Cargo.lock Cargo.lock\nsubstituteInPlace a --replace b c",
                None,
            ),
            ("cp Cargo.lock", None),
            ("cp é @Cargo.lock", None),
        ] {
            let script = script.replace('@', store);
            let found = copied(&script, &own);
            let expected = expected.map(|rows| {
                let rows = rows.into_iter();
                rows.map(|(to, index)| (to.to_owned(), own[index].text.as_str()))
                    .collect()
            });
            assert_eq!(found, expected, "{script}");
        }
    }
}
