//! `configure.ac` and `Makefile.am`. Follows the manuals of Autoconf and Automake.

use std::collections::BTreeSet;

use nixsmith_store::tree::{Node, Tree};

use super::calls::{Syntax, find};
use super::{Lookup, Project, System};
use crate::manifest::{ManifestError, join, text};

const MACROS: [&str; 13] = [
    "AC_INIT",
    "PKG_CHECK_MODULES",
    "PKG_CHECK_EXISTS",
    "AC_CHECK_LIB",
    "AC_SEARCH_LIBS",
    "AC_LIB_HAVE_LINKFLAGS",
    "AC_PROG_LEX",
    "AC_PATH_PROG",
    "AC_CHECK_PROG",
    "AC_CHECK_PROGS",
    "AM_GNU_GETTEXT",
    "IT_PROG_INTLTOOL",
    "GTK_DOC_CHECK",
];

/// Makefiles that `SUBDIRS` leads to, at most.
const FILE_LIMIT: usize = 100;

/// What the scripts of `directory` say.
pub(super) fn read(tree: &Tree, directory: &str) -> Result<Project, ManifestError> {
    let mut project = Project::new(System::Autotools);
    project.has_configure = tree.get(&join(directory, "configure")).is_some();
    for name in ["configure.ac", "configure.in"] {
        if let Some(script) = text(tree, &join(directory, name))? {
            read_script(&mut project, &script);
            read_macros(&mut project, &script, tree, directory);
            break;
        }
    }
    if project.has_configure {
        read_ready_script(&mut project, tree, directory);
        forget_generators(&mut project, tree);
    }
    let mut folders: Vec<String> = ["", "src", "tests", "test"].map(str::to_owned).into();
    let mut seen = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        if seen.len() >= FILE_LIMIT || !seen.insert(folder.clone()) {
            continue;
        }
        let path = match (directory, folder.as_str()) {
            (root, "") => root.to_owned(),
            (root, folder) => join(root, folder),
        };
        if matches!(tree.get(&path), Some(Node::Directory(_)))
            && let Some(makefile) = text(tree, &join(&path, "Makefile.am"))?
        {
            read_makefile(&mut project, &makefile, &folder, &mut folders);
        }
    }
    Ok(project)
}

/// Macro files that are read at most; gnulib alone brings hundreds.
const MACRO_FILES_MAX: usize = 1000;

/// Lookups that the project's own macros may wrap.
const WRAPPED: [&str; 3] = ["PKG_CHECK_MODULES", "AC_CHECK_LIB", "AC_LIB_HAVE_LINKFLAGS"];

/// What the project's own macros look for: those of `acinclude.m4` and `m4/` that the script calls.
///
/// They are optional: a macro knows fallbacks. A file that cannot be read is skipped.
fn read_macros(project: &mut Project, script: &str, tree: &Tree, directory: &str) {
    let mut files = vec![join(directory, "acinclude.m4")];
    if let Some(Node::Directory(entries)) = tree.get(&join(directory, "m4")) {
        let names = entries
            .keys()
            .filter_map(|name| std::str::from_utf8(name).ok())
            .filter(|name| name.ends_with(".m4") && *name != "pkg.m4");
        files.extend(names.map(|name| join(directory, &format!("m4/{name}"))));
    }
    let called: BTreeSet<&str> = script
        .split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_')
        .collect();
    for file in files.into_iter().take(MACRO_FILES_MAX) {
        let Ok(Some(macros)) = text(tree, &file) else {
            continue;
        };
        let has_lookups = WRAPPED.iter().any(|name| macros.contains(name));
        if !has_lookups && asked_of_pkg_config(&macros).next().is_none() {
            continue;
        }
        // The body of a macro is shell, whose brackets do not match; its name alone is read.
        let is_called = macros
            .split("AC_DEFUN")
            .skip(1)
            .filter_map(|rest| {
                rest.split(['(', '[', ']', ',', ' '])
                    .find(|word| word.len() > 5)
            })
            .any(|name| called.contains(name));
        if is_called {
            for name in asked_of_pkg_config(&macros) {
                project.require(Lookup::PkgConfig, name, true);
            }
            // Projects wrap the macro of gnulib under a name of their own: `X_LIB_HAVE_LINKFLAGS([ssl], [crypto], …)`.
            let own = macros
                .split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_')
                .filter(|word| word.ends_with("_LIB_HAVE_LINKFLAGS"));
            let names: BTreeSet<&str> = WRAPPED.into_iter().chain(own).collect();
            let names: Vec<&str> = names.into_iter().collect();
            for call in find(&macros, &names, Syntax::M4) {
                let argument = |index: usize| call.arguments.get(index).map_or("", String::as_str);
                if call.name == "PKG_CHECK_MODULES" {
                    modules(project, argument(1), true);
                } else {
                    project.require(Lookup::Library, argument(0), true);
                }
            }
        }
    }
}

