//! `package.json`: a package's facts, its programs and scripts.
//!
//! Follows npm's documentation of `package.json`. Also reads the older spellings that npm itself normalises
//! (`licenses`, a bare string for `repository`).

use std::collections::BTreeMap;

use nixsmith_store::tree::Tree;
use serde_json::{Map, Value};

use super::{ManifestError, join, text};

/// One package's manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// `name`, with its scope.
    pub name: String,
    /// `version`.
    pub version: Option<String>,
    /// `description`.
    pub description: Option<String>,
    /// `homepage`.
    pub homepage: Option<String>,
    /// `repository` as a web address, where it can be made one.
    pub repository: Option<String>,
    /// `repository.directory`: the folder of the repository that holds the package.
    pub repository_folder: Option<String>,
    /// `license`; several of the old `licenses` are joined with `OR`.
    pub license: Option<String>,
    /// Programs: name and the file it starts.
    pub programs: BTreeMap<String, String>,
    /// `scripts`.
    pub scripts: BTreeMap<String, String>,
    /// Names of all dependencies that are installed for running or building, the development ones included.
    pub dependencies: Vec<String>,
    /// `packageManager`, for example `pnpm@9.1.0`.
    pub package_manager: Option<String>,
    /// Whether installing compiles C or C++ (`gypfile`, `binding.gyp`).
    pub compiles: bool,
}

/// The manifest in `directory` of `tree`; `None` when there is no `package.json`.
///
/// # Errors
/// When the file is no JSON object or has no name.
pub fn read(tree: &Tree, directory: &str) -> Result<Option<Manifest>, ManifestError> {
    let file = join(directory, "package.json");
    let Some(text) = text(tree, &file)? else {
        return Ok(None);
    };
    let mut manifest = parse(&text, &file)?;
    manifest.compiles |= tree.get(&join(directory, "binding.gyp")).is_some();
    Ok(Some(manifest))
}

/// The manifest in `text`; `file` names it in errors.
///
/// # Errors
/// When it is no JSON object or has no name.
pub fn parse(text: &str, file: &str) -> Result<Manifest, ManifestError> {
    let syntax = |reason: String| ManifestError::Syntax {
        file: file.to_owned(),
        reason,
    };
    let value: Value = serde_json::from_str(text).map_err(|error| syntax(error.to_string()))?;
    let Value::Object(object) = value else {
        return Err(syntax("not a JSON object".to_owned()));
    };
    let field = |name: &str| string(&object, name);
    let name = field("name").ok_or_else(|| ManifestError::Missing {
        file: file.to_owned(),
        field: "name".to_owned(),
    })?;
    Ok(Manifest {
        version: field("version"),
        description: field("description"),
        homepage: field("homepage"),
        repository: repository(&object),
        repository_folder: repository_folder(&object),
        license: license(&object),
        programs: programs(&object, &name),
        scripts: strings(&object, "scripts"),
        dependencies: ["dependencies", "devDependencies", "optionalDependencies"]
            .iter()
            .flat_map(|key| strings(&object, key).into_keys())
            .collect(),
        package_manager: field("packageManager"),
        compiles: object.get("gypfile").and_then(Value::as_bool) == Some(true),
        name,
    })
}

fn string(object: &Map<String, Value>, name: &str) -> Option<String> {
    let text = object.get(name)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn strings(object: &Map<String, Value>, name: &str) -> BTreeMap<String, String> {
    let entries = object.get(name).and_then(Value::as_object);
    entries
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// `repository.directory` without `./` in front.
fn repository_folder(object: &Map<String, Value>) -> Option<String> {
    let entry = object.get("repository")?.as_object()?;
    let folder = string(entry, "directory")?;
    let folder = folder.trim_start_matches("./").trim_matches('/');
    (!folder.contains("..")).then(|| folder.to_owned())
}

/// `repository` as `https://…` without `git+` and `.git`; `github:owner/name` and `owner/name` mean the one forge.
fn repository(object: &Map<String, Value>) -> Option<String> {
    let text = match object.get("repository")? {
        Value::String(text) => text.trim().to_owned(),
        Value::Object(entry) => string(entry, "url")?,
        _ => return None,
    };
    let text = text.strip_prefix("git+").unwrap_or(&text);
    let text = text.strip_suffix(".git").unwrap_or(text);
    for (prefix, host) in [
        ("github:", "github.com"),
        ("gitlab:", "gitlab.com"),
        ("bitbucket:", "bitbucket.org"),
    ] {
        if let Some(path) = text.strip_prefix(prefix) {
            return Some(format!("https://{host}/{path}"));
        }
    }
    if let Some(rest) = text
        .strip_prefix("git://")
        .or_else(|| text.strip_prefix("ssh://git@"))
    {
        return Some(format!("https://{rest}"));
    }
    if let Some((host, path)) = text
        .strip_prefix("git@")
        .and_then(|rest| rest.split_once(':'))
    {
        return Some(format!("https://{host}/{path}"));
    }
    if text.starts_with("https://") || text.starts_with("http://") {
        return Some(text.to_owned());
    }
    let mut parts = text.split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(owner), Some(name), None)
            if !owner.is_empty() && !name.is_empty() && !owner.contains([':', '.', '@']) =>
        {
            Some(format!("https://github.com/{owner}/{name}"))
        }
        _ => None,
    }
}

