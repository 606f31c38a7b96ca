//! Counts how deep the tree of a text grows, token by token.

use rnix::SyntaxKind::{self, *};

use super::{DEPTH_LIMIT, GuardError, PATH_LIMIT};
use crate::position::Position;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    Root,
    Paren,
    List,
    Brace,
    Interpolation,
    String,
    Let,
}

impl Opening {
    fn text(self) -> &'static str {
        match self {
            Self::Root => "the text",
            Self::Paren => "`(`",
            Self::List => "`[`",
            Self::Brace => "`{`",
            Self::Interpolation => "`${`",
            Self::String => "the string",
            Self::Let => "`let`",
        }
    }
}

struct Frame {
    opening: Opening,
    offset: usize,
    /// How deep the tree grows here, this level included.
    depth: usize,
    /// `with` and `assert` that still wait for their semicolon.
    pending: usize,
    /// Dots of the attribute path that is being read.
    dots: usize,
    /// Behind `inherit`, where names stand side by side without nesting.
    inherits: bool,
}

/// What the token before was, as far as the next one's place in the tree depends on it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// An expression may begin, and another may have ended.
    Boundary,
    /// An expression has ended.
    Operand,
    /// An expression must begin.
    Operator,
}

/// What is open at a place of the text, and how deep the tree is there.
pub(super) struct Scanner<'text> {
    text: &'text str,
    /// Where the token begins that comes next.
    pub(super) offset: usize,
    frames: Vec<Frame>,
    depth: usize,
    deepest: usize,
    before: Before,
    /// The token before was `let`: an old `let { }` has no `in`.
    after_let: bool,
}

