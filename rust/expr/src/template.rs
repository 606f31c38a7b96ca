//! The scaffold templates and the filters through which every value of theirs passes. A template is Nix with holes; what
//! fills a hole is quoted by the hole's filter (`nix_…`), there is no other way in.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use tera::{Context, Kwargs, State, Tera, TeraResult, Value as TeraValue};

use crate::fetcher::FetcherCall;
use crate::inputs::InputList;
use crate::quote;
use crate::value::{self, Value};

/// Every template: its name and its text.
const TEMPLATES: [(&str, &str); 10] = [
    (
        "package.nix.tera",
        include_str!("../../../templates/scaffold/package.nix.tera"),
    ),
    (
        "package-stdenv.nix.tera",
        include_str!("../../../templates/scaffold/package-stdenv.nix.tera"),
    ),
    (
        "package-rust.nix.tera",
        include_str!("../../../templates/scaffold/package-rust.nix.tera"),
    ),
    (
        "package-npm.nix.tera",
        include_str!("../../../templates/scaffold/package-npm.nix.tera"),
    ),
    (
        "package-go.nix.tera",
        include_str!("../../../templates/scaffold/package-go.nix.tera"),
    ),
    (
        "package-python.nix.tera",
        include_str!("../../../templates/scaffold/package-python.nix.tera"),
    ),
    (
        "shell.nix.tera",
        include_str!("../../../templates/scaffold/shell.nix.tera"),
    ),
    (
        "flake-shell.nix.tera",
        include_str!("../../../templates/scaffold/flake-shell.nix.tera"),
    ),
    (
        "devenv.nix.tera",
        include_str!("../../../templates/scaffold/devenv.nix.tera"),
    ),
    (
        "flake-devenv.nix.tera",
        include_str!("../../../templates/scaffold/flake-devenv.nix.tera"),
    ),
];

/// Why a template could not be rendered.
#[derive(Debug, thiserror::Error)]
#[error("could not render `{template}`: {reason}")]
pub struct TemplateError {
    /// The template's name.
    pub template: String,
    /// The deepest cause: a filter's sentence, or the engine's.
    pub reason: String,
}

/// Renders a template of the scaffold; the result is Nix, not formatted.
///
/// `values` is serialised to an object whose keys are the template's variables.
///
/// # Errors
/// [`TemplateError`] for an unknown template, a missing variable, or a value that its filter refuses (a NUL, something
/// else than an identifier where only one can stand).
pub fn render(template_name: &str, values: &impl Serialize) -> Result<String, TemplateError> {
    let fail = |reason| TemplateError {
        template: template_name.to_owned(),
        reason,
    };
    let engine = engine().as_ref().map_err(|reason| fail(reason.clone()))?;
    let context = Context::from_serialize(values).map_err(|error| fail(innermost(&error)))?;
    engine
        .render(template_name, &context)
        .map_err(|error| fail(innermost(&error)))
}

/// Returns the deepest cause: the sentence of a filter rather than the engine's account of where it was called.
fn innermost(error: &tera::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

fn engine() -> &'static Result<Tera, String> {
    static ENGINE: OnceLock<Result<Tera, String>> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut engine = Tera::default();
        engine.autoescape_on(Vec::<&str>::new());
        register(&mut engine);
        engine
            .add_raw_templates(TEMPLATES)
            .map_err(|error| error.to_string())?;
        Ok(engine)
    })
}

/// Registers a filter that reads a `$from` and writes Nix.
macro_rules! filter {
    ($engine:expr, $name:literal, $from:ty, $write:expr) => {
        $engine.register_filter($name, |value: &TeraValue, _: Kwargs, _: &State| {
            let write: fn($from) -> Result<String, quote::QuoteError> = $write;
            write(read(value)?).map_err(tera::Error::message)
        });
    };
}

