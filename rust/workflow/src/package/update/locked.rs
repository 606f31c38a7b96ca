//! The hash of what a lock pins, computed from the new source where the lock is read as it lies there.

use nixsmith_ecosystem::vendor::{NpmOptions, VendorRequest};
use nixsmith_ecosystem::{Ecosystem, EcosystemError, vendor_hash};
use nixsmith_store::hash::Hash;

use super::facts::DependencyFacts;
use crate::context::Context;
use crate::error::Problem;
use crate::source::Resolved;

/// The hash, or why only a build can tell it.
///
/// # Errors
/// When the lock is missing or malformed, or what it pins does not come.
pub(super) fn compute(
    facts: &DependencyFacts,
    source: Option<&Resolved>,
    context: &Context,
) -> anyhow::Result<Result<Hash, &'static str>> {
    let path: Vec<&str> = facts.path.iter().map(String::as_str).collect();
    let ecosystem = match path.as_slice() {
        ["cargoDeps", "vendorStaging"] => Ecosystem::Cargo,
        ["npmDeps"] => Ecosystem::Npm,
        _ => return Ok(Err("its format is not computed here")),
    };
    if facts.is_changed {
        return Ok(Err(
            "the package changes its source before the lock is read",
        ));
    }
    let Some(source) = source else {
        return Ok(Err("the source itself had to be built"));
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
    let tree = source.tree()?;
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
}
