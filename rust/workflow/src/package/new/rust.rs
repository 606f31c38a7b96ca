//! `rustPlatform.buildRustPackage`: a Cargo project as a draft.

use std::collections::BTreeSet;

use nixsmith_ecosystem::manifest::cargo::closure::{Selection, active, find};
use nixsmith_ecosystem::manifest::cargo::vendored::{self, Vendored};
use nixsmith_ecosystem::manifest::cargo::{self, Binary, Manifest};
use nixsmith_ecosystem::{Ecosystem, native};
use nixsmith_store::tree::{Node, Tree};

use super::draft::{Builder, Draft, Subject, Value};
use super::{install, meta, vendor};
use crate::error::Problem;

/// A package of the source and where it lies.
struct Chosen {
    manifest: Manifest,
    directory: String,
    is_member: bool,
}

/// Describes the Cargo project at hand.
///
/// # Errors
/// When its manifest or lock cannot be read, the lock is missing, or a locked crate cannot be fetched.
pub(super) fn describe(subject: &Subject<'_>) -> anyhow::Result<Draft> {
    let chosen = choose(subject)?;
    let manifest = &chosen.manifest;
    let mut draft = Draft::new(
        Builder::Rust,
        manifest.name.clone(),
        manifest.version.clone(),
    );
    draft.decide("pname", manifest.name.clone(), "Cargo.toml [package].name");
    draft.decide(
        "version",
        manifest.version.clone(),
        "Cargo.toml [package].version",
    );
    let selection = programs(&mut draft, manifest);
    if chosen.is_member {
        let flags = vec![format!("--package={}", manifest.name)];
        draft.decide("cargoBuildFlags", flags.join(" "), "Cargo.toml [workspace]");
        draft
            .attributes
            .push(("cargoBuildFlags".to_owned(), Value::List(flags.clone())));
        draft
            .attributes
            .push(("cargoTestFlags".to_owned(), Value::List(flags)));
    }
    describe_meta(&mut draft, subject, &chosen)?;
    let tree = vendor::compute(&mut draft, subject, Ecosystem::Cargo)?;
    let request = vendor::request(subject, &tree, Ecosystem::Cargo);
    let vendored = vendored::read(&request, subject.context.fetch()?).map_err(vendor::problem)?;
    native_libraries(&mut draft, manifest, &selection, &vendored);
    if let Some(program) = draft.meta.main_program.clone() {
        install::describe(&mut draft, subject.tree, &program);
    }
    version_check(&mut draft, subject, &chosen, &vendored);
    Ok(draft)
}

/// The root package, or the one member of a workspace that is meant.
fn choose(subject: &Subject<'_>) -> anyhow::Result<Chosen> {
    let read = |directory: &str| cargo::read(subject.tree, directory);
    let root =
        read(subject.directory)?.ok_or_else(|| Problem::user("the source has no `Cargo.toml`"))?;
    if root.is_package && (!root.binaries.is_empty() || root.members.is_empty()) {
        return Ok(Chosen {
            manifest: root,
            directory: subject.directory.to_owned(),
            is_member: false,
        });
    }
    let mut members = Vec::new();
    for directory in &root.members {
        if let Some(manifest) = read(directory)?.filter(|manifest| manifest.is_package) {
            members.push(Chosen {
                manifest,
                directory: directory.clone(),
                is_member: true,
            });
        }
    }
    let wanted = subject
        .request
        .pname
        .as_deref()
        .or(subject.source.name.as_deref());
    let named = members
        .iter()
        .position(|member| Some(member.manifest.name.as_str()) == wanted);
    let with_programs: Vec<usize> = (0..members.len())
        .filter(|index| {
            members
                .get(*index)
                .is_some_and(|member| !member.manifest.binaries.is_empty())
        })
        .collect();
    let only = if let [only] = with_programs.as_slice() {
        Some(*only)
    } else {
        None
    };
    let program = members.iter().position(|member| {
        member
            .manifest
            .binaries
            .iter()
            .any(|binary| Some(binary.name.as_str()) == wanted)
    });
    if let Some(index) = named.or(program).or(only)
        && index < members.len()
    {
        return Ok(members.swap_remove(index));
    }
    if root.is_package {
        return Ok(Chosen {
            manifest: root,
            directory: subject.directory.to_owned(),
            is_member: false,
        });
    }
    let names: Vec<&str> = members
        .iter()
        .map(|member| member.manifest.name.as_str())
        .collect();
    Err(Problem::user(
        "the source is a workspace of several packages, and it is not clear which one is meant",
    )
    .hint(format!(
        "name one of them with `--pname`: {}",
        names.join(", ")
    ))
    .into())
}

