//! Whole expressions against whole files, `tests/package/<case>.nix`; `UPDATE=1` rewrites them. With
//! `NIXSMITH_TEST_NIX` (a `nix` program) every file is evaluated as well, called with arguments that only report what
//! they were given.
#![cfg(test)]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use nixsmith_expr::fetcher::FetcherCall;
use nixsmith_expr::package::{
    Builder, Check, GoBuilder, Input, NpmBuilder, PackageExpression, Platform, PythonBuilder,
    PythonScope, RustBuilder, Source, VersionCheck,
};
use nixsmith_expr::value::Value;
use nixsmith_expr::{format, parse};

const HASH: &str = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const HOSTILE: &str = "1.0${builtins.readFile /etc/passwd}";

fn github(repository: &str, tag: &str) -> FetcherCall {
    FetcherCall::new("fetchFromGitHub")
        .argument("owner", "example")
        .argument("repo", repository)
        .argument("tag", tag)
        .argument("hash", HASH)
}

fn inputs(names: &[&str]) -> Vec<Input> {
    names.iter().map(|name| Input::new(*name)).collect()
}

fn with_list(names: &[&str], list: &str) -> Vec<Input> {
    let mut all = inputs(names);
    all.push(Input::list(list));
    all
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn describe(package: &mut PackageExpression, licenses: &[&str], program: Option<&str>) {
    let pname = package.pname.clone();
    package.meta.description = Some(format!("Tool that shows how {pname} is written"));
    package.meta.homepage = Some(format!("https://example.org/{pname}"));
    package.meta.changelog = Some(format!(
        "https://example.org/{pname}/releases/tag/v{}",
        package.version
    ));
    package.meta.licenses = texts(licenses);
    package.meta.main_program = program.map(str::to_owned);
    if program.is_some() {
        package.version_check = Some(VersionCheck::default());
    }
}

fn rust() -> PackageExpression {
    let source = FetcherCall::new("fetchCrate")
        .argument("pname", "tool")
        .argument("version", "1.2.3")
        .argument("hash", HASH);
    let builder = Builder::Rust(RustBuilder {
        cargo_hash: HASH.to_owned(),
        ..RustBuilder::default()
    });
    let mut package = PackageExpression::new("tool", "1.2.3", source, builder);
    package.native_build_inputs = inputs(&["pkg-config", "rustPlatform.bindgenHook"]);
    package.build_inputs = inputs(&["openssl", "zlib"]);
    package
        .build_inputs
        .push(Input::on(Platform::Linux, "alsa-lib"));
    package.environment = vec![("OPENSSL_NO_VENDOR".to_owned(), Value::from(true))];
    describe(&mut package, &["mit", "asl20"], Some("tool"));
    package
}

fn rust_options() -> PackageExpression {
    let builder = Builder::Rust(RustBuilder {
        lock_file: Some("./Cargo.lock".to_owned()),
        output_hashes: vec![("part${x}-0.1.0+git".to_owned(), Value::from(HASH))],
        no_default_features: true,
        features: texts(&["cli", "tls"]),
        build_flags: texts(&["--package=tool"]),
        test_flags: texts(&["--lib"]),
        check_flags: texts(&["--skip=network::${test}"]),
        ..RustBuilder::default()
    });
    let mut package = PackageExpression::new("tool", "2", github("tool", "v2"), builder);
    package.source_root = Some("source/cli".to_owned());
    package.post_patch = Some("rm -r vendor\n".to_owned());
    package.check = Check::No {
        reason: "the tests need the network\n}".to_owned(),
    };
    package.meta.platforms = texts(&["linux"]);
    package
}

fn npm() -> PackageExpression {
    let builder = Builder::Npm(NpmBuilder {
        npm_deps_hash: HASH.to_owned(),
        lock_file: Some("package-lock.json".to_owned()),
        no_build: true,
        ..NpmBuilder::default()
    });
    let source = FetcherCall::new("fetchurl")
        .argument(
            "url",
            "https://registry.example.org/@scope/tool/-/tool-4.5.6.tgz",
        )
        .argument("hash", HASH);
    let mut package = PackageExpression::new("tool", "4.5.6", source, builder);
    describe(&mut package, &["mit"], Some("tool"));
    package
}

fn go() -> PackageExpression {
    let builder = Builder::Go(GoBuilder {
        vendor_hash: None,
        sub_packages: texts(&["cmd/tool"]),
        ldflags: texts(&["-s", "-X=main.version=0.9.1"]),
    });
    let mut package = PackageExpression::new("tool", "0.9.1", github("tool", "v0.9.1"), builder);
    describe(&mut package, &["bsd3"], Some("tool"));
    package.version_check = Some(VersionCheck {
        argument: Some("version".to_owned()),
    });
    package
}

fn stdenv_cmake() -> PackageExpression {
    let mut package = PackageExpression::new(
        "libtool-x",
        "3.1",
        github("libtool-x", "3.1"),
        Builder::Stdenv,
    );
    package.native_build_inputs = inputs(&["cmake", "ninja", "pkg-config"]);
    package.build_inputs = inputs(&["libxml2"]);
    package
        .build_inputs
        .push(Input::on(Platform::Darwin, "libiconv"));
    package.propagated_build_inputs = inputs(&["zlib"]);
    package.attributes = vec![
        (
            "cmakeFlags".to_owned(),
            Value::List(vec![
                Value::from("-DBUILD_TESTING=ON"),
                Value::from("-DNAME=a b"),
            ]),
        ),
        ("dontUseCmakeConfigure".to_owned(), Value::from(false)),
    ];
    package.check = Check::Yes;
    package.native_check_inputs = inputs(&["python3"]);
    describe(&mut package, &["lgpl21Plus"], None);
    package.meta.platforms = texts(&["linux", "darwin"]);
    package
}

fn stdenv_folder() -> PackageExpression {
    let source = Source::Path("./src".to_owned());
    PackageExpression::new("tool", "0-unstable-2026-01-02", source, Builder::Stdenv)
}

fn python_library() -> PackageExpression {
    let source = FetcherCall::new("fetchPypi")
        .argument("pname", "some_tool")
        .argument("version", "1.2.3")
        .argument("hash", HASH);
    let builder = Builder::Python(PythonBuilder {
        scope: PythonScope::Arguments,
        build_system: inputs(&["setuptools", "cython"]),
        dependencies: with_list(
            &["requests", "protobuf"],
            "requests.optional-dependencies.socks",
        ),
        optional_dependencies: vec![
            (
                "cli".to_owned(),
                with_list(&["click", "rich"], "httpx.optional-dependencies.cli"),
            ),
            (
                "secure".to_owned(),
                with_list(&[], "requests.optional-dependencies.security"),
            ),
            ("all.of it".to_owned(), inputs(&["numpy"])),
        ],
        test_inputs: inputs(&["pytestCheckHook", "pytest-asyncio"]),
        imports_check: texts(&["some_tool", "some_tool.sub"]),
        cargo_hash: Some(HASH.to_owned()),
        ..PythonBuilder::default()
    });
    let mut package = PackageExpression::new("some-tool", "1.2.3", source, builder);
    package.native_build_inputs = inputs(&[
        "pkg-config",
        "protobuf",
        "rustPlatform.cargoSetupHook",
        "rustPlatform.maturinBuildHook",
    ]);
    package.build_inputs = inputs(&["openssl"]);
    package.native_check_inputs = inputs(&["git"]);
    describe(&mut package, &["bsd3"], None);
    package
}

fn python_wheel() -> PackageExpression {
    let source = FetcherCall::new("fetchPypi")
        .argument("pname", "some_tool")
        .argument("version", "1.2.3")
        .argument("format", "wheel")
        .argument("dist", "py3")
        .argument("python", "py3")
        .argument("hash", HASH);
    let builder = Builder::Python(PythonBuilder {
        wheel: true,
        dependencies: inputs(&["requests"]),
        imports_check: texts(&["some_tool"]),
        ..PythonBuilder::default()
    });
    let mut package = PackageExpression::new("some-tool", "1.2.3", source, builder);
    describe(&mut package, &["mit"], None);
    package.meta.source_provenance = texts(&["fromSource", "binaryNativeCode"]);
    package
}

fn python_application() -> PackageExpression {
    let builder = Builder::Python(PythonBuilder {
        application: true,
        build_system: inputs(&["hatchling"]),
        dependencies: with_list(&["click", "protobuf"], "httpx.optional-dependencies.http2"),
        optional_dependencies: vec![("tui".to_owned(), inputs(&["textual"]))],
        relax: texts(&["click"]),
        test_inputs: inputs(&["pytestCheckHook"]),
        disabled_tests: texts(&["test_network"]),
        imports_check: texts(&["tool"]),
        ..PythonBuilder::default()
    });
    let mut package =
        PackageExpression::new("tool", "7.0.0", github("tool", "release-7.0.0"), builder);
    package.native_build_inputs = inputs(&["protobuf"]);
    describe(&mut package, &["gpl3Plus"], Some("tool"));
    package
}

fn hostile() -> PackageExpression {
    let builder = Builder::Rust(RustBuilder {
        cargo_hash: "\"; x = \"".to_owned(),
        ..RustBuilder::default()
    });
    let mut package = PackageExpression::new(
        "a\"b\\",
        HOSTILE,
        github("x''y", &format!("v{HOSTILE}")),
        builder,
    );
    package.environment = vec![
        ("a b".to_owned(), Value::from("''${x}")),
        ("${y}".to_owned(), Value::from("$")),
    ];
    package.post_patch = Some("echo ${HOME} '' $${x}\n  'indented'\n".to_owned());
    describe(&mut package, &["mit"], Some("${x}"));
    package
}

type Case = (&'static str, fn() -> PackageExpression);

const CASES: [Case; 10] = [
    ("go", go),
    ("hostile", hostile),
    ("npm", npm),
    ("python-application", python_application),
    ("python-library", python_library),
    ("python-wheel", python_wheel),
    ("rust", rust),
    ("rust-options", rust_options),
    ("stdenv-cmake", stdenv_cmake),
    ("stdenv-folder", stdenv_folder),
];

fn file(case: &str) -> PathBuf {
    PathBuf::from(format!(
        "{}/tests/package/{case}.nix",
        env!("CARGO_MANIFEST_DIR")
    ))
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "UPDATE=1 rewrites the expected files"
)]
fn every_case_is_written_as_expected() {
    for (case, package) in CASES {
        let text = package().render().unwrap_or_else(|error| {
            panic!(
                "{case}: {error}: {}",
                std::error::Error::source(&error).unwrap()
            )
        });
        assert_eq!(format::format(&text).unwrap(), text, "{case}");
        parse::parse(&text).unwrap();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(file(case), &text).unwrap();
        }
        let expected = std::fs::read_to_string(file(case)).unwrap_or_default();
        assert_eq!(text, expected, "{case}");
    }
}

