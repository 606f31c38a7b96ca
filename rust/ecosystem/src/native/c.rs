//! What a C or C++ project looks for → what nixpkgs must provide for it.

use std::collections::BTreeSet;

use super::{Needs, modules};
use crate::manifest::c::{Lookup, Project, System};

/// Programs that a build looks for and their attributes; the compiler, `make` and coreutils are always there.
const PROGRAMS: &[(&str, &str)] = &[
    ("asciidoc", "asciidoc"),
    ("asciidoctor", "asciidoctor"),
    ("bison", "bison"),
    ("blueprint-compiler", "blueprint-compiler"),
    ("cython", "python3Packages.cython"),
    ("desktop-file-validate", "desktop-file-utils"),
    ("doxygen", "doxygen"),
    ("flex", "flex"),
    ("g-ir-scanner", "gobject-introspection"),
    ("gdbus-codegen", "glib"),
    ("gettext", "gettext"),
    ("glib-compile-resources", "glib"),
    ("glib-compile-schemas", "glib"),
    ("gperf", "gperf"),
    ("gtk-doc", "gtk-doc"),
    ("gtk4-update-icon-cache", "gtk4"),
    ("help2man", "help2man"),
    ("intltool", "intltool"),
    ("msgfmt", "gettext"),
    ("nasm", "nasm"),
    ("pandoc", "pandoc"),
    ("perl", "perl"),
    ("pkg-config", "pkg-config"),
    ("python3", "python3"),
    ("re2c", "re2c"),
    ("scdoc", "scdoc"),
    ("sphinx-build", "sphinx"),
    ("swig", "swig"),
    ("vapigen", "vala"),
    ("wayland-scanner", "wayland-scanner"),
    ("xgettext", "gettext"),
    ("xsltproc", "libxslt"),
    ("yacc", "bison"),
    ("yasm", "yasm"),
];

/// Packages of `find_package` that are programs.
const CMAKE_PROGRAMS: &[&str] = &[
    "BISON",
    "Doxygen",
    "ECM",
    "FLEX",
    "Gettext",
    "Git",
    "Perl",
    "PkgConfig",
    "PythonInterp",
    "SWIG",
    "Sphinx",
    "WaylandScanner",
];

/// Modules of `pkg-config` that stand for programs.
const MODULE_PROGRAMS: &[&str] = &["scdoc", "wayland-scanner", "gobject-introspection-1.0"];

/// What the project needs: its build system, and the libraries and programs it looks for.
///
/// What it says it can do without and what no table knows is named in the notes.
#[must_use]
pub fn needs(project: &Project) -> Needs {
    let mut needs = Needs::default();
    let file = match project.system {
        System::Autotools => "configure.ac",
        System::Cmake => "CMakeLists.txt",
        System::Meson => "meson.build",
        System::Make => "Makefile",
    };
    system(project, file, &mut needs);
    let mut required: BTreeSet<&str> = BTreeSet::new();
    for ((lookup, name), optional) in &project.requirements {
        if !optional {
            required.extend(attributes(*lookup, name).unwrap_or_default());
        }
        let evidence = format!("{file}: {} `{name}`", verb(*lookup));
        if *optional && !is_looked_for_in_earnest(project.system, *lookup, name) {
            optional_requirement(*lookup, name, &evidence, &mut needs);
        } else {
            requirement(*lookup, name, &evidence, &mut needs);
        }
    }
    drop_alternatives(&required, &mut needs);
    needs.drop_propagated();
    needs
}

/// Libraries that do the same, in the order in which nixpkgs prefers them. Who looks for several takes the first there is.
const ALTERNATIVES: &[&[&str]] = &[
    &[
        "openssl", "gnutls", "wolfssl", "mbedtls", "bearssl", "libressl",
    ],
    &["pcre2", "pcre"],
    &["libssh2", "libssh"],
];

/// Takes away what is looked for only in the place of a library that is there.
fn drop_alternatives(required: &BTreeSet<&str>, needs: &mut Needs) {
    for group in ALTERNATIVES {
        let is_there = |attribute: &str, needs: &Needs| {
            let mut inputs = needs.build_inputs.iter();
            inputs.any(|need| need.attribute == attribute)
        };
        let Some(chosen) = group.iter().find(|attribute| is_there(attribute, needs)) else {
            continue;
        };
        for other in group.iter().filter(|other| *other != chosen) {
            if is_there(other, needs) && !required.contains(other) {
                needs.build_inputs.retain(|need| need.attribute != *other);
                needs.note(format!("`{other}` is left out: `{chosen}` does the same"));
            }
        }
    }
}

