//! Whole projects, small: every source of facts, and which one wins.

use nixsmith_store::tree::{Contents, Node, Tree};

use super::extension::Language;
use super::marker::Environment;
use super::suite::Runner;
use super::{PythonProject, read};

fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree {
        root: Node::Directory(std::collections::BTreeMap::new()),
    };
    for (path, text) in files {
        tree.insert(
            path.as_bytes(),
            Node::File {
                executable: false,
                contents: Contents::from_bytes(text.as_bytes().to_vec()),
            },
        )
        .unwrap();
    }
    tree
}

fn project(files: &[(&str, &str)]) -> PythonProject {
    read(&tree(files), "").unwrap().unwrap()
}

fn names(project: &PythonProject) -> Vec<&str> {
    project
        .dependencies(&Environment::default())
        .into_iter()
        .map(|requirement| requirement.name.as_str())
        .collect()
}

fn build(project: &PythonProject) -> Vec<&str> {
    project
        .build
        .requires
        .iter()
        .map(|requirement| requirement.name.as_str())
        .collect()
}

const PKG_INFO: &str = "Metadata-Version: 2.4\nName: Demo.Pkg\nVersion: 1.2\nSummary: A demo\nLicense-Expression: MIT\n\
    Project-URL: Homepage, https://example.org/demo\nProject-URL: Change Log, https://example.org/demo/log\nRequires-Python: >=3.9\n\
    Requires-Dist: attrs>=21\nRequires-Dist: tomli>=1; python_version < \"3.11\"\nProvides-Extra: fast\nRequires-Dist: orjson; extra == \"fast\"\n\
    Provides-Extra: all\nRequires-Dist: demo-pkg[fast]; extra == \"all\"\nProvides-Extra: test\nRequires-Dist: pytest>=7; extra == \"test\"\n\nRequires-Dist: body\n";

#[test]
fn core_metadata_goes_first() {
    let pyproject = "[build-system]\nrequires = [\"hatchling>=1.2\", 'hatch-vcs']\nbuild-backend = \"hatchling.build\"\n\
        [project]\nname = \"demo-pkg\"\ndynamic = [\"version\"]\ndependencies = [\"other\"]\n[project.scripts]\ndemo = \"demo_pkg:main\"\n";
    let project = project(&[
        ("PKG-INFO", PKG_INFO),
        ("pyproject.toml", pyproject),
        ("src/demo_pkg/__init__.py", ""),
        ("tests/test_demo.py", "def test_it(): pass\n"),
    ]);
    assert_eq!(
        (project.name.as_deref(), project.version.as_deref()),
        (Some("Demo.Pkg"), Some("1.2"))
    );
    assert_eq!(project.licence.as_deref(), Some("MIT"));
    assert_eq!(
        project.urls[1],
        (
            "change log".to_owned(),
            "https://example.org/demo/log".to_owned()
        )
    );
    assert_eq!(names(&project), ["attrs"]);
    assert_eq!(build(&project), ["hatchling", "hatch-vcs"]);
    assert_eq!(
        (project.scripts, project.modules),
        (vec!["demo".to_owned()], vec!["demo_pkg".to_owned()])
    );
    let optional = project_optional(&[("PKG-INFO", PKG_INFO), ("pyproject.toml", pyproject)]);
    assert_eq!(
        optional,
        [
            ("all", vec!["orjson"]),
            ("fast", vec!["orjson"]),
            ("test", vec!["pytest"])
        ]
        .map(|(extra, names)| (
            extra.to_owned(),
            names.into_iter().map(str::to_owned).collect::<Vec<_>>()
        ))
    );
    let tests = project.tests.unwrap();
    assert_eq!(
        (tests.runner, tests.path.as_str(), tests.requirements.len()),
        (Runner::Pytest, "tests", 1)
    );
    assert_eq!(
        project.evidence.get("requirements").map(String::as_str),
        Some("PKG-INFO")
    );
    assert_eq!(
        project.evidence.get("build").map(String::as_str),
        Some("pyproject.toml")
    );
}

fn project_optional(files: &[(&str, &str)]) -> Vec<(String, Vec<String>)> {
    let project = project(files);
    let optional = project.optional_dependencies(&Environment::default());
    optional
        .into_iter()
        .map(|(extra, found)| {
            (
                extra,
                found.into_iter().map(|one| one.name.clone()).collect(),
            )
        })
        .collect()
}

