//! Attributes at a path: set, insert, remove, rename.

use rnix::ast::{self, Entry, Expr, HasEntry as _};
use rnix::{SyntaxKind, SyntaxNode};
use rowan::ast::AstNode as _;

use super::layout::{self, Owned};
use super::order;
use super::text::TextEdit;
use super::tree::{self, Container, Found, Home, Site};
use super::value::Snippet;
use super::{Anchor, AttributePath, Change, Document, EditError, Outcome, Place, inherit};
use crate::quote;

impl Document {
    /// Gives the attribute a value: changes the one it has, turns an inherited name into a binding, or inserts it.
    ///
    /// A path goes through whatever [`Anchor::Main`] goes through, so `src.hash` is the `hash` in
    /// `src = fetchurl { hash = …; }`. Comments inside the old value go with it.
    ///
    /// # Errors
    /// [`EditError::Pieces`] where only parts of it are written, as `a` is in `a.b = 1;`; [`EditError::NoSet`] where the
    /// path goes through something else than a set; what [`Document::parse`] says of `value` where that is no expression.
    pub fn set(
        &self,
        anchor: &Anchor,
        path: &AttributePath,
        value: &str,
    ) -> Result<Outcome, EditError> {
        let snippet = Snippet::parse(value)?;
        self.finish(self.setting(&self.sets(anchor)?, path, &snippet)?)
    }

    /// Gives a new attribute its value, in the deepest set that there is, in its siblings' form and order.
    ///
    /// # Errors
    /// [`EditError::Exists`] where it is written in any form; else as [`Document::set`].
    pub fn insert(
        &self,
        anchor: &Anchor,
        path: &AttributePath,
        value: &str,
    ) -> Result<Outcome, EditError> {
        let snippet = Snippet::parse(value)?;
        let sets = self.sets(anchor)?;
        if let Some(node) = first_node(&self.lookup(&sets, path)) {
            return Err(EditError::Exists {
                path: path.to_string(),
                position: self.position(&node),
            });
        }
        self.finish(self.inserting(&sets, path, &snippet)?)
    }

    /// Removes the attribute with the comments that belong to it; what is written in pieces goes with all of them, of an
    /// `inherit` only the name.
    ///
    /// # Errors
    /// [`EditError::Missing`] where it is not written.
    pub fn remove(&self, anchor: &Anchor, path: &AttributePath) -> Result<Outcome, EditError> {
        let found = self.lookup(&self.sets(anchor)?, path);
        if found.is_empty() {
            return Err(missing(path));
        }
        self.finish(self.removing(&found))
    }

    /// Gives the attribute another last name. Where it is inherited, a binding takes the old name's value. References to
    /// it, in a `rec` set for instance, stay as they are.
    ///
    /// # Errors
    /// [`EditError::Missing`] where it is not written, [`EditError::Exists`] where the new name is.
    pub fn rename(
        &self,
        anchor: &Anchor,
        path: &AttributePath,
        name: &str,
    ) -> Result<Outcome, EditError> {
        let quoted = quote::attribute_name(name)?;
        let sets = self.sets(anchor)?;
        let found = self.lookup(&sets, path);
        if found.is_empty() {
            return Err(missing(path));
        }
        let mut names = path.names().to_vec();
        names.pop();
        names.push(name.to_owned());
        let renamed = AttributePath::new(names)?;
        if renamed == *path {
            return self.finish(Change::default());
        }
        if let Some(node) = first_node(&self.lookup(&sets, &renamed)) {
            return Err(EditError::Exists {
                path: renamed.to_string(),
                position: self.position(&node),
            });
        }
        self.finish(self.renaming(&found, &quoted)?)
    }

    /// Gives the attribute whose name stands at `place` a value. With a `name`, it must be the one that ends there.
    ///
    /// # Errors
    /// [`EditError::Place`] where no such attribute is written there.
    pub fn set_at(
        &self,
        place: Place,
        name: Option<&str>,
        value: &str,
    ) -> Result<Outcome, EditError> {
        let snippet = Snippet::parse(value)?;
        let site = self.site_at(place, name)?;
        self.finish(self.setting_site(&site, &snippet)?)
    }

    /// Returns the value of the attribute, as it is written; `None` where it is inherited.
    ///
    /// # Errors
    /// [`EditError::Missing`] where it is not written, [`EditError::Pieces`] where only parts of it are.
    pub fn value(
        &self,
        anchor: &Anchor,
        path: &AttributePath,
    ) -> Result<Option<String>, EditError> {
        match self.site(&self.sets(anchor)?, path)? {
            None => Err(missing(path)),
            Some(Site::Inherited(..)) => Ok(None),
            Some(Site::Binding(binding)) => Ok(binding
                .value()
                .map(|value| value.to_string().trim().to_owned())),
        }
    }

    pub(super) fn lookup(&self, sets: &[Container], path: &AttributePath) -> Found {
        let mut found = Found::default();
        for set in sets {
            let inner = tree::find(set, path.names());
            found.sites.extend(inner.sites);
            found.pieces.extend(inner.pieces);
        }
        found
    }

