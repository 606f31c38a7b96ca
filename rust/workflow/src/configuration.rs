//! `nixsmith.toml`: which rules, at which level, on which files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};
use nixsmith_expr::lint::Level;
use serde::Deserialize;

use crate::context::Context;
use crate::error::Problem;

/// The name of the file.
const NAME: &str = "nixsmith.toml";

/// What the file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    lint: Lint,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Lint {
    rules: Option<Vec<String>>,
    #[serde(default)]
    ignore: Vec<String>,
    baseline: Option<PathBuf>,
    #[serde(default)]
    levels: BTreeMap<String, String>,
    #[serde(default)]
    overrides: Vec<Override>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Override {
    paths: Vec<String>,
    #[serde(default)]
    ignore: Vec<String>,
}

/// The configuration in force.
#[derive(Debug)]
pub(crate) struct Configuration {
    /// The folder that its paths are relative to.
    pub(crate) folder: PathBuf,
    /// Rules and families; `None` is the default.
    pub(crate) rules: Option<Vec<String>>,
    /// Not these rules and families.
    pub(crate) ignore: Vec<String>,
    /// Levels by rule or family, in the order of names; `None` is off.
    pub(crate) levels: Vec<(String, Option<Level>)>,
    /// Files that no command judges or changes unless it is given their very name.
    pub(crate) exclude: GlobSet,
    /// Rules and families that are off in some files.
    pub(crate) overrides: Vec<(GlobSet, Vec<String>)>,
    baseline: Option<PathBuf>,
}

impl Configuration {
    /// The named file, or the nearest `nixsmith.toml` upwards from the context's folder, not beyond the root of its repository;
    /// without one everything is as if nothing were said.
    pub(crate) fn load(named: Option<&Path>, context: &Context) -> anyhow::Result<Self> {
        let path = match named {
            Some(path) => Some(context.path(path)),
            None => nearest(&context.directory),
        };
        let Some(path) = path else {
            return Self::new(File::default(), context.directory.clone());
        };
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Problem::user(format!("could not read `{}`", path.display())).source(error)
        })?;
        let file: File =
            toml::from_str(&text).map_err(|error| not_one(&path, &error.to_string()))?;
        let folder = path.parent().unwrap_or(Path::new(".")).to_path_buf();
        Self::new(file, folder).map_err(|error| not_one(&path, &error.to_string()))
    }

    fn new(file: File, folder: PathBuf) -> anyhow::Result<Self> {
        let lint = file.lint;
        let levels = lint.levels.into_iter().map(|(name, level)| {
            let level = match level.as_str() {
                "off" => None,
                other => Some(other.parse::<Level>()?),
            };
            anyhow::Ok((name, level))
        });
        let overrides = lint
            .overrides
            .into_iter()
            .map(|it| anyhow::Ok((globs(&it.paths)?, it.ignore)));
        Ok(Self {
            levels: levels.collect::<anyhow::Result<_>>()?,
            overrides: overrides.collect::<anyhow::Result<_>>()?,
            exclude: globs(&file.exclude)?,
            rules: lint.rules,
            ignore: lint.ignore,
            baseline: lint.baseline,
            folder,
        })
    }

    /// The file of known findings.
    pub(crate) fn baseline(&self) -> Option<PathBuf> {
        Some(self.folder.join(self.baseline.as_ref()?))
    }

    /// Rules and families that are off in this file, on top of the rest.
    pub(crate) fn ignored_in(&self, path: &Path) -> impl Iterator<Item = &str> {
        let path = self.relative(path).to_path_buf();
        self.overrides
            .iter()
            .filter(move |(globs, _)| globs.is_match(&path))
            .flat_map(|(_, ignored)| ignored.iter().map(String::as_str))
    }

    /// Whether the file or folder is not to be judged.
    pub(crate) fn is_excluded(&self, path: &Path) -> bool {
        self.exclude.is_match(self.relative(path))
    }

    fn relative<'p>(&self, path: &'p Path) -> &'p Path {
        path.strip_prefix(&self.folder).unwrap_or(path)
    }
}

fn nearest(folder: &Path) -> Option<PathBuf> {
    for folder in folder.ancestors() {
        let path = folder.join(NAME);
        if path.is_file() {
            return Some(path);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

fn globs(patterns: &[String]) -> anyhow::Result<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern)?);
        // A folder's name means what lies in it.
        if !pattern.ends_with("/**") {
            let inside = format!("{}/**", pattern.trim_end_matches('/'));
            set.add(Glob::new(&inside)?);
        }
    }
    Ok(set.build()?)
}

fn not_one(path: &Path, reason: &str) -> anyhow::Error {
    let reason = reason.trim_end();
    Problem::user(format!("`{}` is not a configuration", path.display()))
        .source(reason.to_owned())
        .into()
}
