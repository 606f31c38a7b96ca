//! No text exhausts the stack or panics in an edit: deep, long and broken ones are edited or refused, in a test thread's own
//! small stack. An overflow ends the whole test program.
#![cfg(test)]

use nixsmith_expr::edit::{
    Anchor, AttributePath, Document, ElementPlace, Function, InputFollows, InputRequest,
    ListTarget, Place,
};
use nixsmith_expr::guard;

/// Every edit, whatever comes of it; what comes of it is Nix.
fn everything(text: &str) -> usize {
    let Ok(document) = Document::parse(text) else {
        return 0;
    };
    let list = |path: Option<AttributePath>| ListTarget {
        anchor: Anchor::Main,
        path,
        number: None,
    };
    let call = Anchor::Call {
        function: None,
        number: Some(1),
    };
    let around = Anchor::Around(Place::Offset(text.len() / 2));
    let mut outcomes = Vec::new();
    for path in ["a", "a.a", "a.b.c"] {
        let path: AttributePath = path.parse().unwrap();
        for anchor in [&Anchor::Main, &call, &around] {
            outcomes.extend([
                document.set(anchor, &path, "1"),
                document.insert(anchor, &path, "1"),
                document.remove(anchor, &path),
                document.rename(anchor, &path, "b"),
            ]);
        }
        outcomes.extend([
            document.add_element(&list(Some(path.clone())), "b", &ElementPlace::Sorted),
            document.remove_element(&list(Some(path)), "a"),
        ]);
    }
    let follows = InputFollows {
        input: "a".to_owned(),
        target: "a".to_owned(),
    };
    outcomes.extend([
        document.add_element(&list(None), "b", &ElementPlace::First),
        document.set_at(Place::Offset(text.len() / 2), None, "1"),
        document.add_formal(&Function::Main, "x", None),
        document.remove_formal(&Function::Main, "a", false),
        document.rename_formal(&Function::Main, "a", "x", true),
        document.set_default(&Function::Main, "a", Some("1")),
        document.add_input(&InputRequest::new("x", "y")),
        document.remove_input("a", false),
        document.set_input_url("a", "x"),
        document.add_follows("a", &follows),
    ]);
    let _ = document.definition(Place::Offset(text.len() / 2));
    for outcome in outcomes.iter().flatten() {
        Document::parse(&outcome.text).unwrap_or_else(|error| panic!("{error}: {text}"));
    }
    outcomes.iter().flatten().count()
}

/// What is repeated, and what closes one repetition.
const SHAPES: [(&str, &str); 30] = [
    ("(", ")"),
    ("[", "]"),
    ("{a=", ";}"),
    ("rec{a=", ";}"),
    ("{a=f{a=", ";};}"),
    ("{a.a=", ";}"),
    ("let a=", ";in a"),
    ("let a=1;in ", ""),
    ("let{a=", ";}"),
    ("a: ", ""),
    ("{a}:", ""),
    ("{a?", "}:a"),
    ("{a,...}@b:", ""),
    ("with a;", ""),
    ("assert a;", ""),
    ("if a then b else ", ""),
    ("{inherit(", ")a;}"),
    ("{a=1;}//", ""),
    ("f{a=1;}//", ""),
    ("[a]++", ""),
    ("f[a]++", ""),
    ("f ", ""),
    ("f(", ")"),
    ("f(a: ", ")"),
    ("mkA{name=", ";}"),
    ("{inputs=", ";outputs=a:a;}"),
    ("{inputs.a.follows=\"a\";inputs.b=", ";outputs={a}:a;}"),
    ("''${", "}''"),
    ("\"${", "}\""),
    ("{\"${", "}\"=1;}"),
];

#[test]
fn depth_is_edited_or_refused() {
    let mut edited = 0;
    for (open, close) in SHAPES {
        for times in [3, 480, 900] {
            for inner in ["{a=1;}", "[a]"] {
                let text = format!("{}{inner}{}", open.repeat(times), close.repeat(times));
                edited += everything(&text);
            }
        }
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        assert!(Document::parse(&deep).is_err(), "{open}");
        everything(&open.repeat(1000));
    }
    assert!(edited > 200, "only {edited} edits");
}

#[test]
fn long_texts_are_edited() {
    let bindings: String = (0..3000).map(|it| format!("  a{it} = {it};\n")).collect();
    let names: String = (0..3000).map(|it| format!(" a{it}")).collect();
    let formals: String = (0..3000).map(|it| format!("a{it}, ")).collect();
    let comments = "# a\n".repeat(5000);
    let texts = [
        format!("{{\n{bindings}}}\n"),
        format!("{{ a = [{names} ]; inherit (x){names}; }}"),
        format!("{{ {formals}a }}: a"),
        format!("{comments}{{\n{comments}a = 1;\n{comments}\n{comments}}}\n{comments}"),
        format!("{{ a = {{{}", "\n".repeat(20_000)) + "}; }",
    ];
    for text in texts {
        assert!(everything(&text) >= 3, "{:?}", text.get(..40));
    }
}

#[test]
fn what_is_too_large_or_no_nix_is_refused() {
    let large = "{ a = 1; }\n".to_owned() + &" ".repeat(guard::SIZE_LIMIT_BYTES);
    let broken = [
        large.as_str(),
        "",
        "\0",
        "{ a = 1; }\0",
        "{ a = \"1; }",
        "{ a = ''1; }",
        "\u{feff}{ }",
        "{ a = 1; }}",
        "{ a = 1 }",
        "/* { }",
        "{ # \r }\n}",
    ];
    for text in broken {
        assert!(Document::parse(text).is_err(), "{:?}", text.get(..20));
    }
}