/// The attributes of what is looked for; `None` where no table knows it.
fn attributes(lookup: Lookup, name: &str) -> Option<&'static [&'static str]> {
    match lookup {
        Lookup::PkgConfig => modules::pkg_config(name),
        Lookup::Cmake => modules::cmake(name),
        Lookup::Library => modules::linker(name),
        Lookup::Program => None,
    }
}

/// Whether something optional is taken all the same: scripts of Autotools and lists of CMake often say only later that they
/// cannot do without, and nixpkgs builds with what there is. Meson's `required: false` is meant.
fn is_looked_for_in_earnest(system: System, lookup: Lookup, name: &str) -> bool {
    let known = match lookup {
        Lookup::PkgConfig => modules::pkg_config(name),
        Lookup::Cmake => modules::cmake(name),
        // Tried under one name after the other, each optional, and a program without them is a poor one.
        Lookup::Library => modules::linker(name).filter(|attributes| {
            matches!(attributes, ["ncurses" | "readline" | "openssl" | "zlib"])
        }),
        Lookup::Program => None,
    };
    // Documentation, version control and test frameworks serve the developers.
    let serves_developers = [
        "Doxygen",
        "Git",
        "Sphinx",
        "GTest",
        "Catch2",
        "benchmark",
        "doctest",
        "check",
        "cmocka",
    ]
    .contains(&name);
    matches!(system, System::Autotools | System::Cmake) && known.is_some() && !serves_developers
}

fn system(project: &Project, file: &str, needs: &mut Needs) {
    match project.system {
        System::Autotools if !project.has_configure => {
            needs.program("autoreconfHook", "configure.ac without configure");
        }
        System::Autotools | System::Make => {}
        System::Cmake => needs.program("cmake", file),
        System::Meson => {
            needs.program("meson", file);
            needs.program("ninja", file);
        }
    }
}

fn verb(lookup: Lookup) -> &'static str {
    match lookup {
        Lookup::PkgConfig => "looks for the pkg-config module",
        Lookup::Cmake => "finds the package",
        Lookup::Library => "links the library",
        Lookup::Program => "runs the program",
    }
}

fn requirement(lookup: Lookup, name: &str, evidence: &str, needs: &mut Needs) {
    let known = match lookup {
        Lookup::PkgConfig => {
            needs.program("pkg-config", evidence);
            modules::pkg_config(name)
        }
        Lookup::Cmake if name.contains("::") => Some(modules::cmake(name).unwrap_or_default()),
        Lookup::Cmake => modules::cmake(name),
        Lookup::Library => modules::linker(name),
        Lookup::Program => {
            if let Some((_, attribute)) = PROGRAMS.iter().find(|(program, _)| *program == name) {
                needs.program(attribute, evidence);
            }
            return;
        }
    };
    let Some(attributes) = known else {
        needs.note(format!("{evidence}, which has no known attribute"));
        return;
    };
    let is_program = CMAKE_PROGRAMS.contains(&name) || MODULE_PROGRAMS.contains(&name);
    for attribute in attributes {
        if is_program || *attribute == "pkg-config" {
            needs.program(attribute, evidence);
        } else {
            needs.library(attribute, evidence);
        }
    }
    if name.starts_with("Qt5") {
        needs.program("qt5.wrapQtAppsHook", evidence);
    } else if name.starts_with("Qt6") {
        needs.program("qt6.wrapQtAppsHook", evidence);
    }
}

