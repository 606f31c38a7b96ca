//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::Expr;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::document::Checker;

rule! {
    /// An environment variable that stands beside the attributes of the builder instead of in `env`.
    ///
    /// Everything that a derivation is given becomes part of the builder's environment only as long as
    /// `__structuredAttrs` is off. What is meant as an environment variable belongs in `env`: it is exported in either
    /// case, and Nix checks that it is a string.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   NIX_CFLAGS_COMPILE = "-Wno-error";
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   env.NIX_CFLAGS_COMPILE = "-Wno-error";
    /// }
    /// ```
    ///
    /// The fix is not safe: the derivation stays the same, but what reads the attribute of that name (`finalAttrs`,
    /// `overrideAttrs`) does not find it any more.
    "environment-variables-go-to-env": Package, Note, default, fix Unsafe;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    for derivation in &checker.document.packaging().derivations {
        let attributes = &derivation.attributes;
        let mergeable = attributes.find("env").is_none() && !derivation.is_recursive();
        for attribute in &attributes.all {
            let [name] = attribute.path[..] else { continue };
            if !is_variable(name) {
                continue;
            }
            let message = format!("the environment variable `{name}` belongs in `env`");
            let reported = checker.report_at(attribute.key.clone(), message);
            let is_string = matches!(attribute.value, Some(Expr::Str(_)));
            if mergeable && is_string && !attribute.conditional {
                let edit = TextEdit::insert(attribute.key.start, "env.");
                let fix = "set it in `env`";
                reported.fix(FixClass::Unsafe, fix, &attribute.node, vec![edit]);
            }
        }
    }
}

/// Whether the name is one that compilers and build systems read from the environment.
fn is_variable(name: &str) -> bool {
    const KNOWN: [&str; 21] = [
        "ASFLAGS",
        "CARGO_PROFILE_RELEASE_LTO",
        "CFLAGS",
        "CPPFLAGS",
        "CXXFLAGS",
        "FCFLAGS",
        "FFLAGS",
        "FONTCONFIG_FILE",
        "GOFLAGS",
        "LDFLAGS",
        "LIBCLANG_PATH",
        "NIX_CFLAGS_COMPILE",
        "NIX_CFLAGS_LINK",
        "NIX_ENFORCE_NO_NATIVE",
        "NIX_ENFORCE_PURITY",
        "NIX_LDFLAGS",
        "OPENSSL_DIR",
        "OPENSSL_NO_VENDOR",
        "PROTOC",
        "RUSTFLAGS",
        "RUSTC_BOOTSTRAP",
    ];
    KNOWN.contains(&name) || name.starts_with("PKG_CONFIG_")
}
