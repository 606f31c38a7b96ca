//! Reading the tree: which attribute sets an expression stands for, what their names are, where a path leads.

use rnix::SyntaxKind::{TOKEN_COMMENT, TOKEN_WHITESPACE};
use rnix::ast::{self, AstToken as _, Attr, Entry, Expr, HasEntry, InterpolPart};
use rnix::{SyntaxNode, SyntaxToken};
use rowan::ast::AstNode as _;

/// What holds bindings: a set, or the head of a `let`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Container {
    Set(ast::AttrSet),
    Let(ast::LetIn),
    LegacyLet(ast::LegacyLet),
}

impl Container {
    pub(super) fn cast(node: &SyntaxNode) -> Option<Self> {
        let node = || node.clone();
        ast::AttrSet::cast(node())
            .map(Self::Set)
            .or_else(|| ast::LetIn::cast(node()).map(Self::Let))
            .or_else(|| ast::LegacyLet::cast(node()).map(Self::LegacyLet))
    }

    pub(super) fn node(&self) -> &SyntaxNode {
        match self {
            Self::Set(set) => set.syntax(),
            Self::Let(set) => set.syntax(),
            Self::LegacyLet(set) => set.syntax(),
        }
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        match self {
            Self::Set(set) => set.entries().collect(),
            Self::Let(set) => set.entries().collect(),
            Self::LegacyLet(set) => set.entries().collect(),
        }
    }

    /// The tokens that the entries stand between.
    pub(super) fn delimiters(&self) -> Option<(SyntaxToken, SyntaxToken)> {
        match self {
            Self::Set(set) => Some((set.l_curly_token()?, set.r_curly_token()?)),
            Self::Let(set) => Some((set.let_token()?, set.in_token()?)),
            Self::LegacyLet(set) => Some((set.curly_open_token()?, set.curly_close_token()?)),
        }
    }

    /// Says whether the values see the names of this container.
    pub(super) fn is_recursive(&self) -> bool {
        match self {
            Self::Set(set) => set.rec_token().is_some(),
            Self::Let(_) | Self::LegacyLet(_) => true,
        }
    }
}

/// Where an attribute gets its value.
#[derive(Debug, Clone)]
pub(super) enum Site {
    Binding(ast::AttrpathValue),
    Inherited(ast::Inherit, Attr),
}

impl Site {
    pub(super) fn node(&self) -> &SyntaxNode {
        match self {
            Self::Binding(binding) => binding.syntax(),
            Self::Inherited(_, attribute) => attribute.syntax(),
        }
    }
}

/// What a set says about a path.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Entries for exactly this path.
    pub(super) sites: Vec<Site>,
    /// Bindings below it that are written in one dotted name with it, and how many of their names lead to the path.
    pub(super) pieces: Vec<(ast::AttrpathValue, usize)>,
}

impl Found {
    pub(super) fn is_empty(&self) -> bool {
        self.sites.is_empty() && self.pieces.is_empty()
    }
}

/// Where a new attribute goes.
pub(super) struct Home {
    /// The deepest set that exists.
    pub(super) container: Container,
    /// How many names of the path lead there.
    pub(super) consumed: usize,
}

/// Returns the name an attribute is written with, where it can be read without evaluating.
pub(super) fn name_of(attribute: &Attr) -> Option<String> {
    match attribute {
        Attr::Ident(name) => Some(name.to_string()),
        Attr::Str(text) => plain_text(text),
        Attr::Dynamic(dynamic) => match dynamic.expr()? {
            Expr::Str(text) => plain_text(&text),
            _ => None,
        },
    }
}

/// Returns what a string literal without interpolations evaluates to.
pub(super) fn plain_text(text: &ast::Str) -> Option<String> {
    let parts = text.normalized_parts().into_iter();
    parts
        .map(|part| match part {
            InterpolPart::Literal(text) => Some(text),
            InterpolPart::Interpolation(_) => None,
        })
        .collect()
}