#[test]
fn poetry_tables() {
    let pyproject = "[tool.poetry]\nname = \"demo\"\nversion = \"1.0\"\ndescription = \"x\"\nlicense = \"Apache-2.0\"\nhomepage = \"https://example.org\"\n\
        packages = [{ include = \"demo_lib\", from = \"src\" }]\n[tool.poetry.dependencies]\npython = \"^3.8\"\nRequests = \"^2.1\"\n\
        rich = { version = \"*\", optional = true }\ntomli = { version = \"^2\", python = \"<3.11\" }\n[tool.poetry.extras]\npretty = [\"rich\"]\n\
        [tool.poetry.group.test.dependencies]\npytest = \"^8\"\n[build-system]\nrequires = [\"poetry-core>=1\"]\nbuild-backend = \"poetry.core.masonry.api\"\n";
    let files = [
        ("pyproject.toml", pyproject),
        ("src/demo_lib/__init__.py", ""),
        ("tests/test_a.py", ""),
    ];
    let project = project(&files);
    assert_eq!(names(&project), ["requests"]);
    assert_eq!(project.requirements[0].specifiers.len(), 2);
    assert_eq!(project.modules, ["demo_lib"]);
    assert_eq!(
        project_optional(&files),
        [("pretty".to_owned(), vec!["rich".to_owned()])]
    );
    assert_eq!(project.tests.unwrap().requirements[0].name, "pytest");
}

#[test]
fn setup_py_and_setup_cfg_without_a_build_system() {
    let setup_py = "from setuptools import setup, Extension\nfrom Cython.Build import cythonize\nimport numpy\n\
        setup(name='old', version='0.3', url='https://example.org/old', install_requires=['six', 'futures; python_version < \"3\"'], setup_requires=['setuptools_scm'],\n\
        extras_require={'x': ['lxml'], ':python_version>\"3\"': ['always']}, entry_points={'console_scripts': ['old = old:main', 'older=old:other']},\n\
        ext_modules=cythonize([Extension('old._c', ['old/_c.pyx'], libraries=['z', 'm'])]))\n";
    let project = project(&[
        ("setup.py", setup_py),
        (
            "setup.cfg",
            "[metadata]\ndescription = from cfg\nversion = attr: old.v\n",
        ),
        ("old/__init__.py", ""),
        ("old/_c.pyx", ""),
    ]);
    assert_eq!(
        (
            project.name.as_deref(),
            project.version.as_deref(),
            project.description.as_deref()
        ),
        (Some("old"), Some("0.3"), Some("from cfg"))
    );
    assert_eq!(names(&project), ["six", "always"]);
    assert_eq!(
        build(&project),
        ["setuptools", "cython", "numpy", "setuptools-scm"]
    );
    assert_eq!(project.scripts, ["old", "older"]);
    assert_eq!(project.modules, ["old"]);
    assert!(project.native.languages.contains(&Language::Cython));
    assert_eq!(project.native.libraries.iter().collect::<Vec<_>>(), ["z"]);
}

#[test]
fn egg_info_completes_old_metadata() {
    let project = project(&[
        (
            "setup.py",
            "from setuptools import setup\nsetup(install_requires=read('requirements.txt'))\n",
        ),
        (
            "PKG-INFO",
            "Metadata-Version: 1.1\nName: eggy\nVersion: 2\nLicense: UNKNOWN\n",
        ),
        (
            "eggy.egg-info/requires.txt",
            "six>=1\n\n[:python_version < \"3\"]\nenum34\n\n[docs]\nsphinx\n",
        ),
        ("eggy.egg-info/top_level.txt", "_eggy\neggy\ntests\n"),
        (
            "eggy.egg-info/entry_points.txt",
            "[console_scripts]\neggy = eggy:main\n\n[eggy.plugins]\na = b\n",
        ),
        ("eggy.egg-info/PKG-INFO", "Name: eggy\n"),
        ("eggy/__init__.py", ""),
    ]);
    assert_eq!(names(&project), ["six"]);
    assert_eq!(project.extras, ["docs"]);
    assert_eq!(project.modules, ["eggy"]);
    assert_eq!(project.scripts, ["eggy"]);
    assert_eq!(project.licence, None);
    assert!(project.notes.is_empty());
}