/// Modules whose libraries the shell asks `pkg-config` for: `$PKG_CONFIG --libs openssl`.
fn asked_of_pkg_config(script: &str) -> impl Iterator<Item = &str> {
    script
        .split("$PKG_CONFIG --libs ")
        .skip(1)
        .filter_map(|rest| {
            let name = rest.split(|sign: char| sign.is_whitespace() || "`)|&;>\"'".contains(sign));
            name.into_iter()
                .next()
                .filter(|name| !name.starts_with(['-', '$']))
        })
}

/// No `configure` that is longer is read; those of a few MiB belong to the largest projects.
const CONFIGURE_BYTES_MAX: u64 = 16 << 20;

/// What Autoconf wrote into `configure`: exact where `AC_INIT` computes its arguments.
fn read_ready_script(project: &mut Project, tree: &Tree, directory: &str) {
    let Ok(Some(bytes)) = tree.read(&join(directory, "configure"), CONFIGURE_BYTES_MAX) else {
        return;
    };
    let script = String::from_utf8_lossy(&bytes);
    let value = |name: &str| {
        let line = script.lines().find_map(|line| line.strip_prefix(name))?;
        let value = line.strip_prefix("='")?.strip_suffix('\'')?;
        (!value.is_empty() && !value.contains(['\'', '$'])).then(|| value.to_owned())
    };
    project.name = project.name.take().or_else(|| value("PACKAGE_TARNAME"));
    project.version = project.version.take().or_else(|| value("PACKAGE_VERSION"));
    let homepage = value("PACKAGE_URL").map(|url| match url.strip_prefix("http://www.gnu.org/") {
        Some(page) => format!("https://www.gnu.org/{page}"),
        None => url,
    });
    project.homepage = homepage.or_else(|| project.homepage.take());
}

/// A release holds what bison, flex and gettext make of its sources; only who changes those needs the programs.
fn forget_generators(project: &mut Project, tree: &Tree) {
    let mut paths: BTreeSet<Vec<u8>> = BTreeSet::new();
    for (path, node) in tree.walk() {
        if matches!(node, Node::File { .. }) {
            paths.insert(path);
        }
    }
    let has_all = |source: &[&str], made: &[&str]| {
        let stem = |path: &[u8]| {
            source
                .iter()
                .find_map(|ending| path.strip_suffix(ending.as_bytes()).map(<[u8]>::to_vec))
        };
        let mut stems = paths.iter().filter_map(|path| stem(path)).peekable();
        stems.peek().is_some()
            && stems.all(|stem| {
                made.iter()
                    .any(|ending| paths.contains(&[stem.as_slice(), ending.as_bytes()].concat()))
            })
    };
    for (program, source, made) in [
        (
            "bison",
            &[".y", ".yy", ".ypp"][..],
            &[".c", ".tab.c", ".cc", ".cpp", ".tab.cc"][..],
        ),
        ("flex", &[".l", ".ll"], &[".c", ".cc", ".cpp", ".yy.c"]),
        ("gettext", &[".po"], &[".gmo"]),
    ] {
        if has_all(source, made) {
            project
                .requirements
                .remove(&(Lookup::Program, program.to_owned()));
        }
    }
}

