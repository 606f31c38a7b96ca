//! What packages say about themselves in `meta`.

use std::ops::Range;
use std::sync::OnceLock;

use rnix::SyntaxKind::{NODE_SELECT, NODE_WITH};
use rnix::SyntaxNode;
use rnix::ast::{self, Expr};
use rowan::ast::AstNode as _;

use super::{Derivation, Elements, Kind};
use crate::lint::document::Checker;
use crate::lint::tree::{last_name, range_of};
use crate::lint::words;

/// The attributes that nixpkgs' check of `meta` knows, in the order of names.
pub(crate) const KNOWN: [&str; 41] = [
    "available",
    "badPlatforms",
    "branch",
    "broken",
    "changelog",
    "description",
    "donationPage",
    "downloadPage",
    "executables",
    "homepage",
    "hydraPlatforms",
    "insecure",
    "isBuildPythonPackage",
    "isFcitxEngine",
    "isGutenprint",
    "isHydraChannel",
    "isIbusEngine",
    "knownVulnerabilities",
    "license",
    "longDescription",
    "mainProgram",
    "maintainers",
    "maintainersPosition",
    "maxSilent",
    "name",
    "nonTeamMaintainers",
    "outputsToInstall",
    "pkgConfigModules",
    "platforms",
    "position",
    "priority",
    "problems",
    "schedulingPriority",
    "sourceProvenance",
    "tag",
    "teams",
    "teamsPosition",
    "timeout",
    "unfree",
    "unsupported",
    "version",
];

/// What [`KNOWN`] leaves out because it is checked elsewhere or made by nixpkgs itself.
const BESIDES: [&str; 5] = [
    "cpe",
    "identifiers",
    "isHydraTest",
    "tests",
    "unfreeRedistributable",
];

/// `lib.licenses`: names, and which are kept only for old expressions.
const LICENCES: &str = include_str!("../../../data/licenses.tsv");

/// What `lib.licenses` has besides licences: how several are put together.
const OPERATORS: [&str; 5] = ["AND", "OR", "PLUS", "WITH", "toSPDX"];

/// What is known of a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Licence {
    /// It is there.
    Current,
    /// It is kept only for old expressions.
    Deprecated,
}

/// A licence that a package names.
pub(crate) struct Named<'t> {
    /// The attribute of `lib.licenses`.
    pub(crate) name: &'t str,
    /// Where it is named.
    pub(crate) node: SyntaxNode,
}

/// Whether nixpkgs knows the attribute of `meta`.
pub(crate) fn is_known(name: &str) -> bool {
    KNOWN.binary_search(&name).is_ok() || BESIDES.contains(&name)
}

/// The licence of this name.
pub(crate) fn licence(name: &str) -> Option<Licence> {
    let known = licence_table();
    let at = known.binary_search_by_key(&name, |(known, _)| known).ok()?;
    known.get(at).map(|(_, licence)| *licence)
}

/// The licence whose name is nearly this one.
pub(crate) fn closest_licence(name: &str) -> Option<&'static str> {
    words::closest(name, licence_table().iter().map(|(name, _)| *name))
}

fn licence_table() -> &'static [(&'static str, Licence)] {
    static TABLE: OnceLock<Vec<(&'static str, Licence)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rows = LICENCES.lines().filter(|line| !line.starts_with('#'));
        let mut table: Vec<(&str, Licence)> = rows
            .map(|row| match row.split_once('\t') {
                Some((name, _)) => (name, Licence::Deprecated),
                None => (row, Licence::Current),
            })
            .collect();
        table.sort_by_key(|(name, _)| *name);
        table
    })
}

