//! Arguments of functions: `{ lib, stdenv, ... }@args:`.

use rnix::SyntaxKind::{TOKEN_COMMA, TOKEN_IDENT, TOKEN_URI};
use rnix::ast::{self, Expr, Param};
use rnix::{SyntaxKind, SyntaxToken};
use rowan::ast::AstNode as _;

use super::layout::{self, Owned};
use super::order::{self, Slot};
use super::text::TextEdit;
use super::tree;
use super::value::Snippet;
use super::{Anchor, AttributePath, Change, Document, EditError, Outcome, anchor, scope};
use crate::quote;

/// Which function is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Function {
    /// The outermost one that names its arguments, as `{ lib, stdenv }:` at the top of a package.
    Main,
    /// The outermost one of an attribute's value, as `outputs` of a flake.
    Attribute(AttributePath),
}

/// A function with its named arguments.
#[derive(Debug, Clone)]
pub(super) struct Formals {
    pub(super) lambda: ast::Lambda,
    pub(super) pattern: ast::Pattern,
    entries: Vec<Formal>,
}

#[derive(Debug, Clone)]
struct Formal {
    entry: ast::PatEntry,
    name: String,
    first: SyntaxToken,
    last: SyntaxToken,
    comma_before: Option<SyntaxToken>,
    comma_after: Option<SyntaxToken>,
}

impl Formals {
    fn of(lambda: ast::Lambda) -> Option<Self> {
        let Some(Param::Pattern(pattern)) = lambda.param() else {
            return None;
        };
        let entries = pattern.pat_entries().filter_map(|entry| {
            let (first, last) = tree::edges(entry.syntax())?;
            Some(Formal {
                name: entry.ident()?.to_string(),
                comma_before: comma(&first, SyntaxToken::prev_token),
                comma_after: comma(&last, SyntaxToken::next_token),
                entry,
                first,
                last,
            })
        });
        let entries = entries.collect();
        Some(Self {
            lambda,
            pattern,
            entries,
        })
    }

    /// Looks for the outermost function that names its arguments.
    pub(super) fn find(expression: Expr) -> Option<Self> {
        let mut expression = expression;
        loop {
            let Expr::Lambda(lambda) = anchor::inner(expression) else {
                return None;
            };
            expression = match Self::of(lambda.clone()) {
                Some(found) => return Some(found),
                None => lambda.body()?,
            };
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|formal| formal.name == name)
    }

    pub(super) fn is_open(&self) -> bool {
        self.pattern.ellipsis_token().is_some()
    }

    /// Returns the name of the whole argument.
    pub(super) fn whole(&self) -> Option<String> {
        let name = self.pattern.pat_bind()?.ident()?;
        Some(name.to_string())
    }

    fn get(&self, name: &str) -> Result<(usize, &Formal), EditError> {
        let found = self
            .entries
            .iter()
            .enumerate()
            .find(|(_, it)| it.name == name);
        found.ok_or_else(|| EditError::FormalMissing {
            name: name.to_owned(),
        })
    }

    /// Says whether lines begin with the commas.
    fn commas_lead(&self, layout: &layout::Layout<'_>) -> Option<usize> {
        let commas = self
            .entries
            .iter()
            .flat_map(|it| [&it.comma_before, &it.comma_after]);
        let mut starts = commas.flatten().map(tree::token_start);
        starts.find(|start| layout.is_first(*start))
    }
}

fn comma(from: &SyntaxToken, step: fn(&SyntaxToken) -> Option<SyntaxToken>) -> Option<SyntaxToken> {
    let mut token = step(from)?;
    while tree::is_trivia(&token) {
        token = step(&token)?;
    }
    (token.kind() == TOKEN_COMMA).then_some(token)
}

/// A comma that ends what a token of this kind ends: a URI takes a comma right behind it for a part of itself.
fn comma_behind(kind: SyntaxKind) -> &'static str {
    match kind {
        TOKEN_URI => " ,",
        _ => ",",
    }
}

