//! Which definition a name refers to, as Nix looks it up: the nearest function, `let` or `rec` set around that defines it.
//! `with` comes last in Nix and is not looked at.

use rnix::ast::{self, Entry};
use rnix::{SyntaxKind, SyntaxNode};
use rowan::ast::AstNode as _;

use super::tree::{self, Container, Site};
use super::{Document, EditError, Place};

/// What defines a name.
#[derive(Debug, Clone)]
pub(super) enum Definition {
    Site(Site),
    Argument(ast::Lambda),
}

/// Says whether an identifier is a use of a variable, and not the name of an attribute or an argument.
fn is_reference(identifier: &SyntaxNode) -> bool {
    let Some(parent) = identifier.parent() else {
        return false;
    };
    match parent.kind() {
        SyntaxKind::NODE_ATTRPATH | SyntaxKind::NODE_PAT_BIND | SyntaxKind::NODE_IDENT_PARAM => {
            false
        }
        SyntaxKind::NODE_PAT_ENTRY => parent.first_child().as_ref() != Some(identifier),
        SyntaxKind::NODE_INHERIT => {
            ast::Inherit::cast(parent).is_some_and(|inherit| inherit.from().is_none())
        }
        _ => true,
    }
}

/// Returns what defines the name that `identifier` uses; `None` where nothing around does.
pub(super) fn definition(identifier: &SyntaxNode, name: &str) -> Option<Definition> {
    let parent = identifier.parent()?;
    // An inherited name is looked up outside of the set it is inherited into.
    let inherits = parent.kind() == SyntaxKind::NODE_INHERIT;
    let skip = usize::from(inherits) * 2;
    let names = [name.to_owned()];
    parent
        .ancestors()
        .skip(skip)
        .find_map(|node| definition_in(&node, &names))
}

fn definition_in(node: &SyntaxNode, names: &[String; 1]) -> Option<Definition> {
    if let Some(lambda) = ast::Lambda::cast(node.clone()) {
        let [name] = names;
        return parameters(&lambda)
            .contains(name)
            .then_some(Definition::Argument(lambda));
    }
    let container = Container::cast(node).filter(Container::is_recursive)?;
    for entry in container.entries() {
        match entry {
            Entry::Inherit(inherit) => {
                let mut attributes = inherit.attrs();
                let attribute = attributes.find(|it| tree::name_of(it).as_ref() == names.first());
                if let Some(attribute) = attribute {
                    return Some(Definition::Site(Site::Inherited(inherit, attribute)));
                }
            }
            Entry::AttrpathValue(binding) => {
                if tree::common(&tree::names_of(&binding), names) == 1 {
                    return Some(Definition::Site(Site::Binding(binding)));
                }
            }
        }
    }
    None
}

/// Returns the names a function gives to its argument and the parts of it.
pub(super) fn parameters(lambda: &ast::Lambda) -> Vec<String> {
    match lambda.param() {
        None => Vec::new(),
        Some(ast::Param::IdentParam(whole)) => {
            whole.ident().map(|it| it.to_string()).into_iter().collect()
        }
        Some(ast::Param::Pattern(pattern)) => {
            let entries = pattern.pat_entries().filter_map(|entry| entry.ident());
            let whole = pattern.pat_bind().and_then(|bind| bind.ident());
            entries.chain(whole).map(|it| it.to_string()).collect()
        }
    }
}

/// Returns every use of `name` inside of `lambda` that nothing in it but `lambda` itself, or nothing at all, defines.
pub(super) fn uses(lambda: &ast::Lambda, name: &str) -> Vec<SyntaxNode> {
    occurrences(lambda, name)
        .filter(|node| match definition(node, name) {
            Some(Definition::Argument(by)) => {
                by == *lambda || !is_inside(by.syntax(), lambda.syntax())
            }
            Some(Definition::Site(site)) => !is_inside(site.node(), lambda.syntax()),
            None => true,
        })
        .collect()
}

/// Says whether one of the uses at `nodes`, if it were called `name`, would mean something inside of `lambda`.
pub(super) fn is_captured(lambda: &ast::Lambda, nodes: &[SyntaxNode], name: &str) -> bool {
    nodes.iter().any(|node| match definition(node, name) {
        Some(Definition::Argument(by)) => is_inside(by.syntax(), lambda.syntax()),
        Some(Definition::Site(site)) => is_inside(site.node(), lambda.syntax()),
        None => false,
    })
}

fn is_inside(node: &SyntaxNode, outer: &SyntaxNode) -> bool {
    outer.text_range().contains_range(node.text_range())
}

fn occurrences<'name>(
    lambda: &ast::Lambda,
    name: &'name str,
) -> impl Iterator<Item = SyntaxNode> + use<'name> {
    lambda
        .syntax()
        .descendants()
        .filter(|node| node.kind() == SyntaxKind::NODE_IDENT)
        .filter(move |node| node.text() == name)
        .filter(is_reference)
}

impl Document {
    /// Follows an inherited name to the binding that gives its value: `version` in `inherit version;` to the
    /// `version = …;` of the `let` or `rec` set around it. What has a value of its own, is inherited from a set or comes
    /// from a function's argument stays where it is.
    ///
    /// # Errors
    /// [`EditError::Place`] where no attribute is written at `place`.
    pub fn definition(&self, place: Place) -> Result<Place, EditError> {
        let mut site = self.site_at(place, None)?;
        while let Site::Inherited(inherit, attribute) = &site {
            if inherit.from().is_some() {
                break;
            }
            let name = tree::name_of(attribute).unwrap_or_default();
            match definition(attribute.syntax(), &name) {
                // Further out each time.
                Some(Definition::Site(outer)) => site = outer,
                _ => break,
            }
        }
        Ok(Place::Offset(tree::span(site.node()).start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn uses_are_those_of_the_function_itself() {
        let text = "{ a, b ? a }: [ a (a: a) (let a = 1; in a) (rec { a = 1; b = a; }) { a = a; } { inherit a; } \
                    (let inherit a; in a) { inherit (x) a; } x.a (with a; a) { a, ... }: a ]";
        let text = text.replace("{ a, ... }: a ]", "({ a, ... }: a) ]");
        let root = parse::parse(&text).unwrap();
        let lambda = root
            .syntax()
            .descendants()
            .find_map(ast::Lambda::cast)
            .unwrap();
        let marked: String = {
            let mut text = text.clone();
            let mut starts: Vec<usize> = uses(&lambda, "a")
                .iter()
                .map(|node| tree::span(node).start)
                .collect();
            starts.reverse();
            for start in starts {
                text.insert(start, '*');
            }
            text
        };
        assert_eq!(
            marked,
            "{ a, b ? *a }: [ *a (a: a) (let a = 1; in a) (rec { a = 1; b = a; }) { a = *a; } { inherit *a; } \
             (let inherit *a; in a) { inherit (x) a; } x.a (with *a; *a) ({ a, ... }: a) ]"
        );
    }

    #[test]
    fn an_inherited_name_is_followed_outwards() {
        let text = "let version = \"1\"; in rec { inherit version; a = { inherit version; }; b = x: { inherit x; }; }";
        let document = Document::parse(text).unwrap();
        let at = |what: &str| Place::Offset(text.rfind(what).unwrap() + what.len() - 1);
        let start = Place::Offset(4);
        assert_eq!(document.definition(at("inherit v")), Ok(start));
        assert_eq!(document.definition(start), Ok(start));
        assert_eq!(document.definition(at("inherit x")), Ok(at("inherit x")));
        assert!(document.definition(Place::Offset(0)).is_err());
    }
}
