//! The law of `quote`, judged by Nix itself. Reads `NIXSMITH_TEST_NIX` (a `nix` program); without it the test is skipped
//! and says so.
#![cfg(test)]

use std::io::Write as _;
use std::process::{Command, Stdio};

use nixsmith_expr::{format, quote};

/// A small deterministic generator (splitmix64), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn next(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }
}

const PIECES: [&str; 40] = [
    "$",
    "{",
    "}",
    "${",
    "$$",
    "$${",
    "''",
    "'",
    "\"",
    "\\",
    "\n",
    "\r",
    "\t",
    " ",
    "  ",
    "\n  ",
    "\n ",
    "\n\t",
    "''$",
    "''\\",
    "'''",
    "/*",
    "*/",
    "#",
    "a",
    "B",
    "1",
    "1.0",
    ".",
    "-",
    "_",
    "ä",
    "\u{1}",
    "\u{7f}",
    "\u{2028}",
    "\u{feff}",
    "🦀",
    "in",
    "\r\n",
    "${builtins.abort \"\"}",
];

fn texts() -> Vec<String> {
    let mut texts: Vec<String> = PIECES.iter().map(|piece| (*piece).to_owned()).collect();
    let words = [
        "", "if", "then", "else", "assert", "with", "let", "in", "rec", "inherit", "or", "null",
        "true", "__curPos", "import", "a'b", "-a", "0a", "\n", "\n\n", " \n ", "  a\n b", "a\n ",
        "x\n  \n", "'\n'", "$\n{", "\\n", "a\\",
    ];
    texts.extend(words.map(str::to_owned));
    let mut random = Random(1);
    while texts.len() < 4000 {
        let length = 1 + random.next(12);
        let text = (0..length)
            .map(|_| PIECES[random.next(PIECES.len())])
            .collect();
        texts.push(text);
    }
    texts
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test's own process; this crate has no process module"
)]
fn evaluate(nix: &std::ffi::OsStr, source: &str) -> serde_json::Value {
    let mut child = Command::new(nix)
        .args([
            "--extra-experimental-features",
            "nix-command",
            "eval",
            "--impure",
            "--json",
            "--file",
            "-",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let text = source.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "what the test runs against is the environment's to say"
)]
fn nix_program() -> Option<std::ffi::OsString> {
    std::env::var_os("NIXSMITH_TEST_NIX").filter(|program| !program.is_empty())
}

/// One evaluation of a list; element by element what came out is compared with what went in.
fn compare(nix: &std::ffi::OsStr, what: &str, sources: &[String], expected: &[&str]) {
    let list = format!("[\n{}\n]", sources.join("\n"));
    let read = evaluate(nix, &list);
    let read = read.as_array().unwrap();
    assert_eq!(read.len(), expected.len(), "{what}");
    for ((read, expected), source) in read.iter().zip(expected).zip(sources) {
        assert_eq!(read.as_str(), Some(*expected), "{what}: {source}");
    }
}

#[test]
fn nix_reads_what_was_meant() {
    let Some(nix) = nix_program() else {
        skip("NIXSMITH_TEST_NIX is not set");
        return;
    };
    let texts = texts();
    let all: Vec<&str> = texts.iter().map(String::as_str).collect();
    let map =
        |write: &dyn Fn(&str) -> String| texts.iter().map(|text| write(text)).collect::<Vec<_>>();

    compare(
        &nix,
        "string",
        &map(&|text| quote::string(text).unwrap()),
        &all,
    );
    compare(
        &nix,
        "indented string",
        &map(&|text| quote::indented_string(text).unwrap()),
        &all,
    );
    let formatted = map(&|text| {
        let pair = format!(
            "[ {} {} ]",
            quote::string(text).unwrap(),
            quote::indented_string(text).unwrap()
        );
        format!(
            "(builtins.head {0}) (builtins.elemAt {0} 1)",
            format::format(&pair).unwrap()
        )
    });
    let twice: Vec<&str> = all.iter().flat_map(|text| [*text, *text]).collect();
    let formatted: Vec<String> = formatted
        .iter()
        .flat_map(|pair| [pair.clone(), String::new()])
        .collect();
    compare(&nix, "formatted", &formatted, &twice);
    let names = map(&|text| {
        let path = quote::attribute_path(&["a", text]).unwrap();
        format!("(builtins.head (builtins.attrNames {{ {path} = 1; }}.a))")
    });
    compare(&nix, "attribute path", &names, &all);
    for version in ["1.0", "1", "$", "{", "a", "\\", "''", "${"] {
        let versions = map(&|text| {
            format!(
                "(let finalAttrs.version = {}; in {})",
                quote::string(version).unwrap(),
                quote::string_with_version(text, version, "finalAttrs.version").unwrap()
            )
        });
        compare(&nix, "string with version", &versions, &all);
    }
    let paths = ["/", "/a", "/a/b.c/d_e+f-g", "/.a/...", "/nonexistent/1"];
    let sources = paths.map(|path| format!("(toString {})", quote::path(path).unwrap()));
    compare(&nix, "path", &sources, &paths);
}

#[expect(clippy::disallowed_macros, reason = "a skipped test says so")]
fn skip(why: &str) {
    println!("skipped: {why}");
}