/// An argument with the comma behind it.
fn with_comma(text: String) -> String {
    let last = rnix::tokenize(&text).last();
    let comma = comma_behind(last.map_or(TOKEN_IDENT, |(kind, _)| kind));
    text + comma
}

impl Document {
    /// Adds an argument, with or without a default: in alphabetical order where the others are in one, else behind them;
    /// `...` and the name of the whole stay where they are.
    ///
    /// # Errors
    /// [`EditError::NoFormals`] where the function takes its argument whole, [`EditError::FormalExists`] where it has the
    /// name, [`EditError::Quote`] for what cannot be an argument's name.
    pub fn add_formal(
        &self,
        function: &Function,
        name: &str,
        default: Option<&str>,
    ) -> Result<Outcome, EditError> {
        let formals = self.formals(function)?;
        self.finish(self.adding_formal(&formals, name, default)?)
    }

    /// Removes an argument, with the comments that belong to it.
    ///
    /// # Errors
    /// [`EditError::FormalMissing`]; without `force`, [`EditError::Used`] where the function uses it, or uses its whole
    /// argument, which would no longer be the same where the function is given only what it names.
    pub fn remove_formal(
        &self,
        function: &Function,
        name: &str,
        force: bool,
    ) -> Result<Outcome, EditError> {
        let formals = self.formals(function)?;
        formals.get(name)?;
        if !force {
            self.refuse_uses(&formals, name)?;
            self.refuse_whole(&formals)?;
        }
        self.finish(self.removing_formal(&formals, name)?)
    }

    /// Renames an argument, and every use of it in the function.
    ///
    /// # Errors
    /// [`EditError::FormalMissing`], [`EditError::FormalExists`]; [`EditError::Used`] where the new name means something
    /// else at a place of use or is used for something else, and, without `force`, where the whole argument is used.
    pub fn rename_formal(
        &self,
        function: &Function,
        name: &str,
        new_name: &str,
        force: bool,
    ) -> Result<Outcome, EditError> {
        let formals = self.formals(function)?;
        let (_, formal) = formals.get(name)?;
        if name == new_name {
            return self.finish(Change::default());
        }
        self.refuse_taken(&formals, new_name)?;
        self.refuse_uses(&formals, new_name)?;
        if !force {
            self.refuse_whole(&formals)?;
        }
        let uses = scope::uses(&formals.lambda, name);
        if let Some(node) = uses.first()
            && scope::is_captured(&formals.lambda, &uses, new_name)
        {
            return Err(EditError::Used {
                name: new_name.to_owned(),
                position: self.position(node),
            });
        }
        let start = tree::token_start(&formal.first);
        let mut change = Change::of(TextEdit::replace(start..start + name.len(), new_name));
        for node in uses {
            let parent = node.parent();
            let inherit = parent.and_then(ast::Inherit::cast);
            match (inherit, ast::Attr::cast(node.clone())) {
                (Some(inherit), Some(attribute)) => {
                    let binding = format!("{name} = {new_name};");
                    change = change.and(self.bind_inherited(&inherit, &attribute, binding)?);
                }
                _ => {
                    let span = tree::span(&node);
                    change.edits.push(TextEdit::replace(span, new_name));
                }
            }
        }
        self.finish(change)
    }

    /// Gives an argument a default, or takes it away.
    ///
    /// # Errors
    /// [`EditError::FormalMissing`] where there is no such argument.
    pub fn set_default(
        &self,
        function: &Function,
        name: &str,
        default: Option<&str>,
    ) -> Result<Outcome, EditError> {
        let formals = self.formals(function)?;
        let (_, formal) = formals.get(name)?;
        let layout = self.layout();
        let start = tree::token_start(&formal.first);
        let old = formal.entry.default().map(|it| tree::span(it.syntax()));
        let snippet = default.map(Snippet::parse).transpose()?;
        let text = snippet
            .as_ref()
            .map(|it| it.default(layout.indentation(start), layout.newline));
        let behind_name = start + name.len();
        let (range, text) = match (old, text) {
            (None, None) => return self.finish(Change::default()),
            (Some(old), Some(text)) => (old, text),
            (None, Some(text)) => (behind_name..behind_name, format!(" ? {text}")),
            (Some(old), None) => (behind_name..old.end, String::new()),
        };
        let change = Change {
            removed_comments: tree::comments(layout.slice(range.clone())),
            ..Change::of(TextEdit::replace(range, text))
        };
        self.finish(change.adding(snippet.as_ref().map_or("", Snippet::text)))
    }