impl<'text> Scanner<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        let root = Frame {
            opening: Opening::Root,
            offset: 0,
            depth: 1,
            pending: 0,
            dots: 0,
            inherits: false,
        };
        Self {
            text,
            offset: 0,
            frames: vec![root],
            depth: 1,
            deepest: 1,
            before: Before::Boundary,
            after_let: false,
        }
    }

    /// Takes the token at [`Self::offset`], which is neither space nor comment.
    pub(super) fn token(&mut self, kind: SyntaxKind, token: &str) -> Result<(), GuardError> {
        if std::mem::take(&mut self.after_let) && kind == TOKEN_L_BRACE {
            // `let { … }`: the brace's own frame is enough.
            self.pop();
        }
        self.attribute_path(kind)?;
        match kind {
            TOKEN_L_PAREN => self.open(Opening::Paren)?,
            TOKEN_L_BRACK => self.open(Opening::List)?,
            TOKEN_L_BRACE => self.open(Opening::Brace)?,
            TOKEN_INTERPOL_START if self.top().opening == Opening::String => {
                self.push(Opening::Interpolation)?;
            }
            TOKEN_INTERPOL_START => self.open(Opening::Interpolation)?,
            TOKEN_STRING_START => self.open(Opening::String)?,
            TOKEN_LET => {
                self.open(Opening::Let)?;
                self.after_let = true;
            }
            TOKEN_R_PAREN => self.close(Opening::Paren, token)?,
            TOKEN_R_BRACK => self.close(Opening::List, token)?,
            TOKEN_R_BRACE => self.close(Opening::Brace, token)?,
            TOKEN_INTERPOL_END => self.close(Opening::Interpolation, token)?,
            TOKEN_STRING_END => self.close(Opening::String, token)?,
            TOKEN_IN => {
                self.close(Opening::Let, token)?;
                self.deepen()?;
                self.before = Before::Operator;
            }
            TOKEN_STRING_CONTENT => {}
            TOKEN_SEMICOLON => self.semicolon(token)?,
            TOKEN_COMMA => self.comma(token)?,
            TOKEN_INHERIT => {
                self.top_mut(|frame| frame.inherits = true);
                self.before = Before::Boundary;
            }
            TOKEN_WITH | TOKEN_ASSERT => {
                self.top_mut(|frame| frame.pending += 1);
                self.operator()?;
            }
            TOKEN_THEN | TOKEN_ELSE => {
                self.refuse_after_operator(token)?;
                self.before = Before::Operator;
            }
            // `or` is an identifier where no default can stand.
            TOKEN_OR => {
                self.deepen()?;
                self.before = Before::Boundary;
            }
            TOKEN_ELLIPSIS => self.before = Before::Operand,
            TOKEN_ERROR => return Err(self.no_token(token)),
            TOKEN_ASSIGN | TOKEN_DOT | TOKEN_AT => self.before = Before::Operator,
            _ if is_operator(kind) => self.operator()?,
            _ => self.operand()?,
        }
        Ok(())
    }

    fn attribute_path(&mut self, kind: SyntaxKind) -> Result<(), GuardError> {
        let mut dots = 0;
        self.top_mut(|frame| {
            match kind {
                TOKEN_DOT => frame.dots += 1,
                TOKEN_IDENT | TOKEN_OR | TOKEN_STRING_START | TOKEN_INTERPOL_START => {}
                _ => frame.dots = 0,
            }
            dots = frame.dots;
        });
        if dots > PATH_LIMIT {
            return Err(GuardError::Path {
                position: Position::of(self.text, self.offset),
            });
        }
        Ok(())
    }

    /// Returns the greatest depth, when nothing is left open.
    pub(super) fn finish(self) -> Result<usize, GuardError> {
        match self
            .frames
            .iter()
            .rev()
            .find(|frame| frame.opening != Opening::Root)
        {
            None => Ok(self.deepest),
            Some(frame) => Err(GuardError::Unclosed {
                position: Position::of(self.text, frame.offset),
                opening: frame.opening.text(),
            }),
        }
    }

    fn top(&self) -> &Frame {
        // The root frame is never popped: `close` finds no bracket that would close it.
        self.frames.last().unwrap_or(&ROOT)
    }

    fn top_mut(&mut self, change: impl FnOnce(&mut Frame)) {
        if let Some(frame) = self.frames.last_mut() {
            change(frame);
        }
    }

    /// An expression begins; behind another one it is an argument of a call, one level deeper.
    fn operand(&mut self) -> Result<(), GuardError> {
        let frame = self.top();
        if self.before == Before::Operand && !frame.inherits {
            if frame.opening == Opening::List {
                self.reset();
            } else {
                self.deepen()?;
            }
        }
        self.before = Before::Operand;
        Ok(())
    }

    fn operator(&mut self) -> Result<(), GuardError> {
        self.before = Before::Operator;
        self.deepen()
    }

    fn open(&mut self, opening: Opening) -> Result<(), GuardError> {
        self.operand()?;
        self.push(opening)
    }

    fn push(&mut self, opening: Opening) -> Result<(), GuardError> {
        self.frames.push(Frame {
            opening,
            offset: self.offset,
            depth: 0,
            pending: 0,
            dots: 0,
            inherits: false,
        });
        self.before = match opening {
            Opening::Paren | Opening::Interpolation => Before::Operator,
            _ => Before::Boundary,
        };
        self.deepen()
    }

    fn pop(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.depth -= frame.depth;
        }
        self.before = Before::Operand;
    }

    fn close(&mut self, opening: Opening, token: &str) -> Result<(), GuardError> {
        let frame = self.top();
        if frame.opening != opening {
            let opened =
                (frame.opening != Opening::Root).then(|| Position::of(self.text, frame.offset));
            return Err(self.unexpected(token, opened));
        }
        if opening != Opening::String {
            self.refuse_after_operator(token)?;
        }
        self.pop();
        Ok(())
    }

    fn semicolon(&mut self, token: &str) -> Result<(), GuardError> {
        self.refuse_after_operator(token)?;
        let frame = self.top();
        if frame.pending > 0 {
            self.top_mut(|frame| frame.pending -= 1);
            self.before = Before::Operator;
            return Ok(());
        }
        if !matches!(frame.opening, Opening::Brace | Opening::Let) {
            return Err(self.unexpected(token, None));
        }
        self.reset();
        self.before = Before::Boundary;
        Ok(())
    }

    fn comma(&mut self, token: &str) -> Result<(), GuardError> {
        self.refuse_after_operator(token)?;
        if self.top().opening != Opening::Brace {
            return Err(self.unexpected(token, None));
        }
        self.reset();
        self.before = Before::Boundary;
        Ok(())
    }

    /// The tree grows by one level at this token.
    fn deepen(&mut self) -> Result<(), GuardError> {
        self.top_mut(|frame| frame.depth += 1);
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        if self.depth > DEPTH_LIMIT {
            return Err(GuardError::Depth {
                position: Position::of(self.text, self.offset),
            });
        }
        Ok(())
    }

    /// What comes next is a sibling: it begins at the bracket's own level again.
    fn reset(&mut self) {
        let mut dropped = 0;
        self.top_mut(|frame| {
            dropped = frame.depth.saturating_sub(1);
            frame.depth -= dropped;
            frame.pending = 0;
            frame.inherits = false;
        });
        self.depth -= dropped;
    }

    fn refuse_after_operator(&self, token: &str) -> Result<(), GuardError> {
        if self.before == Before::Operator {
            return Err(self.unexpected(token, None));
        }
        Ok(())
    }

    /// What the tokenizer could not read: an open end, or a character that is no Nix.
    fn no_token(&self, token: &str) -> GuardError {
        let frame = self.top();
        let (offset, opening) = if token.starts_with("/*") {
            (self.offset, "the comment")
        } else if frame.opening == Opening::String {
            (frame.offset, frame.opening.text())
        } else {
            return self.unexpected(token, None);
        };
        GuardError::Unclosed {
            position: Position::of(self.text, offset),
            opening,
        }
    }

    fn unexpected(&self, token: &str, opened: Option<Position>) -> GuardError {
        let mut found: String = token.chars().take(20).collect();
        if found.len() < token.len() {
            found.push('…');
        }
        GuardError::Unexpected {
            position: Position::of(self.text, self.offset),
            found,
            opened,
        }
    }
}

const ROOT: Frame = Frame {
    opening: Opening::Root,
    offset: 0,
    depth: 1,
    pending: 0,
    dots: 0,
    inherits: false,
};

fn is_operator(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        TOKEN_ADD
            | TOKEN_SUB
            | TOKEN_MUL
            | TOKEN_DIV
            | TOKEN_CONCAT
            | TOKEN_UPDATE
            | TOKEN_AND_AND
            | TOKEN_OR_OR
            | TOKEN_IMPLICATION
            | TOKEN_EQUAL
            | TOKEN_NOT_EQUAL
            | TOKEN_LESS
            | TOKEN_LESS_OR_EQ
            | TOKEN_MORE
            | TOKEN_MORE_OR_EQ
            | TOKEN_INVERT
            | TOKEN_QUESTION
            | TOKEN_COLON
            | TOKEN_PIPE_LEFT
            | TOKEN_PIPE_RIGHT
            | TOKEN_IF
            | TOKEN_REC
    )
}
