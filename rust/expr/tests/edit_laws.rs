//! What every edit promises, over generated texts: the result parses, comments are those that were there but for the
//! returned ones, the other attributes keep their values, formatted stays formatted, and only lines in question change.
#![cfg(test)]

use std::collections::BTreeMap;

use nixsmith_expr::edit::{
    Anchor, AttributePath, Document, EditError, ElementPlace, Function, InputFollows, InputRequest,
    ListTarget, Outcome, Place,
};
use nixsmith_expr::{format, parse};
use proptest::prelude::*;
use rnix::SyntaxKind::{TOKEN_COMMENT, TOKEN_WHITESPACE};
use rnix::ast::{self, Attr, Entry, Expr, HasEntry as _};
use rowan::ast::AstNode as _;

fn comments(text: &str) -> Vec<String> {
    let tokens = rnix::tokenize(text).filter(|(kind, _)| *kind == TOKEN_COMMENT);
    tokens.map(|(_, it)| it.trim_end().to_owned()).collect()
}

fn normal(text: &str) -> String {
    let tokens =
        rnix::tokenize(text).filter(|(kind, _)| !matches!(*kind, TOKEN_COMMENT | TOKEN_WHITESPACE));
    let words: Vec<&str> = tokens.map(|(_, token)| token).collect();
    words.join(" ")
}

/// Every attribute that is written below a set, with its value; sets in sets are looked into.
fn flatten(set: &ast::AttrSet, prefix: &str, out: &mut BTreeMap<String, String>) {
    for entry in set.entries() {
        match entry {
            Entry::Inherit(inherit) => {
                let from = inherit.from().map_or(String::new(), |it| it.to_string());
                for attribute in inherit.attrs() {
                    out.insert(
                        format!("{prefix}{attribute}"),
                        format!("inherit {}", normal(&from)),
                    );
                }
            }
            Entry::AttrpathValue(binding) => {
                let names: Vec<String> = binding
                    .attrpath()
                    .unwrap()
                    .attrs()
                    .map(|it| match &it {
                        Attr::Dynamic(_) => normal(&it.to_string()),
                        _ => it.to_string(),
                    })
                    .collect();
                let name = format!("{prefix}{}", names.join("."));
                match binding.value().unwrap() {
                    Expr::AttrSet(inner) => flatten(&inner, &format!("{name}."), out),
                    value => {
                        out.insert(name, normal(&value.to_string()));
                    }
                }
            }
        }
    }
}

fn attributes(text: &str) -> BTreeMap<String, String> {
    let root = parse::parse(text).unwrap();
    let mut out = BTreeMap::new();
    let set = root.syntax().descendants().find_map(ast::AttrSet::cast);
    if let Some(set) = set {
        flatten(&set, "", &mut out);
    }
    out
}

/// How many lines at most differ: those of the old text between the first and the last difference.
fn touched_lines(before: &str, after: &str) -> usize {
    let before: Vec<&str> = before.split('\n').collect();
    let after: Vec<&str> = after.split('\n').collect();
    let front = before
        .iter()
        .zip(&after)
        .take_while(|(a, b)| a == b)
        .count();
    let back = before.iter().rev().zip(after.iter().rev());
    let back = back.take_while(|(a, b)| a == b).count();
    before.len().saturating_sub(front + back)
}

/// How many bytes of the new text are neither in front of the first nor behind the last difference.
fn written_bytes(before: &str, after: &str) -> usize {
    let front = before.bytes().zip(after.bytes());
    let front = front.take_while(|(a, b)| a == b).count();
    let back = before.bytes().rev().zip(after.bytes().rev());
    let back = back.take_while(|(a, b)| a == b).count();
    after.len().saturating_sub(front + back)
}

/// Whether the path is one binding of its own in a text that is not formatted, so that a change to it is one place.
fn is_one_place(document: &Document, path: &AttributePath) -> bool {
    let value = document.value(&Anchor::Main, path);
    matches!(value, Ok(Some(_))) && !is_formatted(document.text())
}

fn is_formatted(text: &str) -> bool {
    format::format(text).is_ok_and(|it| it == text)
}

