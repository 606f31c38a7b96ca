use super::{Lookup, Project, System, read, systems};
use crate::manifest::testing::tree;

fn requirements(project: &Project) -> Vec<String> {
    let line = |((lookup, name), optional): (&(Lookup, String), &bool)| {
        let how = match lookup {
            Lookup::PkgConfig => "pkg-config",
            Lookup::Cmake => "cmake",
            Lookup::Library => "library",
            Lookup::Program => "program",
        };
        format!("{how} {name}{}", if *optional { " (optional)" } else { "" })
    };
    project.requirements.iter().map(line).collect()
}

#[test]
fn autotools() {
    let script = "dnl AC_INIT([no], [0])\nAC_INIT([GNU Thing], [1.4.2], [bugs@example.org], [thing],\n [https://example.org/thing])\n\
                  AC_PROG_CC\nAM_PROG_LEX\nPKG_CHECK_MODULES([GLIB], [glib-2.0 >= 2.40 gio-2.0])\n\
                  PKG_CHECK_MODULES(OPT, libfoo, [have=yes], [have=no])\nAC_CHECK_LIB([z], [inflate])\n\
                  AC_CHECK_LIB([m], [sin], [], [AC_MSG_ERROR([no (m)])])\nAC_CHECK_LIB([unended";
    let tree = tree(&[
        ("configure.ac", script),
        ("Makefile.am", "bin_PROGRAMS = thing \\\n  thing-helper\n"),
        ("tests/Makefile.am", "TESTS = a.sh\n"),
    ]);
    assert_eq!(systems(&tree, ""), [System::Autotools]);
    let project = read(&tree, "", System::Autotools).unwrap();
    assert_eq!(project.name.as_deref(), Some("thing"));
    assert_eq!(project.version.as_deref(), Some("1.4.2"));
    assert_eq!(
        project.homepage.as_deref(),
        Some("https://example.org/thing")
    );
    assert_eq!(project.programs, ["thing", "thing-helper"]);
    assert!(project.has_tests && !project.has_configure);
    assert_eq!(
        requirements(&project),
        [
            "pkg-config gio-2.0",
            "pkg-config glib-2.0",
            "pkg-config libfoo (optional)",
            "library m",
            "library z",
            "program flex",
        ]
    );
}

#[test]
fn cmake() {
    let list = "cmake_minimum_required(VERSION 3.10) # find_package(No)\nproject(Tool VERSION 2.0 DESCRIPTION \"A # tool\"\n\
                HOMEPAGE_URL https://example.org LANGUAGES C)\nfind_package(ZLIB REQUIRED)\nFIND_PACKAGE(OpenSSL)\n\
                find_package(Qt6 REQUIRED COMPONENTS Core Widgets)\npkg_check_modules(X REQUIRED IMPORTED_TARGET libfoo>=1.0 bar)\n\
                add_executable(${PROJECT_NAME} main.c)\ninstall(TARGETS ${PROJECT_NAME})\nadd_subdirectory(tests)\nenable_testing()\n\
                add_subdirectory(../out)\nfind_package(${NAME})\n";
    let tree = tree(&[
        ("CMakeLists.txt", list),
        ("tests/CMakeLists.txt", "find_package(GTest REQUIRED)\n"),
    ]);
    let project = read(&tree, "", System::Cmake).unwrap();
    assert_eq!(project.name.as_deref(), Some("Tool"));
    assert_eq!(project.version.as_deref(), Some("2.0"));
    assert_eq!(project.description.as_deref(), Some("A # tool"));
    assert_eq!(project.programs, ["Tool"]);
    assert!(project.has_tests);
    assert_eq!(
        requirements(&project),
        [
            "pkg-config bar",
            "pkg-config libfoo",
            "cmake OpenSSL (optional)",
            "cmake Qt6",
            "cmake Qt6::Core",
            "cmake Qt6::Widgets",
            "cmake ZLIB",
        ]
    );
}

