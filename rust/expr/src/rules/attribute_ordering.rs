//! See [`RULE`].

use rnix::SyntaxNode;
use rowan::ast::AstNode as _;

use crate::lint::document::Checker;
use crate::lint::tree::range_of;

rule! {
    /// Attributes of a derivation in another order than is usual.
    ///
    /// Most packages go from what the package is to how it is built, in the order in which that happens: name, version,
    /// source, patches, inputs, flags, phases, `passthru` and `meta`. Who reads many packages finds things faster
    /// there.
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   meta.description = "Tool that does one thing";
    ///   pname = "tool";
    ///   buildInputs = [ openssl ];
    ///   src = ./.;
    /// }
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation {
    ///   pname = "tool";
    ///   src = ./.;
    ///   buildInputs = [ openssl ];
    ///   meta.description = "Tool that does one thing";
    /// }
    /// ```
    "attribute-ordering": Package, Help, optional;
    on [NODE_ROOT] => check
}

/// The groups in their usual order; within a group, and for all other names, the order is a matter of taste.
const GROUPS: [(&[&str], &str); 6] = [
    (&["name", "pname", "version"], "what the package is called"),
    (&["src", "srcs"], "its source"),
    (
        &[
            "nativeBuildInputs",
            "buildInputs",
            "propagatedNativeBuildInputs",
            "propagatedBuildInputs",
            "build-system",
            "dependencies",
        ],
        "its inputs",
    ),
    (
        &[
            "preConfigure",
            "configurePhase",
            "postConfigure",
            "preBuild",
            "buildPhase",
            "postBuild",
            "preInstall",
            "installPhase",
            "postInstall",
            "preFixup",
            "postFixup",
        ],
        "its phases",
    ),
    (&["passthru"], "`passthru`"),
    (&["meta"], "`meta`"),
];

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    for derivation in &checker.document.packaging().derivations {
        let set = range_of(derivation.set.syntax());
        let mut last: Option<(usize, &str)> = None;
        for attribute in &derivation.attributes.all {
            let Some(name) = attribute.path.first().filter(|_| set.contains(&attribute.key.start)) else {
                continue;
            };
            let Some(place) = GROUPS.iter().position(|(names, _)| names.contains(name)) else {
                continue;
            };
            match last {
                Some((highest, what)) if place < highest => {
                    let message = format!("`{name}` usually stands before {what}");
                    checker.report_at(attribute.key.clone(), message);
                }
                _ => last = GROUPS.get(place).map(|(_, what)| (place, *what)),
            }
        }
    }
}