    /// Returns where the attribute gets its value; `None` where it is not written.
    pub(super) fn site(
        &self,
        sets: &[Container],
        path: &AttributePath,
    ) -> Result<Option<Site>, EditError> {
        for set in sets {
            let found = tree::find(set, path.names());
            if let Some((piece, _)) = found.pieces.first() {
                return Err(EditError::Pieces {
                    path: path.to_string(),
                    position: self.position(piece.syntax()),
                });
            }
            match found.sites.as_slice() {
                [] => {}
                [site] => return Ok(Some(site.clone())),
                sites => {
                    return Err(EditError::Ambiguous {
                        what: format!("attribute `{path}`"),
                        count: sites.len(),
                    });
                }
            }
        }
        Ok(None)
    }

    pub(super) fn setting(
        &self,
        sets: &[Container],
        path: &AttributePath,
        value: &Snippet,
    ) -> Result<Change, EditError> {
        match self.site(sets, path)? {
            Some(site) => self.setting_site(&site, value),
            None => self.inserting(sets, path, value),
        }
    }

    fn setting_site(&self, site: &Site, value: &Snippet) -> Result<Change, EditError> {
        let layout = self.layout();
        match site {
            Site::Binding(binding) => {
                let old = binding.value().ok_or_else(|| EditError::Unsound {
                    reason: "a binding without a value".to_owned(),
                })?;
                let span = tree::span(old.syntax());
                let start = tree::span(binding.syntax()).start;
                let text = value.indented(layout.indentation(start), layout.newline);
                let removed_comments = tree::comments(layout.slice(span.clone()));
                let change = Change {
                    removed_comments,
                    ..Change::of(TextEdit::replace(span, text))
                };
                Ok(change.adding(value.text()))
            }
            Site::Inherited(inherit, attribute) => {
                let indentation = layout.indentation(tree::span(inherit.syntax()).start);
                let text = value.indented(indentation, layout.newline);
                let binding = format!("{attribute} = {text};");
                let change = self.bind_inherited(inherit, attribute, binding)?;
                Ok(change.adding(value.text()))
            }
        }
    }

    /// Writes a binding that is not there yet.
    pub(super) fn inserting(
        &self,
        sets: &[Container],
        path: &AttributePath,
        value: &Snippet,
    ) -> Result<Change, EditError> {
        let home = self.home(sets, path)?;
        let rest = path.names().get(home.consumed..).unwrap_or_default();
        let layout = self.layout();
        let is_whole = home.consumed == 0;
        let slot = order::slot(&layout, &home.container, rest, is_whole);
        let slot = slot.ok_or_else(|| EditError::Unsound {
            reason: "a set without brackets".to_owned(),
        })?;
        let indentation = slot.indentation(&layout);
        let binding = match nests(&home.container, rest) {
            false => {
                let text = value.indented(&indentation, layout.newline);
                let equals = equals(&home.container);
                format!("{}{equals}{text};", quote::attribute_path(rest)?)
            }
            true => {
                let (outer, inner) = rest.split_at(1);
                let (newline, step) = (layout.newline, layout.step());
                let text = value.indented(&format!("{indentation}{step}"), newline);
                format!(
                    "{} = {{{newline}{indentation}{step}{} = {text};{newline}{indentation}}};",
                    quote::attribute_path(outer)?,
                    quote::attribute_path(inner)?
                )
            }
        };
        let edit = slot.write(&layout, &[binding], true);
        Ok(Change::of(edit).adding(value.text()))
    }

    /// Returns the deepest set on the way to `path`: of several sets the one that leads furthest, then the first in the
    /// text.
    pub(super) fn home(&self, sets: &[Container], path: &AttributePath) -> Result<Home, EditError> {
        let mut best: Option<Home> = None;
        let mut sets = sets.to_vec();
        sets.sort_by_key(tree::begin);
        for set in &sets {
            let home = tree::home(set, path.names()).map_err(|node| EditError::NoSet {
                path: path.to_string(),
                position: self.position(&node),
            })?;
            if best.as_ref().is_none_or(|it| it.consumed < home.consumed) {
                best = Some(home);
            }
        }
        best.ok_or_else(|| EditError::Anchor {
            what: "attribute set".to_owned(),
        })
    }

    pub(super) fn removing(&self, found: &Found) -> Change {
        let mut change = Change::default();
        let mut bindings: Vec<SyntaxNode> = Vec::new();
        for site in &found.sites {
            match site {
                Site::Binding(binding) => bindings.push(binding.syntax().clone()),
                Site::Inherited(inherit, attribute) => {
                    change = change.and(self.drop_inherited(inherit, attribute));
                }
            }
        }
        bindings.extend(found.pieces.iter().map(|(piece, _)| piece.syntax().clone()));
        change.and(self.removing_bindings(bindings))
    }

