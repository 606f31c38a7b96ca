//! `configure.ac` and `Makefile.am`. Follows the manuals of Autoconf and Automake.

use nixsmith_store::tree::{Node, Tree};

use super::calls::{Syntax, find};
use super::{Lookup, Project, System};
use crate::manifest::{ManifestError, join, text};

const MACROS: [&str; 12] = [
    "AC_INIT",
    "PKG_CHECK_MODULES",
    "PKG_CHECK_EXISTS",
    "AC_CHECK_LIB",
    "AC_SEARCH_LIBS",
    "AC_PROG_LEX",
    "AC_PATH_PROG",
    "AC_CHECK_PROG",
    "AC_CHECK_PROGS",
    "AM_GNU_GETTEXT",
    "IT_PROG_INTLTOOL",
    "GTK_DOC_CHECK",
];

/// What the scripts of `directory` say.
pub(super) fn read(tree: &Tree, directory: &str) -> Result<Project, ManifestError> {
    let mut project = Project::new(System::Autotools);
    project.has_configure = tree.get(&join(directory, "configure")).is_some();
    for name in ["configure.ac", "configure.in"] {
        if let Some(script) = text(tree, &join(directory, name))? {
            read_script(&mut project, &script);
            break;
        }
    }
    for folder in ["", "src", "tests", "test"] {
        let folder = if folder.is_empty() {
            directory.to_owned()
        } else {
            join(directory, folder)
        };
        if matches!(tree.get(&folder), Some(Node::Directory(_)))
            && let Some(makefile) = text(tree, &join(&folder, "Makefile.am"))?
        {
            read_makefile(&mut project, &makefile);
        }
    }
    Ok(project)
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

fn read_makefile(project: &mut Project, makefile: &str) {
    let joined = makefile.replace("\\\n", " ");
    for line in joined.lines() {
        let Some((name, values)) = line.split_once('=') else {
            continue;
        };
        let name = name.trim().trim_end_matches('+').trim();
        match name {
            "bin_PROGRAMS" | "bin_SCRIPTS" => {
                for program in values.split_whitespace().filter(|word| !word.contains('$')) {
                    project.program(program);
                }
            }
            "TESTS" | "check_PROGRAMS" => project.has_tests = true,
            _ => {}
        }
    }
}
