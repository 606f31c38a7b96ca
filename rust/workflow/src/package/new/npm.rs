//! `buildNpmPackage`: an npm project as a draft.

use nixsmith_ecosystem::Ecosystem;
use nixsmith_ecosystem::manifest::npm::{self, Manifest};
use nixsmith_ecosystem::native::{self, Needs};
use nixsmith_ecosystem::npm::NpmLock;
use nixsmith_store::tree::Tree;

use super::draft::{Builder, Draft, Subject, Value};
use super::{meta, vendor};
use crate::error::Problem;
use crate::source::Registry;

/// No lock is longer.
const LOCK_BYTES_MAX: u64 = 64 << 20;

/// Scripts that npm runs by itself while it packs, and that a finished archive no longer needs.
const PACK_SCRIPTS: [&str; 4] = ["prepare", "prepack", "postpack", "prepublishOnly"];

/// Describes the npm project at hand.
///
/// # Errors
/// When its manifest or lock cannot be read, the lock is missing or another tool's, or a locked package cannot be fetched.
pub(super) fn describe(subject: &Subject<'_>) -> anyhow::Result<Draft> {
    let manifest = npm::read(subject.tree, subject.directory)?
        .ok_or_else(|| Problem::user("the source has no `package.json`"))?;
    refuse_other_tools(subject, &manifest)?;
    let stated = manifest
        .version
        .clone()
        .map(|version| (version, "package.json version"));
    let (version, evidence) = stated.or_else(|| subject.stated_version()).ok_or_else(|| {
        Problem::user("`package.json` states no version").hint("give it with `--version`")
    })?;
    let mut draft = Draft::new(Builder::Npm, unscoped(&manifest.name), version);
    draft.decide("pname", draft.pname.clone(), "package.json name");
    draft.decide("version", draft.version.clone(), evidence);
    build_script(&mut draft, subject, &manifest);
    main_program(&mut draft, &manifest);
    let homepages = [
        (manifest.homepage.clone(), "package.json homepage"),
        (manifest.repository.clone(), "package.json repository"),
    ];
    let facts = meta::Facts {
        description: manifest
            .description
            .as_deref()
            .map(|text| (text, "package.json description")),
        homepages: &homepages,
        repository: manifest.repository.as_deref(),
        repository_folder: manifest.repository_folder.clone(),
    };
    meta::describe(&mut draft, subject, &facts);
    meta::licences(
        &mut draft,
        subject,
        manifest
            .license
            .as_deref()
            .map(|text| (text, "package.json license")),
    )?;
    let tree = vendor::compute(&mut draft, subject, Ecosystem::Npm)?;
    let mut needs = locked_needs(&tree, subject)?;
    if manifest.compiles {
        needs.program("python3", "binding.gyp: node-gyp runs Python");
    }
    draft.take(needs);
    Ok(draft)
}

/// What the install scripts of the locked packages need.
fn locked_needs(tree: &Tree, subject: &Subject<'_>) -> anyhow::Result<Needs> {
    for name in ["npm-shrinkwrap.json", "package-lock.json"] {
        let path = subject.path(name);
        if let Some(bytes) = tree.read(&path, LOCK_BYTES_MAX)? {
            return Ok(native::npm::needs(&NpmLock::parse(&path, &bytes)?));
        }
    }
    Ok(Needs::default())
}

/// The name without its scope; nixpkgs has no `@` and `/` in names.
fn unscoped(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).to_owned()
}

/// A lock of pnpm or yarn alone is not npm's.
fn refuse_other_tools(subject: &Subject<'_>, manifest: &Manifest) -> anyhow::Result<()> {
    let has = |name: &str| subject.tree.get(&subject.path(name)).is_some();
    if subject.lock.is_some() || has("package-lock.json") || has("npm-shrinkwrap.json") {
        return Ok(());
    }
    let stated = manifest
        .package_manager
        .as_deref()
        .and_then(|text| text.split('@').next());
    for (file, tool) in [
        ("pnpm-lock.yaml", "pnpm"),
        ("yarn.lock", "yarn"),
        ("bun.lock", "bun"),
    ] {
        if has(file) || stated == Some(tool) {
            return Err(Problem::user(format!("the source is locked by {tool} (`{file}`), not by npm"))
                .hint("buildNpmPackage needs a `package-lock.json`: make one with `npm install --package-lock-only` and pass it with `--lock package-lock.json`")
                .into());
        }
    }
    Ok(())
}

/// Whether there is anything to build: no script, or an archive of a registry that already holds what its programs start.
fn build_script(draft: &mut Draft, subject: &Subject<'_>, manifest: &Manifest) {
    let has = |path: &str| {
        subject
            .tree
            .get(&subject.path(path.trim_start_matches("./")))
            .is_some()
    };
    let is_released = subject
        .source
        .package
        .as_ref()
        .is_some_and(|package| package.registry == Registry::Npm);
    let no_build = if !manifest.scripts.contains_key("build") {
        Some("package.json has no script `build`".to_owned())
    } else if is_released {
        let started = manifest.programs.values().find(|file| has(file));
        started.map(|file| format!("the released archive already holds `{file}`"))
    } else {
        None
    };
    let Some(evidence) = no_build else { return };
    draft.decide("dontNpmBuild", "true", evidence);
    draft
        .attributes
        .push(("dontNpmBuild".to_owned(), Value::Bool(true)));
    let packs: Vec<&str> = PACK_SCRIPTS
        .iter()
        .copied()
        .filter(|name| manifest.scripts.contains_key(*name))
        .collect();
    if is_released && !packs.is_empty() {
        draft.decide(
            "npmPackFlags",
            "--ignore-scripts",
            format!("package.json scripts: {}", packs.join(", ")),
        );
        draft.attributes.push((
            "npmPackFlags".to_owned(),
            Value::List(vec!["--ignore-scripts".to_owned()]),
        ));
    }
}

/// The program named as the package, or the only one.
fn main_program(draft: &mut Draft, manifest: &Manifest) {
    let names: Vec<&String> = manifest.programs.keys().collect();
    let chosen = names
        .iter()
        .find(|name| ***name == draft.pname)
        .or(if names.len() == 1 {
            names.first()
        } else {
            None
        });
    match chosen {
        Some(name) => {
            draft.decide("meta.mainProgram", name.as_str(), "package.json bin");
            draft.meta.main_program = Some((*name).clone());
        }
        None if names.is_empty() => draft.note("the package has no program"),
        None => {
            let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            draft.note(format!(
                "which of `{}` is the main program is not clear",
                names.join("`, `")
            ));
        }
    }
}
