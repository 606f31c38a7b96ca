//! Edits against whole files: `tests/edit/<case>/` has `input.nix`, the edit as `edit.json`, and `expected.nix`, or
//! `error.txt` where the edit is refused; `removed.txt` holds the comments that went, where any did. `UPDATE=1` rewrites
//! the expectations. Every case is checked for what all edits promise as well.
#![cfg(test)]

use std::path::{Path, PathBuf};

use nixsmith_expr::edit::{
    Anchor, Document, EditError, ElementPlace, Function, InputFollows, InputRequest, InputSource,
    ListTarget, Outcome, Place,
};
use nixsmith_expr::{format, parse};
use serde_json::Value as Json;

fn text<'json>(json: &'json Json, key: &str) -> &'json str {
    optional(json, key).unwrap_or_else(|| panic!("no `{key}` in {json}"))
}

fn optional<'json>(json: &'json Json, key: &str) -> Option<&'json str> {
    json.get(key)
        .map(|it| it.as_str().unwrap_or_else(|| panic!("`{key}` in {json}")))
}

fn flag(json: &Json, key: &str) -> bool {
    json.get(key).and_then(Json::as_bool).unwrap_or_default()
}

fn number(json: &Json, key: &str) -> Option<usize> {
    json.get(key)
        .map(|it| usize::try_from(it.as_u64().unwrap()).unwrap())
}

/// A byte, `[line, column]`, or `{"text": …}`: where that text begins.
fn place(json: &Json, input: &str) -> Place {
    if let Some(pair) = json.as_array() {
        let number = |index: usize| usize::try_from(pair[index].as_u64().unwrap()).unwrap();
        return Place::LineColumn {
            line: number(0),
            column: number(1),
        };
    }
    match optional(json, "text") {
        Some(text) => Place::Offset(input.find(text).unwrap()),
        None => Place::Offset(usize::try_from(json.as_u64().unwrap()).unwrap()),
    }
}

fn anchor(json: &Json, input: &str) -> Anchor {
    if let Some(call) = json.get("call") {
        return Anchor::Call {
            function: call.as_str().map(str::to_owned),
            number: number(json, "number"),
        };
    }
    if flag(json, "let") {
        return Anchor::Let;
    }
    match json.get("around") {
        Some(around) => Anchor::Around(place(around, input)),
        None => Anchor::Main,
    }
}

fn function(json: &Json) -> Function {
    match optional(json, "function") {
        Some(path) => Function::Attribute(path.parse().unwrap()),
        None => Function::Main,
    }
}

fn list(json: &Json, input: &str) -> ListTarget {
    ListTarget {
        anchor: anchor(json, input),
        path: optional(json, "path").map(|it| it.parse().unwrap()),
        number: number(json, "list"),
    }
}

fn element_place(json: &Json) -> ElementPlace {
    match (optional(json, "before"), optional(json, "after")) {
        (Some(other), _) => ElementPlace::Before(other.to_owned()),
        (_, Some(other)) => ElementPlace::After(other.to_owned()),
        _ => match optional(json, "at") {
            Some("first") => ElementPlace::First,
            Some("last") => ElementPlace::Last,
            _ => ElementPlace::Sorted,
        },
    }
}

fn follows(json: &Json) -> InputFollows {
    InputFollows {
        input: text(json, "input").to_owned(),
        target: text(json, "target").to_owned(),
    }
}

fn input_request(json: &Json) -> InputRequest {
    InputRequest {
        name: text(json, "name").to_owned(),
        source: match optional(json, "url") {
            Some(url) => InputSource::Url(url.to_owned()),
            None => InputSource::Follows(text(json, "target").to_owned()),
        },
        follows: json
            .get("follows")
            .and_then(Json::as_array)
            .map(|all| all.iter().map(follows).collect())
            .unwrap_or_default(),
        is_flake: json.get("flake").is_none_or(|it| it.as_bool().unwrap()),
        name_in_open_pattern: flag(json, "open"),
    }
}

