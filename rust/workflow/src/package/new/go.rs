//! `buildGoModule`: a Go module as a draft.

use nixsmith_ecosystem::manifest::go::{self, Module};
use nixsmith_ecosystem::native::Needs;
use nixsmith_ecosystem::native::modules;

use super::draft::{Builder, Draft, Subject, Value, Vendor};
use super::meta;
use crate::error::Problem;

/// Describes the Go module at hand.
///
/// # Errors
/// When `go.mod` cannot be read, nothing tells the version, or the modules it requires are not in the source.
pub(super) fn describe(subject: &Subject<'_>) -> anyhow::Result<Draft> {
    let module = go::read(subject.tree, subject.directory)?
        .ok_or_else(|| Problem::user("the source has no `go.mod`"))?;
    let name = subject
        .source
        .forge
        .is_none()
        .then(|| module.program_name(""));
    let installed = |name: &String| {
        let mut programs = module.programs.iter();
        programs.any(|folder| module.program_name(folder) == *name)
    };
    // A module may be named after its repository and install a program of another name, or the other way round.
    let of_program = subject.source.name.clone().filter(installed);
    let pname = of_program
        .or(name)
        .or_else(|| subject.source.name.clone())
        .unwrap_or_else(|| module.program_name(""));
    let (version, evidence) = subject.stated_version().ok_or_else(|| {
        Problem::user("a Go module states no version and the source has no tag that does")
            .hint("give it with `--version`")
    })?;
    let mut draft = Draft::new(Builder::Go, pname, version);
    draft.decide(
        "pname",
        draft.pname.clone(),
        format!("go.mod: module {}", module.path),
    );
    draft.decide("version", draft.version.clone(), evidence);
    vendor(&mut draft, &module)?;
    programs(&mut draft, &module);
    native_libraries(&mut draft, &module);
    let repository = format!("https://{}", module.path);
    let homepages = [
        (subject.source.homepage.clone(), "the source's own page"),
        (meta::forge_base(&repository), "go.mod module"),
    ];
    let facts = meta::Facts {
        description: None,
        homepages: &homepages,
        repository: Some(&repository),
        repository_folder: None,
    };
    meta::describe(&mut draft, subject, &facts);
    meta::licences(&mut draft, subject, None)?;
    Ok(draft)
}

/// `vendorHash` is `null` where the source holds its modules or needs none.
fn vendor(draft: &mut Draft, module: &Module) -> anyhow::Result<()> {
    let evidence = if module.vendored {
        "vendor/modules.txt is in the source".to_owned()
    } else if module.requires.is_empty() {
        "go.mod requires no module".to_owned()
    } else {
        let count = module.requires.len();
        let modules = if count == 1 { "module" } else { "modules" };
        return Err(Problem::user(format!(
            "the vendorHash of `{}` cannot be computed yet: `go.mod` requires {count} {modules} and the source has no `vendor/modules.txt`",
            module.path,
        ))
        .hint("only Go sources that vendor their modules or need none can be packaged at present")
        .into());
    };
    draft.decide("vendorHash", "null", evidence);
    draft.vendor = Some(Vendor {
        attribute: "vendorHash",
        hash: None,
    });
    Ok(())
}

/// The main program: the only one, or the one named as the package.
fn programs(draft: &mut Draft, module: &Module) {
    let installed: Vec<(String, String)> = module
        .programs
        .iter()
        .map(|folder| (module.program_name(folder), folder.clone()))
        .collect();
    let named = installed.iter().find(|(name, _)| *name == draft.pname);
    let only = if let [only] = installed.as_slice() {
        Some(only)
    } else {
        None
    };
    match named.or(only) {
        Some((name, folder)) => {
            let place = if folder.is_empty() {
                "package main at the top".to_owned()
            } else {
                format!("{folder}: package main")
            };
            draft.decide("meta.mainProgram", name.clone(), place.clone());
            draft.meta.main_program = Some(name.clone());
            link_version(draft, module, folder);
            if installed.len() > 1 {
                let folder = if folder.is_empty() { "." } else { folder };
                draft.decide(
                    "subPackages",
                    folder,
                    format!("{place}; the other programs are its tools"),
                );
                draft.attributes.push((
                    "subPackages".to_owned(),
                    Value::List(vec![folder.to_owned()]),
                ));
            }
        }
        None if installed.is_empty() => {
            draft.note("the module has no program; buildGoModule only tests it")
        }
        None => {
            let names: Vec<&str> = installed.iter().map(|(name, _)| name.as_str()).collect();
            draft.note(format!(
                "which of `{}` is the main program is not clear",
                names.join("`, `")
            ));
        }
    }
}

/// The version that the main program prints is set by the linker.
fn link_version(draft: &mut Draft, module: &Module, folder: &str) {
    let Some(variable) = module.version_variables.get(folder) else {
        return;
    };
    let flag = format!("-X main.{variable}={}", draft.version);
    draft.decide(
        "ldflags",
        flag.clone(),
        format!("package main: var {variable}"),
    );
    draft.attributes.push((
        "ldflags".to_owned(),
        Value::List(vec!["-s".to_owned(), flag]),
    ));
}

/// Libraries that cgo asks `pkg-config` for.
fn native_libraries(draft: &mut Draft, module: &Module) {
    let mut needs = Needs::default();
    for name in &module.pkg_config {
        let evidence = format!("#cgo pkg-config: {name}");
        needs.program("pkg-config", &evidence);
        match modules::pkg_config(name) {
            Some(attributes) => attributes
                .iter()
                .for_each(|attribute| needs.library(attribute, &evidence)),
            None => needs.note(format!("{evidence}: the module has no known attribute")),
        }
    }
    if module.uses_c && module.vendored {
        needs.note("modules in `vendor` may link C libraries of their own; only this module's were looked at".to_owned());
    }
    draft.take(needs);
}