#[test]
fn namespaces_and_rust() {
    let namespaced = project(&[
        ("pyproject.toml", "[project]\nname = \"azure-mgmt-demo\"\n"),
        (
            "azure/__init__.py",
            "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
        ),
        (
            "azure/mgmt/__init__.py",
            "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
        ),
        ("azure/mgmt/demo/__init__.py", ""),
    ]);
    assert_eq!(namespaced.modules, ["azure.mgmt.demo"]);
    assert_eq!(build(&namespaced), ["setuptools"]);
    let pyproject = "[build-system]\nrequires = [\"maturin>=1\"]\nbuild-backend = \"maturin\"\n[tool.maturin]\nmodule-name = \"demo._demo\"\nmanifest-path = \"rust/Cargo.toml\"\n[project]\nname = \"demo\"\n";
    let rust = project(&[
        ("pyproject.toml", pyproject),
        ("rust/Cargo.toml", "[package]\nname = \"demo\"\n"),
        ("Cargo.lock", ""),
        ("demo/__init__.py", ""),
    ]);
    assert_eq!(rust.modules, ["demo"]);
    assert_eq!(
        (
            rust.native.cargo_directory.as_deref(),
            rust.native.cargo_lock_directory.as_deref()
        ),
        (Some("rust"), Some(""))
    );
}

#[test]
fn what_is_no_python_project() {
    assert_eq!(
        read(&tree(&[("PKG-INFO", "Name: x\n"), ("main.c", "")]), "").unwrap(),
        None
    );
    assert!(read(&tree(&[("pyproject.toml", "[project")]), "").is_err());
}

#[test]
fn licences_from_the_exact_to_the_vague() {
    let bsd = |clause: &str| {
        format!(
            "A preface.\n\nRedistribution and use in source\nand binary forms, with or without\n{clause}\n"
        )
    };
    let attributes = |metadata: &str, text: &str| {
        let files = [("PKG-INFO", metadata), ("LICENSE", text), ("setup.py", "")];
        super::licence::choose(&project(&files), &tree(&files), "")
            .unwrap()
            .0
            .attributes
    };
    let family = "Name: x\nClassifier: License :: OSI Approved :: BSD License\n";
    assert_eq!(attributes(family, &bsd("")), ["bsd2"]);
    assert_eq!(
        attributes(family, &bsd("be used to endorse or promote products")),
        ["bsd3"]
    );
    let vague = "Name: x\nLicense: BSD\n";
    assert_eq!(attributes(vague, &bsd("neither the name of")), ["bsd3"]);
    assert_eq!(attributes(family, "nothing"), Vec::<String>::new());
    assert_eq!(
        attributes(
            "Name: x\nLicense: BSD 3-Clause License\n        \n        Copyright\n",
            ""
        ),
        ["bsd3"]
    );
    assert_eq!(
        attributes(
            "Name: x\nLicense-Expression: MIT OR Apache-2.0\nLicense: GPL\n",
            ""
        ),
        ["mit", "asl20"]
    );
    assert_eq!(
        attributes("Name: x\nLicense-Expression: PSF-2.0\n", ""),
        ["psfl"]
    );
    assert_eq!(
        attributes(
            "Name: x\nLicense: Apache 2\nClassifier: License :: OSI Approved :: MIT License\n",
            ""
        ),
        ["asl20"]
    );
}

#[test]
fn gnu_licences_ask_the_notices() {
    let notice = |family: &str, version: &str, ending: &str| {
        format!(
            "# under the terms of the GNU {family}General Public License, version {version}{ending}\n"
        )
    };
    let later = ", or (at your option) any later version.";
    let attributes = |metadata: &str, notice: &str| {
        let files = [
            ("PKG-INFO", metadata),
            ("x/__init__.py", notice),
            ("setup.py", ""),
        ];
        super::licence::choose(&project(&files), &tree(&files), "")
            .unwrap()
            .0
            .attributes
    };
    let classifier =
        "Name: x\nClassifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)\n";
    assert_eq!(attributes(classifier, ""), ["gpl3Only"]);
    assert_eq!(
        attributes(classifier, &notice("", "3", later)),
        ["gpl3Plus"]
    );
    assert_eq!(attributes(classifier, &notice("", "3", ".")), ["gpl3Only"]);
    assert_eq!(
        attributes("Name: x\nLicense: LGPLv3\n", &notice("Lesser ", "3", later)),
        ["lgpl3Plus"]
    );
    let silent = "Name: x\nLicense: UNKNOWN\n";
    assert_eq!(
        attributes(silent, &notice("Library ", "2.1", later)),
        ["lgpl21Plus"]
    );
    assert!(attributes(silent, "# the GPL").is_empty());
    let exception = "Name: x\nLicense: GPLv2-or-later with a special exception\n";
    assert_eq!(attributes(exception, ""), ["gpl2Plus"]);
    let path = "Name: x\nLicense: License :: OSI Approved :: LGPL-3.0-only\n";
    assert_eq!(attributes(path, ""), ["lgpl3Only"]);
}