/// The licences that a package names: `lib.licenses.mit`, and `mit` within `with lib.licenses;`.
pub(crate) fn licences<'t>(derivation: &Derivation<'t>, text: &'t str) -> Vec<Named<'t>> {
    let mut named = Vec::new();
    let value = derivation
        .meta(text)
        .and_then(|meta| meta.find("license")?.value.clone());
    let Some(value) = value else { return named };
    for node in value.syntax().descendants() {
        match node.kind() {
            NODE_SELECT => {
                let written = text.get(range_of(&node)).unwrap_or_default();
                let name = ["lib.licenses.", "licenses.", "pkgs.lib.licenses."]
                    .iter()
                    .find_map(|prefix| written.strip_prefix(prefix))
                    .filter(|name| {
                        name.chars()
                            .all(|one| one.is_ascii_alphanumeric() || one == '-')
                    });
                if let Some(name) = name.filter(|name| !OPERATORS.contains(name)) {
                    named.push(Named { name, node });
                }
            }
            NODE_WITH => named.extend(of_with(&node, text)),
            _ => {}
        }
    }
    named
}

fn of_with<'t>(node: &SyntaxNode, text: &'t str) -> Vec<Named<'t>> {
    let Some(with) = ast::With::cast(node.clone()) else {
        return Vec::new();
    };
    let (Some(set), Some(body)) = (with.namespace(), with.body()) else {
        return Vec::new();
    };
    if last_name(&set, text) != Some("licenses") {
        return Vec::new();
    }
    let elements = match &body {
        Expr::Ident(ident) => {
            let node = ident.syntax().clone();
            let name = text.get(range_of(&node)).unwrap_or_default();
            return vec![Named { name, node }];
        }
        body => Elements::of(body, text),
    };
    let names = elements.all.into_iter().filter_map(|element| {
        let name = element.name.filter(|name| !name.contains('.'))?;
        let node = element.expr.syntax().clone();
        Some(Named { name, node })
    });
    names.collect()
}

/// Where a finding about the whole of a package's `meta` is shown: at `meta`, or else at its name.
pub(crate) fn place(derivation: &Derivation<'_>) -> Option<Range<usize>> {
    ["meta", "pname", "name", "version", "src"]
        .iter()
        .find_map(|name| {
            let is_it = |path: &[&str]| path.first() == Some(name);
            let found = derivation
                .attributes
                .all
                .iter()
                .find(|one| is_it(&one.path))?;
            Some(found.key.clone())
        })
}

/// Reports packages whose `meta` certainly lacks `name`, or has an empty list for it.
pub(crate) fn report_missing(checker: &mut Checker<'_, '_>, name: &str, message: &'static str) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        if !derivation.is_package
            || derivation.kind == Kind::Other
            || !derivation.attributes.complete
        {
            continue;
        }
        if derivation.attributes.find("outputHash").is_some() {
            continue;
        }
        // other files of a folder are pieces of its package
        let is_whole = match document.file_name() {
            "package.nix" => derivation.attributes.has("pname"),
            "default.nix" => derivation.attributes.has("meta"),
            _ => false,
        };
        if is_test(document.path) || !is_whole {
            continue;
        }
        let meta = derivation.meta(document.text);
        let place = match &meta {
            Some(meta) if !meta.complete => continue,
            Some(meta) => match meta.find(name) {
                Some(found) if is_empty_list(found.value.as_ref()) => Some(found.key.clone()),
                Some(_) => continue,
                None if meta.has(name) || (name == "maintainers" && meta.has("teams")) => continue,
                None => place(derivation),
            },
            None => place(derivation),
        };
        if let Some(place) = place {
            checker.report_at(place, message);
        }
    }
}

/// Whether the file lies among tests, or among the modules of NixOS.
fn is_test(path: &str) -> bool {
    let mut folders = path.split('/');
    let is_test = |folder: &str| {
        let name = folder.strip_suffix(".nix").unwrap_or(folder);
        name.split('-').any(|word| matches!(word, "test" | "tests"))
    };
    path.starts_with("nixos/") || folders.any(is_test)
}

fn is_empty_list(value: Option<&Expr>) -> bool {
    matches!(value, Some(Expr::List(list)) if list.items().next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_order() {
        assert!(KNOWN.is_sorted());
        let table = licence_table();
        assert!(table.is_sorted_by_key(|(name, _)| name));
        assert_eq!(licence("mit"), Some(Licence::Current));
        assert_eq!(licence("gpl3"), Some(Licence::Deprecated));
        assert_eq!(licence("MIT"), None);
        assert_eq!(closest_licence("asl2"), None);
        assert_eq!(closest_licence("gpl3plus"), Some("gpl3Plus"));
    }
}