    fn formals(&self, function: &Function) -> Result<Formals, EditError> {
        let expression = match function {
            Function::Main => self.root.expr(),
            Function::Attribute(path) => match self.site(&self.sets(&Anchor::Main)?, path)? {
                Some(tree::Site::Binding(binding)) => binding.value(),
                _ => None,
            },
        };
        expression
            .and_then(Formals::find)
            .ok_or(EditError::NoFormals)
    }

    fn refuse_taken(&self, formals: &Formals, name: &str) -> Result<(), EditError> {
        quote::identifier(name)?;
        let entries = formals.entries.iter();
        let taken = entries
            .filter(|formal| formal.name == name)
            .map(|formal| formal.entry.syntax().clone());
        let whole = formals
            .pattern
            .pat_bind()
            .filter(|bind| bind.ident().is_some_and(|whole| whole.to_string() == name));
        let mut taken = taken.chain(whole.map(|it| it.syntax().clone()));
        match taken.next() {
            None => Ok(()),
            Some(node) => Err(EditError::FormalExists {
                name: name.to_owned(),
                position: self.position(&node),
            }),
        }
    }

    pub(super) fn refuse_uses(&self, formals: &Formals, name: &str) -> Result<(), EditError> {
        match scope::uses(&formals.lambda, name).first() {
            None => Ok(()),
            Some(node) => Err(EditError::Used {
                name: name.to_owned(),
                position: self.position(node),
            }),
        }
    }

    fn refuse_whole(&self, formals: &Formals) -> Result<(), EditError> {
        match formals.whole() {
            None => Ok(()),
            Some(whole) => self.refuse_uses(formals, &whole),
        }
    }

    pub(super) fn adding_formal(
        &self,
        formals: &Formals,
        name: &str,
        default: Option<&str>,
    ) -> Result<Change, EditError> {
        self.refuse_taken(formals, name)?;
        let snippet = default.map(Snippet::parse).transpose()?;
        let layout = self.layout();
        let text = match &snippet {
            None => name.to_owned(),
            Some(snippet) => {
                let braces = tree::span(formals.pattern.syntax()).start;
                let indentation = layout.indentation(braces);
                format!("{name} ? {}", snippet.default(indentation, layout.newline))
            }
        };
        let edits = self.formal_edits(formals, name, text);
        let edits = edits.ok_or_else(|| EditError::Unsound {
            reason: "a pattern without brackets".to_owned(),
        })?;
        let change = Change {
            edits,
            ..Change::default()
        };
        Ok(change.adding(snippet.as_ref().map_or("", Snippet::text)))
    }