/// Decides the main program and the features it needs.
fn programs(draft: &mut Draft, manifest: &Manifest) -> Selection {
    let mut selection = Selection::default();
    let default = enabled(manifest, &["default"]);
    let builds = |binary: &&Binary| {
        binary
            .required_features
            .iter()
            .all(|feature| default.contains(feature))
    };
    let mut ready: Vec<&Binary> = manifest.binaries.iter().filter(builds).collect();
    if ready.is_empty() {
        let Some(binary) = main_program(manifest, &manifest.binaries.iter().collect::<Vec<_>>())
            .or_else(|| manifest.binaries.first())
        else {
            draft.note("the crate has no program; buildRustPackage installs programs and C libraries alone");
            return selection;
        };
        selection.features.clone_from(&binary.required_features);
        let features = binary.required_features.clone();
        draft.decide(
            "buildFeatures",
            features.join(" "),
            format!("{} {}: required-features", binary.evidence, binary.name),
        );
        draft
            .attributes
            .push(("buildFeatures".to_owned(), Value::List(features)));
        ready = vec![binary];
    }
    match main_program(manifest, &ready) {
        Some(binary) => {
            draft.decide(
                "meta.mainProgram",
                binary.name.clone(),
                binary.evidence.clone(),
            );
            draft.meta.main_program = Some(binary.name.clone());
        }
        None => {
            let names: Vec<&str> = ready.iter().map(|binary| binary.name.as_str()).collect();
            draft.note(format!(
                "which of `{}` is the main program is not clear",
                names.join("`, `")
            ));
        }
    }
    selection
}

/// `default-run`, the one named as the package, the only one, or the one `cargo-NAME` stands for.
fn main_program<'a>(manifest: &Manifest, binaries: &[&'a Binary]) -> Option<&'a Binary> {
    let named = |name: &str| binaries.iter().copied().find(|binary| binary.name == name);
    let only = if let [only] = binaries {
        Some(*only)
    } else {
        None
    };
    let main = || {
        binaries
            .iter()
            .copied()
            .find(|binary| binary.evidence == "src/main.rs")
    };
    manifest
        .default_run
        .as_deref()
        .and_then(named)
        .or_else(|| named(&manifest.name))
        .or(only)
        .or_else(|| named(&manifest.name.replace('_', "-")))
        .or_else(|| {
            manifest
                .name
                .strip_suffix("-cli")
                .or_else(|| manifest.name.strip_suffix("-bin"))
                .and_then(named)
        })
        .or_else(main)
}

/// The features that `start` switches on.
fn enabled(manifest: &Manifest, start: &[&str]) -> BTreeSet<String> {
    let mut enabled = BTreeSet::new();
    let mut queue: Vec<&str> = start.to_vec();
    while let Some(feature) = queue.pop() {
        if enabled.insert(feature.to_owned()) {
            for value in manifest.features.get(feature).into_iter().flatten() {
                let value = value.strip_prefix("dep:").unwrap_or(value);
                queue.push(value.split(['/', '?']).next().unwrap_or(value));
            }
        }
    }
    enabled
}

fn describe_meta(draft: &mut Draft, subject: &Subject<'_>, chosen: &Chosen) -> anyhow::Result<()> {
    let manifest = &chosen.manifest;
    let homepages = [
        (manifest.homepage.clone(), "Cargo.toml [package].homepage"),
        (
            manifest.repository.clone(),
            "Cargo.toml [package].repository",
        ),
        (
            manifest.documentation.clone(),
            "Cargo.toml [package].documentation",
        ),
    ];
    let facts = meta::Facts {
        description: manifest
            .description
            .as_deref()
            .map(|text| (text, "Cargo.toml [package].description")),
        homepages: &homepages,
        repository: manifest.repository.as_deref(),
        repository_folder: cargo::released_folder(subject.tree),
    };
    meta::describe(draft, subject, &facts);
    let at_member = Subject {
        directory: &chosen.directory,
        ..*subject
    };
    let has_own_text = manifest.license.is_none() && chosen.is_member;
    let place = if has_own_text { &at_member } else { subject };
    meta::licences(
        draft,
        place,
        manifest
            .license
            .as_deref()
            .map(|text| (text, "Cargo.toml [package].license")),
    )
}

/// What the crates that are compiled need from nixpkgs.
pub(super) fn native_libraries(
    draft: &mut Draft,
    manifest: &Manifest,
    selection: &Selection,
    vendored: &Vendored,
) {
    let Some(root) = find(&vendored.lock, &manifest.name) else {
        draft.note(format!(
            "`Cargo.lock` does not list `{}`; its native libraries are not known",
            manifest.name
        ));
        return;
    };
    let manifest_of = |index: usize| {
        if index == root {
            Some(manifest)
        } else {
            vendored.manifest(index)
        }
    };
    let active = active(&vendored.lock, &[root], selection, &manifest_of);
    let unknown = active
        .iter()
        .filter(|package| manifest_of(package.package).is_none())
        .count();
    if unknown > 0 {
        draft.note(format!(
            "{unknown} locked crates have no readable manifest; all they lock is taken as compiled"
        ));
    }
    let needs = native::rust::needs(&vendored.lock, &active, &manifest_of);
    draft.take(needs);
}