fn license(object: &Map<String, Value>) -> Option<String> {
    match object.get("license") {
        Some(Value::String(text)) if !text.trim().is_empty() => {
            return Some(text.trim().to_owned());
        }
        Some(Value::Object(entry)) => return string(entry, "type"),
        _ => {}
    }
    let entries = object.get("licenses")?.as_array()?;
    let names: Vec<String> = entries
        .iter()
        .filter_map(|entry| match entry {
            Value::String(text) => Some(text.clone()),
            Value::Object(entry) => string(entry, "type"),
            _ => None,
        })
        .collect();
    (!names.is_empty()).then(|| names.join(" OR "))
}

/// `bin`: a map, or one file that gets the package's name without its scope.
fn programs(object: &Map<String, Value>, name: &str) -> BTreeMap<String, String> {
    match object.get("bin") {
        Some(Value::String(file)) => {
            let name = name.rsplit('/').next().unwrap_or(name);
            BTreeMap::from([(name.to_owned(), file.clone())])
        }
        Some(Value::Object(_)) => strings(object, "bin"),
        _ => BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings() {
        let text = r#"{
            "name": "@scope/tool", "version": "1.2.3", "description": " A tool. ",
            "repository": {"type": "git", "url": "git+https://example.org/o/tool.git", "directory": "./packages/tool/"},
            "license": {"type": "MIT"}, "bin": "./cli.js",
            "scripts": {"build": "tsc", "bad": 3}, "dependencies": {"a": "1"}, "devDependencies": {"b": "1"},
            "gypfile": true, "packageManager": "pnpm@9.1.0"
        }"#;
        let manifest = parse(text, "package.json").unwrap();
        assert_eq!(
            manifest,
            Manifest {
                name: "@scope/tool".to_owned(),
                version: Some("1.2.3".to_owned()),
                description: Some("A tool.".to_owned()),
                homepage: None,
                repository: Some("https://example.org/o/tool".to_owned()),
                repository_folder: Some("packages/tool".to_owned()),
                license: Some("MIT".to_owned()),
                programs: BTreeMap::from([("tool".to_owned(), "./cli.js".to_owned())]),
                scripts: BTreeMap::from([("build".to_owned(), "tsc".to_owned())]),
                dependencies: vec!["a".to_owned(), "b".to_owned()],
                package_manager: Some("pnpm@9.1.0".to_owned()),
                compiles: true,
            }
        );
    }

    #[test]
    fn repositories() {
        for (given, expected) in [
            ("owner/name", Some("https://github.com/owner/name")),
            ("github:owner/name", Some("https://github.com/owner/name")),
            ("gitlab:owner/name", Some("https://gitlab.com/owner/name")),
            ("git@example.org:o/n.git", Some("https://example.org/o/n")),
            ("git://example.org/o/n.git", Some("https://example.org/o/n")),
            (
                "ssh://git@example.org/o/n.git",
                Some("https://example.org/o/n"),
            ),
            ("just-a-word", None),
            ("file:../x", None),
        ] {
            let object = Map::from_iter([("repository".to_owned(), Value::from(given))]);
            assert_eq!(repository(&object).as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn old_licences_and_junk() {
        let manifest = parse(
            r#"{"name": "x", "licenses": [{"type": "MIT"}, "ISC", 4]}"#,
            "p",
        )
        .unwrap();
        assert_eq!(manifest.license.as_deref(), Some("MIT OR ISC"));
        assert_eq!(
            parse("{}", "p").unwrap_err().to_string(),
            "`p` lacks `name`"
        );
        assert!(parse("[]", "p").is_err());
        assert!(parse(&"[".repeat(1_000_000), "p").is_err());
    }
}