fn check(before: &str, outcome: &Outcome) {
    let after = &outcome.text;
    parse::parse(after).unwrap_or_else(|error| panic!("{error} in\n{after}\nfrom\n{before}"));
    let mut found = comments(after);
    found.extend(
        outcome
            .removed_comments
            .iter()
            .map(|it| it.trim_end().to_owned()),
    );
    found.sort();
    let mut expected = comments(before);
    expected.sort();
    assert_eq!(found, expected, "\n{before}\n=>\n{after}");
    if is_formatted(before) && !is_formatted(after) {
        // The formatter turns `/* a */` into `# a` where no string follows any more.
        let formatted = comments(&format::format(after).unwrap());
        assert_ne!(formatted, comments(after), "\n{before}\n=>\n{after}");
    }
    if !before.replace("\r\n", "").contains('\n') {
        assert!(
            !after.replace("\r\n", "").contains('\n') || !before.contains('\n'),
            "{after:?}"
        );
    }
}

/// Panics where the defect is ours; what is refused is refused.
fn made(result: Result<Outcome, EditError>, before: &str) -> Option<Outcome> {
    match result {
        Ok(outcome) => {
            check(before, &outcome);
            Some(outcome)
        }
        Err(EditError::Unsound { reason }) => panic!("{reason} in\n{before}"),
        Err(_) => None,
    }
}

/// Space and comments, each comment another one where that matters little.
fn space() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => Just(" "), 2 => Just("\n"), 4 => Just("\n  "), 2 => Just("\n\n  "), 1 => Just(""), 1 => Just("\t"),
        1 => Just(" # one\n"), 1 => Just("\n  # two\n  "), 1 => Just(" /* three */ "), 1 => Just("\n\n# four\n\n"),
        1 => Just(" /* five */ # six\n /* seven\n */"), 1 => Just(" # a }; ''\n    "),
    ]
    .prop_map(str::to_owned)
}

/// Space that separates two words.
fn gap() -> impl Strategy<Value = String> {
    space().prop_map(|space| match space.as_str() {
        "" => " ".to_owned(),
        _ => space,
    })
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "a", "b", "c", "d", "\"e f\"", "g", "inputs", "\"${x}\"", "${y}",
    ])
    .prop_map(str::to_owned)
}

fn list() -> impl Strategy<Value = String> {
    (
        prop::collection::vec(
            prop::sample::select(vec!["a", "b.c", "\"d\"", "(f x)", "{ }", "./e"]),
            0..4,
        ),
        prop::collection::vec(gap(), 5),
    )
        .prop_map(|(items, gaps)| {
            let mut out = "[".to_owned();
            for (item, gap) in items.iter().zip(&gaps) {
                out.extend([gap, *item]);
            }
            format!("{out}{}]", gaps[4])
        })
}

fn leaf() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec![
            "1", "\"text\"", "x", "f x", "x: y", "''\n    two\n  lines\n  ''", "with x; y", "if a then b else c",
            "a ++ b", "-1", "http://example.org/a,b", "./a",
        ]).prop_map(str::to_owned),
        2 => list(),
        1 => list().prop_map(|list| format!("with a; {list} ++ lib.optionals x [ y ]")),
    ]
}

fn set() -> impl Strategy<Value = String> {
    set_of(
        leaf()
            .prop_recursive(2, 16, 4, |value| set_of(value.boxed()))
            .boxed(),
    )
}

fn set_of(value: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let path = prop::collection::vec(name(), 1..3).prop_map(|names| names.join("."));
    let binding = (path, value, space(), space(), space())
        .prop_map(|(path, value, one, two, three)| format!("{path}{one}={two}{value}{three};"));
    let inherit = (
        prop::collection::vec(prop::sample::select(vec!["a", "b", "h", "i"]), 0..3),
        gap(),
        any::<bool>(),
    )
        .prop_map(|(names, gap, from)| {
            let from = if from { " (x)" } else { "" };
            format!("inherit{from}{gap}{};", names.join(&gap))
        });
    let entry = prop_oneof![6 => binding, 1 => inherit];
    let entries = prop::collection::vec((space(), entry), 0..6);
    (any::<bool>(), entries, space()).prop_map(|(rec, entries, end)| {
        let mut out = if rec { "rec {" } else { "{" }.to_owned();
        for (space, entry) in entries {
            out.extend([space, entry]);
        }
        format!("{out}{end}}}")
    })
}

