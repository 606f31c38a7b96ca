//! What `meta` says of a package, and what it should say.

use std::path::Path;

use nixsmith_expr::lint::Level;
use schemars::JsonSchema;
use serde::Serialize;

use super::facts::Meta;
use crate::finding::Finding;

/// What `meta` says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MetaSummary {
    /// The description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The home pages.
    pub homepage: Vec<String>,
    /// The names of the licenses.
    pub licenses: Vec<String>,
    /// The main program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_program: Option<String>,
    /// The maintainers' names at the forge, and teams.
    pub maintainers: Vec<String>,
    /// How many platforms it is for.
    pub platforms: usize,
}

pub(super) fn summary(meta: &Meta) -> MetaSummary {
    let licenses = meta.licenses.iter().flatten();
    let people = meta.maintainers.iter().chain(&meta.teams).flatten();
    MetaSummary {
        description: meta.description.clone(),
        homepage: meta.homepage.clone().unwrap_or_default(),
        licenses: licenses.map(|license| license.name.clone()).collect(),
        main_program: meta.main_program.clone(),
        maintainers: people.cloned().collect(),
        platforms: meta.platforms.as_ref().map_or(0, Vec::len),
    }
}

/// What is wrong with it on this system.
pub(super) fn findings(meta: &Meta, system: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut warn = |code: &'static str, message: String| {
        found.push(Finding::new(code, Level::Warning, message));
    };
    match meta.description.as_deref().map(str::trim) {
        None | Some("") => warn(
            "test-description",
            "`meta.description` is missing".to_owned(),
        ),
        Some(text) if text.ends_with('.') => {
            warn(
                "test-description",
                "`meta.description` ends with a period".to_owned(),
            );
        }
        Some(_) => {}
    }
    if meta.homepage.as_ref().is_none_or(Vec::is_empty) {
        warn("test-homepage", "`meta.homepage` is missing".to_owned());
    }
    match &meta.licenses {
        _ if !meta.has_license => warn("test-license", "`meta.license` is missing".to_owned()),
        None => warn(
            "test-license",
            "`meta.license` does not evaluate".to_owned(),
        ),
        Some(licenses) => {
            for license in licenses.iter().filter(|license| !license.is_known) {
                let name = &license.name;
                warn(
                    "test-license",
                    format!("the license `{name}` is a text, none of `lib.licenses`"),
                );
            }
        }
    }
    let is_empty = |list: &Option<Vec<String>>| list.as_ref().is_none_or(Vec::is_empty);
    match (&meta.maintainers, is_empty(&meta.teams)) {
        (None, _) => warn(
            "test-maintainers",
            "`meta.maintainers` does not evaluate".to_owned(),
        ),
        (Some(people), true) if people.is_empty() => {
            warn(
                "test-maintainers",
                "nobody maintains it: `meta.maintainers` is empty".to_owned(),
            );
        }
        _ => {}
    }
    platform_findings(meta, system, &mut warn);
    if meta.broken == Some(true) {
        warn("test-broken", "it is marked as broken".to_owned());
    }
    found
}

fn platform_findings(meta: &Meta, system: &str, warn: &mut impl FnMut(&'static str, String)) {
    let has = |list: &Option<Vec<String>>| list.iter().flatten().any(|it| it == system);
    if !meta.has_platforms {
        warn("test-platforms", "`meta.platforms` is missing".to_owned());
    } else if meta.platforms.is_none() {
        warn(
            "test-platforms",
            "`meta.platforms` does not evaluate".to_owned(),
        );
    } else if meta.platforms.as_ref().is_some_and(|list| !list.is_empty()) && !has(&meta.platforms)
    {
        warn(
            "test-platforms",
            format!("`meta.platforms` does not have `{system}`"),
        );
    }
    if has(&meta.bad_platforms) {
        warn(
            "test-platforms",
            format!("`meta.badPlatforms` has `{system}`"),
        );
    }
}

/// What is wrong with `meta.mainProgram`, given the programs that there are.
pub(super) fn main_program(meta: &Meta, programs: &[impl AsRef<Path>]) -> Option<Finding> {
    let names = programs.iter().filter_map(|path| path.as_ref().file_name());
    let names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let (level, message) = match (&meta.main_program, names.as_slice()) {
        (Some(main), names) if !names.contains(main) => {
            let there = match names {
                [] => "no output that is installed has a program".to_owned(),
                names => format!("there are {}", listed(names)),
            };
            (
                Level::Error,
                format!("`meta.mainProgram` is `{main}`, which is not there: {there}"),
            )
        }
        (None, [only]) => (
            Level::Warning,
            format!("`meta.mainProgram` is missing, and the only program is `{only}`"),
        ),
        _ => return None,
    };
    Some(Finding::new("test-main-program", level, message))
}

fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(5)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len().saturating_sub(5) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::facts::License;
    use super::*;

    fn sound() -> Meta {
        let list = |text: &str| Some(vec![text.to_owned()]);
        Meta {
            description: Some("Program that greets".to_owned()),
            homepage: list("https://example.org"),
            licenses: Some(vec![License {
                name: "MIT".to_owned(),
                is_known: true,
            }]),
            has_license: true,
            maintainers: list("ada"),
            teams: Some(Vec::new()),
            platforms: list("x86_64-linux"),
            has_platforms: true,
            ..Meta::default()
        }
    }

    fn messages(meta: &Meta) -> Vec<String> {
        let found = findings(meta, "x86_64-linux");
        found
            .into_iter()
            .map(|finding| finding.message.into_owned())
            .collect()
    }

    #[test]
    fn a_sound_meta_and_an_empty_one() {
        assert!(messages(&sound()).is_empty());
        assert_eq!(
            messages(&Meta::default()),
            [
                "`meta.description` is missing",
                "`meta.homepage` is missing",
                "`meta.license` is missing",
                "`meta.maintainers` does not evaluate",
                "`meta.platforms` is missing",
            ]
        );
        let elsewhere = findings(&sound(), "aarch64-darwin");
        assert_eq!(
            elsewhere[0].message,
            "`meta.platforms` does not have `aarch64-darwin`"
        );
        let team = Meta {
            maintainers: Some(Vec::new()),
            teams: Some(vec!["cosmic".to_owned()]),
            ..sound()
        };
        assert!(messages(&team).is_empty());
    }

    #[test]
    fn the_main_program_is_one_of_them() {
        let named = |name: Option<&str>| Meta {
            main_program: name.map(str::to_owned),
            ..sound()
        };
        let message = |name, programs: &[&str]| {
            main_program(&named(name), programs).map(|finding| finding.message.into_owned())
        };
        assert_eq!(message(Some("hi"), &["/s/bin/hi", "/s/bin/ho"]), None);
        assert_eq!(message(None, &["/s/bin/hi", "/s/bin/ho"]), None);
        assert_eq!(message(None, &[]), None);
        assert_eq!(
            message(Some("hi"), &["/s/bin/ho"]).unwrap(),
            "`meta.mainProgram` is `hi`, which is not there: there are `ho`"
        );
        assert!(message(Some("hi"), &[]).is_some());
        assert!(message(None, &["/s/bin/hi"]).is_some());
    }
}
