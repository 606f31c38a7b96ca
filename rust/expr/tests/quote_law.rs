//! The law of `quote`, without Nix: rnix's reading of what was written is what was given, before and after formatting.
#![cfg(test)]

use nixsmith_expr::{format, parse, quote};
use proptest::prelude::*;
use rnix::ast::{self, InterpolPart};
use rowan::ast::AstNode as _;

/// Evaluates a string literal; `version` stands for every interpolation.
fn evaluate(source: &str, version: &str) -> String {
    let root = parse::parse(source).unwrap_or_else(|error| panic!("{error} in {source}"));
    let literal = root
        .syntax()
        .descendants()
        .find_map(<ast::Str as rowan::ast::AstNode>::cast)
        .unwrap_or_else(|| panic!("no string in {source}"));
    literal
        .normalized_parts()
        .into_iter()
        .map(|part| match part {
            InterpolPart::Literal(text) => text,
            InterpolPart::Interpolation(_) => version.to_owned(),
        })
        .collect()
}

/// Texts in which everything that means something to a Nix lexer is frequent.
fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(vec![
            "$", "{", "}", "${", "$$", "''", "'", "\"", "\\", "\n", "\r", "\t", " ", "  ", "\n  ", "\n ", "''$", "''\\",
            "'''", "/*", "#", "a", "1.0", "ä", "\u{1}", "\u{2028}", "\u{feff}", "in",
        ]).prop_map(str::to_owned),
        1 => "[^\\x00]{0,4}",
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_string_is_its_text(text in hostile_text()) {
        let source = quote::string(&text).unwrap();
        prop_assert_eq!(evaluate(&source, ""), text.as_str());
        let formatted = format::format(&format!("{{ a = [ {source} ]; }}")).unwrap();
        prop_assert_eq!(evaluate(&formatted, ""), text.as_str());
        prop_assert_eq!(format::format(&formatted).unwrap(), formatted);
    }

    #[test]
    fn an_indented_string_is_its_text(text in hostile_text()) {
        let source = quote::indented_string(&text).unwrap();
        prop_assert_eq!(evaluate(&source, ""), text.as_str(), "{}", source);
        let formatted = format::format(&format!("{{ a = [ {source} ]; }}")).unwrap();
        prop_assert_eq!(evaluate(&formatted, ""), text.as_str(), "{}", formatted);
    }

    #[test]
    fn a_version_is_interpolated_and_nothing_else(text in hostile_text(), version in "[0-9.${\\\\]{0,3}") {
        let source = quote::string_with_version(&text, &version, "finalAttrs.version").unwrap();
        prop_assert_eq!(evaluate(&source, &version), text.as_str(), "{}", source);
        let formatted = format::format(&source).unwrap();
        prop_assert_eq!(evaluate(&formatted, &version), text.as_str());
    }

    #[test]
    fn a_name_is_one_name(names in prop::collection::vec(prop_oneof![hostile_text(), "[a-z'_-]{1,7}"], 1..4)) {
        let source = format!("{{ {} = 1; }}", quote::attribute_path(&names).unwrap());
        let root = parse::parse(&source).unwrap();
        let path = root.syntax().descendants().find_map(ast::Attrpath::cast).unwrap();
        let read: Vec<String> = path.attrs().map(|name| match name {
            ast::Attr::Ident(name) => name.to_string(),
            ast::Attr::Str(literal) => evaluate(&literal.to_string(), ""),
            ast::Attr::Dynamic(dynamic) => panic!("{dynamic} in {source}"),
        }).collect();
        prop_assert_eq!(read, names);
    }

    #[test]
    fn a_path_is_one_path_or_refused(text in "[a-z./~ $+-]{0,8}") {
        if let Ok(source) = quote::path(&text) {
            let root = parse::parse(&format!("[ {source} ]")).unwrap();
            let tokens: Vec<String> = root.syntax().descendants()
                .filter(|node| matches!(node.kind(), rnix::SyntaxKind::NODE_PATH_ABS | rnix::SyntaxKind::NODE_PATH_REL))
                .map(|node| node.to_string()).collect();
            prop_assert_eq!(tokens, vec![source]);
        }
    }
}

#[test]
fn what_nix_cannot_hold_is_refused() {
    assert_eq!(
        quote::string("a\0b").unwrap_err().to_string(),
        "a Nix string cannot hold the NUL byte at offset 1 of `a\u{2400}b`"
    );
    assert!(quote::indented_string("\0").is_err());
    assert!(quote::attribute_name("\0").is_err());
    assert!(quote::attribute_path::<&str>(&[]).is_err());
    let refused = [
        "", "~", "~/a", "a b", "/a/", "a//b", "//", "ä", "/a/../b", "a/.", "./a/..", "${x}", "a\nb",
    ];
    for text in refused {
        assert!(quote::path(text).is_err(), "{text}");
    }
    for text in [
        "", "1", "a.b", "a b", "let", "with", "or", "ä", "a;", "-a", "'",
    ] {
        assert!(quote::identifier(text).is_err(), "{text}");
    }
}

#[test]
fn texts_are_written_as_a_person_would() {
    let cases = [
        (quote::string("plain"), r#""plain""#),
        (quote::string("a\"b\\c\n"), r#""a\"b\\c\n""#),
        (
            quote::string("5 $ and $x and ${y}"),
            r#""5 $ and $x and \${y}""#,
        ),
        (quote::string("$${y}"), r#""$\${y}""#),
        (quote::indented_string("one line"), "''one line''"),
        (quote::indented_string("a\n\n  b\n"), "''\n  a\n\n    b\n''"),
        (quote::indented_string("  a\n"), "''\n  ''\\  a\n''"),
        (
            quote::indented_string("it's ''${x}''\n"),
            "''\n  it's '''''${x}'''\n''",
        ),
        (quote::attribute_name("pkg-config"), "pkg-config"),
        (quote::attribute_name("1password"), r#""1password""#),
        (quote::attribute_name("or"), r#""or""#),
        (
            quote::attribute_path(&["a", "b c", "with"]),
            r#"a."b c"."with""#,
        ),
        (quote::path("Cargo.lock"), "./Cargo.lock"),
        (quote::path("/etc/hosts"), "/etc/hosts"),
        (quote::path(".."), "../."),
        (quote::path("../../a"), "../../a"),
        (
            quote::string_with_version("v1.2/x-1.2.3-11.2", "1.2", "v"),
            r#""v${v}/x-1.2.3-11.2""#,
        ),
        (
            quote::string_with_version("$1.2", "1.2", "v"),
            r#""\$${v}""#,
        ),
    ];
    for (written, expected) in cases {
        assert_eq!(written.as_deref(), Ok(expected));
    }
}