fn optional_requirement(lookup: Lookup, name: &str, evidence: &str, needs: &mut Needs) {
    if let Some(attributes) = attributes(lookup, name).filter(|attributes| !attributes.is_empty()) {
        needs.note(format!(
            "{evidence} if it is there: `{}` is left out",
            attributes.join("`, `")
        ));
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::c::{System, read};
    use crate::manifest::testing::tree;
    use crate::native::Need;

    fn names(needs: &[Need]) -> Vec<&str> {
        needs.iter().map(|need| need.attribute.as_str()).collect()
    }

    #[test]
    fn meson_with_modules() {
        let build = "project('x', 'c')\ndependency('gtk4')\ndependency('pango')\ndependency('wayland-scanner')\n\
                     dependency('nowhere')\ndependency('zlib', required: false)\ncc.find_library('m')\n";
        let tree = tree(&[("meson.build", build)]);
        let needs = super::needs(&read(&tree, "", System::Meson).unwrap());
        assert_eq!(
            names(&needs.native_build_inputs),
            ["meson", "ninja", "pkg-config", "wayland-scanner"]
        );
        assert_eq!(names(&needs.build_inputs), ["gtk4"]);
        assert_eq!(
            needs.notes,
            [
                "meson.build: looks for the pkg-config module `nowhere`, which has no known attribute",
                "meson.build: looks for the pkg-config module `zlib` if it is there: `zlib` is left out",
            ]
        );
    }

    #[test]
    fn cmake_with_components() {
        let list = "project(X)\nfind_package(Qt6 REQUIRED COMPONENTS Core Svg)\nfind_package(PkgConfig REQUIRED)\n\
                    find_package(Threads REQUIRED)\nfind_package(ZLIB REQUIRED)\n";
        let tree = tree(&[("CMakeLists.txt", list)]);
        let needs = super::needs(&read(&tree, "", System::Cmake).unwrap());
        assert_eq!(
            names(&needs.native_build_inputs),
            ["cmake", "pkg-config", "qt6.wrapQtAppsHook"]
        );
        assert_eq!(
            names(&needs.build_inputs),
            ["qt6.qtbase", "qt6.qtsvg", "zlib"]
        );
        assert!(needs.notes.is_empty());
    }

    #[test]
    fn terminal_libraries_are_meant_in_earnest() {
        let script = "AC_INIT([x], [1])\nAC_SEARCH_LIBS([initscr], [ncursesw curses])\n\
                      AC_CHECK_LIB([readline], [rl], [a], [b])\nAC_CHECK_LIB([acl], [f], [a], [b])\n";
        let tree = tree(&[("configure.ac", script), ("configure", "")]);
        let needs = super::needs(&read(&tree, "", System::Autotools).unwrap());
        assert_eq!(names(&needs.build_inputs), ["ncurses", "readline"]);
    }

    #[test]
    fn libraries_of_own_macros_are_looked_for() {
        let script = "AC_INIT([x], [1])\nPKG_PROG_PKG_CONFIG\nX_CHECK_CRYPTO\nX_WITH_TLS\n";
        let own = "AC_DEFUN([X_CHECK_CRYPTO], [\n  X_LIB_HAVE_LINKFLAGS([ssl], [crypto], [#include <openssl/ssl.h>])\n\
                   AC_LIB_HAVE_LINKFLAGS([gnutls], [])\n])\n";
        let tls = "AC_DEFUN([X_WITH_TLS], [\n  LIBS=`$PKG_CONFIG --libs libssh2 2>/dev/null`\n])\n";
        let other = "AC_DEFUN([X_UNUSED], [\n  AC_CHECK_LIB([z], [inflate])\n])\n";
        let tree = tree(&[
            ("configure.ac", script),
            ("acinclude.m4", own),
            ("m4/tls.m4", tls),
            ("m4/other.m4", other),
        ]);
        let needs = super::needs(&read(&tree, "", System::Autotools).unwrap());
        assert_eq!(names(&needs.build_inputs), ["libssh2", "openssl"]);
        assert_eq!(
            names(&needs.native_build_inputs),
            ["autoreconfHook", "pkg-config"]
        );
    }

    #[test]
    fn of_alternatives_one_is_taken_unless_both_are_required() {
        let needs = |list: &str| {
            let tree = tree(&[("CMakeLists.txt", list)]);
            super::needs(&read(&tree, "", System::Cmake).unwrap())
        };
        let either =
            needs("project(X)\nfind_package(MbedTLS)\nfind_package(OpenSSL)\nfind_package(PCRE)\n");
        assert_eq!(names(&either.build_inputs), ["openssl", "pcre"]);
        assert_eq!(
            either.notes,
            ["`mbedtls` is left out: `openssl` does the same"]
        );
        let both = needs("project(X)\nfind_package(MbedTLS REQUIRED)\nfind_package(OpenSSL)\n");
        assert_eq!(names(&both.build_inputs), ["mbedtls", "openssl"]);
    }

    #[test]
    fn autotools_regenerates_only_without_configure() {
        let script = (
            "configure.ac",
            "AC_INIT([x], [1])\nAC_CHECK_LIB([z], [inflate])\n",
        );
        let bare = super::needs(&read(&tree(&[script]), "", System::Autotools).unwrap());
        assert_eq!(names(&bare.native_build_inputs), ["autoreconfHook"]);
        assert_eq!(names(&bare.build_inputs), ["zlib"]);
        let ready = super::needs(
            &read(&tree(&[script, ("configure", "")]), "", System::Autotools).unwrap(),
        );
        assert!(ready.native_build_inputs.is_empty());
    }
}
