//! No text exhausts the stack or panics: everything the guard lets through is parsed, formatted and released in a test
//! thread's own small stack. An overflow ends the whole test program.
#![cfg(test)]

use nixsmith_expr::{format, guard, parse};
use proptest::prelude::*;

/// What is repeated, and what closes one repetition.
const SHAPES: [(&str, &str); 52] = [
    ("(", ")"),
    ("[", "]"),
    ("{a=", ";}"),
    ("rec{a=", ";}"),
    ("let{a=", ";}"),
    ("let a=", ";in a"),
    ("let a=1;in ", ""),
    ("\"${", "}\""),
    ("''${", "}''"),
    ("{${", "}=1;}"),
    ("{\"${", "}\"=1;}"),
    ("a.${", "}"),
    ("./a/${", "}"),
    ("a:", ""),
    ("{a}:", ""),
    ("{a?", "}:a"),
    ("a@{b}:", ""),
    ("{b}@a:", ""),
    ("{...}:", ""),
    ("!", ""),
    ("-", ""),
    ("!-", ""),
    ("with a;", ""),
    ("with ", ";a"),
    ("assert a;", ""),
    ("assert ", ";a"),
    ("if a then b else ", ""),
    ("if ", " then a else b"),
    ("if a then ", " else b"),
    ("{inherit(", ");}"),
    ("a++", ""),
    ("a//", ""),
    ("a->", ""),
    ("a<|", ""),
    ("a|>", ""),
    ("a+", ""),
    ("a*", ""),
    ("a/ ", ""),
    ("a&&", ""),
    ("a||", ""),
    ("a==", ""),
    ("a<", ""),
    ("a ", ""),
    ("(a) ", ""),
    ("[] ", ""),
    ("a?b ? ", ""),
    ("a.b or ", ""),
    ("a or ", ""),
    ("a.", ""),
    ("a.b-", ""),
    ("/*", ""),
    ("a\n#b\n", ""),
];

/// Parses and formats what the guard lets through; says whether it did.
fn survives(text: &str) -> bool {
    let passed = guard::check(text).is_ok();
    if passed {
        let _ = parse::parse(text);
        let _ = format::format(text);
    }
    passed
}

#[test]
fn no_repetition_exhausts_the_stack() {
    for (open, close) in SHAPES {
        for times in [100, 480, 990, 1100] {
            survives(&format!("{}1{}", open.repeat(times), close.repeat(times)));
            survives(&open.repeat(times));
        }
        for times in [330, 20_000] {
            survives(&format!("{}1", open.repeat(times)));
            survives(&format!(
                "{{ x = {}1{}; }}",
                open.repeat(times),
                close.repeat(times)
            ));
            survives(&format!("[{}1{}]", open.repeat(times), close.repeat(times)));
        }
    }
}

#[test]
fn two_shapes_in_turn_do_not_exhaust_it_either() {
    // A third of all pairs, every shape in both places.
    for (index, (first, first_end)) in SHAPES.iter().enumerate() {
        for (second, second_end) in SHAPES.iter().skip(index % 3).step_by(3) {
            let open = format!("{first}{second}");
            let close = format!("{second_end}{first_end}");
            survives(&format!("{}1{}", open.repeat(250), close.repeat(250)));
        }
    }
}

#[test]
fn what_people_write_passes() {
    let names: String = (0..5000).map(|n| format!(" name{n}")).collect();
    let attributes: String = (0..5000)
        .map(|n| format!("a{n} = with x; f {n} (-1) or 2;\n"))
        .collect();
    let formals: String = (0..5000).map(|n| format!("a{n} ? {n} + 1,\n")).collect();
    let nested = format!("{}1{}", "{ a = [ ".repeat(120), " ]; }".repeat(120));
    let sums = format!("{}1", "a + f b ++ ".repeat(200));
    let texts = [
        format!("[{names} ]"),
        format!("{{ inherit (x){names}; inherit{names}; }}"),
        format!("let {attributes} in {{ {attributes} }}"),
        format!("{{ {formals} ... }}@args: args"),
        format!("{{ {formals} }}: 1"),
        nested,
        sums,
        "let { body = 1; }".to_owned(),
        "let in 1".to_owned(),
        "f or".to_owned(),
        "{ inherit; }".to_owned(),
        "{ a, b, }: \"${a}$\" + ''''$${b}''".to_owned(),
        "{ ... }: <nixpkgs/lib> + https://example.org/a''b + ./a/${b}/c".to_owned(),
        "let x.${y}.\"${z}\" = __curPos; in if !x then -y else assert a; with b; c ? d.${e}"
            .to_owned(),
        format!("\"{}\"", "aGVsbG8/".repeat(100_000)),
    ];
    for text in texts {
        assert_eq!(
            guard::check(&text),
            Ok(()),
            "{}",
            text.chars().take(200).collect::<String>()
        );
        parse::parse(&text).unwrap();
        format::format(&text).unwrap();
    }
}

#[test]
fn limits_are_named() {
    let message = |text: &str| guard::check(text).unwrap_err().to_string();
    assert_eq!(
        message(&"[".repeat(2000)),
        "1:1000: nested deeper than 1000 levels"
    );
    assert_eq!(
        message("\n (]"),
        "2:3: unexpected `]`, for what was opened at 2:2"
    );
    assert_eq!(message("{ a = 1; }}"), "1:11: unexpected `}`");
    assert_eq!(message("let a = 1; b"), "1:1: `let` is never closed");
    assert_eq!(
        message(&"a.".repeat(2000)),
        "1:502: an attribute path of more than 250 dots"
    );
    assert_eq!(
        message(&format!("[1{}", ".1".repeat(100_000))),
        "1:2: a word of 200001 characters with too many parts"
    );
    assert_eq!(
        message(&" ".repeat(guard::SIZE_LIMIT_BYTES + 1)),
        "the text has 67108865 bytes, more than the 67108864 that are parsed"
    );
}

const TOKENS: [&str; 60] = [
    "(", ")", "[", "]", "{", "}", "${", "\"", "''", "'", "a", "b ", " or ", "let ", " in ", "rec",
    " with ", "assert ", "if ", " then ", " else ", "inherit ", "=", ";", ",", ":", "@", "?", ".",
    "...", "+", "++", "-", "->", "!", "!=", "==", "<", "<=", "<|", "|>", ">", "&&", "||", "/",
    "//", "*", "1", "1.5e", "./a", "/b", "~/", "<c>", "x:y", " ", "\n", "#d\n", "/*e*/", "\\", "$",
];

fn soup() -> impl Strategy<Value = String> {
    let tokens = prop::collection::vec(prop::sample::select(TOKENS.to_vec()), 1..40);
    tokens.prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_soup_panics(text in soup()) {
        survives(&text);
        survives(&format!("{{ x = {text}; }}"));
        survives(&format!("[{text}]"));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        survives(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_repeated_soup_exhausts_the_stack(tokens in prop::collection::vec(prop::sample::select(TOKENS.to_vec()), 1..7)) {
        let text = tokens.concat();
        for times in [300, 20_000] {
            survives(&text.repeat(times));
            survives(&format!("{{ x = {}; }}", text.repeat(times)));
            survives(&format!("({})", text.repeat(times)));
            survives(&format!("[{}]", text.repeat(times)));
        }
    }
}
