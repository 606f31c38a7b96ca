//! Edits judged by Nix itself, and by real packages. Reads `NIXSMITH_TEST_NIX` (a `nix` program) and
//! `NIXSMITH_TEST_NIXPKGS` (a checkout); what needs one that is not there is skipped and says so.
#![cfg(test)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use nixsmith_expr::edit::{
    Anchor, AttributePath, Document, ElementPlace, Function, InputFollows, InputRequest,
    ListTarget, Place,
};
use nixsmith_expr::{format, quote};
use serde_json::{Value as Json, json};

#[expect(
    clippy::disallowed_methods,
    reason = "what the test runs against is the environment's to say"
)]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[expect(clippy::disallowed_macros, reason = "a skipped test says so")]
fn skip(why: &str) {
    println!("skipped: {why}");
}

/// Writes a file that Nix is to read, in a folder of the test's own.
#[expect(
    clippy::disallowed_methods,
    reason = "Nix knows positions only in files"
)]
fn file(folder: &str, name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test's own process; this crate has no process module"
)]
fn evaluate(nix: &OsString, source: &str) -> Json {
    let file = file("sources", &format!("{:x}.nix", fingerprint(source)), source);
    let output = Command::new(nix)
        .args([
            "--extra-experimental-features",
            "nix-command",
            "eval",
            "--impure",
            "--json",
            "--file",
        ])
        .arg(&file)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}\n{source}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Tells the sources of tests that run at once apart.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn path(text: &str) -> AttributePath {
    text.parse().unwrap()
}

/// Texts with everything that makes a position hard to count.
const POSITIONS: [&str; 7] = [
    "{ a = 1; \"ä\" = 2; b = 3; }",
    "{\r\n\ta = 1;\r\n\t\"ä ö\" = 2; b = 3;\r\n}",
    "{\r a = 1;\r\r b = 2;\n\r c = 3; /* ä\r\n */ d = 4;\n\n}",
    "{ /* 🦀 */ a.b.c = 1; a.d = 2;\t\te = { f = 1; }; ${\"g\"} = 2; \"${\"h\"}i\" = 3; }",
    "let x = 1; y = { z = 2; ä' = 3; }; in { inherit x; inherit\n (y) z\n; b = ''\n ä\r\n \r ''; c = 2; }",
    "rec {\n  a = 1; # ä\n  b = a;\n  inherit ({ c = 1; \"d e\" = 2; })\n    c\t\"d e\";\n}",
    "let { a = 1; body = { inherit a; \"\" = 2; or = 3; }; }",
];

#[test]
fn positions_are_those_of_nix() {
    let Some(nix) = variable("NIXSMITH_TEST_NIX") else {
        skip("NIXSMITH_TEST_NIX is not set");
        return;
    };
    let texts: Vec<String> = POSITIONS
        .iter()
        .map(|text| text.replace("ä' = 3; ", "w = \"ä\"; "))
        .collect();
    let files: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let file = file("positions", &format!("{index}.nix"), text);
            quote::path(file.to_str().unwrap()).unwrap()
        })
        .collect();
    let source = format!(
        "let
          deep = set: builtins.concatMap (name:
            let position = builtins.unsafeGetAttrPos name set; in
            [ {{ inherit name; inherit (position) line column; }} ]
            ++ (if builtins.isAttrs set.${{name}} then deep set.${{name}} else [ ])) (builtins.attrNames set);
        in map (file: deep (import file)) [ {} ]",
        files.join(" ")
    );
    let found = evaluate(&nix, &source);
    let mut count = 0;
    for (text, attributes) in texts.iter().zip(found.as_array().unwrap()) {
        let document = Document::parse(text).unwrap();
        for attribute in attributes.as_array().unwrap() {
            let number = |key: &str| usize::try_from(attribute[key].as_u64().unwrap()).unwrap();
            let place = Place::LineColumn {
                line: number("line"),
                column: number("column"),
            };
            let name = attribute["name"].as_str().unwrap();
            // All names of a dotted path have the position of its first one, and the last one has the value.
            let is_inner = ["a", "b"].contains(&name) && text.contains("a.b.c");
            let is_computed = name == "hi";
            let expected = (!is_inner && !is_computed).then_some(name);
            let outcome = document
                .set_at(place, expected, "42")
                .unwrap_or_else(|error| panic!("{error}: {name} at {attribute} in {text:?}"));
            assert_ne!(outcome.text, *text, "{name}");
            count += 1;
        }
    }
    assert!(count >= 25, "only {count} positions");
}