/// Returns the names of a binding's path; `None` in the place of a computed one.
pub(super) fn names_of(binding: &ast::AttrpathValue) -> Vec<Option<String>> {
    let attributes = binding.attrpath().into_iter().flat_map(|path| path.attrs());
    attributes.map(|attribute| name_of(&attribute)).collect()
}

/// How many names two paths have in common, from the front.
pub(super) fn common(binding: &[Option<String>], names: &[String]) -> usize {
    binding
        .iter()
        .zip(names)
        .take_while(|(one, other)| one.as_ref() == Some(*other))
        .count()
}

/// Takes the parentheses off.
pub(super) fn peel(expression: Expr) -> Expr {
    let mut expression = expression;
    while let Expr::Paren(paren) = &expression {
        match paren.expr() {
            Some(inner) => expression = inner,
            None => break,
        }
    }
    expression
}

/// Returns the sets that `expression` is about, the one that wins first: through parentheses, functions, `let`, `with`,
/// `assert`, both sides of `//`, and into the argument of calls.
pub(super) fn sets_of(expression: &Expr) -> Vec<Container> {
    let mut found = Vec::new();
    collect(expression, false, &mut found);
    if found.is_empty() {
        collect(expression, true, &mut found);
    }
    found
}

fn collect(expression: &Expr, through_calls: bool, found: &mut Vec<Container>) {
    let inner = match expression {
        Expr::AttrSet(set) => {
            found.push(Container::Set(set.clone()));
            None
        }
        Expr::Paren(paren) => paren.expr(),
        Expr::Lambda(lambda) => lambda.body(),
        Expr::With(with) => with.body(),
        Expr::Assert(assert) => assert.body(),
        Expr::LetIn(scope) => body_of(scope),
        Expr::BinOp(operation) if operation.operator() == Some(ast::BinOpKind::Update) => {
            for side in [operation.rhs(), operation.lhs()].into_iter().flatten() {
                collect(&side, through_calls, found);
            }
            None
        }
        Expr::Apply(call) if through_calls => {
            let before = found.len();
            if let Some(argument) = call.argument() {
                found.extend(sets_of(&argument));
            }
            match found.len() == before {
                true => call.lambda(),
                false => None,
            }
        }
        _ => None,
    };
    if let Some(inner) = inner {
        collect(&inner, through_calls, found);
    }
}

/// Returns the body of a `let`, or what it names where it is one of the `let`'s own names.
fn body_of(scope: &ast::LetIn) -> Option<Expr> {
    let body = scope.body()?;
    let Expr::Ident(name) = peel(body.clone()) else {
        return Some(body);
    };
    let names = [name.to_string()];
    let values = scope.attrpath_values();
    values
        .filter(|binding| common(&names_of(binding), &names) == 1 && names_of(binding).len() == 1)
        .find_map(|binding| binding.value())
}

/// Looks `names` up in `container`, in every form it can be written in.
pub(super) fn find(container: &Container, names: &[String]) -> Found {
    let mut found = Found::default();
    find_into(container, names, &mut found);
    found
}

fn find_into(container: &Container, names: &[String], found: &mut Found) {
    for entry in container.entries() {
        match entry {
            Entry::Inherit(inherit) => {
                let [name] = names else { continue };
                for attribute in inherit.attrs() {
                    if name_of(&attribute).as_ref() == Some(name) {
                        found
                            .sites
                            .push(Site::Inherited(inherit.clone(), attribute));
                    }
                }
            }
            Entry::AttrpathValue(binding) => {
                let path = names_of(&binding);
                let shared = common(&path, names);
                if shared == names.len() && shared == path.len() {
                    found.sites.push(Site::Binding(binding));
                } else if shared == names.len() {
                    found.pieces.push((binding, shared));
                } else if shared == path.len() {
                    let rest = names.get(shared..).unwrap_or_default();
                    if let Some(value) = binding.value() {
                        for inner in sets_of(&value) {
                            find_into(&inner, rest, found);
                        }
                    }
                }
            }
        }
    }
}

