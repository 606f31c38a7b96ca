//! What a rule sees of a file, and how it speaks.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::collections::HashSet;
use std::ops::Range;

use rnix::SyntaxKind::{NODE_APPLY, NODE_ATTRPATH_VALUE};
use rnix::{SyntaxNode, TextRange};

use super::attributes;
use super::derivation::Packaging;
use super::repository::Surroundings;
use super::scope::Scopes;
use super::tree::range_of;
use super::{Finding, Fix, FixClass, Level, Rule, Subject};
use super::{attribute, call};
use crate::edit::text::TextEdit;

/// One file: its text, its tree, and what is worked out about it only when a rule asks.
pub(crate) struct Document<'t> {
    /// The text.
    pub(crate) text: &'t str,
    /// Where it lies, relative to what is judged, with `/`; the name alone may mean something (`flake.nix`).
    pub(crate) path: &'t str,
    /// The git repository around it.
    pub(crate) surroundings: Option<&'t dyn Surroundings>,
    /// The tree's root.
    pub(crate) root: SyntaxNode,
    scopes: OnceCell<Scopes<'t>>,
    packaging: OnceCell<Packaging<'t>>,
    shared_attributes: OnceCell<HashSet<usize>>,
    /// The names that were asked for last. All rules see a node before any sees the next, and many ask the same of it.
    called: Cell<Option<Named<'t>>>,
    attribute: Cell<Option<Named<'t>>>,
}

/// The bytes of a node with its name, if it has one.
type Named<'t> = (TextRange, Option<&'t str>);

impl<'t> Document<'t> {
    /// The file with nothing worked out yet; `root` is the tree of the subject's text.
    pub(crate) fn new(subject: Subject<'t>, root: SyntaxNode) -> Self {
        Self {
            text: subject.text,
            path: subject.path,
            surroundings: subject.surroundings,
            root,
            scopes: OnceCell::new(),
            packaging: OnceCell::new(),
            shared_attributes: OnceCell::new(),
            called: Cell::new(None),
            attribute: Cell::new(None),
        }
    }

    /// What every name means.
    pub(crate) fn scopes(&self) -> &Scopes<'t> {
        self.scopes
            .get_or_init(|| Scopes::of(&self.root, self.text))
    }

    /// What the file builds and fetches.
    pub(crate) fn packaging(&self) -> &Packaging<'t> {
        self.packaging
            .get_or_init(|| Packaging::of(&self.root, self.text))
    }

    /// The first bytes of the attributes that share their first name with another of the same set.
    pub(crate) fn shared_attributes(&self) -> &HashSet<usize> {
        self.shared_attributes
            .get_or_init(|| attributes::shared(&self.root, self.text))
    }

    /// The text of a node.
    pub(crate) fn text_of(&self, node: &SyntaxNode) -> &'t str {
        self.text.get(range_of(node)).unwrap_or_default()
    }

    /// Whether the file is a test, as its name or a folder's says: what would be a mistake elsewhere may be the point of it.
    pub(crate) fn is_test(&self) -> bool {
        self.path.split('/').any(|part| {
            let part = part.strip_suffix(".nix").unwrap_or(part);
            let words = || part.split(['-', '_', '.']);
            words().any(|word| matches!(word, "test" | "tests" | "testing"))
        })
    }

    /// The last name of what `node`, an application, calls as a whole; see [`call::called_name`].
    pub(crate) fn called_name(&self, node: &SyntaxNode) -> Option<&'t str> {
        if node.kind() != NODE_APPLY {
            return None;
        }
        remembered(&self.called, node, || call::called_name(node, self.text))
    }

    /// The last name of `node`, an attribute with its value, where it is static.
    pub(crate) fn attribute_name(&self, node: &SyntaxNode) -> Option<&'t str> {
        if node.kind() != NODE_ATTRPATH_VALUE {
            return None;
        }
        remembered(&self.attribute, node, || {
            attribute::last_name(node, self.text)
        })
    }

    /// The file's name.
    pub(crate) fn file_name(&self) -> &'t str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }
}

/// The name of `node`, worked out only if another node was asked about last.
fn remembered<'t>(
    last: &Cell<Option<Named<'t>>>,
    node: &SyntaxNode,
    name: impl FnOnce() -> Option<&'t str>,
) -> Option<&'t str> {
    let range = node.text_range();
    match last.get() {
        Some((same, name)) if same == range => name,
        _ => {
            let name = name();
            last.set(Some((range, name)));
            name
        }
    }
}

/// One rule at work on one file.
pub(crate) struct Checker<'d, 't> {
    /// The file.
    pub(crate) document: &'d Document<'t>,
    rule: &'static Rule,
    level: Option<Level>,
    findings: &'d mut Vec<Finding>,
}

impl<'d, 't> Checker<'d, 't> {
    /// `level` is what the user wants instead of the rule's own.
    pub(super) fn new(
        document: &'d Document<'t>,
        rule: &'static Rule,
        level: Option<Level>,
        findings: &'d mut Vec<Finding>,
    ) -> Self {
        Self {
            document,
            rule,
            level,
            findings,
        }
    }

    /// Says that something was found at a node; the sentence has no final period.
    pub(crate) fn report(
        &mut self,
        node: &SyntaxNode,
        message: impl Into<Cow<'static, str>>,
    ) -> Reported<'_> {
        self.report_at(range_of(node), message)
    }

    /// Says that something was found at these bytes.
    pub(crate) fn report_at(
        &mut self,
        range: Range<usize>,
        message: impl Into<Cow<'static, str>>,
    ) -> Reported<'_> {
        let at = self.findings.len();
        self.findings.push(Finding {
            rule: self.rule,
            level: self.level.unwrap_or(self.rule.level),
            range,
            message: message.into(),
            fix: None,
            secret: Vec::new(),
        });
        Reported {
            finding: self.findings.get_mut(at),
            level_is_set: self.level.is_some(),
        }
    }
}

/// A finding just reported, open for its fix.
pub(crate) struct Reported<'f> {
    finding: Option<&'f mut Finding>,
    level_is_set: bool,
}

impl Reported<'_> {
    /// The finding can be mended by `edits`, all of them within the node `within`, outside of which the tree stays as it is.
    pub(crate) fn fix(
        self,
        class: FixClass,
        description: impl Into<Cow<'static, str>>,
        within: &SyntaxNode,
        mut edits: Vec<TextEdit>,
    ) {
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        if let Some(finding) = self.finding {
            finding.fix = Some(Fix {
                class,
                description: description.into(),
                edits,
                within: range_of(within),
            });
        }
    }

    /// The finding can be mended by writing `replacement` in place of `node`.
    pub(crate) fn replace(
        self,
        class: FixClass,
        description: impl Into<Cow<'static, str>>,
        node: &SyntaxNode,
        replacement: impl Into<String>,
    ) {
        let edit = TextEdit::replace(range_of(node), replacement);
        self.fix(class, description, node, vec![edit]);
    }

    /// These bytes are a secret: nobody prints them.
    pub(crate) fn secret(mut self, range: Range<usize>) -> Self {
        if let Some(finding) = &mut self.finding {
            finding.secret.push(range);
        }
        self
    }

    /// The finding weighs less or more than the rule's findings usually do; what the user set for the rule wins.
    pub(crate) fn level(mut self, level: Level) -> Self {
        if let Some(finding) = &mut self.finding
            && !self.level_is_set
        {
            finding.level = level;
        }
        self
    }
}
