//! Where an expression goes: a folder of the user's, or its place in nixpkgs.

use std::path::{Component, Path, PathBuf};

use nixsmith_store::store_path;

use super::Request;
use super::draft::{Builder, Draft, Lock};
use super::render;
use crate::context::Context;
use crate::error::Problem;
use crate::files::{self, Before, Change};
use crate::source::Resolved;

/// The longest lock that is taken.
const LOCK_BYTES_MAX: u64 = 64 << 20;

/// The file that is written, and how it will be called.
pub(super) struct Destination {
    /// The folder of the expression.
    folder: PathBuf,
    /// The file name of the expression.
    file: &'static str,
    /// Whether the Python package set calls it.
    pub(super) in_python_set: bool,
}

/// Refuses a place that cannot be meant, before anything is fetched.
///
/// # Errors
/// Both places given, or a folder that is no nixpkgs.
pub(super) fn check(request: &Request, context: &Context) -> anyhow::Result<()> {
    if request.output.is_some() && request.nixpkgs.is_some() {
        return Err(Problem::usage("`--output` and `--nixpkgs` exclude each other").into());
    }
    if let Some(nixpkgs) = &request.nixpkgs {
        let folder = normal(&context.path(nixpkgs));
        if !folder.join("pkgs/by-name").is_dir() {
            return Err(
                Problem::user(format!("`{}` is no nixpkgs checkout", folder.display()))
                    .hint("expected the folder `pkgs/by-name` in it")
                    .into(),
            );
        }
    }
    Ok(())
}

/// The place of the draft's expression.
///
/// # Errors
/// A name that cannot be an attribute of nixpkgs.
pub(super) fn place(
    draft: &Draft,
    request: &Request,
    context: &Context,
) -> anyhow::Result<Destination> {
    let Some(nixpkgs) = &request.nixpkgs else {
        let folder = normal(&context.path(request.output.as_deref().unwrap_or(Path::new("."))));
        return Ok(Destination {
            folder,
            file: "package.nix",
            in_python_set: false,
        });
    };
    let nixpkgs = normal(&context.path(nixpkgs));
    if draft.builder == Builder::PythonPackage {
        let folder = nixpkgs
            .join("pkgs/development/python-modules")
            .join(attribute(&draft.pname)?);
        return Ok(Destination {
            folder,
            file: "default.nix",
            in_python_set: true,
        });
    }
    let attribute = attribute(&draft.pname)?;
    let shard: String = attribute.chars().take(2).collect::<String>().to_lowercase();
    let shard = nixpkgs.join("pkgs/by-name").join(shard);
    let folder = shard.join(&attribute);
    if !request.replace {
        refuse_a_clash(&nixpkgs, &shard, &attribute)?;
    }
    Ok(Destination {
        folder,
        file: "package.nix",
        in_python_set: false,
    })
}

/// Refuses a name that the tree has elsewhere: in other letters in the same shard, or written out at the top level.
fn refuse_a_clash(nixpkgs: &Path, shard: &Path, attribute: &str) -> anyhow::Result<()> {
    let clash = |place: &Path| {
        Problem::user(format!(
            "`{attribute}` is already an attribute of nixpkgs: `{}`",
            place.display()
        ))
        .hint("give another name with `--pname`")
    };
    for entry in std::fs::read_dir(shard).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.eq_ignore_ascii_case(attribute) && name != attribute {
            return Err(clash(&entry.path()).into());
        }
    }
    let top = nixpkgs.join("pkgs/top-level/all-packages.nix");
    let text = std::fs::read(&top).unwrap_or_default();
    let definition = format!("  {attribute} =");
    let is_defined = String::from_utf8_lossy(&text)
        .lines()
        .any(|line| line.starts_with(&definition));
    if is_defined {
        return Err(clash(&top).into());
    }
    Ok(())
}

/// The attribute of a package: its name where that can be one. Source: `pkgs/by-name/README.md`, "Structure".
fn attribute(pname: &str) -> anyhow::Result<String> {
    let attribute = pname.replace('.', "-");
    let body = attribute.strip_prefix('_').unwrap_or(&attribute);
    let starts = body.starts_with(|sign: char| {
        sign.is_ascii_alphabetic() || (attribute.starts_with('_') && sign.is_ascii_digit())
    });
    let is_name = attribute
        .chars()
        .all(|sign| sign.is_ascii_alphanumeric() || "-_".contains(sign));
    if starts && is_name {
        return Ok(attribute);
    }
    Err(Problem::user(format!("`{pname}` cannot be an attribute of nixpkgs"))
        .hint("an attribute begins with a letter and has letters, digits, `-` and `_`; give another name with `--pname`")
        .into())
}

