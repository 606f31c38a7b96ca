//! What a project is written in, by its files. Nothing in them is run.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// How much of a file is looked at.
const LIMIT_BYTES: u64 = 1 << 20;

/// A language: its name, what devenv calls it, and what its shell has in any case.
#[derive(Debug)]
pub(crate) struct Language {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) devenv: &'static str,
    /// Files that say that a project is written in it.
    files: &'static [&'static str],
    packages: &'static [&'static str],
}

/// Every language, in the order in which they are looked for.
pub(crate) const LANGUAGES: &[Language] = &[
    Language {
        name: "c",
        title: "C",
        devenv: "c",
        files: &[
            "CMakeLists.txt",
            "meson.build",
            "configure.ac",
            "configure.in",
        ],
        packages: &["pkg-config"],
    },
    Language {
        name: "elixir",
        title: "Elixir",
        devenv: "elixir",
        files: &["mix.exs"],
        packages: &["beamPackages.elixir", "beamPackages.erlang"],
    },
    Language {
        name: "go",
        title: "Go",
        devenv: "go",
        files: &["go.mod"],
        packages: &["go", "gopls"],
    },
    Language {
        name: "java",
        title: "Java",
        devenv: "java",
        files: &["pom.xml", "build.gradle", "build.gradle.kts"],
        packages: &["jdk"],
    },
    Language {
        name: "node",
        title: "Node.js",
        devenv: "javascript",
        files: &["package.json"],
        packages: &["nodejs"],
    },
    Language {
        name: "php",
        title: "PHP",
        devenv: "php",
        files: &["composer.json"],
        packages: &["php", "phpPackages.composer"],
    },
    Language {
        name: "python",
        title: "Python",
        devenv: "python",
        files: &[
            "pyproject.toml",
            "setup.py",
            "setup.cfg",
            "requirements.txt",
        ],
        packages: &["python3"],
    },
    Language {
        name: "ruby",
        title: "Ruby",
        devenv: "ruby",
        files: &["Gemfile"],
        packages: &["bundler", "ruby"],
    },
    Language {
        name: "rust",
        title: "Rust",
        devenv: "rust",
        files: &["Cargo.toml"],
        packages: &["cargo", "clippy", "rust-analyzer", "rustc", "rustfmt"],
    },
    Language {
        name: "typescript",
        title: "TypeScript",
        devenv: "typescript",
        files: &["tsconfig.json"],
        packages: &["nodejs", "typescript", "typescript-language-server"],
    },
];

/// A file that wants a further package, where its language is used: the file, a text that must be in it, the package.
const TOOLS: &[(&str, &str, &str, &str)] = &[
    ("c", "CMakeLists.txt", "", "cmake"),
    ("c", "CMakeLists.txt", "", "ninja"),
    ("c", "meson.build", "", "meson"),
    ("c", "meson.build", "", "ninja"),
    ("c", "configure.ac", "", "autoreconfHook"),
    ("c", "configure.in", "", "autoreconfHook"),
    ("java", "pom.xml", "", "maven"),
    ("java", "build.gradle", "", "gradle"),
    ("java", "build.gradle.kts", "", "gradle"),
    ("node", "pnpm-lock.yaml", "", "pnpm"),
    ("node", "yarn.lock", "__metadata:", "yarn-berry"),
    ("node", "yarn.lock", "# yarn lockfile v1", "yarn"),
    ("node", "bun.lock", "", "bun"),
    ("node", "bun.lockb", "", "bun"),
    ("node", "deno.lock", "", "deno"),
    ("python", "uv.lock", "", "uv"),
    ("python", "poetry.lock", "", "poetry"),
    ("python", "pdm.lock", "", "pdm"),
    ("python", "pyproject.toml", "[tool.ruff", "ruff"),
    ("python", "pyproject.toml", "[tool.mypy", "mypy"),
    ("python", "pyproject.toml", "[tool.black", "black"),
];

/// Files that ask for a version of a tool, which the package set answers with its own.
const VERSIONS: &[&str] = &[
    ".node-version",
    ".nvmrc",
    ".python-version",
    ".ruby-version",
    ".tool-versions",
    "rust-toolchain",
    "rust-toolchain.toml",
];

/// The language of this name.
pub(crate) fn language(name: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.name == name)
}

/// The languages of a project, each with the file that says so.
pub(crate) fn languages(folder: &Path) -> Vec<(&'static Language, &'static str)> {
    let found = LANGUAGES.iter().filter_map(|language| {
        let mut files = language.files.iter();
        let file = files.find(|file| folder.join(file).is_file())?;
        Some((language, *file))
    });
    let found: Vec<_> = found.collect();
    // TypeScript brings Node along.
    let has_typescript = found.iter().any(|(it, _)| it.name == "typescript");
    found
        .into_iter()
        .filter(|(language, _)| !(has_typescript && language.name == "node"))
        .collect()
}

/// The packages of these languages, with those that the files of the project want; each once.
pub(crate) fn packages(languages: &[&Language], folder: &Path) -> Vec<&'static str> {
    let mut found: Vec<&str> = Vec::new();
    for language in languages {
        found.extend(language.packages);
        let of_node = language.name == "typescript";
        for (name, file, text, package) in TOOLS {
            let is_its = *name == language.name || (of_node && *name == "node");
            if is_its && has(folder, file, text) {
                found.push(package);
            }
        }
    }
    let mut seen = Vec::new();
    found.retain(|package| {
        let is_new = !seen.contains(package);
        seen.push(*package);
        is_new
    });
    found
}

/// The files that ask for other versions than the package set's.
pub(crate) fn versions(folder: &Path) -> Vec<&'static str> {
    let there = VERSIONS.iter().filter(|file| folder.join(file).is_file());
    there.copied().collect()
}

/// Whether the file is there and has this text in its beginning.
fn has(folder: &Path, file: &str, text: &str) -> bool {
    let path = folder.join(file);
    if text.is_empty() || !path.is_file() {
        return text.is_empty() && path.is_file();
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LIMIT_BYTES).read_to_end(&mut bytes));
    read.is_ok() && String::from_utf8_lossy(&bytes).contains(text)
}