/// Does to `input` what `json` says.
fn edit(input: &str, json: &Json) -> Result<Outcome, EditError> {
    let document = Document::parse(input)?;
    let path = || text(json, "path").parse();
    let anchor = anchor(json, input);
    match text(json, "edit") {
        "set" => document.set(&anchor, &path()?, text(json, "value")),
        "insert" => document.insert(&anchor, &path()?, text(json, "value")),
        "remove" => document.remove(&anchor, &path()?),
        "rename" => document.rename(&anchor, &path()?, text(json, "name")),
        "set-at" => document.set_at(
            place(&json["place"], input),
            optional(json, "name"),
            text(json, "value"),
        ),
        "set-definition" => {
            let definition = document.definition(place(&json["place"], input))?;
            document.set_at(definition, None, text(json, "value"))
        }
        "add-element" => document.add_element(
            &list(json, input),
            text(json, "element"),
            &element_place(json),
        ),
        "remove-element" => document.remove_element(&list(json, input), text(json, "element")),
        "replace-element" => document.replace_element(
            &list(json, input),
            text(json, "element"),
            text(json, "value"),
        ),
        "add-formal" => document.add_formal(
            &function(json),
            text(json, "name"),
            optional(json, "default"),
        ),
        "remove-formal" => {
            document.remove_formal(&function(json), text(json, "name"), flag(json, "force"))
        }
        "rename-formal" => document.rename_formal(
            &function(json),
            text(json, "name"),
            text(json, "to"),
            flag(json, "force"),
        ),
        "set-default" => document.set_default(
            &function(json),
            text(json, "name"),
            optional(json, "default"),
        ),
        "add-input" => document.add_input(&input_request(json)),
        "remove-input" => document.remove_input(text(json, "name"), flag(json, "force")),
        "set-input-url" => document.set_input_url(text(json, "name"), text(json, "url")),
        "add-follows" => document.add_follows(text(json, "name"), &follows(json)),
        other => panic!("no edit `{other}`"),
    }
}

fn comments(text: &str) -> Vec<String> {
    let mut comments: Vec<String> = rnix::tokenize(text)
        .filter(|(kind, _)| *kind == rnix::SyntaxKind::TOKEN_COMMENT)
        .map(|(_, comment)| comment.trim_end().to_owned())
        .collect();
    comments.sort();
    comments
}

/// What every edit promises, whatever it is.
fn check_promises(case: &str, input: &str, outcome: &Outcome) {
    parse::parse(&outcome.text).unwrap_or_else(|error| panic!("{case}: {error}"));
    let mut after = comments(&outcome.text);
    after.extend(
        outcome
            .removed_comments
            .iter()
            .map(|it| it.trim_end().to_owned()),
    );
    after.sort();
    assert_eq!(after, comments(input), "{case}");
    if format::format(input).as_deref() == Ok(input) {
        assert_eq!(
            format::format(&outcome.text).as_ref(),
            Ok(&outcome.text),
            "{case}"
        );
    }
    let lone = |text: &str| text.replace("\r\n", "").contains('\n');
    if input.contains("\r\n") && !lone(input) {
        assert!(!lone(&outcome.text), "{case}: a line without its return");
    }
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/edit");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    cases
}

#[expect(
    clippy::disallowed_methods,
    reason = "UPDATE=1 rewrites the expected files"
)]
fn compare(path: &Path, found: Option<&str>) -> Result<(), String> {
    let expected = std::fs::read_to_string(path).ok();
    if expected.as_deref() == found {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        match found {
            Some(found) => std::fs::write(path, found).unwrap(),
            None => std::fs::remove_file(path).unwrap(),
        }
        return Ok(());
    }
    let show = |text: Option<&str>| text.map_or("nothing".to_owned(), str::to_owned);
    Err(format!(
        "{}\n--- expected\n{}\n--- found\n{}",
        path.display(),
        show(expected.as_deref()),
        show(found)
    ))
}

#[test]
fn every_case_comes_out_as_written() {
    let cases = cases();
    assert!(cases.len() >= 60, "only {} cases", cases.len());
    let mut failures = Vec::new();
    for case in &cases {
        let name = case.file_name().unwrap().to_string_lossy();
        let input = std::fs::read_to_string(case.join("input.nix")).unwrap();
        let json = std::fs::read_to_string(case.join("edit.json")).unwrap();
        let json: Json =
            serde_json::from_str(&json).unwrap_or_else(|error| panic!("{name}: {error}"));
        let outcome = edit(&input, &json);
        let (mut expected, mut error, mut removed) = (None, None, None);
        match &outcome {
            Ok(outcome) => {
                check_promises(&name, &input, outcome);
                expected = Some(outcome.text.clone());
                let lines = outcome.removed_comments.iter();
                let lines: String = lines.map(|comment| format!("{comment}\n")).collect();
                removed = Some(lines).filter(|it| !it.is_empty());
            }
            Err(refused) => {
                assert!(
                    !matches!(refused, EditError::Unsound { .. }),
                    "{name}: {refused}"
                );
                error = Some(format!("{refused}\n"));
            }
        }
        for (file, found) in [
            ("expected.nix", &expected),
            ("error.txt", &error),
            ("removed.txt", &removed),
        ] {
            failures.extend(compare(&case.join(file), found.as_deref()).err());
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
