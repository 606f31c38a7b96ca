//! Whether a lock still fits a manifest, as far as can be said without a registry.

use super::lock::CargoLock;
use crate::manifest::cargo::{Dependency, Manifest};

impl CargoLock {
    /// What the manifest depends on and the lock does not have: the package's name and the requirement, as `serde ^1.2`.
    ///
    /// Nothing is missing is no proof that Cargo takes the lock: features may ask for more. Something missing is proof that it does not.
    #[must_use]
    pub fn missing(&self, manifest: &Manifest) -> Vec<String> {
        let dependencies = manifest.dependencies.iter();
        let missing = dependencies.filter(|dependency| !self.has(dependency));
        missing
            .map(|dependency| match &dependency.requirement {
                Some(requirement) => format!("{} {requirement}", dependency.package),
                None => dependency.package.clone(),
            })
            .collect()
    }

    /// A version or requirement that cannot be read is taken to match.
    fn has(&self, dependency: &Dependency) -> bool {
        let requirement = dependency.requirement.as_deref();
        let requirement = requirement.and_then(|text| semver::VersionReq::parse(text).ok());
        let mut named = self
            .packages
            .iter()
            .filter(|package| package.name == dependency.package);
        named.any(|package| {
            let version = semver::Version::parse(&package.version).ok();
            let both = requirement.as_ref().zip(version.as_ref());
            both.is_none_or(|(requirement, version)| requirement.matches(version))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::CargoLock;
    use crate::manifest::cargo;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"tool\"\nversion = \"1.0.0\"\ndependencies = [\"a 1.2.0\", \"a 2.0.1\", \"own\"]\n\n\
        [[package]]\nname = \"a\"\nversion = \"1.2.0\"\n\n[[package]]\nname = \"a\"\nversion = \"2.0.1\"\n\n\
        [[package]]\nname = \"own\"\nversion = \"0.1.0\"\n";

    #[test]
    fn what_no_locked_version_matches_is_missing() {
        let lock = CargoLock::parse("Cargo.lock", LOCK.as_bytes()).unwrap();
        for (dependencies, expected) in [
            ("a = \"1\"", vec![]),
            ("a = \"2.0\"\nown = { path = \"own\" }", vec![]),
            (
                "renamed = { package = \"a\", version = \"=1.2.0\" }",
                vec![],
            ),
            ("a = \"odd requirement\"", vec![]),
            ("a = \"2.1\"", vec!["a 2.1"]),
            (
                "b = \"1\"\nc = { git = \"https://example.org/c\" }",
                vec!["b 1", "c"],
            ),
            ("", vec![]),
        ] {
            let text = format!(
                "[package]\nname = \"tool\"\nversion = \"2.0.0\"\n\n[dependencies]\n{dependencies}\n"
            );
            let manifest = cargo::parse(&text, "Cargo.toml", None).unwrap();
            assert_eq!(lock.missing(&manifest), expected, "{dependencies}");
        }
        let text = "[package]\nname = \"tool\"\n\n[dev-dependencies]\nd = \"1\"\n\n[target.'cfg(windows)'.dependencies]\nw = \"1\"\n";
        let manifest = cargo::parse(text, "Cargo.toml", None).unwrap();
        assert_eq!(lock.missing(&manifest), ["d 1", "w 1"]);
    }
}
