//! `shell init`: what a project's files say, and shells that a real nixpkgs evaluates.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up must fail"
)]

mod support;

use std::fs;
use std::path::Path;

use nixsmith_fetch::ClientOptions;
use nixsmith_workflow::Context;
use nixsmith_workflow::error::{Kind, kind_of};
use nixsmith_workflow::shell::init::{Report, Request, run};

/// A project with these files.
fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Context) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("project");
    fs::create_dir(&folder).unwrap();
    for (name, text) in files {
        support::write(&folder.join(name), text);
    }
    let mut options = ClientOptions::new(&home.path().join("cache"));
    options.environment = support::environment(home.path());
    let mut context = support::context(&folder, options);
    context.state = home.path().join("state");
    (home, context)
}

fn made(files: &[(&str, &str)], change: impl FnOnce(&mut Request)) -> (Report, String) {
    let (_home, context) = project(files);
    let mut request = Request::default();
    change(&mut request);
    let report = run(&request, &context).unwrap();
    let name = if request.devenv {
        "devenv.nix"
    } else {
        "shell.nix"
    };
    let text = fs::read_to_string(context.directory.join(name)).unwrap();
    (report, text)
}

/// The files of a project with their texts, its languages, and the packages of its shell.
type Project = (
    &'static [(&'static str, &'static str)],
    &'static str,
    &'static str,
);

const PROJECTS: &[Project] = &[
    (
        &[("Cargo.toml", "")],
        "rust",
        "cargo clippy rust-analyzer rustc rustfmt",
    ),
    (&[("go.mod", "")], "go", "go gopls"),
    (
        &[("package.json", "{}"), ("pnpm-lock.yaml", "")],
        "node",
        "nodejs pnpm",
    ),
    (
        &[
            ("package.json", "{}"),
            ("yarn.lock", "# yarn lockfile v1\n"),
        ],
        "node",
        "nodejs yarn",
    ),
    (
        &[
            ("package.json", "{}"),
            ("yarn.lock", "__metadata:\n  version: 8\n"),
        ],
        "node",
        "nodejs yarn-berry",
    ),
    (
        &[
            ("package.json", "{}"),
            ("tsconfig.json", "{}"),
            ("bun.lock", ""),
        ],
        "typescript",
        "nodejs typescript typescript-language-server bun",
    ),
    (
        &[("pyproject.toml", "[tool.ruff]\n"), ("uv.lock", "")],
        "python",
        "python3 uv ruff",
    ),
    (&[("requirements.txt", "")], "python", "python3"),
    (&[("pom.xml", "")], "java", "jdk maven"),
    (&[("build.gradle.kts", "")], "java", "jdk gradle"),
    (&[("composer.json", "")], "php", "php phpPackages.composer"),
    (&[("Gemfile", "")], "ruby", "bundler ruby"),
    (
        &[("mix.exs", "")],
        "elixir",
        "beamPackages.elixir beamPackages.erlang",
    ),
    (&[("meson.build", "")], "c", "pkg-config meson ninja"),
    (
        &[
            ("Cargo.toml", ""),
            ("package.json", ""),
            ("package-lock.json", ""),
        ],
        "node rust",
        "nodejs cargo clippy rust-analyzer rustc rustfmt",
    ),
];

#[test]
fn files_say_what_a_project_is() {
    for (files, languages, packages) in PROJECTS {
        let (report, text) = made(files, |_| {});
        let found: Vec<&str> = report
            .languages
            .iter()
            .map(|it| it.language.as_str())
            .collect();
        assert_eq!(found.join(" "), *languages, "{files:?}");
        assert_eq!(report.packages.join(" "), *packages, "{files:?}");
        for package in &report.packages {
            assert!(
                text.split_whitespace().any(|word| word == package),
                "{text}"
            );
        }
    }
}