fn head() -> impl Strategy<Value = String> {
    let formal = (
        prop::sample::select(vec!["a", "b", "c", "lib", "stdenv"]),
        any::<bool>(),
    )
        .prop_map(|(name, default)| format!("{name}{}", if default { " ? 1" } else { "" }));
    let pattern = (
        prop::collection::vec((space(), formal, space()), 0..4),
        space(),
        any::<bool>(),
        0..3,
    )
        .prop_map(|(formals, end, open, whole)| {
            let mut formals = formals;
            let mut seen = Vec::new();
            formals.retain(|(_, formal, _)| {
                let name = formal.split(' ').next().unwrap().to_owned();
                let is_new = !seen.contains(&name);
                seen.push(name);
                is_new
            });
            let mut parts: Vec<String> = formals
                .iter()
                .map(|(one, it, two)| format!("{one}{it}{two}"))
                .collect();
            if open {
                parts.push(" ...".to_owned());
            }
            let pattern = format!("{{{}{end}}}", parts.join(","));
            match whole {
                0 => format!("{pattern}: "),
                1 => format!("args@{pattern}: "),
                _ => format!("{pattern} @ args:\n"),
            }
        });
    prop_oneof![2 => Just(String::new()), 2 => pattern, 1 => Just("final: prev:\n".to_owned()), 1 => Just("let z = 1; in\n".to_owned())]
}

/// A text that parses, in one of three shapes: as generated, formatted, with the line ends of another system.
fn document() -> impl Strategy<Value = String> {
    (head(), set(), 0..4)
        .prop_map(|(head, set, shape)| {
            let text = format!("{head}{set}\n");
            match shape {
                0 => format::format(&text).unwrap_or(text),
                1 => text.replace('\n', "\r\n"),
                _ => text,
            }
        })
        .prop_filter("not Nix", |text| Document::parse(text).is_ok())
}

fn path() -> impl Strategy<Value = AttributePath> {
    prop::collection::vec(
        prop::sample::select(vec!["a", "b", "c", "d", "e f", "g", "new", "inputs"]),
        1..4,
    )
    .prop_map(|names| AttributePath::new(names).unwrap())
}

