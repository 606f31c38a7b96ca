//! Wheels: what the metadata and the files of a built distribution say.
//!
//! Source: the binary distribution format (PEP 427) and the core metadata specifications. Nothing is taken from `RECORD`: the
//! files themselves are at hand.

use std::io::Read as _;

use nixsmith_store::tree::{Node, Tree};

use super::super::{ManifestError, join, text};
use super::{PythonProject, metadata, modules};

/// A wheel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wheel {
    /// What it says about itself. It has no build and no tests.
    pub project: PythonProject,
    /// The folder of its licence files.
    pub licence_directory: String,
    /// The `PYTHON-ABI-PLATFORM` tags of what it can be installed on, a set of them in one with dots between.
    pub tags: Vec<String>,
    /// The first file of each kind that is no source, in the order of [`Compiled`].
    pub compiled: Vec<(Compiled, String)>,
}

/// What a file holds instead of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compiled {
    /// The code of a processor: a program, a shared or a static library.
    Native,
    /// The code of a virtual machine: of Python, Java or WebAssembly.
    Bytecode,
}

/// Why a wheel could not be read.
#[derive(Debug, thiserror::Error)]
pub enum WheelError {
    /// Nothing at the top tells what the wheel is.
    #[error("the wheel holds no `*.dist-info` folder")]
    WithoutMetadata,
    /// Two folders tell, and no installer takes such a wheel.
    #[error("the wheel holds both `{first}` and `{second}`")]
    SecondMetadata {
        /// A folder at the top.
        first: String,
        /// Another one.
        second: String,
    },
    /// A file that every wheel has is absent.
    #[error("the wheel holds no `{file}`")]
    WithoutFile {
        /// The path inside the wheel.
        file: String,
    },
    /// A file of its metadata is unreadable or incomplete.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

impl Wheel {
    /// Whether it can be installed on every platform.
    #[must_use]
    pub fn is_universal(&self) -> bool {
        let is_any = |tag: &String| {
            tag.rsplit('-')
                .next()
                .is_some_and(|platforms| platforms.split('.').any(|name| name == "any"))
        };
        self.tags.is_empty() || self.tags.iter().any(is_any)
    }
}

/// The facts of the wheel whose files are `tree`.
///
/// # Errors
/// When there is not exactly one `*.dist-info` folder, or when its files are absent, too long or name neither project nor
/// version.
pub fn read(tree: &Tree) -> Result<Wheel, WheelError> {
    let folder = dist_info(tree)?;
    let needed = |name: &str| {
        let file = join(&folder, name);
        match text(tree, &file)? {
            Some(text) => Ok((text, file)),
            None => Err(WheelError::WithoutFile { file }),
        }
    };
    let (header, file) = needed("METADATA")?;
    let mut facts = metadata::parse(&header);
    for (field, value) in [("Name", &facts.name), ("Version", &facts.version)] {
        if value.is_none() {
            let field = field.to_owned();
            return Err(ManifestError::Missing { file, field }.into());
        }
    }
    // A build has computed everything: what is not said is not needed.
    facts.states_requirements = true;
    let mut project = PythonProject::default();
    project.notes.append(&mut facts.notes);
    project.fill(facts, &file);
    let data = format!("{}.data", folder.trim_end_matches(".dist-info"));
    project.fill(installed(tree, &folder, &data)?, &folder);
    let (tags, _) = needed("WHEEL")?;
    let tags = metadata::fields(&tags)
        .into_iter()
        .filter(|(field, _)| field == "tag")
        .map(|(_, tag)| tag)
        .collect();
    project.modules = modules::in_wheel(tree, &[String::new(), join(&data, "purelib")], &project);
    Ok(Wheel {
        licence_directory: licence_directory(tree, &folder),
        compiled: compiled(tree),
        project,
        tags,
    })
}

/// The one `*.dist-info` folder at the top.
fn dist_info(tree: &Tree) -> Result<String, WheelError> {
    let Node::Directory(entries) = &tree.root else {
        return Err(WheelError::WithoutMetadata);
    };
    let mut folders = entries
        .iter()
        .filter(|(_, node)| matches!(node, Node::Directory(_)))
        .filter_map(|(name, _)| std::str::from_utf8(name).ok())
        .filter(|name| name.ends_with(".dist-info"));
    match (folders.next(), folders.next()) {
        (None, _) => Err(WheelError::WithoutMetadata),
        (Some(only), None) => Ok(only.to_owned()),
        (Some(first), Some(second)) => Err(WheelError::SecondMetadata {
            first: first.to_owned(),
            second: second.to_owned(),
        }),
    }
}

/// The programs and the modules that the metadata's other files and the wheel's scripts state.
fn installed(tree: &Tree, folder: &str, data: &str) -> Result<PythonProject, ManifestError> {
    let mut project = PythonProject::default();
    if let Some(text) = text(tree, &join(folder, "entry_points.txt"))? {
        project.scripts = metadata::parse_entry_points(&text);
    }
    if let Some(Node::Directory(scripts)) = tree.get(&join(data, "scripts")) {
        let names = scripts
            .keys()
            .filter_map(|name| String::from_utf8(name.clone()).ok());
        project.scripts.extend(names);
    }
    if let Some(text) = text(tree, &join(folder, "top_level.txt"))? {
        project.modules = metadata::parse_top_level(&text);
    }
    Ok(project)
}

/// `licenses` since version 2.4 of the metadata; `license_files` or the folder itself before.
fn licence_directory(tree: &Tree, folder: &str) -> String {
    ["licenses", "license_files"]
        .iter()
        .map(|name| join(folder, name))
        .find(|path| matches!(tree.get(path), Some(Node::Directory(_))))
        .unwrap_or_else(|| folder.to_owned())
}

/// The first file of each kind that is no source.
fn compiled(tree: &Tree) -> Vec<(Compiled, String)> {
    let mut found: Vec<(Compiled, String)> = Vec::new();
    for (path, node) in tree.walk() {
        let Node::File { contents, .. } = node else {
            continue;
        };
        let mut head = Vec::new();
        let is_read = contents
            .reader()
            .and_then(|reader| reader.take(8).read_to_end(&mut head));
        let kind = kind(&path, if is_read.is_ok() { &head } else { &[] });
        if let Some(kind) = kind.filter(|kind| !found.iter().any(|(known, _)| known == kind)) {
            found.push((kind, String::from_utf8_lossy(&path).into_owned()));
        }
    }
    found.sort();
    found
}

/// What kind of code a file is, by its first eight bytes and its name; `None` for everything else.
fn kind(path: &[u8], head: &[u8]) -> Option<Compiled> {
    let ends = |endings: &[&[u8]]| endings.iter().any(|ending| path.ends_with(ending));
    match head {
        [0x7f, b'E', b'L', b'F', ..]
        | [0xfe, 0xed, 0xfa, 0xce | 0xcf, ..]
        | [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..]
        | b"!<arch>\n" => Some(Compiled::Native),
        // A Java class is told from a Mach-O file for several processors by its version, which is above any number of those.
        [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, ..40] => Some(Compiled::Native),
        [0xca, 0xfe, 0xba, 0xbe, ..] | [0, b'a', b's', b'm', ..] => Some(Compiled::Bytecode),
        [b'M', b'Z', ..] if ends(&[b".exe", b".dll", b".pyd", b".sys"]) => Some(Compiled::Native),
        [b'P', b'K', 3, 4, ..] if ends(&[b".jar", b".war"]) => Some(Compiled::Bytecode),
        _ if ends(&[b".pyc", b".pyo"]) => Some(Compiled::Bytecode),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::tree;
    use super::super::marker::Environment;
    use super::*;

    const WHEEL: &str =
        "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n";
    const METADATA: &str = "Metadata-Version: 2.1\nName: Sunny.Day\nVersion: 2.0\nSummary: Weather\n\
        License-File: LICENSE\nProject-URL: Source, https://example.org/sun\nProvides-Extra: web\nRequires-Dist: attrs\n\
        Requires-Dist: pywin32; sys_platform == \"win32\"\nRequires-Dist: requests[socks]; extra == \"web\"\n\n\
        Name: of the body\n";

    fn wheel(files: &[(&str, &str)]) -> Result<Wheel, WheelError> {
        let mut all = vec![
            ("sunny_day-2.0.dist-info/METADATA", METADATA),
            ("sunny_day-2.0.dist-info/WHEEL", WHEEL),
        ];
        all.extend_from_slice(files);
        read(&tree(&all))
    }

    #[test]
    fn the_metadata_says_everything() {
        let wheel = wheel(&[
            ("sunny_day/__init__.py", ""),
            ("tests/__init__.py", ""),
            ("sunny_day-2.0.data/scripts/sunny.sh", "#!/bin/sh\n"),
            ("sunny_day-2.0.dist-info/licenses/LICENSE", ""),
            (
                "sunny_day-2.0.dist-info/entry_points.txt",
                "[console_scripts]\nsunny = sunny_day:main\n\n[pytest11]\nx = y\n",
            ),
        ])
        .unwrap();
        let project = &wheel.project;
        assert_eq!(project.name.as_deref(), Some("Sunny.Day"));
        assert_eq!(project.version.as_deref(), Some("2.0"));
        let environment = Environment::default();
        let texts = |requirements: Vec<&super::super::requirement::Requirement>| -> Vec<String> {
            requirements.iter().map(|one| one.name.clone()).collect()
        };
        assert_eq!(texts(project.dependencies(&environment)), ["attrs"]);
        let extras = project.optional_dependencies(&environment);
        assert_eq!(texts(extras["web"].clone()), ["requests"]);
        assert_eq!(project.scripts, ["sunny", "sunny.sh"]);
        assert_eq!(project.modules, ["sunny_day"]);
        assert_eq!(
            project.evidence["requirements"],
            "sunny_day-2.0.dist-info/METADATA"
        );
        assert_eq!(wheel.licence_directory, "sunny_day-2.0.dist-info/licenses");
        assert!(wheel.is_universal());
        assert_eq!(wheel.compiled, []);
    }

    #[test]
    fn modules_are_those_that_are_installed() {
        let modules = |files: &[&str]| {
            let files: Vec<_> = files.iter().map(|file| (*file, "")).collect();
            wheel(&files).unwrap().project.modules
        };
        // A folder `src` is a module here, and one that lies beside.
        assert_eq!(
            modules(&["src/x/__init__.py", "sunny_day/__init__.py"]),
            ["sunny_day"]
        );
        assert_eq!(
            modules(&["google/sunny/__init__.py", "google/sunny/a.py"]),
            ["google.sunny"]
        );
        assert_eq!(modules(&["one.py", "two/__init__.py"]), ["one", "two"]);
        assert_eq!(
            modules(&["sunny_day-2.0.data/purelib/sunny_day/__init__.py"]),
            ["sunny_day"]
        );
        assert_eq!(modules(&["data/file.txt"]), [] as [&str; 0]);
        let stated = wheel(&[
            ("sunny_day-2.0.dist-info/top_level.txt", "a\nb\n_c\ngone\n"),
            ("a/__init__.py", ""),
            ("b.py", ""),
            ("_c.py", ""),
        ]);
        assert_eq!(stated.unwrap().project.modules, ["a", "b"]);
    }

    #[test]
    fn a_platform_is_no_universal_one() {
        for (tags, expected) in [
            ("Tag: cp313-cp313-manylinux_2_17_x86_64\n", false),
            ("Tag: py3-none-win32\nTag: py3-none-win_amd64\n", false),
            ("Tag: py2.py3-none-any\n", true),
            ("Tag: cp39-none-any\nTag: py3-none-win32\n", true),
        ] {
            let tree = tree(&[
                ("a-1.dist-info/METADATA", "Name: a\nVersion: 1\n"),
                ("a-1.dist-info/WHEEL", tags),
            ]);
            assert_eq!(read(&tree).unwrap().is_universal(), expected, "{tags}");
        }
    }

    #[test]
    fn what_is_no_source_is_seen() {
        for (path, head, expected) in [
            (
                "bin/tool",
                &b"\x7fELF\x02\x01\x01\0"[..],
                Some(Compiled::Native),
            ),
            (
                "a.dylib",
                b"\xcf\xfa\xed\xfe\x07\0\0\x01",
                Some(Compiled::Native),
            ),
            (
                "a.dylib",
                b"\xca\xfe\xba\xbe\0\0\0\x02",
                Some(Compiled::Native),
            ),
            (
                "A.class",
                b"\xca\xfe\xba\xbe\0\0\0\x34",
                Some(Compiled::Bytecode),
            ),
            ("a.exe", b"MZ\x90\0\x03\0\0\0", Some(Compiled::Native)),
            ("a.txt", b"MZ is a nam", None),
            ("a.a", b"!<arch>\n", Some(Compiled::Native)),
            ("a.jar", b"PK\x03\x04\0\0\0\0", Some(Compiled::Bytecode)),
            ("a.zip", b"PK\x03\x04\0\0\0\0", None),
            ("a.wasm", b"\0asm\x01\0\0\0", Some(Compiled::Bytecode)),
            ("a.pyc", b"", Some(Compiled::Bytecode)),
            ("a.py", b"import x", None),
        ] {
            assert_eq!(kind(path.as_bytes(), head), expected, "{path}");
        }
        let found = wheel(&[
            ("a/b.so", "\x7fELF12345"),
            ("a/c.so", "\x7fELF12345"),
            ("a/a.pyc", "x"),
        ]);
        assert_eq!(
            found.unwrap().compiled,
            [
                (Compiled::Native, "a/b.so".to_owned()),
                (Compiled::Bytecode, "a/a.pyc".to_owned())
            ]
        );
    }

    #[test]
    fn a_wheel_without_its_metadata_is_refused() {
        let error = |files: &[(&str, &str)]| read(&tree(files)).unwrap_err().to_string();
        assert_eq!(
            error(&[("a/__init__.py", ""), ("a/b.dist-info/METADATA", "Name: b")]),
            "the wheel holds no `*.dist-info` folder"
        );
        assert_eq!(
            error(&[("a.dist-info/METADATA", ""), ("b.dist-info/METADATA", "")]),
            "the wheel holds both `a.dist-info` and `b.dist-info`"
        );
        assert_eq!(
            error(&[("a.dist-info/WHEEL", "")]),
            "the wheel holds no `a.dist-info/METADATA`"
        );
        assert_eq!(
            error(&[("a.dist-info/METADATA", "Name: a\n\nVersion: 1")]),
            "`a.dist-info/METADATA` lacks `Version`"
        );
        assert_eq!(
            error(&[("a.dist-info/METADATA", "Name: a\nVersion: 1")]),
            "the wheel holds no `a.dist-info/WHEEL`"
        );
        let long = "x".repeat(5 << 20);
        assert_eq!(
            error(&[("a.dist-info/METADATA", &long)]),
            "could not read `a.dist-info/METADATA`"
        );
    }
}