    /// Removes whole bindings; neighbours go together, and a set that nothing is left in closes up.
    pub(super) fn removing_bindings(&self, mut bindings: Vec<SyntaxNode>) -> Change {
        bindings.sort_by_key(|node| node.text_range().start());
        bindings.dedup();
        let mut change = Change::default();
        let mut index = 0;
        while let Some(first) = bindings.get(index) {
            let Some(mut owned) = Owned::of(first) else {
                break;
            };
            index += 1;
            while let Some(next) = bindings.get(index).and_then(Owned::of) {
                let between = self.layout().slice(owned.end..next.start);
                if !layout::is_blank(between) {
                    break;
                }
                owned.end = next.end;
                owned.comments.extend(next.comments);
                index += 1;
            }
            change = change.and(self.remove_owned(&owned));
        }
        self.closing(change)
    }

    pub(super) fn remove_owned(&self, owned: &Owned) -> Change {
        let layout = self.layout();
        Change {
            removed_comments: owned.comments.clone(),
            ..Change::of(TextEdit::remove(layout.removal(owned.start, owned.end)))
        }
    }

    /// Widens a removal to everything between two brackets where only space would be left there.
    pub(super) fn closing(&self, mut change: Change) -> Change {
        for edit in &mut change.edits {
            if !edit.replacement.is_empty() {
                continue;
            }
            let before = self.layout().slice(0..edit.range.start).trim_end();
            let after = self.layout().slice(edit.range.end..self.text.len());
            let closer = after.trim_start();
            let pair = (before.chars().next_back(), closer.chars().next());
            // In a comment or a string such a pair cannot stand: the bytes between are whole tokens.
            if matches!(pair, (Some('{'), Some('}')) | (Some('['), Some(']')))
                && self.opens(before.len())
            {
                edit.range = before.len()..self.text.len() - closer.len();
                edit.replacement = " ".to_owned();
            }
        }
        change
    }

    /// Says whether the token that ends at `end` is an opening bracket of a set or a list.
    fn opens(&self, end: usize) -> bool {
        let token = rowan::TextSize::try_from(end)
            .ok()
            .and_then(|end| self.root().token_at_offset(end).left_biased());
        token.is_some_and(|token| {
            matches!(
                token.kind(),
                SyntaxKind::TOKEN_L_BRACE | SyntaxKind::TOKEN_L_BRACK
            )
        })
    }

    fn renaming(&self, found: &Found, quoted: &str) -> Result<Change, EditError> {
        let mut change = Change::default();
        let bindings = found.sites.iter().filter_map(|site| match site {
            Site::Binding(binding) => Some((binding, None)),
            Site::Inherited(..) => None,
        });
        let pieces = found
            .pieces
            .iter()
            .map(|(binding, depth)| (binding, Some(*depth)));
        for (binding, depth) in bindings.chain(pieces) {
            let path = binding.attrpath().into_iter();
            let attributes: Vec<ast::Attr> = path.flat_map(|path| path.attrs()).collect();
            let depth = depth.unwrap_or(attributes.len());
            if let Some(attribute) = attributes.get(depth.saturating_sub(1)) {
                let span = tree::span(attribute.syntax());
                change.edits.push(TextEdit::replace(span, quoted));
            }
        }
        for site in &found.sites {
            if let Site::Inherited(inherit, attribute) = site {
                let value = inherit::value_of(inherit, attribute);
                let binding = format!("{quoted} = {value};");
                change = change.and(self.bind_inherited(inherit, attribute, binding)?);
            }
        }
        Ok(change)
    }
}

fn missing(path: &AttributePath) -> EditError {
    EditError::Missing {
        path: path.to_string(),
    }
}

pub(super) fn first_node(found: &Found) -> Option<SyntaxNode> {
    let pieces = found.pieces.iter().map(|(piece, _)| piece.syntax());
    let nodes = found.sites.iter().map(Site::node).chain(pieces);
    nodes.min_by_key(|node| node.text_range().start()).cloned()
}

/// Says whether a path of several names is written as sets in each other: where siblings are, and none is dotted. In a
/// derivation it is not: `passthru.updateScript` stands beside `meta = { … }`.
fn nests(container: &Container, names: &[String]) -> bool {
    let entries = container.entries();
    if names.len() < 2 || order::is_derivation(&entries) {
        return false;
    }
    let bindings: Vec<ast::AttrpathValue> = entries
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::AttrpathValue(binding) => Some(binding),
            Entry::Inherit(_) => None,
        })
        .collect();
    let is_dotted = |binding: &ast::AttrpathValue| tree::names_of(binding).len() > 1;
    let is_nested = |binding: &ast::AttrpathValue| matches!(binding.value(), Some(Expr::AttrSet(set)) if set.entries().next().is_some());
    bindings.iter().any(is_nested) && !bindings.iter().any(is_dotted)
}

/// Returns `=` with the space that the bindings of a set have around it.
fn equals(container: &Container) -> &'static str {
    let last = container
        .entries()
        .into_iter()
        .rev()
        .find_map(|entry| match entry {
            Entry::AttrpathValue(binding) => Some(binding),
            Entry::Inherit(_) => None,
        });
    let tight = last.is_some_and(|binding| {
        let end = binding.attrpath().map(|path| tree::span(path.syntax()).end);
        let equals = binding.assign_token().map(|it| tree::token_start(&it));
        end.is_some() && end == equals
    });
    match tight {
        true => "=",
        false => " = ",
    }
}