/// Returns the deepest set on the way to `names`.
///
/// # Errors
/// The entry that is in the way: its value is no set that can be seen.
pub(super) fn home(container: &Container, names: &[String]) -> Result<Home, SyntaxNode> {
    let mut best: Option<(usize, Container)> = None;
    let mut obstacle = None;
    for entry in container.entries() {
        match entry {
            Entry::Inherit(inherit) => {
                let leads = |attribute: &Attr| {
                    names.len() > 1 && name_of(attribute).as_ref() == names.first()
                };
                if let Some(attribute) = inherit.attrs().find(leads) {
                    obstacle = Some(attribute.syntax().clone());
                }
            }
            Entry::AttrpathValue(binding) => {
                let path = names_of(&binding);
                if path.len() >= names.len() || common(&path, names) < path.len() {
                    continue;
                }
                let sets = binding.value().map(|value| sets_of(&value));
                let first = sets.unwrap_or_default().into_iter().min_by_key(begin);
                match first {
                    None => obstacle = Some(binding.syntax().clone()),
                    Some(_) if best.as_ref().is_some_and(|(depth, _)| *depth >= path.len()) => {}
                    Some(inner) => best = Some((path.len(), inner)),
                }
            }
        }
    }
    match (best, obstacle) {
        (Some((depth, inner)), _) => {
            let mut home = home(&inner, names.get(depth..).unwrap_or_default())?;
            home.consumed += depth;
            Ok(home)
        }
        (None, Some(node)) => Err(node),
        (None, None) => Ok(Home {
            container: container.clone(),
            consumed: 0,
        }),
    }
}

pub(super) fn begin(container: &Container) -> usize {
    container.node().text_range().start().into()
}

/// Returns the name of what is called, without what it is selected from.
pub(super) fn callee(call: &ast::Apply) -> Option<String> {
    let mut function = call.lambda()?;
    loop {
        function = match peel(function) {
            Expr::Apply(inner) => inner.lambda()?,
            Expr::Ident(name) => return Some(name.to_string()),
            Expr::Select(select) => return name_of(&select.attrpath()?.attrs().last()?),
            _ => return None,
        };
    }
}

/// Returns the comments of a text, in order, each from its `#` or `/*` on. What is in a string is none; a carriage return
/// at a line's end belongs to the line.
#[must_use]
pub fn comments(text: &str) -> Vec<String> {
    rnix::tokenize(text)
        .filter(|(kind, _)| *kind == TOKEN_COMMENT)
        .map(|(_, comment)| comment.trim_end_matches('\r').to_owned())
        .collect()
}

pub(super) fn is_trivia(token: &SyntaxToken) -> bool {
    matches!(token.kind(), TOKEN_COMMENT | TOKEN_WHITESPACE)
}

/// Returns the first and the last token of a node that are more than space and comments.
pub(super) fn edges(node: &SyntaxNode) -> Option<(SyntaxToken, SyntaxToken)> {
    let mut first = node.first_token()?;
    while is_trivia(&first) {
        first = first.next_token()?;
    }
    let mut last = node.last_token()?;
    while is_trivia(&last) {
        last = last.prev_token()?;
    }
    Some((first, last))
}

pub(super) fn token_start(token: &SyntaxToken) -> usize {
    token.text_range().start().into()
}

/// Returns where a token ends; the carriage return that ends the line of a comment is not part of it.
pub(super) fn token_end(token: &SyntaxToken) -> usize {
    let end = usize::from(token.text_range().end());
    match ast::Comment::cast(token.clone()) {
        Some(comment) => {
            let text = comment.syntax().text();
            end - (text.len() - text.trim_end_matches('\r').len())
        }
        None => end,
    }
}

/// Returns the bytes of a node without space and comments around.
pub(super) fn span(node: &SyntaxNode) -> std::ops::Range<usize> {
    match edges(node) {
        Some((first, last)) => token_start(&first)..token_end(&last),
        None => node.text_range().into(),
    }
}
