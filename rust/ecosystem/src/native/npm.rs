//! npm packages with install scripts → what nixpkgs must provide for them, and which downloads are to be left out.

use super::Needs;
use crate::npm::{NpmLock, NpmPackage};

/// One row of the table; `None` for a package that the table lacks.
fn row(name: &str) -> Option<[&'static str; 3]> {
    include_str!("../../data/native-npm.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let mut fields = line.strip_prefix(name)?.strip_prefix('\t')?.split('\t');
            let mut next = || fields.next().unwrap_or_default();
            Some([next(), next(), next()])
        })
}

/// What the install scripts of the locked packages need.
///
/// `npm ci` runs those scripts, the ones of optional packages of other systems left out. Scripts that the table does not know
/// are named in one note.
#[must_use]
pub fn needs(lock: &NpmLock) -> Needs {
    let mut needs = Needs::default();
    let mut unknown: Vec<&str> = Vec::new();
    let with_scripts = lock
        .packages
        .iter()
        .filter(|package| package.has_install_script);
    for package in with_scripts {
        let name = package.name();
        let evidence = evidence(package);
        let Some([programs, libraries, variables]) = row(name) else {
            if !unknown.contains(&name) {
                unknown.push(name);
            }
            continue;
        };
        let words = |text: &'static str| text.split(' ').filter(|word| !matches!(*word, "" | "-"));
        words(programs).for_each(|attribute| needs.program(attribute, &evidence));
        words(libraries).for_each(|attribute| needs.library(attribute, &evidence));
        words(variables).for_each(|assignment| needs.variable(assignment, &evidence));
    }
    if !unknown.is_empty() {
        let shown = unknown.iter().take(NAMES_MAX).copied().collect::<Vec<_>>();
        let more = unknown.len().saturating_sub(NAMES_MAX);
        let rest = if more == 0 {
            String::new()
        } else {
            format!(" and {more} more")
        };
        needs.note(format!(
            "packages with install scripts, which may need programs or the network: `{}`{rest}",
            shown.join("`, `")
        ));
    }
    needs
}

/// Names that a note lists.
const NAMES_MAX: usize = 8;

fn evidence(package: &NpmPackage) -> String {
    let version = package.version.as_deref().unwrap_or_default();
    format!(
        "the lock: {} {version} has an install script",
        package.name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_are_known_and_that_are_not() {
        let lock = r#"{"lockfileVersion": 3, "packages": {
            "": {"name": "x", "hasInstallScript": true},
            "node_modules/keytar": {"version": "7.9.0", "hasInstallScript": true},
            "node_modules/bcrypt": {"version": "5.0.0"},
            "node_modules/a/node_modules/puppeteer": {"version": "22.0.0", "hasInstallScript": true},
            "node_modules/esbuild": {"version": "0.1.0", "hasInstallScript": true},
            "node_modules/@o/strange": {"version": "1.0.0", "hasInstallScript": true}
        }}"#;
        let lock = NpmLock::parse("package-lock.json", lock.as_bytes()).unwrap();
        let needs = needs(&lock);
        let names = |needs: &[crate::native::Need]| -> Vec<String> {
            needs.iter().map(|need| need.attribute.clone()).collect()
        };
        assert_eq!(names(&needs.native_build_inputs), ["pkg-config", "python3"]);
        assert_eq!(names(&needs.build_inputs), ["libsecret"]);
        assert_eq!(names(&needs.environment), ["PUPPETEER_SKIP_DOWNLOAD=1"]);
        assert_eq!(
            needs.notes,
            ["packages with install scripts, which may need programs or the network: `@o/strange`"]
        );
    }
}
