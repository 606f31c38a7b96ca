//! See [`RULE`].

use rnix::SyntaxKind::TOKEN_STRING_CONTENT;
use rnix::SyntaxNode;
use rnix::ast::{Expr, Str};
use rnix::NodeOrToken;
use rowan::ast::AstNode as _;

use crate::edit::text::TextEdit;
use crate::lint::FixClass;
use crate::lint::derivation::Derivation;
use crate::lint::document::{Checker, Document};
use crate::lint::scope::Target;
use crate::lint::tree::{bytes, literal_text, range_of};

rule! {
    /// A source whose address repeats the version.
    ///
    /// On the next update both have to be changed, and where only one is, the package has the wrong name or the old
    /// source.
    ///
    /// ```nix
    /// stdenv.mkDerivation (finalAttrs: {
    ///   version = "1.2.3";
    ///   src = fetchurl {
    ///     url = "https://example.org/tool-1.2.3.tar.gz";
    ///   };
    /// })
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// stdenv.mkDerivation (finalAttrs: {
    ///   version = "1.2.3";
    ///   src = fetchurl {
    ///     url = "https://example.org/tool-${finalAttrs.version}.tar.gz";
    ///   };
    /// })
    /// ```
    ///
    /// Only where the version can be spoken of: in a `rec` set, or in a function of the final attributes. The fix is
    /// not safe: the text stays the same, but what overrides the version changes the source as well from then on.
    "literal-version": Package, Note, default, fix Unsafe;
    on [NODE_ROOT] => check
}

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    let packaging = document.packaging();
    for derivation in &packaging.derivations {
        let Some((version, src)) = parts(derivation) else {
            continue;
        };
        let Some(fetch) = packaging.fetch_at(&src) else {
            continue;
        };
        for name in ["url", "rev", "tag"] {
            let found = fetch.attributes.find(name);
            if let Some(Expr::Str(value)) = found.and_then(|found| found.value.as_ref()) {
                judge(checker, document, derivation, value, &version);
            }
        }
    }
}

/// The version, where it tells something, and the node of the call that `src` is.
fn parts(derivation: &Derivation<'_>) -> Option<(String, SyntaxNode)> {
    let Some(Expr::Str(version)) = &derivation.attributes.find("version")?.value else {
        return None;
    };
    let version = literal_text(version)?;
    let tells = version.len() >= 3 && version.contains(['.', '-']) && !version.contains("unstable");
    let src = derivation.attributes.find("src")?.value.as_ref()?;
    tells.then(|| (version, src.syntax().clone()))
}

fn judge(
    checker: &mut Checker<'_, '_>,
    document: &Document<'_>,
    derivation: &Derivation<'_>,
    value: &Str,
    version: &str,
) {
    let mut places = Vec::new();
    for child in value.syntax().children_with_tokens() {
        if let NodeOrToken::Token(token) = child
            && token.kind() == TOKEN_STRING_CONTENT
        {
            let start = bytes(token.text_range()).start;
            let found = token.text().match_indices(version);
            places.extend(
                found
                    .filter(|(at, _)| stands_alone(token.text(), *at, version))
                    .map(|(at, _)| start + at..start + at + version.len()),
            );
        }
    }
    if places.is_empty() {
        return;
    }
    let Some(reference) = reference(document, derivation, value) else {
        return;
    };
    let reported = checker.report(
        value.syntax(),
        format!("the version `{version}` is written down here again"),
    );
    let edits = places
        .into_iter()
        .map(|place| TextEdit::replace(place, format!("${{{reference}}}")))
        .collect();
    reported.fix(FixClass::Unsafe, "use the version", value.syntax(), edits);
}

/// Whether no digit or dot-and-digit goes on before or behind the place.
fn stands_alone(text: &str, at: usize, version: &str) -> bool {
    let before = text.get(..at).and_then(|text| text.chars().next_back());
    let mut behind = text.get(at + version.len()..).unwrap_or_default().chars();
    let digit = |one: Option<char>| one.is_some_and(|one| one.is_ascii_digit());
    let next = behind.next();
    let goes_on = digit(next) || (next == Some('.') && digit(behind.next()));
    !digit(before) && before != Some('.') && before != Some('$') && !goes_on
}

/// How the version is spoken of at the place: `version` in a `rec` set, `finalAttrs.version` in a function of the final attributes.
fn reference(document: &Document<'_>, derivation: &Derivation<'_>, value: &Str) -> Option<String> {
    if derivation.is_recursive() {
        let free = !is_bound_between(document, derivation, value, "version");
        return free.then(|| "version".to_owned());
    }
    let name = derivation.final_name?;
    (!is_bound_between(document, derivation, value, name)).then(|| format!("{name}.version"))
}

/// Whether something within the set binds the name again, or a name there means something else.
fn is_bound_between(document: &Document<'_>, derivation: &Derivation<'_>, value: &Str, name: &str) -> bool {
    let set = derivation.set.syntax();
    let place = range_of(value.syntax());
    let scopes = document.scopes();
    let mut between = value.syntax().ancestors().take_while(|node| node != set);
    between.any(|node| {
        let scope = scopes.scope_of(&node);
        scope.is_some_and(|scope| {
            let mut bindings = scopes.bindings_of(scope);
            bindings.any(|binding| binding.name == name)
        })
    }) || scopes
        .references_in(&place)
        .iter()
        .any(|reference| reference.name == name && !matches!(reference.target, Target::Binding(_)))
}
