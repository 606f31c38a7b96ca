//! The texts that Nix takes for a flake: URL, path, or name in the registry. Only their form; whether anything lies there, Nix says.

use crate::error::Problem;

/// The schemes that Nix has fetchers for, without `git+…` and the like.
const SCHEMES: [&str; 12] = [
    "file",
    "flake",
    "git",
    "github",
    "gitlab",
    "hg",
    "http",
    "https",
    "indirect",
    "path",
    "sourcehut",
    "tarball",
];

/// What may stand in front of `+` in a scheme.
const OUTER: [&str; 4] = ["file", "git", "hg", "tarball"];

/// What may stand behind it.
const INNER: [&str; 4] = ["file", "http", "https", "ssh"];

/// Refuses what cannot be a flake reference.
///
/// # Errors
/// Wrong usage, with what is wrong.
pub(super) fn check(text: &str) -> Result<(), Problem> {
    let refused = |why: String| {
        Err(
            Problem::usage(format!("`{}` is no flake reference: {why}", text.escape_debug()))
                .hint("for example `github:OWNER/REPOSITORY`, `git+https://HOST/PATH?ref=BRANCH`, `path:./FOLDER`"),
        )
    };
    if text.is_empty() {
        return refused("it is empty".to_owned());
    }
    if let Some(letter) = text
        .chars()
        .find(|it| it.is_control() || it.is_whitespace())
    {
        return refused(format!("`{}` is in it", letter.escape_debug()));
    }
    if text.starts_with(['/', '.']) {
        return Ok(());
    }
    match text.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => match rest.is_empty() {
            true => refused(format!("nothing follows `{scheme}:`")),
            false => Ok(()),
        },
        Some((scheme, _)) => refused(format!("Nix has no fetcher for `{scheme}:`")),
        None if is_indirect(text) => Ok(()),
        None => refused("it has no scheme, and is no name of a registry".to_owned()),
    }
}

/// Whether it is a path as Nix reads it: relative to the flake, or absolute.
pub(super) fn is_path(text: &str) -> bool {
    text.starts_with(['/', '.']) || text.starts_with("path:")
}

fn is_scheme(scheme: &str) -> bool {
    match scheme.split_once('+') {
        Some((outer, inner)) => OUTER.contains(&outer) && INNER.contains(&inner),
        None => SCHEMES.contains(&scheme),
    }
}

/// `nixpkgs`, `nixpkgs/BRANCH`, `nixpkgs/BRANCH/COMMIT`.
fn is_indirect(text: &str) -> bool {
    let mut parts = text.splitn(2, '/');
    let name = parts.next().unwrap_or_default();
    let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.');
    name.starts_with(|it: char| it.is_ascii_alphabetic())
        && name.chars().all(is_name)
        && parts.all(|rest| !rest.is_empty() && !rest.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        for text in [
            "nixpkgs",
            "nixpkgs/nixos-unstable",
            "github:NixOS/nixpkgs",
            "github:NixOS/nixpkgs?dir=lib",
            "git+https://example.org/a.git?ref=main",
            "git+ssh://git@example.org/a",
            "git+file:///srv/a",
            "tarball+https://example.org/a.tar.gz",
            "https://example.org/a.tar.gz",
            "path:./sub",
            "./sub",
            "/srv/flake",
            "sourcehut:~user/repo",
        ] {
            assert!(check(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "a b",
            "github:a\nb",
            "\u{1b}[31m",
            "github:",
            "ftp://example.org/a",
            "git+ftp://example.org/a",
            "9lives",
            "a/",
            "$(rm)",
        ] {
            assert!(check(text).is_err(), "{text:?}");
        }
    }
}
