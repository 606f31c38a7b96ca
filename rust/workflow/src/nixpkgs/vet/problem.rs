//! What the checks find, with nixpkgs-vet's codes.

use nixsmith_expr::lint::Level;
use nixsmith_expr::parse::ParseError;
use nixsmith_expr::position::Position;

use crate::finding::Finding;

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// nixpkgs-vet's code; `syntax` for a file that is no Nix, at which nixpkgs-vet itself gives up.
    pub code: &'static str,
    /// How much it weighs: an error, except for what only evaluation can tell for certain.
    pub level: Level,
    /// The path in the tree that it is about.
    pub path: String,
    /// Where in the file.
    pub position: Option<Position>,
    /// One sentence, no final period.
    pub message: String,
    /// What it is about besides the path: the attribute, the text. The same problem of another tree has the same subject.
    pub subject: String,
}

impl Problem {
    /// A problem of a whole path.
    pub fn new(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            level: Level::Error,
            path: path.into(),
            position: None,
            message: message.into(),
            subject: String::new(),
        }
    }

    /// The problem of a file that is no Nix.
    #[must_use]
    pub fn syntax(path: &str, error: &ParseError) -> Self {
        let (position, sentence) = error.parts();
        Self {
            position,
            ..Self::new("syntax", path, sentence)
        }
    }

    /// The same at a place in the file.
    #[must_use]
    pub fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// The same about `subject`.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// Whether both are the same problem, wherever in the file it stands.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.code == other.code && self.path == other.path && self.subject == other.subject
    }

    /// As a report shows it; `in_base`: whether the base has it as well.
    #[must_use]
    pub fn finding(&self, in_base: bool) -> Finding {
        Finding {
            path: (!self.path.is_empty()).then(|| self.path.clone()),
            line: self.position.map(|position| position.line),
            column: self.position.map(|position| position.column),
            in_base: Some(in_base),
            ..Finding::new(self.code, self.level, self.message.clone())
        }
    }
}