    fn formal_edits(&self, formals: &Formals, name: &str, text: String) -> Option<Vec<TextEdit>> {
        let layout = self.layout();
        let Some(last) = formals.entries.last() else {
            return self.first_formal(formals, text);
        };
        // `self` comes first by custom, whatever the order of the others.
        let first = formals.entries.iter().take_while(|it| it.name == "self");
        let first = first.count();
        let names = formals.entries.iter().skip(first).map(|it| it.name.clone());
        let names: Vec<String> = names.collect();
        let index = order::sorted_place(&names, &name.to_owned()).map(|index| index + first);
        let lead = formals.commas_lead(&layout);
        if index == Some(0) {
            let first = formals.entries.first()?;
            let start = tree::token_start(&first.first);
            if let Some(lead) = lead {
                let (newline, indentation) = (layout.newline, layout.indentation(lead));
                let text = format!("{text}{newline}{indentation}, ");
                return Some(vec![TextEdit::insert(start, text)]);
            }
            let slot = Slot::before(first.entry.syntax())?;
            return Some(vec![slot.write(&layout, &[with_comma(text)], false)]);
        }
        let neighbour = match index {
            Some(index) => formals.entries.get(index - 1)?,
            None => last,
        };
        if let Some(lead) = lead {
            let first = neighbour.comma_before.as_ref();
            let owned = Owned::between(first.unwrap_or(&neighbour.first), &neighbour.last);
            let (newline, indentation) = (layout.newline, layout.indentation(lead));
            let text = format!("{newline}{indentation}, {text}");
            return Some(vec![TextEdit::insert(owned.end, text)]);
        }
        Some(match &neighbour.comma_after {
            Some(comma) => {
                let owned = Owned::between(&neighbour.first, comma);
                vec![layout.after(&owned, &[with_comma(text)], false)]
            }
            None => {
                let owned = Owned::between(&neighbour.first, &neighbour.last);
                let comma = comma_behind(neighbour.last.kind());
                let comma = TextEdit::insert(owned.core.end, comma);
                vec![comma, layout.after(&owned, &[text], false)]
            }
        })
    }

    /// Writes the first argument of a pattern that has none.
    fn first_formal(&self, formals: &Formals, text: String) -> Option<Vec<TextEdit>> {
        let layout = self.layout();
        if let Some(ellipsis) = formals.pattern.ellipsis_token() {
            let owned = Owned::between(&ellipsis, &ellipsis);
            return Some(vec![layout.before(&owned, &[with_comma(text)], false)]);
        }
        let tokens = formals.pattern.syntax().children_with_tokens();
        let tokens = tokens.filter_map(rnix::NodeOrToken::into_token);
        let brackets: Vec<SyntaxToken> = tokens
            .filter(|token| matches!(token.text(), "{" | "}"))
            .collect();
        let (open, close) = (brackets.first()?, brackets.get(1)?);
        Some(vec![layout.inside(open, close, &[text], false)])
    }

    pub(super) fn removing_formal(
        &self,
        formals: &Formals,
        name: &str,
    ) -> Result<Change, EditError> {
        let (index, formal) = formals.get(name)?;
        let layout = self.layout();
        let leads = formals.commas_lead(&layout).is_some();
        let alone = Owned::between(&formal.first, &formal.last);
        let is_blank = |from: usize, to: usize| layout::is_blank(layout.slice(from..to));
        Ok(match (&formal.comma_before, &formal.comma_after) {
            (Some(comma), _) if leads => self.remove_owned(&Owned::between(comma, &formal.last)),
            (None, Some(comma)) if leads => {
                // The next one takes the place behind the bracket.
                let behind = tree::token_end(comma);
                let next = formals.entries.get(index + 1);
                let next = next.map(|next| tree::token_start(&next.first));
                let end = next
                    .filter(|next| is_blank(behind, *next))
                    .unwrap_or(behind);
                let mut change = Change {
                    removed_comments: alone.comments,
                    ..Change::default()
                };
                if is_blank(alone.end, tree::token_start(comma)) {
                    change.edits.push(TextEdit::remove(alone.start..end));
                } else {
                    change.edits.push(TextEdit::remove(alone.start..alone.end));
                    let start = tree::token_start(comma);
                    change.edits.push(TextEdit::remove(start..end));
                }
                change
            }
            (_, Some(comma)) => self.remove_owned(&Owned::between(&formal.first, comma)),
            (Some(comma), None) => {
                let start = tree::token_start(comma);
                if is_blank(tree::token_end(comma), alone.start) {
                    Change {
                        edits: vec![TextEdit::remove(start..alone.end)],
                        removed_comments: alone.comments,
                        ..Change::default()
                    }
                } else {
                    let comma = TextEdit::remove(start..tree::token_end(comma));
                    Change::of(comma).and(self.remove_owned(&alone))
                }
            }
            (None, None) => self.closing(self.remove_owned(&alone)),
        })
    }
}