/// What a package file is called with: everything reports what it was given.
const ARGUMENTS: &str = "(let
  mk = f: let self = if builtins.isFunction f then f self else f; in self;
  lib = {
    mkIf = c: v: if c then v else { }; optionals = c: l: if c then l else [ ];
    licenses = { mit = \"mit\"; asl20 = \"asl20\"; }; maintainers = { alice = \"alice\"; bob = \"bob\"; };
  };
in {
  inherit lib; stdenv = { mkDerivation = mk; isLinux = true; isDarwin = false; };
  fetchurl = x: x; fetchFromGitHub = x: x; zlib = \"zlib\"; openssl = \"openssl\"; cmake = \"cmake\";
  rustPlatform.buildRustPackage = mk; callPackage = file: x: x; cfg.enable = true;
  pkgs = { git = \"git\"; vim = \"vim\"; hello = \"hello\"; };
})";

type Edit = fn(&Document) -> String;

/// A text, an edit, and what the attribute at a path evaluates to afterwards.
const EVALUATED: [(&str, Edit, &str, &str); 16] = [
    (
        "{ lib, stdenv, fetchurl, ... }:\n\nstdenv.mkDerivation (finalAttrs: {\n  pname = \"x\";\n  version = \"1\"; # one\n  src = fetchurl { url = \"u-${finalAttrs.pname}\"; hash = \"h\"; };\n  meta.license = lib.licenses.mit;\n})\n",
        |it| set(it, "version", "\"2\""),
        "version",
        "\"2\"",
    ),
    (
        "{ stdenv, fetchurl, ... }:\nstdenv.mkDerivation rec {\n  name = \"x\";\n  a = \"1\";\n  src = fetchurl { url = \"u\"; hash = \"h\"; };\n}\n",
        |it| set(it, "src.hash", "\"new\""),
        "src.hash",
        "\"new\"",
    ),
    (
        "{ lib, ... }:\nlet x = 1; y.z = 2; in {\n  inherit x; inherit (y) z;\n  w = lib.mkIf true { v = 1; };\n}\n",
        |it| set(it, "z", "[ 1 2 ]"),
        "z",
        "[1,2]",
    ),
    (
        "{ lib, ... }:\nlet x = 1; y.z = 2; in {\n  inherit x; inherit (y) z;\n  w = lib.mkIf true { v = 1; };\n}\n",
        |it| insert(it, "w.a.b", "''\n  two\n    lines\n''"),
        "w.a.b",
        "\"two\\n  lines\\n\"",
    ),
    (
        "_:\n{\n\ta = {\n\t\tb = 1;\n\t};\n}\n",
        |it| insert(it, "a.c", "''\n  two\n    lines\n''"),
        "a.c",
        "\"two\\n  lines\\n\"",
    ),
    (
        "_: {\r\n  a.b = 1; # one\r\n  a.c = 2;\r\n}\r\n",
        |it| insert(it, "a.d", "{\n  e = [\n    1\n  ];\n}"),
        "a.d.e",
        "[1]",
    ),
    (
        "{ stdenv, zlib, openssl, cmake, lib, ... }: stdenv.mkDerivation { name = \"x\"; buildInputs = [ zlib ] ++ lib.optionals stdenv.isDarwin [ cmake ]; }",
        |it| add(it, "buildInputs", "openssl"),
        "buildInputs",
        "[\"zlib\",\"openssl\"]",
    ),
    (
        "{ pkgs, ... }: { p = with pkgs; [\n  git # one\n\n  # two\n  vim\n]; q = 1; }",
        |it| add(it, "p", "hello"),
        "p",
        "[\"git\",\"hello\",\"vim\"]",
    ),
    (
        "{ pkgs, ... }: { p = [ pkgs.git ]; q = 1; }",
        |it| add(it, "p", "1 + 1"),
        "p",
        "[\"git\",2]",
    ),
    (
        "{ pkgs, ... }: { p = []; q = 1; }",
        |it| add(it, "p", "-1"),
        "p",
        "[-1]",
    ),
    (
        "_: { a = 1; }",
        |it| insert(it, "\"b c\".\"\\${d}\\n\"", "\"x\\${y}\""),
        "\"b c\".\"\\${d}\\n\"",
        "\"x${y}\"",
    ),
    (
        "{ lib, ... }: { a.b = 1; } // { c = 1; }",
        |it| set(it, "a.b", "2"),
        "a.b",
        "2",
    ),
    (
        "_: let self = { a = 1; b = self.a; }; in self",
        |it| insert(it, "c", "self.b"),
        "c",
        "1",
    ),
    (
        "{ lib, cfg, ... }: {\n  config = lib.mkIf cfg.enable {\n    services.x.enable = true;\n    services.y = { };\n  };\n}\n",
        |it| insert(it, "config.services.y.port", "80"),
        "config.services.y.port",
        "80",
    ),
    (
        "{ zlib, ... }@args: { a = zlib; inherit zlib; b = { zlib = 1; }; c = { zlib }: zlib; d = builtins.attrNames { inherit zlib; }; e = (x: { zlib = 2; }).zlib or zlib; }.a",
        |it| {
            it.rename_formal(&Function::Main, "zlib", "openssl", false)
                .unwrap()
                .text
        },
        "",
        "\"openssl\"",
    ),
    (
        "_: { a = rec { b = 1; c = b; }; d = 1; }",
        |it| it.rename(&Anchor::Main, &path("a.c"), "x y").unwrap().text,
        "a",
        "{\"b\":1,\"x y\":1}",
    ),
];

fn set(document: &Document, at: &str, value: &str) -> String {
    document.set(&Anchor::Main, &path(at), value).unwrap().text
}

fn insert(document: &Document, at: &str, value: &str) -> String {
    let outcome = document.insert(&Anchor::Main, &path(at), value);
    outcome.unwrap().text
}

fn add(document: &Document, at: &str, element: &str) -> String {
    let target = ListTarget {
        anchor: Anchor::Main,
        path: Some(path(at)),
        number: None,
    };
    let outcome = document.add_element(&target, element, &ElementPlace::Sorted);
    outcome.unwrap().text
}

#[test]
fn an_edit_evaluates_to_what_was_meant_and_changes_nothing_else() {
    let Some(nix) = variable("NIXSMITH_TEST_NIX") else {
        skip("NIXSMITH_TEST_NIX is not set");
        return;
    };
    let mut lists = Vec::new();
    for (text, edit, at, _) in EVALUATED {
        let after = edit(&Document::parse(text).unwrap());
        let select = |text: &str| match at {
            "" => format!("((\n{text}\n) arguments)"),
            at => format!("((\n{text}\n) arguments).{at}"),
        };
        // What else there is.
        let names = match at {
            "" => Vec::new(),
            at => path(at).names().to_vec(),
        };
        let rest = |text: &str| {
            let quoted: Vec<String> = names.iter().map(|it| quote::string(it).unwrap()).collect();
            format!(
                "(without [ {} ] ((\n{text}\n) arguments))",
                quoted.join(" ")
            )
        };
        lists.push(format!(
            "[ {} {} {} ]",
            select(&after),
            rest(text),
            rest(&after)
        ));
    }
    let source = format!(
        "let
          arguments = {ARGUMENTS};
          plain = value: if builtins.isFunction value then \"a function\" else value;
          without = names: set:
            let
              name = builtins.head names;
              inner = without (builtins.tail names) set.${{name}};
              others = removeAttrs set [ name ];
            in
            if names == [ ] then {{ }}
            else if ! builtins.isAttrs set then set
            else builtins.mapAttrs (_: plain)
              (others // (if set ? ${{name}} && inner != {{ }} then {{ ${{name}} = inner; }} else {{ }}));
        in [ {} ]",
        lists.join("\n")
    );
    let found = evaluate(&nix, &source);
    for ((text, _, at, expected), found) in EVALUATED.iter().zip(found.as_array().unwrap()) {
        let expected: Json = serde_json::from_str(expected).unwrap();
        assert_eq!(found[0], expected, "{at} in {text}");
        assert_eq!(found[1], found[2], "{at} in {text}");
    }
}

#[test]
fn inputs_are_what_nix_reads() {
    let Some(nix) = variable("NIXSMITH_TEST_NIX") else {
        skip("NIXSMITH_TEST_NIX is not set");
        return;
    };
    let shapes = [
        "{ outputs = { self }: { }; }",
        "{ inputs = { }; outputs = { self, ... }: { }; }",
        "{ inputs.a.url = \"a\"; outputs = inputs: { }; }",
        "{ inputs = { a.url = \"a\"; b = { url = \"b\"; flake = false; }; }; outputs = { self, a, b }@inputs: { }; }",
        "{\n  inputs.a = {\n    url = \"a\"; # one\n  };\n  outputs = inputs@{ self\n    , a\n    }: { };\n}\n",
        "{\r\n\tinputs = {\r\n\t\ta.url = \"a\";\r\n\t};\r\n\toutputs = { a }: { };\r\n}\r\n",
    ];
    let mut request = InputRequest::new("new", "path:/x?\"${y}\"\n''");
    request.is_flake = false;
    request.follows = vec![InputFollows {
        input: "n".to_owned(),
        target: String::new(),
    }];
    let mut sources = Vec::new();
    for shape in shapes {
        let added = Document::parse(shape).unwrap().add_input(&request).unwrap();
        let removed = Document::parse(&added.text).unwrap();
        let removed = removed.remove_input("new", false).unwrap();
        for text in [shape, &added.text, &removed.text] {
            sources.push(format!(
                "(let f = (\n{text}\n); in {{ inputs = f.inputs or {{ }}; formals = builtins.functionArgs f.outputs; }})"
            ));
        }
    }
    let found = evaluate(&nix, &format!("[ {} ]", sources.join("\n")));
    let found = found.as_array().unwrap();
    for (shape, results) in shapes.iter().zip(found.chunks(3)) {
        let mut expected = results[0].clone();
        expected["inputs"]["new"] = json!({
            "url": "path:/x?\"${y}\"\n''", "flake": false, "inputs": { "n": { "follows": "" } },
        });
        let is_closed = !shape.contains("...") && !shape.contains("= inputs:");
        if is_closed {
            expected["formals"]["new"] = json!(false);
        }
        assert_eq!(results[1], expected, "{shape}");
        assert_eq!(results[2], results[0], "{shape}");
    }
}

/// Of the real files every how-many-th is looked at. Each is fast; with 1 all of them pass as well.
const STEP: usize = 20;

/// Every `step`th package file below `pkgs/by-name` with a version that is written in it.
fn packages(nixpkgs: &Path, step: usize) -> Vec<(PathBuf, String, String)> {
    let children = |folder: &Path| {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect();
        paths.sort();
        paths
    };
    children(&nixpkgs.join("pkgs/by-name"))
        .iter()
        .flat_map(|shard| children(shard))
        .map(|package| package.join("package.nix"))
        .filter(|file| file.is_file())
        .step_by(step)
        .filter_map(|file| {
            let text = std::fs::read_to_string(&file).unwrap();
            let document = Document::parse(&text).ok()?;
            let version = document.value(&Anchor::Main, &path("version")).ok()??;
            version.starts_with('"').then_some((file, text, version))
        })
        .collect()
}

#[test]
fn versions_of_real_packages_change_and_nothing_else() {
    let Some(nixpkgs) = variable("NIXSMITH_TEST_NIXPKGS") else {
        skip("NIXSMITH_TEST_NIXPKGS is not set");
        return;
    };
    let packages = packages(Path::new(&nixpkgs), STEP);
    assert!(packages.len() >= 200, "only {} packages", packages.len());
    let version = path("version");
    let new_path = path("passthru.aNewAttribute");
    for (file, text, old) in &packages {
        let file = file.display();
        let document = Document::parse(text).unwrap();
        let changed = document.set(&Anchor::Main, &version, "\"0-nixsmith\"");
        let changed = changed
            .unwrap_or_else(|error| panic!("{file}: {error}"))
            .text;
        let lines = text.lines().zip(changed.lines());
        let differing: Vec<(&str, &str)> = lines.filter(|(old, new)| old != new).collect();
        assert_eq!(text.lines().count(), changed.lines().count(), "{file}");
        assert_eq!(differing.len(), 1, "{file}: {differing:?}");
        let back = Document::parse(&changed).unwrap();
        let back = back.set(&Anchor::Main, &version, old).unwrap();
        assert_eq!(back.text, *text, "{file}");

        let Ok(inserted) = document.insert(&Anchor::Main, &new_path, "true") else {
            // A `passthru` that is no set, or inherited.
            continue;
        };
        if inserted.text.contains("passthru = {") && !text.contains("passthru") {
            // A whole `passthru` has been made, and stays.
            continue;
        }
        let changed = text
            .lines()
            .filter(|line| !inserted.text.contains(line))
            .count();
        assert!(changed <= 1, "{file}:\n{}", inserted.text);
        assert_eq!(
            format::format(&inserted.text).as_ref(),
            Ok(&inserted.text),
            "{file}"
        );
        let removed = Document::parse(&inserted.text).unwrap();
        let removed = removed.remove(&Anchor::Main, &new_path).unwrap();
        assert_eq!(removed.removed_comments, Vec::<String>::new(), "{file}");
        if changed == 0 {
            assert_eq!(removed.text, *text, "{file}");
        } else {
            // A set on one line has been opened, and stays open.
            let words = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(words(&removed.text), words(text), "{file}");
        }
    }
}

/// Every Nix file below `folder`.
fn nix_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            nix_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "nix") {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn what_comes_to_real_files_goes_again() {
    let Some(nixpkgs) = variable("NIXSMITH_TEST_NIXPKGS") else {
        skip("NIXSMITH_TEST_NIXPKGS is not set");
        return;
    };
    let mut files = Vec::new();
    for folder in ["nixos/modules", "pkgs/development", "pkgs/servers"] {
        nix_files(&Path::new(&nixpkgs).join(folder), &mut files);
    }
    let (mut arguments, mut elements, mut attributes) = (0, 0, 0);
    for path in files.iter().step_by(STEP) {
        let text = std::fs::read_to_string(path).unwrap();
        let file = path.display();
        let document = Document::parse(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let formatted = format::format(&text).as_ref() == Ok(&text);
        let same = |after: &str, what: &str| {
            // Formatted on one line it may have been spread over several, and stays so.
            let words = |text: &str| {
                let words: String = text.split_whitespace().collect();
                words.replace(",}", "}").replace(",...", "...")
            };
            assert_eq!(words(after), words(&text), "{file}: {what}");
            usize::from(after == text || formatted)
        };
        let main = Function::Main;
        if let Ok(added) = document.add_formal(&main, "aNewArgument", Some("{ }")) {
            let after = Document::parse(&added.text).unwrap();
            let removed = after.remove_formal(&main, "aNewArgument", true).unwrap();
            arguments += same(&removed.text, "argument");
        }
        let names = [
            "imports",
            "buildInputs",
            "nativeBuildInputs",
            "dependencies",
        ];
        for name in names {
            let target = ListTarget {
                anchor: Anchor::Main,
                path: Some(self::path(name)),
                number: None,
            };
            if document.value(&Anchor::Main, &self::path(name)).is_err() {
                continue;
            }
            if let Ok(added) = document.add_element(&target, "aNewElement", &ElementPlace::Sorted) {
                let after = Document::parse(&added.text).unwrap();
                let removed = after.remove_element(&target, "aNewElement").unwrap();
                elements += same(&removed.text, name);
            }
        }
        let new = self::path("aNewAttribute");
        if let Ok(added) = document.insert(&Anchor::Main, &new, "1") {
            let after = Document::parse(&added.text).unwrap();
            let removed = after.remove(&Anchor::Main, &new).unwrap();
            attributes += same(&removed.text, "attribute");
        }
    }
    assert!(arguments >= 200, "only {arguments} arguments");
    assert!(elements >= 100, "only {elements} elements");
    assert!(attributes >= 200, "only {attributes} attributes");
}

#[test]
fn real_packages_evaluate_to_the_new_version() {
    let (Some(nix), Some(nixpkgs)) = (
        variable("NIXSMITH_TEST_NIX"),
        variable("NIXSMITH_TEST_NIXPKGS"),
    ) else {
        skip("NIXSMITH_TEST_NIX or NIXSMITH_TEST_NIXPKGS is not set");
        return;
    };
    let nixpkgs = Path::new(&nixpkgs);
    let exceptions =
        std::fs::read_to_string(nixpkgs.join("pkgs/top-level/all-packages.nix")).unwrap();
    let quoted = |path: &Path| quote::path(path.to_str().unwrap()).unwrap();
    let mut pairs = Vec::new();
    for (file_path, text, _) in packages(nixpkgs, 50) {
        let name = file_path.parent().unwrap().file_name().unwrap();
        let name = name.to_str().unwrap();
        // What lies beside the file is not beside the copy; some get other arguments than the default ones.
        if text.contains("./") || exceptions.contains(&format!("/{name}/")) {
            continue;
        }
        let document = Document::parse(&text).unwrap();
        let outcome = document.set(&Anchor::Main, &path("version"), "\"9.9-new\"");
        let before = file("packages", &format!("{name}-before.nix"), &text);
        let after = file(
            "packages",
            &format!("{name}-after.nix"),
            &outcome.unwrap().text,
        );
        pairs.push(format!("[ {} {} ]", quoted(&before), quoted(&after)));
    }
    assert!(pairs.len() >= 200, "only {} packages", pairs.len());
    let source = format!(
        "let
          pkgs = import {} {{
            system = \"x86_64-linux\";
            overlays = [ ];
            config = {{ allowUnfree = true; allowBroken = true; allowUnsupportedSystem = true; }};
          }};
          facts = file:
            let package = pkgs.callPackage file {{ }}; in
            {{
              inherit (package) version;
              others = {{
                inherit (package) pname outputs;
                names = builtins.attrNames package;
                inputs = map (input: pkgs.lib.getName (input.name or \"\")) (package.nativeBuildInputs ++ package.buildInputs);
                description = package.meta.description or null;
              }};
            }};
        in map (map facts) [ {} ]",
        quoted(nixpkgs),
        pairs.join("\n")
    );
    for pair in evaluate(&nix, &source).as_array().unwrap() {
        assert_eq!(pair[1]["version"], "9.9-new");
        assert_ne!(pair[0]["version"], "9.9-new");
        assert_eq!(pair[0]["others"], pair[1]["others"]);
    }
}