#[test]
fn meson() {
    let build = "project('tool', 'c',\n  version : files('VERSION'), license: ['MIT', 'ISC'])\n\
                 glib = dependency('glib-2.0', version: '>= 2.0')\nx = dependency('x11', required : false)\n\
                 d = dependency('libdocs', required: get_option('docs'))\na = dependency('libauto', required: get_option('auto'))\n\
                 m = cc.find_library('m')\nfind_program('python3')\nsubdir('src')\n\
                 pkg.generate(lib, name: 'x', description: 'Other')\n";
    let tree = tree(&[
        ("meson.build", build),
        ("VERSION", "3.1\n"),
        (
            "meson_options.txt",
            "option('docs', type: 'feature', value: 'disabled')\noption('auto', type: 'feature', value: 'auto')\n",
        ),
        (
            "src/meson.build",
            "executable('tool', 'main.c', install : true)\nexecutable('demo', 'd.c')\ntest('t', t)\n",
        ),
    ]);
    let project = read(&tree, "", System::Meson).unwrap();
    assert_eq!(project.version.as_deref(), Some("3.1"));
    assert_eq!(project.license.as_deref(), Some("MIT AND ISC"));
    assert_eq!(project.programs, ["tool"]);
    assert!(project.has_tests);
    assert_eq!(
        requirements(&project),
        [
            "pkg-config glib-2.0",
            "pkg-config libauto",
            "pkg-config libdocs (optional)",
            "pkg-config x11 (optional)",
            "library m",
            "program python3",
        ]
    );
}

#[test]
fn makefiles() {
    let makefile = "include config.mk\nall: tool\nCFLAGS += $(shell pkg-config --cflags x11 xft)\ninstall: all\n\tcp tool $(DESTDIR)\n";
    let tree = tree(&[
        ("Makefile", makefile),
        (
            "config.mk",
            "VERSION = 0.9\nLIBS = -lz -L/x `pkg-config --libs fontconfig`\n",
        ),
    ]);
    let project = read(&tree, "", System::Make).unwrap();
    assert_eq!(project.version.as_deref(), Some("0.9"));
    assert!(project.has_install);
    assert_eq!(
        requirements(&project),
        [
            "pkg-config fontconfig",
            "pkg-config x11",
            "pkg-config xft",
            "library z"
        ]
    );
}

#[test]
fn lists_of_cmake_follow_their_options() {
    let list = "project(x VERSION 1)\noption(USE_A \"a\" OFF)\noption(USE_B \"b\" ON)\noption(USE_C \"c\")\n\
                if(USE_A)\n  find_package(LibA REQUIRED)\nelse()\n  find_package(NotA REQUIRED)\nendif()\n\
                if(USE_B AND UNIX)\n  find_package(LibB REQUIRED)\n  if(USE_C OR WIN32)\n    find_package(LibC REQUIRED)\n  endif()\n\
                elseif(NOT USE_A)\n  find_package(Never REQUIRED)\nendif()\n\
                if(UNKNOWN)\n  find_package(One REQUIRED)\nelse()\n  find_package(Other REQUIRED)\nendif()\n\
                if((USE_A) OR X)\n  find_package(Bracketed REQUIRED)\nendif()\nendif()\nfind_package(Last REQUIRED)\n";
    let project = read(&tree(&[("CMakeLists.txt", list)]), "", System::Cmake).unwrap();
    assert_eq!(
        requirements(&project),
        [
            "cmake Bracketed",
            "cmake Last",
            "cmake LibB",
            "cmake NotA",
            "cmake One",
            "cmake Other",
        ]
    );
}

#[test]
fn lists_of_cmake_include_modules_of_the_project() {
    let list = "project(x)\nadd_subdirectory(src)\ninclude(GNUInstallDirs)\ninclude(CTest)\ninclude(cmake/Own.cmake)\n\
                include(${PROJECT_SOURCE_DIR}/more.cmake)\ninclude(../out.cmake)\n";
    let select =
        "find_package(OpenSSL)\ninclude(SelectTls)\nif(WIN32)\n  find_package(Never)\nendif()\n";
    let project = read(
        &tree(&[
            ("CMakeLists.txt", list),
            ("src/CMakeLists.txt", "include(SelectTls)\n"),
            ("cmake/SelectTls.cmake", select),
            ("cmake/Own.cmake", "find_package(ZLIB REQUIRED)\n"),
            ("cmake/FindThing.cmake", "find_package(Unused)\n"),
            ("more.cmake", "find_package(Last REQUIRED)\n"),
        ]),
        "",
        System::Cmake,
    )
    .unwrap();
    assert_eq!(
        requirements(&project),
        ["cmake Last", "cmake OpenSSL (optional)", "cmake ZLIB"]
    );
    assert!(project.has_tests);
}