/// The hook that asks the program for its version, where the program surely answers.
fn version_check(draft: &mut Draft, subject: &Subject<'_>, chosen: &Chosen, vendored: &Vendored) {
    let Some(program) = &draft.meta.main_program else {
        return;
    };
    let uses_clap = vendored
        .lock
        .packages
        .iter()
        .any(|package| package.name == "clap");
    if !uses_clap
        || draft
            .build_inputs
            .iter()
            .any(|input| input.starts_with("gtk"))
    {
        return;
    }
    if let Some(file) = states_version(subject.tree, &chosen.directory) {
        let evidence = format!("{file}: `{program} --version` is answered by clap");
        draft.decide("versionCheckHook", "true", evidence);
        draft.version_check = true;
    }
}

/// The first source file that tells clap the package's own version.
fn states_version(tree: &Tree, directory: &str) -> Option<String> {
    let source = if directory.is_empty() {
        "src".to_owned()
    } else {
        format!("{directory}/src")
    };
    let mut folders = vec![source];
    while let Some(folder) = folders.pop() {
        let Some(Node::Directory(entries)) = tree.get(&folder) else {
            continue;
        };
        for (name, node) in entries {
            let Ok(name) = std::str::from_utf8(name) else {
                continue;
            };
            let path = format!("{folder}/{name}");
            match node {
                Node::Directory(_) => folders.push(path),
                Node::File { .. } if name.ends_with(".rs") => {
                    let Ok(Some(text)) = tree.read(&path, 4 << 20) else {
                        continue;
                    };
                    if mentions_version(&String::from_utf8_lossy(&text)) {
                        return Some(path);
                    }
                }
                _ => {}
            }
        }
    }
    None
}

/// `#[command(version)]`, `#[clap(…, version, …)]`, `.version(crate_version!())` and the like.
fn mentions_version(text: &str) -> bool {
    let plain: String = text.split_whitespace().collect();
    if plain.contains(".version(crate_version!())")
        || plain.contains(".version(env!(\"CARGO_PKG_VERSION\"))")
    {
        return true;
    }
    ["#[command(", "#[clap("].iter().any(|start| {
        plain.split(start).skip(1).any(|rest| {
            let attribute = rest.split(")]").next().unwrap_or_default();
            attribute.split(',').any(|part| {
                part == "version"
                    || part == "version=env!(\"CARGO_PKG_VERSION\")"
                    || part == "version=crate_version!()"
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_stated_to_clap() {
        assert!(mentions_version(
            "#[command(\n    name = \"x\",\n    version,\n    about\n)]\nstruct X;"
        ));
        assert!(mentions_version(
            "Command::new(\"x\")\n  .version(crate_version!())"
        ));
        assert!(!mentions_version("#[command(version = build_version())]"));
        assert!(!mentions_version("#[command(name = \"version\")]"));
        assert!(!mentions_version(
            "println!(\"{}\", env!(\"CARGO_PKG_VERSION\"))"
        ));
    }

    #[test]
    fn the_main_program() {
        let manifest = |text: &str| cargo::parse(text, "Cargo.toml", None).unwrap();
        let main = |text: &str| {
            let manifest = manifest(text);
            let binaries: Vec<&Binary> = manifest.binaries.iter().collect();
            main_program(&manifest, &binaries).map(|binary| binary.name.clone())
        };
        let bins = |names: &[&str]| {
            names
                .iter()
                .map(|name| format!("[[bin]]\nname = \"{name}\"\n"))
                .collect::<String>()
        };
        assert_eq!(
            main(&format!("[package]\nname = \"ripgrep\"\n{}", bins(&["rg"]))).as_deref(),
            Some("rg")
        );
        assert_eq!(
            main(&format!("[package]\nname = \"a\"\n{}", bins(&["b", "a"]))).as_deref(),
            Some("a")
        );
        assert_eq!(
            main(&format!(
                "[package]\nname = \"a\"\ndefault-run = \"b\"\n{}",
                bins(&["b", "a"])
            ))
            .as_deref(),
            Some("b")
        );
        assert_eq!(
            main(&format!(
                "[package]\nname = \"a-cli\"\n{}",
                bins(&["b", "a"])
            ))
            .as_deref(),
            Some("a")
        );
        assert_eq!(
            main(&format!("[package]\nname = \"x\"\n{}", bins(&["b", "a"]))),
            None
        );
    }
}
