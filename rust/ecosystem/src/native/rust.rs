//! Crates that are compiled → what nixpkgs must provide for them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::{Needs, modules};
use crate::cargo::{CargoLock, CargoPackage};
use crate::manifest::cargo::closure::Active;
use crate::manifest::cargo::{Kind, Manifest};

/// One row of the table.
struct Row {
    name: &'static str,
    /// Whether the crate compiles its own copy of the library.
    is_bundled: bool,
    conditions: Vec<&'static str>,
    programs: Vec<&'static str>,
    libraries: Vec<&'static str>,
    variables: Vec<&'static str>,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let words = |text: &'static str| text.split(' ').filter(|word| !word.is_empty()).collect();
    include_str!("../../data/native-rust.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut fields = line.split('\t');
            let name = fields.next()?;
            let mut conditions: Vec<&str> = words(fields.next()?);
            let stated = conditions.len();
            conditions.retain(|condition| *condition != "bundled");
            Some(Row {
                name,
                is_bundled: conditions.len() < stated,
                conditions,
                programs: words(fields.next()?),
                libraries: words(fields.next()?),
                variables: words(fields.next()?),
            })
        })
        .collect()
});

/// A crate that generates code while building and the program it starts; other build dependencies that make it needless.
struct Generator {
    name: &'static str,
    program: &'static str,
    not_with: &'static [&'static str],
    not_in: &'static [&'static str],
}

const OWN_PROTOC: &[&str] = &[
    "protobuf-src",
    "protoc-bin-vendored",
    "protox",
    "protoc-prebuilt",
];
const GENERATORS: &[Generator] = &[
    Generator {
        name: "bindgen",
        program: "rustPlatform.bindgenHook",
        not_with: &[],
        not_in: &[],
    },
    Generator {
        name: "capnpc",
        program: "capnproto",
        not_with: &[],
        not_in: &[],
    },
    Generator {
        name: "cmake",
        program: "cmake",
        not_with: &[],
        not_in: &["aws-lc-sys", "prost-build"],
    },
    Generator {
        name: "nasm-rs",
        program: "nasm",
        not_with: &[],
        not_in: &[],
    },
    Generator {
        name: "prost-build",
        program: "protobuf",
        not_with: OWN_PROTOC,
        not_in: &[],
    },
    Generator {
        name: "protoc-rust",
        program: "protobuf",
        not_with: OWN_PROTOC,
        not_in: &[],
    },
    Generator {
        name: "tonic-build",
        program: "protobuf",
        not_with: OWN_PROTOC,
        not_in: &[],
    },
    Generator {
        name: "tonic-prost-build",
        program: "protobuf",
        not_with: OWN_PROTOC,
        not_in: &[],
    },
];

/// Libraries that graphical crates open while running: crate, what it opens, attribute.
const OPENED: &[(&str, &str)] = &[
    (
        "winit",
        "libxkbcommon, wayland, libx11, libxcursor, libxi, libxrandr",
    ),
    ("khronos-egl", "libGL"),
    ("glutin", "libGL"),
    ("wgpu-hal", "vulkan-loader"),
    ("ash", "vulkan-loader"),
];

/// What the compiled crates need.
///
/// `manifest` gives the manifest of a package by its index in the lock, `None` where it is unknown.
pub fn needs<'m>(
    lock: &CargoLock,
    active: &[Active],
    manifest: &dyn Fn(usize) -> Option<&'m Manifest>,
) -> Needs {
    let mut needs = Needs::default();
    for package in active {
        let Some(locked) = lock.packages.get(package.package) else {
            continue;
        };
        let tests = if package.only_tests {
            ", for the tests"
        } else {
            ""
        };
        let evidence = format!("Cargo.lock {} {}{tests}", locked.name, locked.version);
        for row in ROWS.iter().filter(|row| row.name == locked.name) {
            if row
                .conditions
                .iter()
                .all(|condition| holds(condition, locked, &package.features))
            {
                apply(row, &mut needs, &evidence);
            }
        }
        generators(lock, package, locked, &mut needs);
        if let Some(manifest) = manifest(package.package) {
            system_modules(manifest, package, &evidence, &mut needs);
        }
        wrappers(&locked.name, &evidence, &mut needs);
        for (_, opened) in OPENED
            .iter()
            .filter(|(name, _)| *name == locked.name && !package.only_tests)
        {
            needs.note(format!(
                "`{}` opens libraries while running that the linker does not see: {opened}",
                locked.name
            ));
        }
    }
    needs.drop_propagated();
    needs
}

fn holds(condition: &str, locked: &CargoPackage, features: &BTreeSet<String>) -> bool {
    match condition.split_at_checked(1) {
        Some(("+", feature)) => features.contains(feature),
        Some(("-", feature)) => !features.contains(feature),
        Some(("@", text)) => locked.version.contains(text),
        _ => false,
    }
}

fn apply(row: &Row, needs: &mut Needs, evidence: &str) {
    if row.is_bundled {
        let variables: String = row
            .variables
            .iter()
            .map(|variable| format!(", {variable}"))
            .collect();
        needs.note(format!(
            "{evidence} compiles its own copy of a library that nixpkgs has: {}{variables}",
            row.libraries.join(" ")
        ));
        return;
    }
    for attribute in &row.programs {
        needs.program(attribute, evidence);
    }
    for attribute in &row.libraries {
        needs.library(attribute, evidence);
    }
    for variable in &row.variables {
        needs.variable(variable, evidence);
    }
}

fn generators(lock: &CargoLock, package: &Active, locked: &CargoPackage, needs: &mut Needs) {
    let build: Vec<&str> = package
        .dependencies
        .iter()
        .filter(|(_, kind)| *kind == Kind::Build)
        .filter_map(|(index, _)| lock.packages.get(*index))
        .map(|dependency| dependency.name.as_str())
        .collect();
    for generator in GENERATORS {
        let applies = build.contains(&generator.name)
            && !generator.not_with.iter().any(|name| build.contains(name))
            && !generator.not_in.contains(&locked.name.as_str());
        if applies {
            let evidence = format!(
                "{} {} builds with {}",
                locked.name, locked.version, generator.name
            );
            needs.program(generator.program, &evidence);
        }
    }
}

fn system_modules(manifest: &Manifest, package: &Active, evidence: &str, needs: &mut Needs) {
    for module in &manifest.system_modules {
        let wanted = module
            .feature
            .as_ref()
            .is_none_or(|feature| package.features.contains(feature));
        if !wanted || module.optional {
            continue;
        }
        needs.program("pkg-config", evidence);
        let name = module
            .name
            .split_whitespace()
            .next()
            .unwrap_or(&module.name);
        match modules::pkg_config(name) {
            Some(attributes) => attributes
                .iter()
                .for_each(|attribute| needs.library(attribute, evidence)),
            None => needs.note(format!(
                "{evidence} looks for the pkg-config module `{name}`, which has no known attribute"
            )),
        }
    }
}

fn wrappers(name: &str, evidence: &str, needs: &mut Needs) {
    match name {
        "gtk4-sys" => needs.program("wrapGAppsHook4", evidence),
        "gtk-sys" => needs.program("wrapGAppsHook3", evidence),
        "tauri" => needs.note(format!(
            "{evidence}: the program is built by `cargo-tauri.hook`, which is not written here"
        )),
        _ => {}
    }
}

#[cfg(test)]
#[path = "rust_tests.rs"]
mod tests;
