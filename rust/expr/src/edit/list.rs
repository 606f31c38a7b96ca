//! Elements of lists.

use rnix::SyntaxNode;
use rnix::ast::{self, BinOpKind, Expr};
use rowan::ast::AstNode as _;

use super::layout::Owned;
use super::order::{self, Slot};
use super::text::TextEdit;
use super::tree::{self, Site};
use super::value::Snippet;
use super::{Anchor, AttributePath, Change, Document, EditError, Outcome, anchor};

/// Which list is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ListTarget {
    /// The set that `path` begins in.
    pub anchor: Anchor,
    /// The attribute whose value has the list; `None` is the whole expression.
    pub path: Option<AttributePath>,
    /// Which of the lists in the value, from 1, in the order of the text. They are looked for through parentheses,
    /// functions, `let`, `with`, `++`, `if` and the arguments of calls. `None` means, for a new element, the first list
    /// that is there without a condition, else the only one; for an element that exists, the first that has it.
    pub number: Option<usize>,
}

/// Where in its list a new element goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum ElementPlace {
    /// In alphabetical order where the others are in one, else last.
    #[default]
    Sorted,
    /// In front of all others.
    First,
    /// Behind all others.
    Last,
    /// In front of this element.
    Before(String),
    /// Behind this element.
    After(String),
}

impl Document {
    /// Adds an element to a list; a list that does not exist is made, `imports` as the first attribute.
    ///
    /// # Errors
    /// [`EditError::ElementExists`] where the list has it, or one beside it that is there without a condition; what a `with`
    /// around the list is about counts as written in front of its elements. [`EditError::NoList`], [`EditError::Ambiguous`] where no list can be told.
    pub fn add_element(
        &self,
        target: &ListTarget,
        element: &str,
        place: &ElementPlace,
    ) -> Result<Outcome, EditError> {
        let snippet = Snippet::parse(element)?;
        let Some(value) = self.value_of(target)? else {
            let Some(path) = &target.path else {
                return Err(missing(element));
            };
            let list = Snippet::parse(&format!("[ {} ]", snippet.element("", "\n")))?;
            let sets = self.sets(&target.anchor)?;
            return self.finish(self.inserting(&sets, path, &list)?);
        };
        let lists = lists_of(&value);
        let list = self.chosen(&lists, target.number, value.syntax())?;
        let counting = lists
            .iter()
            .filter(|(other, conditional)| !conditional || *other == list);
        for (list, _) in counting {
            if let Some(found) = position(list, snippet.text()) {
                return Err(EditError::ElementExists {
                    element: snippet.text().to_owned(),
                    position: self.position(found.syntax()),
                });
            }
        }
        self.finish(self.adding(&list, &snippet, place)?)
    }

    /// Removes an element, with the comments that belong to it.
    ///
    /// # Errors
    /// [`EditError::ElementMissing`] where no list of the value has it.
    pub fn remove_element(&self, target: &ListTarget, element: &str) -> Result<Outcome, EditError> {
        let found = self.element(target, Snippet::parse(element)?.text())?;
        let Some(owned) = Owned::of(found.syntax()) else {
            return Err(missing(element));
        };
        let mut change = self.remove_owned(&owned);
        for edit in &mut change.edits {
            let layout = self.layout();
            let left = layout.slice(0..edit.range.start).chars().next_back();
            let rest = layout.slice(edit.range.end..self.text.len());
            let touches = |side: Option<char>| {
                side.is_some_and(|it| !it.is_whitespace() && !"[]".contains(it))
            };
            // Without a space two elements would become one, or a call.
            let joins = touches(left) && touches(rest.chars().next());
            if joins {
                edit.replacement.push(' ');
            }
        }
        self.finish(self.closing(change))
    }

    /// Puts another element in the place of one.
    ///
    /// # Errors
    /// [`EditError::ElementMissing`] where no list of the value has it.
    pub fn replace_element(
        &self,
        target: &ListTarget,
        element: &str,
        replacement: &str,
    ) -> Result<Outcome, EditError> {
        let snippet = Snippet::parse(replacement)?;
        let found = self.element(target, Snippet::parse(element)?.text())?;
        let layout = self.layout();
        let span = tree::span(found.syntax());
        let text = snippet.element(layout.indentation(span.start), layout.newline);
        let change = Change {
            removed_comments: tree::comments(layout.slice(span.clone())),
            ..Change::of(TextEdit::replace(span, text))
        };
        self.finish(change.adding(snippet.text()))
    }

    /// Returns the value that has the list; `None` where the attribute is not written.
    fn value_of(&self, target: &ListTarget) -> Result<Option<Expr>, EditError> {
        let Some(path) = &target.path else {
            return Ok(self.root.expr());
        };
        match self.site(&self.sets(&target.anchor)?, path)? {
            None => Ok(None),
            Some(Site::Binding(binding)) => Ok(binding.value()),
            Some(Site::Inherited(_, attribute)) => Err(EditError::NoList {
                position: self.position(attribute.syntax()),
            }),
        }
    }

    fn chosen(
        &self,
        lists: &[(ast::List, bool)],
        number: Option<usize>,
        value: &SyntaxNode,
    ) -> Result<ast::List, EditError> {
        let missing = EditError::NoList {
            position: self.position(value),
        };
        let chosen = match number {
            Some(number) => number.checked_sub(1).and_then(|index| lists.get(index)),
            None => match lists {
                [list] => Some(list),
                lists => {
                    let always = lists.iter().find(|(_, conditional)| !conditional);
                    if always.is_none() && lists.len() > 1 {
                        return Err(EditError::Ambiguous {
                            what: "list with a condition".to_owned(),
                            count: lists.len(),
                        });
                    }
                    always
                }
            },
        };
        chosen.map(|(list, _)| list.clone()).ok_or(missing)
    }