#[test]
fn the_second_lesser_licence_may_be_2_1() {
    let text = "under the terms of the GNU Lesser General Public License, version 2.1, or any later version";
    let metadata = "Name: x\nClassifier: License :: OSI Approved :: GNU Lesser General Public License v2 or later (LGPLv2+)\n";
    let attributes = |text: &str| {
        let files = [("PKG-INFO", metadata), ("LICENSE", text), ("setup.py", "")];
        super::licence::choose(&project(&files), &tree(&files), "")
            .unwrap()
            .0
            .attributes
    };
    assert_eq!(attributes(text), ["lgpl21Plus"]);
    assert_eq!(attributes("nothing"), ["lgpl2Plus"]);
}

#[test]
fn installed_files_are_programs() {
    let toml = "[tool.setuptools]\nscript-files = [\"scripts/tool\"]\n";
    let found = project(&[("pyproject.toml", toml)]);
    assert_eq!(found.scripts, ["tool"]);
    for section in ["options", "files"] {
        let cfg = format!("[{section}]\nscripts =\n  bin/tool\n  tool-two\n");
        let found = project(&[("setup.cfg", &cfg), ("setup.py", "")]);
        assert_eq!(found.scripts, ["tool", "tool-two"], "{section}");
    }
}

#[test]
fn extras_of_a_second_mention_stay() {
    let toml = "[project]\nname = \"x\"\ndependencies = [\"a\", \"b[c]\", \"a>1\", \"a[d]\", \"b[c]<2\"]\n";
    let found = project(&[("pyproject.toml", toml)]);
    let texts: Vec<_> = found
        .dependencies(&Environment::default())
        .iter()
        .map(|requirement| requirement.text.clone())
        .collect();
    assert_eq!(texts, ["a", "b[c]", "a[d]"]);
}

#[test]
fn many_extras_do_not_multiply_the_work() {
    let sections: String = (0..50_000)
        .map(|number| format!("e{number} = a\n"))
        .collect();
    let cfg = format!("[options.extras_require]\n{sections}");
    let found = project(&[("setup.cfg", &cfg), ("setup.py", "")]);
    assert_eq!(found.extras.len(), super::EXTRAS_MAX);
    let optional: String = (0..20_000)
        .map(|number| format!("p{number} = {{ version = \"*\", optional = true }}\n"))
        .collect();
    let members: String = (0..20_000)
        .map(|number| format!("\"P{number}\","))
        .collect();
    let toml = format!(
        "[tool.poetry]\nname = \"x\"\n[tool.poetry.dependencies]\n{optional}[tool.poetry.extras]\nall = [{members}\"p1\"]\n"
    );
    let found = project(&[("pyproject.toml", &toml)]);
    assert_eq!(found.requirements.len(), 20_000);
    let environment = Environment::default();
    assert_eq!(
        found.optional_dependencies(&environment)["all"].len(),
        20_000
    );
}

#[test]
fn the_last_home_page_comes_first() {
    let info = "Name: x\nProject-URL: Docs, https://d.example\nHome-page: https://a.example\nHome-page: https://b.example\n";
    let found = project(&[("PKG-INFO", info), ("setup.py", "")]);
    let urls: Vec<_> = found
        .urls
        .iter()
        .map(|(label, url)| (label.as_str(), url.as_str()))
        .collect();
    assert_eq!(
        urls,
        [
            ("homepage", "https://b.example"),
            ("docs", "https://d.example")
        ]
    );
}