/// The source as the expression says it: the fetcher's call, or the local folder relative to the expression.
///
/// # Errors
/// When a local folder shall be packaged into nixpkgs, or has a name that no store path can have.
pub(super) fn source_of(
    resolved: &Resolved,
    place: &Destination,
    request: &Request,
    context: &Context,
) -> anyhow::Result<render::Place> {
    if let Some(call) = &resolved.call {
        return Ok(render::Place::Call(call.clone()));
    }
    if request.nixpkgs.is_some() {
        return Err(Problem::user(format!(
            "`{}` is a folder of this machine, and nixpkgs takes no source from outside of it",
            resolved.url
        ))
        .hint("name the public address of the source, or write the expression elsewhere with `--output`")
        .into());
    }
    let folder = context.path(Path::new(&resolved.url));
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    store_path::check_name(&name).map_err(|error| {
        Problem::user(format!(
            "Nix cannot copy the folder `{}` to its store",
            folder.display()
        ))
        .source(error)
        .hint("rename the folder")
    })?;
    let (from, to) = (normal(&place.folder), normal(&folder));
    Ok(render::Place::Path(relative(&from, &to)))
}

fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// `to` seen from the folder `from`, both absolute: `./.`, `./sub`, `../beside`.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (from.components().collect(), to.components().collect());
    let common = from
        .iter()
        .zip(&to)
        .take_while(|(left, right)| left == right)
        .count();
    let mut parts: Vec<String> = from.iter().skip(common).map(|_| "..".to_owned()).collect();
    if parts.is_empty() {
        parts.push(".".to_owned());
    }
    parts.extend(
        to.iter()
            .skip(common)
            .map(|part| part.as_os_str().to_string_lossy().into_owned()),
    );
    if parts.len() == 1 {
        parts.push(".".to_owned());
    }
    parts.join("/")
}

/// Reads a lock that the user gave; its own name decides which ecosystem it belongs to.
///
/// # Errors
/// When it is not there, too long, or not named like a lock.
pub(super) fn read_lock(path: &Path, context: &Context) -> anyhow::Result<Lock> {
    let full = context.path(path);
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    if !matches!(
        name,
        "Cargo.lock" | "package-lock.json" | "npm-shrinkwrap.json"
    ) {
        return Err(Problem::usage(format!(
            "`{}` is not named like a lock file",
            path.display()
        ))
        .hint("expected a file named Cargo.lock or package-lock.json")
        .into());
    }
    let failed = |error: std::io::Error| {
        Problem::user(format!("could not read `{}`", full.display())).source(error)
    };
    let length = std::fs::metadata(&full).map_err(failed)?.len();
    if length > LOCK_BYTES_MAX {
        return Err(Problem::user(format!(
            "`{}` has {length} bytes, more than a lock may have",
            full.display()
        ))
        .into());
    }
    let contents = std::fs::read(&full).map_err(failed)?;
    Ok(Lock {
        name: name.to_owned(),
        contents,
    })
}

/// The files to be written: the expression, and the lock that lies beside it.
///
/// # Errors
/// When something is already there and may not be replaced.
pub(super) fn changes(
    place: &Destination,
    expression: &str,
    lock: Option<&Lock>,
    request: &Request,
) -> anyhow::Result<Vec<Change>> {
    let mut changes = vec![change(
        place.folder.join(place.file),
        expression.as_bytes(),
        request.replace,
    )?];
    if let Some(lock) = lock {
        let path = place.folder.join(&lock.name);
        let is_same = std::fs::read(&path).is_ok_and(|bytes| bytes == lock.contents);
        if !is_same {
            changes.push(change(path, &lock.contents, request.replace)?);
        }
    }
    Ok(changes)
}

fn change(path: PathBuf, contents: &[u8], replace: bool) -> anyhow::Result<Change> {
    let before = files::read_before(&path).map_err(|error| {
        Problem::user(format!("could not read `{}`", path.display())).source(error)
    })?;
    if before != Before::Absent && !replace {
        return Err(
            Problem::user(format!("`{}` already exists", path.display()))
                .hint("choose another folder, or overwrite it with `--replace`")
                .into(),
        );
    }
    Ok(Change {
        path,
        before,
        contents: contents.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_are_path_literals() {
        for (from, to, expected) in [
            ("/a/b", "/a/b", "./."),
            ("/a", "/a/b/c", "./b/c"),
            ("/a/b", "/a", "../."),
            ("/a/b/c", "/a/d", "../../d"),
        ] {
            assert_eq!(
                relative(Path::new(from), Path::new(to)),
                expected,
                "{from} {to}"
            );
        }
    }

    #[test]
    fn attributes_of_nixpkgs() {
        assert_eq!(attribute("ripgrep").unwrap(), "ripgrep");
        assert_eq!(attribute("ruamel.yaml").unwrap(), "ruamel-yaml");
        assert_eq!(attribute("_7zz").unwrap(), "_7zz");
        for name in ["7zz", "a b", "", "${x}", "a/b", ".."] {
            assert!(attribute(name).is_err(), "{name}");
        }
    }
}