#[test]
fn programs_of_cmake_are_called_as_their_files() {
    let list = "project(x)\nadd_executable(x_exe a.c)\nset_target_properties(x_exe PROPERTIES OUTPUT_NAME \"x\")\n\
                add_executable(x_cli a.c)\nset_target_properties(x_cli PROPERTIES OUTPUT_NAME ${COMPUTED})\n\
                install(TARGETS x_exe x_cli)\n";
    let project = read(&tree(&[("CMakeLists.txt", list)]), "", System::Cmake).unwrap();
    assert_eq!(project.programs, ["x"]);
}

#[test]
fn builds_of_meson_end_where_they_say() {
    let options = "option('tools', type: 'boolean', value: false)\noption('docs', type: 'boolean')\n\
                   option('kind', type: 'combo', value: 'a')\n";
    let build = "project('x')\nsubdir('tools')\nsubdir('docs')\nsubdir('other')\n\
                 if get_option('tools')\n  dependency('never')\nelse\n  dependency('always')\nendif\n";
    let tools = "if not get_option('tools')\n  subdir_done()\nendif\ndependency('libtool')\n";
    let docs = "if not get_option('docs')\n  subdir_done()\nendif\ndependency('doc')\nsubdir_done()\ndependency('dead')\n";
    let other = "if get_option('kind') == 'b'\n  subdir_done()\nendif\ndependency('other')\n";
    let project = read(
        &tree(&[
            ("meson.build", build),
            ("meson_options.txt", options),
            ("tools/meson.build", tools),
            ("docs/meson.build", docs),
            ("other/meson.build", other),
        ]),
        "",
        System::Meson,
    )
    .unwrap();
    assert_eq!(
        requirements(&project),
        ["pkg-config always", "pkg-config doc", "pkg-config other"]
    );
}

#[test]
fn calls_without_an_end_do_not_grow_the_work() {
    let head = "project(x VERSION 1)\nfind_package(ZLIB)\n";
    let text = format!("{head}{}", "find_package(".repeat(250_000));
    let project = read(&tree(&[("CMakeLists.txt", &text)]), "", System::Cmake).unwrap();
    assert_eq!(requirements(&project), ["cmake ZLIB (optional)"]);
    let text = format!("project('x')\n{}", "dependency('a', ".repeat(250_000));
    let project = read(&tree(&[("meson.build", &text)]), "", System::Meson).unwrap();
    assert!(project.requirements.is_empty());
    let text = format!(
        "project('x')\n{}{}",
        "if a\n".repeat(100_000),
        "\n".repeat(300_000)
    );
    read(&tree(&[("meson.build", &text)]), "", System::Meson).unwrap();
    let text = format!(
        "{head}option(X \"\" ON)\nif({}X)\nfind_package(No)\n",
        "NOT ".repeat(15_001)
    );
    let project = read(&tree(&[("CMakeLists.txt", &text)]), "", System::Cmake).unwrap();
    assert_eq!(requirements(&project), ["cmake ZLIB (optional)"]);
    let programs: String = (0..100_000)
        .map(|number| format!("add_executable(p{number})\ninstall(p{number})\n"))
        .collect();
    let text = format!("project(x)\n{programs}");
    let project = read(&tree(&[("CMakeLists.txt", &text)]), "", System::Cmake).unwrap();
    assert_eq!(project.programs.len(), super::PROGRAMS_MAX);
}

#[test]
fn lists_that_add_themselves_are_read_once() {
    let list = "project(x)\nadd_subdirectory(.)\nadd_subdirectory(a)\n";
    let inner = "add_subdirectory(.)\nfind_package(ZLIB REQUIRED)\n";
    let tree = tree(&[("CMakeLists.txt", list), ("a/CMakeLists.txt", inner)]);
    let project = read(&tree, "", System::Cmake).unwrap();
    assert_eq!(requirements(&project), ["cmake ZLIB"]);
}

#[test]
fn builds_of_meson_follow_the_system() {
    let build = "project('x')\npkg.generate(name: 'x-egl', description: 'Other')\n\
                 pkg.generate(a, filebase: 'libx', name: 'X', description: 'Shows things')\nif host_machine.system() == 'windows'\n  cc.find_library('ws2_32')\n\
                 elif host_machine.system() in ['darwin', 'ios']\n  dependency('appleframeworks')\nelse\n  dependency('libudev')\n\
                 endif\nif not (os == 'windows')\n  dependency('one')\nendif\nif os == 'windows' or x\n  dependency('two')\nendif\n\
                 subdir('.')\n";
    let project = read(&tree(&[("meson.build", build)]), "", System::Meson).unwrap();
    assert_eq!(
        requirements(&project),
        ["pkg-config libudev", "pkg-config one", "pkg-config two"]
    );
    assert_eq!(project.description.as_deref(), Some("Shows things"));
}