fn register(engine: &mut Tera) {
    filter!(engine, "nix_string", String, |text| quote::string(&text));
    filter!(engine, "nix_indented", String, |text| {
        quote::indented_string(&text)
    });
    filter!(engine, "nix_name", String, |text| quote::attribute_name(
        &text
    ));
    filter!(engine, "nix_path", Vec<String>, |names| {
        quote::attribute_path(&names)
    });
    filter!(engine, "nix_file", String, |text| quote::path(&text));
    filter!(engine, "nix_identifier", String, |text| Ok(
        quote::identifier(&text)?.to_owned()
    ));
    filter!(engine, "nix_reference", String, |text| Ok(
        quote::reference(&text)?.to_owned()
    ));
    filter!(engine, "nix_comment", String, |text| Ok(comment(&text)));
    filter!(engine, "nix_list", Vec<String>, |texts| {
        Value::List(texts.into_iter().map(Value::String).collect()).to_nix()
    });
    filter!(engine, "nix_value", Value, |value| value.to_nix());
    filter!(engine, "nix_bindings", Vec<(String, Value)>, |attributes| {
        value::bindings(&attributes)
    });
    filter!(engine, "nix_call", FetcherCall, |call| call.to_nix());
    filter!(engine, "nix_inputs", InputList, |inputs| inputs.to_nix());
    for (name, write) in MEMBER_FILTERS {
        engine.register_filter(
            name,
            move |value: &TeraValue, arguments: Kwargs, _: &State| {
                let set: &str = arguments.must_get("set")?;
                let set = quote::reference(set).map_err(tera::Error::message)?;
                let names = read::<Vec<String>>(value)?;
                for name in &names {
                    quote::identifier(name).map_err(tera::Error::message)?;
                }
                Ok::<String, tera::Error>(write(set, &names))
            },
        );
    }
}

type WriteMembers = fn(&str, &[String]) -> String;

/// Filters that write members of a set given as `set="lib.licenses"`; the names are identifiers by then.
const MEMBER_FILTERS: [(&str, WriteMembers); 3] = [
    // a list
    ("nix_member_list", |set, names| match names {
        [] => "[ ]".to_owned(),
        names => format!("with {set}; [ {} ]", names.join(" ")),
    }),
    // one alone as itself, else a list
    ("nix_members", |set, names| match names {
        [] => "[ ]".to_owned(),
        [name] => format!("{set}.{name}"),
        names => format!("with {set}; [ {} ]", names.join(" ")),
    }),
    // members that are lists, put together
    ("nix_union", |set, names| {
        let parts: Vec<String> = names.iter().map(|name| format!("{set}.{name}")).collect();
        parts.join(" ++ ")
    }),
];

fn read<'value, Read: Deserialize<'value>>(value: &'value TeraValue) -> TeraResult<Read> {
    Read::deserialize(value).map_err(tera::Error::message)
}

/// Returns `text` as what may stand behind `#`: one line.
fn comment(text: &str) -> String {
    text.split(char::is_control)
        .filter(|piece| !piece.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expressions between `{{` and `}}`.
    fn holes(text: &str) -> Vec<&str> {
        text.split("{{")
            .skip(1)
            .map(|rest| {
                rest.split("}}")
                    .next()
                    .unwrap()
                    .trim_matches(['-', ' ', '\n'])
            })
            .collect()
    }

    #[test]
    fn every_hole_of_every_template_has_a_filter() {
        for (name, text) in TEMPLATES {
            for hole in holes(text) {
                let filter = hole.rsplit('|').next().unwrap().trim();
                assert!(
                    hole.contains('|') && filter.starts_with("nix_"),
                    "{name}: {{{{ {hole} }}}} has no nix_ filter"
                );
            }
            assert!(!text.contains("safe"), "{name}");
        }
        assert_eq!(
            holes("a {{ x }} {{- y | nix_string -}}"),
            ["x", "y | nix_string"]
        );
    }

    #[test]
    fn every_template_of_the_folder_is_known() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates/scaffold");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".tera"))
            .collect();
        found.sort();
        let mut known: Vec<&str> = TEMPLATES.iter().map(|(name, _)| *name).collect();
        known.sort_unstable();
        assert_eq!(found, known);
    }

    #[test]
    fn errors_name_the_template_and_the_reason() {
        let error = render("nothing.tera", &serde_json::json!({})).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("could not render `nothing.tera`: "),
            "{error}"
        );
        assert_eq!(comment("a\n{ evil }\r# b"), "a { evil } # b");
    }
}
