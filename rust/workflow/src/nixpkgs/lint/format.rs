//! The form of the files that a branch changes: nixpkgs' CI fails where nixfmt would change one.

use std::path::Path;

use nixsmith_expr::format::format;
use nixsmith_expr::lint::Level;
use nixsmith_expr::parse::parse;

use super::Touched;
use crate::files::{Before, Change};
use crate::finding::Finding;
use crate::fmt::UNFORMATTED;

/// What is wrong with the form of the file.
pub(super) fn judge(file: &Touched<'_>) -> Option<Finding> {
    let finding = |code: &'static str, message: String| Finding {
        path: Some(file.path.to_owned()),
        ..Finding::new(code, Level::Error, message)
    };
    let Some(text) = &file.head else {
        return Some(finding("syntax", "the file is not UTF-8".to_owned()));
    };
    let formatted = match format(text) {
        Ok(formatted) if formatted == *text => return None,
        Ok(formatted) => formatted,
        // The rules say where it is no Nix.
        Err(_) if parse(text).is_err() => return None,
        Err(error) => {
            let (position, sentence) = error.parts();
            return Some(Finding {
                line: position.map(|position| position.line),
                column: position.map(|position| position.column),
                ..finding(
                    UNFORMATTED.name,
                    format!("the file cannot be formatted: {sentence}"),
                )
            });
        }
    };
    let same = text
        .lines()
        .zip(formatted.lines())
        .take_while(|(old, new)| old == new)
        .count();
    let was_formatted = |base: &String| format(base).is_ok_and(|formatted| formatted == *base);
    Some(Finding {
        line: Some(same + 1),
        in_base: Some(file.base.as_ref().is_some_and(|base| !was_formatted(base))),
        ..finding(
            UNFORMATTED.name,
            "nixfmt would change the file from here on".to_owned(),
        )
    })
}

/// The change that mends the file in the work tree, as it lies there now, and formats it. `None` where nothing is to be done: it is gone, or a link, or
/// no Nix, or formatted.
pub(super) fn change(
    root: &Path,
    path: &str,
    mend: impl Fn(&str) -> String,
) -> anyhow::Result<Option<(String, Change)>> {
    let place = root.join(path);
    let is_file = place
        .symlink_metadata()
        .is_ok_and(|metadata| metadata.is_file());
    // A link on the way may lead out of the clone.
    let is_inside = place
        .canonicalize()
        .ok()
        .zip(root.canonicalize().ok())
        .is_some_and(|(place, root)| place.starts_with(root));
    if !is_file || !is_inside {
        return Ok(None);
    }
    let before = std::fs::read(&place)?;
    let formatted = std::str::from_utf8(&before)
        .ok()
        .and_then(|text| format(&mend(text)).ok());
    let Some(contents) = formatted.map(String::into_bytes) else {
        return Ok(None);
    };
    if contents == before {
        return Ok(None);
    }
    let change = Change {
        path: place,
        before: Before::Contents(before),
        contents,
    };
    Ok(Some((path.to_owned(), change)))
}