#[test]
fn languages_that_are_asked_for() {
    let (report, text) = made(&[("go.mod", "")], |request| {
        request.languages = vec!["python".to_owned(), "rust".to_owned(), "python".to_owned()];
    });
    assert_eq!(report.languages.len(), 2);
    assert!(!text.contains("gopls"));
    let (_home, context) = project(&[]);
    for languages in [vec![], vec!["pyton".to_owned()], vec!["${x}".to_owned()]] {
        let request = Request {
            languages,
            ..Request::default()
        };
        assert_eq!(kind_of(&run(&request, &context).unwrap_err()), Kind::Usage);
    }
    assert_eq!(fs::read_dir(&context.directory).unwrap().count(), 0);
}

#[test]
fn versions_that_are_asked_for_are_named() {
    let files = [
        ("package.json", "{}"),
        (".nvmrc", "18"),
        (".tool-versions", ""),
    ];
    let (report, _) = made(&files, |_| {});
    assert_eq!(report.version_files, [".nvmrc", ".tool-versions"]);
}

#[test]
fn a_shell_of_devenv() {
    let files = [("pyproject.toml", "[tool.ruff]\n"), ("uv.lock", "")];
    let (report, text) = made(&files, |request| request.devenv = true);
    assert_eq!(
        report.files.written,
        ["devenv.nix", "flake.nix", "pure.nix"]
    );
    assert_eq!(report.packages, ["uv", "ruff"]);
    assert!(
        text.contains("  languages.python.enable = true;\n"),
        "{text}"
    );
    assert!(text.contains("    pkgs.uv\n"), "{text}");
}

#[test]
fn what_is_there_stays() {
    let (_home, context) = project(&[("go.mod", ""), ("flake.nix", "mine")]);
    let mut request = Request::default();
    let error = run(&request, &context).unwrap_err();
    assert!(error.to_string().ends_with(":\n  flake.nix"), "{error}");
    assert!(!context.directory.join("shell.nix").exists());
    request.merge = true;
    let report = run(&request, &context).unwrap();
    assert_eq!(report.files.written, ["shell.nix"]);
    assert_eq!(report.files.kept, ["flake.nix"]);
    let kept = fs::read_to_string(context.directory.join("flake.nix")).unwrap();
    assert_eq!(kept, "mine");
}

/// Every package that a shell can have is one of a real nixpkgs, on every system of the flake.
#[test]
fn a_real_nixpkgs_has_them() {
    let Some(nixpkgs) = support::variable("NIXSMITH_TEST_NIXPKGS") else {
        support::skip("no NIXSMITH_TEST_NIXPKGS to evaluate");
        return;
    };
    let languages = "c elixir go java node php python ruby rust typescript";
    let files = [
        ("CMakeLists.txt", ""),
        ("meson.build", ""),
        ("configure.ac", ""),
        ("pom.xml", ""),
        ("build.gradle", ""),
        ("pnpm-lock.yaml", ""),
        ("yarn.lock", "__metadata:\n# yarn lockfile v1\n"),
        ("bun.lock", ""),
        ("deno.lock", ""),
        ("uv.lock", ""),
        ("poetry.lock", ""),
        ("pdm.lock", ""),
        ("pyproject.toml", "[tool.ruff]\n[tool.mypy]\n[tool.black]\n"),
    ];
    let (home, context) = project(&files);
    let Some(nix) = support::building_context(home.path()) else {
        return;
    };
    let request = Request {
        languages: languages.split(' ').map(str::to_owned).collect(),
        ..Request::default()
    };
    let report = run(&request, &context).unwrap();
    assert!(report.packages.len() > 30, "{:?}", report.packages);
    for system in ["x86_64-linux", "aarch64-linux", "aarch64-darwin"] {
        let expression = format!(
            "((import {nixpkgs} {{ system = \"{system}\"; }}).callPackage {}/shell.nix {{ }}).drvPath",
            context.directory.display()
        );
        let derivation: String =
            nixsmith_workflow::nix::evaluate(&expression, &[], Path::new("/"), &nix).unwrap();
        assert!(derivation.ends_with("-nix-shell.drv"), "{derivation}");
    }
}
