//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{Expr, List};
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::derivation::{Derivation, Element, Kind, removal};
use crate::lint::document::Checker;
use crate::lint::tree::range_of;

rule! {
    /// A tool of the build in `buildInputs`.
    ///
    /// `buildInputs` are what the finished package needs on the machine that it runs on: libraries. Programs and hooks
    /// that run during the build belong in `nativeBuildInputs`: when the package is cross-compiled, those of
    /// `buildInputs` are made for the other machine and cannot run, and with `strictDeps` they are not found at all.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   buildInputs = [ cmake pkg-config openssl ];
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   nativeBuildInputs = [ cmake pkg-config ];
    ///   buildInputs = [ openssl ];
    /// }
    /// ```
    ///
    /// The fix is not safe: it changes the derivation.
    "build-tools-in-build-inputs": Package, Warning, default, fix Unsafe;
    on [NODE_ROOT] => check
}

/// What only ever runs during a build, in the order of names. No interpreter, nothing that is a library as well,
/// and no tool that packages call at run time.
const TOOLS: [&str; 48] = [
    "addDriverRunpath",
    "autoAddDriverRunpath",
    "autoPatchelfHook",
    "autoconf",
    "autoconf-archive",
    "automake",
    "autoreconfHook",
    "autoreconfHook264",
    "autoreconfHook269",
    "bison",
    "breakpointHook",
    "cmake",
    "copyDesktopItems",
    "copyPkgconfigItems",
    "desktop-file-utils",
    "doxygen",
    "gtk-doc",
    "help2man",
    "installShellFiles",
    "intltool",
    "itstool",
    "makeBinaryWrapper",
    "makeShellWrapper",
    "makeWrapper",
    "meson",
    "ninja",
    "nodejsInstallExecutables",
    "pkg-config",
    "pkgconf",
    "pytestCheckHook",
    "qmake",
    "removeReferencesTo",
    "scdoc",
    "scons",
    "sphinx",
    "swig",
    "unzip",
    "updateAutotoolsGnuConfigScriptsHook",
    "versionCheckHook",
    "wafHook",
    "wrapGAppsHook3",
    "wrapGAppsHook4",
    "wrapGAppsNoGuiHook",
    "wrapPython",
    "wrapQtAppsHook",
    "writableTmpDirAsHomeHook",
    "xcbuildHook",
    "yasm",
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        let Some(inputs) = derivation.elements("buildInputs", document.text) else {
            continue;
        };
        for input in &inputs.all {
            let Some(name) = input.last().filter(|name| is_tool(name)) else {
                continue;
            };
            // extensions of sphinx import it
            if name == "sphinx" && derivation.kind == Kind::Python {
                continue;
            }
            if input.name.is_some_and(|name| name.starts_with("buildPackages.")) {
                continue;
            }
            let message = format!("`{name}` runs during the build and belongs in `nativeBuildInputs`");
            let reported = checker.report(input.expr.syntax(), message);
            if let Some(edits) = moved(derivation, input, document.text) {
                let within = derivation.set.syntax();
                reported.fix(FixClass::Unsafe, "move it to `nativeBuildInputs`", within, edits);
            }
        }
    }
}

fn is_tool(name: &str) -> bool {
    TOOLS.binary_search(&name).is_ok()
}

/// The element taken out of its list and added to `nativeBuildInputs`, which is made where there is none.
fn moved(derivation: &Derivation<'_>, input: &Element<'_>, text: &str) -> Option<Vec<TextEdit>> {
    if !input.in_list || input.conditional {
        return None;
    }
    let name = input.name?;
    let attribute = derivation.attributes.find("buildInputs")?;
    let Some(native) = derivation.attributes.find("nativeBuildInputs") else {
        if derivation.attributes.has("nativeBuildInputs") || !derivation.attributes.complete {
            return None;
        }
        let start = range_of(&attribute.node).start;
        let before = text.get(..start)?;
        let blank = before.trim_end_matches([' ', '\t']).len();
        let indent = before.get(blank..)?;
        let line = format!("nativeBuildInputs = [ {name} ];\n{indent}");
        let list = attribute.value.as_ref()?;
        if matches!(list, Expr::With(_)) {
            return None;
        }
        return Some(vec![
            TextEdit::insert(start, line),
            removal::remove(input.expr.syntax(), text)?,
        ]);
    };
    let Some(Expr::List(list)) = &native.value else {
        return None;
    };
    if matches!(attribute.value, Some(Expr::With(_))) {
        return None;
    }
    Some(vec![
        appended(list, name, text)?,
        removal::remove(input.expr.syntax(), text)?,
    ])
}

/// Writes `name` behind the last element, on a line of its own where that has one.
fn appended(list: &List, name: &str, text: &str) -> Option<TextEdit> {
    let Some(last) = list.syntax().last_child() else {
        let open = range_of(list.syntax()).start + 1;
        return Some(TextEdit::insert(open, format!(" {name}")));
    };
    let range = range_of(&last);
    let before = text.get(..range.start)?;
    let blank = before.trim_end_matches([' ', '\t']);
    let gap = if blank.ends_with('\n') {
        format!("\n{}", before.get(blank.len()..)?)
    } else {
        " ".to_owned()
    };
    Some(TextEdit::insert(range.end, format!("{gap}{name}")))
}
