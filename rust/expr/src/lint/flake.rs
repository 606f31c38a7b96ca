//! A `flake.nix`: which inputs it declares, and what its `outputs` take.

use std::ops::Range;

use rnix::SyntaxNode;
use rnix::ast::{self, Entry, Expr, HasEntry as _};
use rowan::ast::AstNode as _;

use super::document::Document;
use super::tree::{static_name, unwrap_parens};

/// A declared input.
pub(crate) struct Input<'t> {
    /// Its name.
    pub(crate) name: &'t str,
    /// The bytes of the name, where it is first declared.
    pub(crate) range: Range<usize>,
}

/// A `flake.nix`.
pub(crate) struct Flake<'t> {
    /// The declared inputs, each once, sorted by name.
    pub(crate) inputs: Vec<Input<'t>>,
    /// Whether these are all, as far as the text tells.
    pub(crate) closed: bool,
    /// The nodes that declare inputs.
    pub(crate) declarations: Vec<SyntaxNode>,
    /// The function that makes the outputs, where it is written out.
    pub(crate) outputs: Option<ast::Lambda>,
}

impl<'t> Flake<'t> {
    /// The flake that the document is, by its name and its form.
    pub(crate) fn of(document: &Document<'t>) -> Option<Self> {
        if document.file_name() != "flake.nix" {
            return None;
        }
        let root = ast::Root::cast(document.root.clone())?;
        let Expr::AttrSet(set) = unwrap_parens(root.expr()?)? else {
            return None;
        };
        let mut flake = Self {
            inputs: Vec::new(),
            closed: true,
            declarations: Vec::new(),
            outputs: None,
        };
        for entry in set.entries() {
            if let Entry::AttrpathValue(value) = entry {
                flake.read(&value, document.text);
            }
        }
        flake
            .inputs
            .sort_by_key(|input| (input.name, input.range.start));
        flake.inputs.dedup_by_key(|input| input.name);
        Some(flake)
    }

    /// Whether an input of this name is declared.
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.inputs
            .binary_search_by_key(&name, |input| input.name)
            .is_ok()
    }

    /// The pattern that `outputs` takes apart.
    pub(crate) fn pattern(&self) -> Option<ast::Pattern> {
        match self.outputs.as_ref()?.param()? {
            ast::Param::Pattern(pattern) => Some(pattern),
            ast::Param::IdentParam(_) => None,
        }
    }

    /// An attribute of the flake itself.
    fn read(&mut self, value: &ast::AttrpathValue, text: &'t str) {
        let Some(path) = value.attrpath() else {
            return;
        };
        let mut attrs = path.attrs();
        let first = attrs
            .next()
            .and_then(|attr| static_name(attr.syntax(), text));
        match (first, attrs.next()) {
            (Some(("inputs", _)), Some(name)) => {
                self.declarations.push(value.syntax().clone());
                self.declare(&name, text);
            }
            (Some(("inputs", _)), None) => {
                self.declarations.push(value.syntax().clone());
                match value.value().and_then(unwrap_parens) {
                    Some(Expr::AttrSet(set)) => self.declare_all(&set, text),
                    _ => self.closed = false,
                }
            }
            (Some(("outputs", _)), None) => {
                if let Some(Expr::Lambda(lambda)) = value.value().and_then(unwrap_parens) {
                    self.outputs = Some(lambda);
                }
            }
            _ => {}
        }
    }

    fn declare_all(&mut self, set: &ast::AttrSet, text: &'t str) {
        for entry in set.entries() {
            match entry {
                Entry::AttrpathValue(value) => {
                    match value.attrpath().and_then(|path| path.attrs().next()) {
                        Some(name) => self.declare(&name, text),
                        None => self.closed = false,
                    }
                }
                Entry::Inherit(_) => self.closed = false,
            }
        }
    }

    fn declare(&mut self, name: &ast::Attr, text: &'t str) {
        match static_name(name.syntax(), text) {
            Some((name, range)) => self.inputs.push(Input { name, range }),
            None => self.closed = false,
        }
    }
}