fn read_script(project: &mut Project, script: &str) {
    for call in find(script, &MACROS, Syntax::M4) {
        let argument = |index: usize| call.arguments.get(index).map_or("", String::as_str);
        match call.name.as_str() {
            "AC_INIT" => {
                project.name = literal(argument(0)).map(str::to_owned);
                project.version = literal(argument(1)).map(str::to_owned);
                project.homepage = literal(argument(4)).map(str::to_owned);
                if let Some(name) = literal(argument(3)) {
                    project.name = Some(name.to_owned());
                }
            }
            "PKG_CHECK_MODULES" => modules(project, argument(1), goes_on(&call.arguments)),
            "PKG_CHECK_EXISTS" => modules(project, argument(0), true),
            "AC_CHECK_LIB" => {
                project.require(Lookup::Library, argument(0), goes_on(&call.arguments));
            }
            "AC_LIB_HAVE_LINKFLAGS" => project.require(Lookup::Library, argument(0), true),
            "AC_SEARCH_LIBS" => {
                if let Some(name) = argument(1).split_whitespace().next() {
                    project.require(Lookup::Library, name, true);
                }
            }
            "AC_PROG_LEX" => project.require(Lookup::Program, "flex", false),
            "AM_GNU_GETTEXT" => project.require(Lookup::Program, "gettext", false),
            "IT_PROG_INTLTOOL" => project.require(Lookup::Program, "intltool", false),
            "GTK_DOC_CHECK" => project.require(Lookup::Program, "gtk-doc", true),
            _ => {
                for name in argument(1).split_whitespace() {
                    project.require(Lookup::Program, name, true);
                }
            }
        }
    }
    if script.contains("AC_PROG_YACC") || script.contains("AX_PROG_BISON") {
        project.require(Lookup::Program, "bison", false);
    }
    // `autoreconf` finds the macros `PKG_…` where pkg-config is; a ready `configure` has them in it.
    if !project.has_configure && script.contains("PKG_PROG_PKG_CONFIG") {
        project.require(Lookup::Program, "pkg-config", false);
    }
    if script.contains("AC_PROG_LEX") || script.contains("AM_PROG_LEX") {
        project.require(Lookup::Program, "flex", false);
    }
}

/// Whether the script goes on when what the macro looks for is missing: the fourth argument says what to do then.
fn goes_on(arguments: &[String]) -> bool {
    arguments.get(3).is_some_and(|action| {
        !action.contains("AC_MSG_ERROR") && !action.contains("AC_MSG_FAILURE")
    })
}

/// A macro argument without expansions.
fn literal(argument: &str) -> Option<&str> {
    let argument = argument.trim().trim_matches(['[', ']', '"']);
    let plain = !argument.is_empty()
        && !argument.contains(['$', '`', '(', '\n'])
        && !argument.starts_with("m4_");
    plain.then_some(argument)
}

/// `glib-2.0 >= 2.40 gtk+-3.0`: names, and comparisons to be left out.
fn modules(project: &mut Project, list: &str, optional: bool) {
    let words = list.replace(',', " ");
    let mut words = words.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if matches!(word, ">=" | "<=" | ">" | "<" | "=" | "!=") {
            words.next();
            continue;
        }
        let name = word.split(['>', '<', '=']).next().unwrap_or(word);
        if !name.contains('$') {
            project.require(Lookup::PkgConfig, name, optional);
        }
    }
}

fn read_makefile(project: &mut Project, makefile: &str, folder: &str, folders: &mut Vec<String>) {
    let joined = makefile.replace("\\\n", " ");
    for line in joined.lines() {
        let Some((name, values)) = line.split_once('=') else {
            continue;
        };
        let name = name.trim().trim_end_matches('+').trim();
        let values = values
            .split_whitespace()
            .filter(|word| !word.contains(['$', '@', '#']));
        match name {
            "bin_PROGRAMS" | "bin_SCRIPTS" => values.for_each(|program| project.program(program)),
            "TESTS" | "check_PROGRAMS" => project.has_tests = true,
            "SUBDIRS" => {
                let inner = values.filter(|name| !name.contains("..") && *name != ".");
                folders.extend(inner.map(|name| match folder {
                    "" => name.to_owned(),
                    folder => join(folder, name),
                }));
            }
            _ => {}
        }
    }
}