#[test]
fn makefiles_of_small_programs() {
    let makefile = "CC=gcc\nCFLAGS ?= -O2\nBINDIR = $(prefix)/bin\nPROG = sl # the train\nsl : sl.c\n\t$(CC) -o sl sl.c -lncurses\n\
                    .c.o:\n\techo -lfoo x: y\nclean distclean:\n\trm sl\n";
    let project = read(&tree(&[("Makefile", makefile)]), "", System::Make).unwrap();
    assert_eq!(requirements(&project), ["library ncurses"]);
    assert_eq!(project.programs, ["sl"]);
    assert_eq!(project.prefix_variable, Some("prefix"));
    assert!(project.fixes_compiler && !project.has_install);
    let targets: Vec<&str> = project.targets.iter().map(String::as_str).collect();
    assert_eq!(targets, ["clean", "distclean", "sl"]);
    let both = "prefix ?= /usr/local\nPREFIX ?= $(prefix)\nCC ?= cc\n";
    let project = read(&tree(&[("Makefile", both)]), "", System::Make).unwrap();
    assert_eq!(project.prefix_variable, Some("PREFIX"));
    assert!(!project.fixes_compiler);
    let parts = [
        ("Makefile", "install:\n\t$(MAKE) -C src install\n"),
        ("src/Makefile", "install:\n\tcp x ${prefix}/bin\n"),
    ];
    let project = read(&tree(&parts), "", System::Make).unwrap();
    assert_eq!(project.prefix_variable, Some("prefix"));
}

#[test]
fn a_release_of_autotools_needs_no_generators() {
    let script = "AC_INIT([GNU x], m4_esyscmd([v]))\nAM_GNU_GETTEXT([external])\nAC_PROG_YACC\nAC_PROG_LEX\n";
    let configure = "PACKAGE_NAME='GNU x'\nPACKAGE_TARNAME='x'\nPACKAGE_VERSION='1.5'\nPACKAGE_URL='http://www.gnu.org/software/x/'\n";
    let release = [
        ("configure.ac", script),
        ("configure", configure),
        ("Makefile.am", "SUBDIRS = . lib cli $(more)\n"),
        (
            "cli/Makefile.am",
            "bin_PROGRAMS = x @MORE@\nSUBDIRS = deep ../lib\n",
        ),
        ("cli/deep/Makefile.am", "TESTS = a\nSUBDIRS = deep\n"),
        ("po/de.po", ""),
        ("po/de.gmo", ""),
        ("src/parse.y", ""),
        ("src/parse.c", ""),
        ("src/lex.l", ""),
    ];
    let project = read(&tree(&release), "", System::Autotools).unwrap();
    assert_eq!(project.version.as_deref(), Some("1.5"));
    assert_eq!(
        project.homepage.as_deref(),
        Some("https://www.gnu.org/software/x/")
    );
    assert_eq!(project.programs, ["x"]);
    assert!(project.has_tests);
    assert_eq!(requirements(&project), ["program flex"]);
    let repository = [release.first().copied().unwrap()];
    let project = read(&tree(&repository), "", System::Autotools).unwrap();
    assert_eq!(
        requirements(&project),
        ["program bison", "program flex", "program gettext"]
    );
}

#[test]
fn macros_of_the_project_that_its_script_calls() {
    let files = [
        ("configure.ac", "AC_INIT([x],[1])\nX_FIND_PCRE\n"),
        (
            "m4/pcre.m4",
            "AC_DEFUN([X_FIND_PCRE],\n[\n  case x in no) ;; esac\n  PKG_CHECK_MODULES([PCRE], [libpcre2-8], [], [:])\n])\n",
        ),
        (
            "m4/other.m4",
            "AC_DEFUN([X_OTHER], [PKG_CHECK_MODULES([O], [other])])\n",
        ),
        ("m4/pkg.m4", "AC_DEFUN([PKG_CHECK_MODULES], [no])\n"),
    ];
    let project = read(&tree(&files), "", System::Autotools).unwrap();
    assert_eq!(requirements(&project), ["pkg-config libpcre2-8 (optional)"]);
}
