//! Which binary cache has an output: evidence that it was built elsewhere, which costs no build.

use std::collections::{BTreeMap, BTreeSet};

use crate::context::Context;
use crate::nix;
use crate::nix::build::{self, Settings, Wanted};

/// The caches that the user's Nix asks.
fn substituters(context: &Context) -> anyhow::Result<Vec<String>> {
    let output = nix::program(context)
        .args(["config", "show", "substituters"])
        .run_any_status()
        .map_err(nix::missing)?;
    let text = output.text();
    let words = text.split_whitespace().filter(|word| word.contains("://"));
    Ok(match output.status.success() {
        true => words.map(str::to_owned).collect(),
        false => Vec::new(),
    })
}

/// The cache that has all outputs of a derivation, by derivation. One that cannot be asked is a note.
pub(super) fn find(
    wanted: &[&Wanted],
    notes: &mut Vec<String>,
    context: &Context,
) -> anyhow::Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    for cache in substituters(context)? {
        if context.offline() && !cache.starts_with("file://") {
            notes.push(format!(
                "the cache `{cache}` was not asked: this is offline"
            ));
            continue;
        }
        let settings = Settings {
            store: Some(cache.clone()),
            ..Settings::default()
        };
        let paths = wanted.iter().flat_map(|one| one.outputs.values().flatten());
        let there: BTreeSet<String> =
            match build::valid(paths.map(String::as_str), &settings, context) {
                Ok(there) => there,
                Err(error) if crate::error::kind_of(&error) == crate::error::Kind::Interrupted => {
                    return Err(error);
                }
                Err(_) => {
                    notes.push(format!("the cache `{cache}` could not be asked"));
                    continue;
                }
            };
        for one in wanted {
            let mut outputs = one.outputs.values();
            let is_there =
                |path: &Option<String>| path.as_ref().is_some_and(|it| there.contains(it));
            if !one.outputs.is_empty() && outputs.all(is_there) {
                found
                    .entry(one.derivation.clone())
                    .or_insert_with(|| cache.clone());
            }
        }
    }
    Ok(found)
}