    fn element(&self, target: &ListTarget, element: &str) -> Result<Expr, EditError> {
        let value = self.value_of(target)?.ok_or_else(|| missing(element))?;
        let mut lists = lists_of(&value);
        if let Some(number) = target.number {
            let list = self.chosen(&lists, Some(number), value.syntax())?;
            lists.retain(|(other, _)| *other == list);
        }
        let found = lists.iter().find_map(|(list, _)| position(list, element));
        found.ok_or_else(|| missing(element))
    }

    fn adding(
        &self,
        list: &ast::List,
        snippet: &Snippet,
        place: &ElementPlace,
    ) -> Result<Change, EditError> {
        let items: Vec<Expr> = list.items().collect();
        let slot = match place {
            ElementPlace::First => items.first().and_then(|it| Slot::before(it.syntax())),
            ElementPlace::Last => items.last().and_then(|it| Slot::after(it.syntax())),
            ElementPlace::Before(other) => {
                let other = position(list, other).ok_or_else(|| missing(other))?;
                Slot::before(other.syntax())
            }
            ElementPlace::After(other) => {
                let other = position(list, other).ok_or_else(|| missing(other))?;
                Slot::after(other.syntax())
            }
            ElementPlace::Sorted => sorted_slot(&items, snippet.text()),
        };
        let empty = || Some(Slot::inside(list.l_brack_token()?, list.r_brack_token()?));
        let slot = slot.or_else(empty).ok_or_else(|| EditError::Unsound {
            reason: "a list without brackets".to_owned(),
        })?;
        let layout = self.layout();
        let text = snippet.element(&slot.indentation(&layout), layout.newline);
        let edit = slot.write(&layout, &[text], false);
        Ok(Change::of(edit).adding(snippet.text()))
    }
}

fn missing(element: &str) -> EditError {
    EditError::ElementMissing {
        element: element.to_owned(),
    }
}

/// Returns the place of a name among names in alphabetical order, else the last.
fn sorted_slot(items: &[Expr], text: &str) -> Option<Slot> {
    let keys: Option<Vec<String>> = items.iter().map(key).collect();
    let index = keys.and_then(|keys| order::sorted_place(&keys, &text.to_owned()));
    match index {
        Some(0) => Slot::before(items.first()?.syntax()),
        Some(index) => Slot::after(items.get(index - 1)?.syntax()),
        None => Slot::after(items.last()?.syntax()),
    }
}

/// Returns what an element is ordered by; `None` for what has no name.
fn key(element: &Expr) -> Option<String> {
    match element {
        Expr::Ident(_) | Expr::Select(_) | Expr::PathRel(_) | Expr::PathAbs(_) | Expr::Str(_) => {
            Some(normal(element.syntax()))
        }
        _ => None,
    }
}

/// Returns the text of a node without comments and with single spaces.
fn normal(node: &SyntaxNode) -> String {
    let tokens = node.descendants_with_tokens();
    let tokens = tokens.filter_map(rnix::NodeOrToken::into_token);
    let words: Vec<String> = tokens
        .filter(|token| !tree::is_trivia(token))
        .map(|token| token.text().to_owned())
        .collect();
    words.join(" ")
}

/// Returns the element that is written like `text`.
fn position(list: &ast::List, text: &str) -> Option<Expr> {
    let wanted = crate::parse::parse(text).ok()?.expr()?;
    let wanted = normal(tree::peel(wanted).syntax());
    let scopes: Vec<String> = list
        .syntax()
        .ancestors()
        .skip(1)
        .take_while(|node| ast::AttrpathValue::cast(node.clone()).is_none())
        .filter_map(ast::With::cast)
        .filter_map(|with| with.namespace())
        .map(|namespace| format!("{} . ", normal(namespace.syntax())))
        .collect();
    let bare = |text: &str| {
        let stripped = scopes.iter().find_map(|scope| text.strip_prefix(scope));
        stripped.unwrap_or(text).to_owned()
    };
    let wanted = bare(&wanted);
    list.items()
        .find(|item| bare(&normal(tree::peel(item.clone()).syntax())) == wanted)
}

/// Returns the lists in a value, in the order of the text, and whether each depends on a condition.
fn lists_of(expression: &Expr) -> Vec<(ast::List, bool)> {
    let mut found = Vec::new();
    collect(expression.clone(), false, &mut found);
    found
}

fn collect(expression: Expr, conditional: bool, found: &mut Vec<(ast::List, bool)>) {
    match anchor::inner(expression) {
        Expr::List(list) => found.push((list, conditional)),
        Expr::Lambda(lambda) => {
            if let Some(body) = lambda.body() {
                collect(body, conditional, found);
            }
        }
        Expr::BinOp(operation) if operation.operator() == Some(BinOpKind::Concat) => {
            for side in [operation.lhs(), operation.rhs()].into_iter().flatten() {
                collect(side, conditional, found);
            }
        }
        Expr::IfElse(choice) => {
            for branch in [choice.body(), choice.else_body()].into_iter().flatten() {
                collect(branch, true, found);
            }
        }
        Expr::Apply(call) => {
            if let Some(function @ Expr::Apply(_)) = call.lambda() {
                collect(function, true, found);
            }
            if let Some(argument) = call.argument() {
                collect(argument, true, found);
            }
        }
        _ => {}
    }
}