#[test]
fn what_is_no_reference_is_refused() {
    let cases: [fn(&mut PackageExpression); 6] = [
        |package| package.build_inputs = inputs(&["openssl; x"]),
        |package| package.native_build_inputs = inputs(&["(import ./x)"]),
        |package| package.meta.licenses = texts(&["mit ]; x = [ a"]),
        |package| package.meta.platforms = texts(&["linux or darwin"]),
        |package| package.source = Source::Path("./${x}".to_owned()),
        |package| package.pname = "a\0b".to_owned(),
    ];
    for spoil in cases {
        let mut package = rust();
        spoil(&mut package);
        let error = package.render().unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("could not write the expression of `"),
            "{error}"
        );
        assert!(std::error::Error::source(&error).is_some());
    }
}

/// Calls an expression with arguments that evaluate to their own names; a builder returns what it was given.
const STUBS: &str = r#"
let
  call =
    function:
    let
      fix = make: let self = make (self // { outPath = "out"; }); in self;
      names = builtins.mapAttrs (name: _: known.${name} or name) (builtins.functionArgs function);
      fetch = arguments: { outPath = "/source"; name = "source"; inherit arguments; };
      hook = name: name;
      known = {
        lib = {
          optionals = condition: list: if condition then list else [ ];
          licenses = { mit = "mit"; asl20 = "asl20"; bsd3 = "bsd3"; gpl3Plus = "gpl3Plus"; lgpl21Plus = "lgpl21Plus"; };
          platforms = { linux = [ "linux" ]; darwin = [ "darwin" ]; };
          sourceTypes = { fromSource = "fromSource"; binaryNativeCode = "binaryNativeCode"; };
        };
        stdenv = { mkDerivation = fix; hostPlatform = { isLinux = true; isDarwin = false; }; };
        rustPlatform = {
          buildRustPackage = fix;
          bindgenHook = "bindgenHook";
          cargoSetupHook = "cargoSetupHook";
          maturinBuildHook = "maturinBuildHook";
          fetchCargoVendor = fetch;
        };
        buildNpmPackage = fix;
        buildGoModule = fix;
        buildPythonPackage = fix;
        pkgs = { protobuf = "pkgs.protobuf"; };
        requests = {
          outPath = "requests";
          optional-dependencies = { socks = [ "pysocks" ]; security = [ "cryptography" "idna" ]; };
        };
        httpx.optional-dependencies.cli = [ "rich" "pygments" ];
        python3Packages = {
          buildPythonApplication = fix;
          buildPythonPackage = fix;
          requests = "requests";
          hatchling = "hatchling";
          click = "click";
          protobuf = "python3Packages.protobuf";
          textual = "textual";
          httpx.optional-dependencies.http2 = [ "h2" ];
          pytestCheckHook = "pytestCheckHook";
        };
        fetchCrate = fetch;
        fetchPypi = fetch;
        fetchurl = fetch;
        fetchFromGitHub = fetch;
      };
      result = function names;
    in
    builtins.removeAttrs result [ "src" "postPatch" "cargoLock" ]
    // { source = if result.src ? arguments then result.src.arguments else "path"; };
in
"#;

#[expect(
    clippy::disallowed_methods,
    reason = "a test's own process; this crate has no process module"
)]
fn evaluate(source: &str) -> Option<serde_json::Value> {
    let nix = std::env::var_os("NIXSMITH_TEST_NIX").filter(|program| !program.is_empty())?;
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
    child
        .stdin
        .take()
        .unwrap()
        .write_all(source.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn check_wheel(values: &serde_json::Value) {
    assert_eq!(values["python-wheel"]["format"], "wheel");
    assert_eq!(values["python-library"]["pyproject"], true);
    assert_eq!(
        values["python-wheel"]["meta"]["sourceProvenance"],
        serde_json::json!(["fromSource", "binaryNativeCode"])
    );
}

#[test]
fn nix_evaluates_every_case_to_what_was_given() {
    let calls: String = CASES
        .iter()
        .map(|(case, package)| {
            format!(
                "\"{case}\" = call ({});
",
                package().render().unwrap()
            )
        })
        .collect();
    let Some(values) = evaluate(&format!("{STUBS} {{ {calls} }}")) else {
        skip("NIXSMITH_TEST_NIX is not set");
        return;
    };
    for (case, package) in CASES {
        let package = package();
        let value = &values[case];
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        assert_eq!(text("pname"), Some(package.pname.clone()), "{case}");
        assert_eq!(text("version"), Some(package.version.clone()), "{case}");
        assert_eq!(value["strictDeps"], true, "{case}");
        assert_eq!(value["__structuredAttrs"], true, "{case}");
        assert_eq!(
            value["meta"]["changelog"].as_str(),
            package.meta.changelog.as_deref(),
            "{case}"
        );
        assert_eq!(
            value["meta"]["mainProgram"].as_str(),
            package.meta.main_program.as_deref(),
            "{case}"
        );
        if let Source::Call(call) = &package.source {
            assert_eq!(value["source"], call.to_json()["args"], "{case}");
        }
        for (name, given) in package.environment.iter().chain(&package.attributes) {
            let found = value["env"].get(name).unwrap_or(&value[name]);
            assert_eq!(*found, given.to_json(), "{case}: {name}");
        }
    }
    check_wheel(&values);
    assert_eq!(
        values["rust"]["buildInputs"],
        serde_json::json!(["openssl", "zlib", "alsa-lib"])
    );
    assert_eq!(values["rust-options"]["sourceRoot"], "source/cli");
    assert_eq!(
        values["go"]["ldflags"],
        serde_json::json!(["-s", "-X=main.version=0.9.1"])
    );
    assert_eq!(
        values["python-library"]["nativeBuildInputs"],
        serde_json::json!([
            "pkg-config",
            "pkgs.protobuf",
            "cargoSetupHook",
            "maturinBuildHook"
        ])
    );
    assert_eq!(
        values["python-application"]["dependencies"],
        serde_json::json!(["click", "python3Packages.protobuf", "h2"])
    );
    let library = &values["python-library"];
    assert_eq!(
        library["dependencies"],
        serde_json::json!(["requests", "protobuf", "pysocks"])
    );
    assert_eq!(
        library["optional-dependencies"],
        serde_json::json!({
            "cli": ["click", "rich", "rich", "pygments"],
            "secure": ["cryptography", "idna"],
            "all.of it": ["numpy"],
        })
    );
}

#[expect(clippy::disallowed_macros, reason = "a skipped test says so")]
fn skip(why: &str) {
    println!("skipped: {why}");
}
