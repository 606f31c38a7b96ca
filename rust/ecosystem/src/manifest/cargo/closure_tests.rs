use super::{Selection, active as active_packages, find};
use crate::cargo::CargoLock;
use crate::manifest::cargo::{Manifest, parse};

const LOCK: &str = r#"
version = 4
[[package]]
name = "root"
version = "1.0.0"
dependencies = ["native", "odd 1.0.0", "odd 2.0.0", "only-windows", "switched-off", "test-library", "weak"]
[[package]]
name = "native"
version = "0.3.0"
source = "registry+https://registry.test/index"
dependencies = ["native-sys"]
[[package]]
name = "native-sys"
version = "0.3.1"
source = "registry+https://registry.test/index"
[[package]]
name = "odd"
version = "1.0.0"
source = "registry+https://registry.test/index"
[[package]]
name = "odd"
version = "2.0.0"
source = "registry+https://registry.test/index"
[[package]]
name = "only-windows"
version = "1.0.0"
source = "registry+https://registry.test/index"
[[package]]
name = "switched-off"
version = "1.0.0"
source = "registry+https://registry.test/index"
[[package]]
name = "test-library"
version = "1.0.0"
source = "registry+https://registry.test/index"
[[package]]
name = "weak"
version = "1.0.0"
source = "registry+https://registry.test/index"
"#;

fn manifests() -> Vec<Manifest> {
    let root = r#"
[package]
name = "root"
version = "1.0.0"
[dependencies]
native = { version = "0.3", default-features = false, features = ["system"] }
odd-one = { package = "odd", version = "1" }
odd-two = { package = "odd", version = "2", features = ["two"] }
switched-off = { version = "1", optional = true }
weak = { version = "1", optional = true }
[target.'cfg(windows)'.dependencies]
only-windows = "1"
[dev-dependencies]
test-library = "1"
[features]
default = ["weak?/never", "native/vendored"]
extra = ["dep:switched-off"]
"#;
    let native = r#"
[package]
name = "native"
version = "0.3.0"
[dependencies]
native-sys = { version = "0.3", optional = true }
[features]
default = ["loud"]
loud = []
system = ["dep:native-sys"]
vendored = ["native-sys?/vendored"]
"#;
    let plain = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\n[features]\nvendored = []\n")
    };
    let texts = [
        root.to_owned(),
        native.to_owned(),
        plain("native-sys"),
        plain("odd"),
        plain("odd"),
        plain("only-windows"),
        plain("switched-off"),
        plain("test-library"),
        plain("weak"),
    ];
    texts
        .iter()
        .map(|text| parse(text, "Cargo.toml", None).unwrap())
        .collect()
}

fn active(selection: &Selection) -> Vec<String> {
    let lock = CargoLock::parse("Cargo.lock", LOCK.as_bytes()).unwrap();
    let manifests = manifests();
    let root = find(&lock, "root").unwrap();
    active_packages(&lock, &[root], selection, &|index| manifests.get(index))
        .into_iter()
        .map(|active| {
            let package = &lock.packages[active.package];
            let features: Vec<_> = active.features.into_iter().collect();
            let tests = if active.only_tests { " (tests)" } else { "" };
            format!(
                "{} {} [{}]{tests}",
                package.name,
                package.version,
                features.join(" ")
            )
        })
        .collect()
}

#[test]
fn the_default_selection() {
    assert_eq!(
        active(&Selection::default()),
        [
            "root 1.0.0 [default]",
            "native 0.3.0 [system vendored]",
            "native-sys 0.3.1 [default vendored]",
            "odd 1.0.0 [default]",
            "odd 2.0.0 [default two]",
            "test-library 1.0.0 [default] (tests)",
        ]
    );
}

#[test]
fn features_switch_dependencies_on_and_off() {
    let extra = Selection {
        features: vec!["extra".to_owned()],
        no_default_features: true,
    };
    assert_eq!(
        active(&extra),
        [
            "root 1.0.0 [extra]",
            "native 0.3.0 [system]",
            "native-sys 0.3.1 [default]",
            "odd 1.0.0 [default]",
            "odd 2.0.0 [default two]",
            "switched-off 1.0.0 [default]",
            "test-library 1.0.0 [default] (tests)",
        ]
    );
}

#[test]
fn an_unknown_manifest_takes_every_edge() {
    let lock = CargoLock::parse("Cargo.lock", LOCK.as_bytes()).unwrap();
    let active = active_packages(&lock, &[0], &Selection::default(), &|_| None);
    assert_eq!(active.len(), lock.packages.len());
}

#[test]
fn cycles_end() {
    let lock = "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\"b\"]\n\
                [[package]]\nname = \"b\"\nversion = \"1.0.0\"\ndependencies = [\"a\"]\n";
    let lock = CargoLock::parse("Cargo.lock", lock.as_bytes()).unwrap();
    assert_eq!(
        active_packages(&lock, &[0], &Selection::default(), &|_| None).len(),
        2
    );
}