fn plain(path: &AttributePath) -> String {
    path.to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn setting_changes_one_value(text in document(), path in path(), value in prop::sample::select(vec!["2", "[ q ]", "{ n = 1; }", "x: 1"])) {
        let document = Document::parse(&text).unwrap();
        if let Some(outcome) = made(document.set(&Anchor::Main, &path, value), &text) {
            let after = Document::parse(&outcome.text).unwrap();
            let read = after.value(&Anchor::Main, &path).unwrap();
            prop_assert_eq!(normal(&read.unwrap()), normal(value));
            if is_one_place(&document, &path) {
                prop_assert!(written_bytes(&text, &outcome.text) <= value.len());
            }
            let (mut old, mut new) = (attributes(&text), attributes(&outcome.text));
            let name = plain(&path);
            let below = format!("{name}.");
            old.retain(|key, _| *key != name && !key.starts_with(&below));
            new.retain(|key, _| *key != name && !key.starts_with(&below));
            prop_assert_eq!(old, new, "{}\n=>\n{}", text, outcome.text);
        }
    }

    #[test]
    fn inserting_touches_one_line(text in document(), path in path()) {
        let document = Document::parse(&text).unwrap();
        if let Some(outcome) = made(document.insert(&Anchor::Main, &path, "2"), &text) {
            let mut new = attributes(&outcome.text);
            prop_assert_eq!(new.remove(&plain(&path)), Some("2".to_owned()), "{}", outcome.text);
            prop_assert_eq!(attributes(&text), new, "{}\n=>\n{}", text, outcome.text);
            if !is_formatted(&text) {
                let empty = text.matches('\n').count();
                prop_assert!(touched_lines(&text, &outcome.text) <= 1 + empty * usize::from(attributes(&text).is_empty()),
                    "{}\n=>\n{}", text, outcome.text);
            }
            let again = Document::parse(&outcome.text).unwrap();
            let is_exists = matches!(again.insert(&Anchor::Main, &path, "2"), Err(EditError::Exists { .. }));
            prop_assert!(is_exists);
            let removed = made(again.remove(&Anchor::Main, &path), &outcome.text).unwrap();
            let reduced = attributes(&removed.text);
            prop_assert_eq!(attributes(&text), reduced, "{}\n=>\n{}", outcome.text, removed.text);
        }
    }

    #[test]
    fn removing_leaves_the_rest(text in document(), path in path()) {
        let document = Document::parse(&text).unwrap();
        if let Some(outcome) = made(document.remove(&Anchor::Main, &path), &text) {
            if is_one_place(&document, &path) {
                // At most the space in brackets that nothing is left between.
                prop_assert!(written_bytes(&text, &outcome.text) <= 1);
            }
            let (mut old, new) = (attributes(&text), attributes(&outcome.text));
            let name = plain(&path);
            let below = format!("{name}.");
            old.retain(|key, _| *key != name && !key.starts_with(&below));
            prop_assert_eq!(old, new, "{}\n=>\n{}", text, outcome.text);
            let again = Document::parse(&outcome.text).unwrap();
            let is_missing = matches!(again.remove(&Anchor::Main, &path), Err(EditError::Missing { .. }));
            prop_assert!(is_missing, "{}", outcome.text);
        }
    }

    #[test]
    fn renaming_keeps_the_values(text in document(), path in path()) {
        let document = Document::parse(&text).unwrap();
        if let Some(outcome) = made(document.rename(&Anchor::Main, &path, "zz"), &text) {
            prop_assert!(outcome.removed_comments.is_empty());
            prop_assert_eq!(attributes(&text).len(), attributes(&outcome.text).len(), "{}\n=>\n{}", text, outcome.text);
        }
    }

    #[test]
    fn elements_come_and_go(text in document(), path in path(), element in prop::sample::select(vec!["q", "a", "f y", "./zz"]), first in any::<bool>()) {
        let document = Document::parse(&text).unwrap();
        let target = ListTarget { anchor: Anchor::Main, path: Some(path), number: None };
        let place = if first { ElementPlace::First } else { ElementPlace::Sorted };
        if let Some(outcome) = made(document.add_element(&target, element, &place), &text) {
            let after = Document::parse(&outcome.text).unwrap();
            let is_there = matches!(after.add_element(&target, element, &place), Err(EditError::ElementExists { .. }));
            prop_assert!(is_there, "{}", outcome.text);
            let replaced = made(after.replace_element(&target, element, "x: y"), &outcome.text).unwrap();
            prop_assert!(normal(&replaced.text).contains("( x : y )"));
            let removed = made(after.remove_element(&target, element), &outcome.text).unwrap();
            if document.value(&Anchor::Main, target.path.as_ref().unwrap()).is_ok() {
                prop_assert_eq!(normal(&removed.text), normal(&text));
            }
        }
        if let Some(outcome) = made(document.remove_element(&target, element), &text) {
            prop_assert!(normal(&outcome.text).len() < normal(&text).len());
        }
    }

    #[test]
    fn arguments_come_and_go(text in document(), name in prop::sample::select(vec!["a", "b", "lib", "new"]), force in any::<bool>()) {
        let document = Document::parse(&text).unwrap();
        let main = Function::Main;
        if let Some(outcome) = made(document.add_formal(&main, name, Some("http://a,b")), &text) {
            let after = Document::parse(&outcome.text).unwrap();
            let plain = made(after.set_default(&main, name, None), &outcome.text).unwrap();
            let removed = made(after.remove_formal(&main, name, true), &outcome.text).unwrap();
            let plain = Document::parse(&plain.text).unwrap();
            let again = made(plain.remove_formal(&main, name, true), plain.text()).unwrap();
            for text in [&removed.text, &again.text] {
                let is_missing = matches!(
                    Document::parse(text).unwrap().remove_formal(&main, name, true),
                    Err(EditError::FormalMissing { .. })
                );
                prop_assert!(is_missing, "{}", text);
            }
            let squeeze = |text: &str| normal(text).replace(" , }", " }").replace("{ , ", "{ ");
            prop_assert_eq!(squeeze(&removed.text), squeeze(&text), "{}\n=>\n{}", outcome.text, removed.text);
        }
        if let Some(outcome) = made(document.remove_formal(&main, name, force), &text) {
            prop_assert_eq!(attributes(&text), attributes(&outcome.text));
        }
        if let Some(outcome) = made(document.rename_formal(&main, name, "zz", force), &text) {
            let back = Document::parse(&outcome.text).unwrap();
            let back = made(back.rename_formal(&main, "zz", name, true), &outcome.text);
            if let Some(back) = back && !text.contains("inherit") {
                prop_assert_eq!(normal(&back.text), normal(&text));
            }
        }
    }

    #[test]
    fn a_position_is_the_attribute(text in document(), offset in 0_usize..200) {
        let document = Document::parse(&text).unwrap();
        if let Some(outcome) = made(document.set_at(Place::Offset(offset), None, "2"), &text) {
            prop_assert!(outcome.text != text || text.contains('2'));
        }
        if let Ok(place) = document.definition(Place::Offset(offset)) {
            prop_assert!(document.set_at(place, None, "2").is_ok());
        }
    }

    #[test]
    fn a_moved_value_is_the_same(text in leaf(), tabs in any::<bool>()) {
        let before = if tabs { "{\n\ta = {\n\t\tb = 1;\n\t};\n}\n" } else { "{\n    a = {\n        b = 1;\n    };\n}\n" };
        prop_assume!(parse::parse(&text).is_ok());
        let document = Document::parse(before).unwrap();
        let path: AttributePath = "a.b".parse().unwrap();
        if let Ok(outcome) = document.set(&Anchor::Main, &path, &text) {
            prop_assert_eq!(strings(&outcome.text), strings(&text), "{}", outcome.text);
        }
    }

    #[test]
    fn inputs_come_and_go(set in set(), head in head(), shape in 0..3) {
        let text = format!("{{\n  inputs = {set};\n\n  outputs = {head} {{ }};\n}}\n");
        let text = match shape {
            0 => format::format(&text).unwrap_or(text),
            1 => text.replace('\n', "\r\n"),
            _ => text,
        };
        let Ok(document) = Document::parse(&text) else { return Ok(()) };
        let mut request = InputRequest::new("new", "x${y}\"");
        request.follows.push(InputFollows { input: "n".to_owned(), target: String::new() });
        request.name_in_open_pattern = true;
        if let Some(outcome) = made(document.add_input(&request), &text) {
            let after = Document::parse(&outcome.text).unwrap();
            let is_there = matches!(after.add_input(&request), Err(EditError::InputExists { .. }));
            prop_assert!(is_there, "{}", outcome.text);
            made(after.set_input_url("new", "z"), &outcome.text).unwrap();
            let removed = made(after.remove_input("new", true), &outcome.text).unwrap();
            prop_assert_eq!(attributes(&removed.text).len(), attributes(&text).len(), "{}\n=>\n{}", outcome.text, removed.text);
        }
        for name in ["a", "b", "g"] {
            if let Some(outcome) = made(document.remove_input(name, true), &text) {
                let again = Document::parse(&outcome.text).unwrap().remove_input(name, true);
                let is_missing = matches!(again, Err(EditError::InputMissing { .. }));
                prop_assert!(is_missing, "{}\n=>\n{}", text, outcome.text);
            }
        }
    }
}

/// What the strings without interpolations in a text evaluate to.
fn strings(text: &str) -> Vec<String> {
    let root = parse::parse(text).unwrap();
    let nodes = root.syntax().descendants().filter_map(ast::Str::cast);
    nodes
        .flat_map(|it| it.normalized_parts())
        .map(|part| match part {
            ast::InterpolPart::Literal(text) => text,
            ast::InterpolPart::Interpolation(_) => "${}".to_owned(),
        })
        .collect()
}
