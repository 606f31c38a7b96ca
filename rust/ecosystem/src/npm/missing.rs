//! Whether a `package-lock.json` still fits a `package.json`: what `npm ci` looks at first.

use nixsmith_store::tree::Tree;
use serde_json::{Map, Value};

use crate::manifest::{ManifestError, join, text};

/// What is installed for running.
const TABLES: [&str; 2] = ["dependencies", "optionalDependencies"];

/// What builds alone; packages in nixpkgs often take it out of both files.
const DEVELOPMENT: &str = "devDependencies";

/// What `package.json` in a folder of `tree` asks for and the root entry of the lock does not say in the same words, as `name RANGE`.
///
/// Where the lock knows no development dependencies at all, they were taken out and none counts. Without `package.json` nothing is
/// missing.
///
/// # Errors
/// When one of them is no JSON object, or the lock has no `packages`, as those of npm 6 have none.
pub fn missing(tree: &Tree, directory: &str, lock: &[u8]) -> Result<Vec<String>, ManifestError> {
    let file = join(directory, "package.json");
    let Some(manifest) = text(tree, &file)? else {
        return Ok(Vec::new());
    };
    let manifest = object(&file, manifest.as_bytes())?;
    let lock = object("package-lock.json", lock)?;
    let root = lock
        .get("packages")
        .and_then(|packages| packages.get(""))
        .ok_or_else(|| ManifestError::Missing {
            file: "package-lock.json".to_owned(),
            field: "packages".to_owned(),
        })?;
    let development = root.get(DEVELOPMENT).and_then(Value::as_object);
    let has_development = development.is_some_and(|table| !table.is_empty());
    let tables = TABLES.iter().chain(has_development.then_some(&DEVELOPMENT));
    let mut found = Vec::new();
    for name in tables {
        let wanted = manifest.get(*name).and_then(Value::as_object);
        for (package, range) in wanted.into_iter().flatten() {
            // npm writes what is in two tables into the last alone.
            let mut locked = [TABLES.as_slice(), &[DEVELOPMENT]].into_iter().flatten();
            if locked.any(|name| root.get(name).and_then(|table| table.get(package)) == Some(range))
            {
                continue;
            }
            found.push(match range.as_str() {
                Some(range) => format!("{package} {range}"),
                None => package.clone(),
            });
        }
    }
    Ok(found)
}

fn object(file: &str, bytes: &[u8]) -> Result<Map<String, Value>, ManifestError> {
    serde_json::from_slice(bytes).map_err(|error| ManifestError::Syntax {
        file: file.to_owned(),
        reason: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::missing;
    use crate::manifest::testing::tree;

    const LOCK: &str = r#"{ "lockfileVersion": 3, "packages": { "": {
        "dependencies": { "a": "^1.0.0", "b": "2" }, "devDependencies": { "d": "1" } } } }"#;

    #[test]
    fn what_the_root_of_the_lock_does_not_say_is_missing() {
        for (manifest, expected) in [
            (r#"{ "dependencies": { "a": "^1.0.0" } }"#, vec![]),
            (
                r#"{ "dependencies": { "a": "^1.1.0", "c": "3" } }"#,
                vec!["a ^1.1.0", "c 3"],
            ),
            (r#"{ "optionalDependencies": { "b": "3" } }"#, vec!["b 3"]),
            (r#"{ "optionalDependencies": { "b": "2" } }"#, vec![]),
            (
                r#"{ "devDependencies": { "d": "2", "e": "1" } }"#,
                vec!["d 2", "e 1"],
            ),
            ("{}", vec![]),
        ] {
            let tree = tree(&[("sub/package.json", manifest)]);
            assert_eq!(
                missing(&tree, "sub", LOCK.as_bytes()).unwrap(),
                expected,
                "{manifest}"
            );
        }
        assert!(missing(&tree(&[]), "", LOCK.as_bytes()).unwrap().is_empty());
        let without = LOCK.replace("devDependencies", "other");
        let tree = tree(&[("package.json", r#"{ "devDependencies": { "d": "2" } }"#)]);
        assert!(missing(&tree, "", without.as_bytes()).unwrap().is_empty());
        for (lock, sentence) in [
            ("{", "could not understand `package-lock.json`"),
            ("[]", "could not understand"),
            (r#"{ "dependencies": {} }"#, "lacks `packages`"),
            ("\u{0}", "could not understand"),
        ] {
            let error = missing(&tree, "", lock.as_bytes()).unwrap_err();
            assert!(error.to_string().contains(sentence), "{error}");
        }
    }
}
