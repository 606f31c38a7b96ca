//! Lines, indentation, and which comments belong to what: where a new piece goes so that it looks like its neighbours,
//! and what goes with a removed one.

use std::ops::Range;

use rnix::SyntaxKind::{
    TOKEN_COMMENT, TOKEN_IN, TOKEN_R_BRACE, TOKEN_R_BRACK, TOKEN_R_PAREN, TOKEN_WHITESPACE,
};
use rnix::{SyntaxNode, SyntaxToken};

use super::text::TextEdit;
use super::tree::{self, token_end, token_start};

/// A node with the comments that belong to it: those directly above it, without a blank line between, those on its
/// own line in front of it, and those behind it where its line ends.
#[derive(Debug, Clone)]
pub(super) struct Owned {
    /// Where it begins, its comments included.
    pub(super) start: usize,
    /// Where it ends, its comments included.
    pub(super) end: usize,
    /// Where it begins without them.
    pub(super) core: Range<usize>,
    /// All its comments, inner ones included, in order.
    pub(super) comments: Vec<String>,
    /// Whether the last thing in it is a comment that takes the rest of the line.
    ends_in_line_comment: bool,
}

impl Owned {
    pub(super) fn of(node: &SyntaxNode) -> Option<Self> {
        let (first, last) = tree::edges(node)?;
        Some(Self::between(&first, &last))
    }

    /// The same for everything from one token to another.
    pub(super) fn between(first: &SyntaxToken, last: &SyntaxToken) -> Self {
        let mut comments = leading(first);
        let start = comments.last().map_or(token_start(first), token_start);
        comments.reverse();
        let mut token = Some(first.clone());
        while let Some(current) = token {
            if current.kind() == TOKEN_COMMENT {
                comments.push(current.clone());
            }
            token = match current == *last {
                true => None,
                false => current.next_token(),
            };
        }
        let trailing = trailing(last);
        let end = trailing.last().map_or(token_end(last), token_end);
        let ends_in_line_comment = trailing.last().is_some_and(is_line_comment);
        comments.extend(trailing);
        Self {
            start,
            end,
            core: token_start(first)..token_end(last),
            comments: comments.iter().map(comment_text).collect(),
            ends_in_line_comment,
        }
    }
}

pub(super) fn comment_text(comment: &SyntaxToken) -> String {
    comment.text().trim_end_matches('\r').to_owned()
}

fn is_line_comment(comment: &SyntaxToken) -> bool {
    comment.text().starts_with('#')
}

/// How many lines end in `space`.
fn breaks(space: &str) -> usize {
    let mut count = 0;
    let mut characters = space.chars().peekable();
    while let Some(character) = characters.next() {
        let pair = character == '\r' && characters.peek() == Some(&'\n');
        count += usize::from(matches!(character, '\n' | '\r') && !pair);
    }
    count
}

/// Returns the comments in front of `first` that belong to it, the nearest first.
fn leading(first: &SyntaxToken) -> Vec<SyntaxToken> {
    let mut found = Vec::new();
    let mut gap = 0;
    let mut token = first.prev_token();
    while let Some(current) = token {
        match current.kind() {
            TOKEN_WHITESPACE => gap += breaks(current.text()),
            TOKEN_COMMENT if gap == 0 || (gap == 1 && is_first_on_line(&current)) => {
                found.push(current.clone());
                gap = 0;
            }
            _ => break,
        }
        token = current.prev_token();
    }
    found
}

/// Says whether only space and comments stand in front of a comment on its line.
fn is_first_on_line(comment: &SyntaxToken) -> bool {
    let mut token = comment.prev_token();
    while let Some(current) = token {
        match current.kind() {
            TOKEN_WHITESPACE if breaks(current.text()) > 0 => return true,
            TOKEN_WHITESPACE | TOKEN_COMMENT => token = current.prev_token(),
            _ => return false,
        }
    }
    true
}

/// Returns the comments behind `last` that belong to it: those to the end of the line, if nothing else follows on it.
fn trailing(last: &SyntaxToken) -> Vec<SyntaxToken> {
    let mut found = Vec::new();
    let mut token = last.next_token();
    while let Some(current) = token {
        match current.kind() {
            TOKEN_WHITESPACE if breaks(current.text()) > 0 => return found,
            TOKEN_WHITESPACE => {}
            TOKEN_COMMENT => {
                found.push(current.clone());
                if is_line_comment(&current) {
                    return found;
                }
            }
            kind if closes(kind) => return found,
            _ => return Vec::new(),
        }
        token = current.next_token();
    }
    found
}

fn closes(kind: rnix::SyntaxKind) -> bool {
    matches!(
        kind,
        TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_R_PAREN | TOKEN_IN
    )
}

/// The lines of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout<'text> {
    pub(super) text: &'text str,
    /// How its lines end.
    pub(super) newline: &'static str,
}

impl<'text> Layout<'text> {
    pub(super) fn new(text: &'text str) -> Self {
        // A carriage return alone does not end a comment for this parser, so it is no line end to write.
        let first = text.find(['\n', '\r']).and_then(|at| text.get(at..));
        let newline = match first.is_some_and(|rest| rest.starts_with("\r\n")) {
            true => "\r\n",
            false => "\n",
        };
        Self { text, newline }
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'text str {
        self.text.get(range).unwrap_or_default()
    }

    fn line_start(&self, offset: usize) -> usize {
        self.slice(0..offset)
            .rfind(['\n', '\r'])
            .map_or(0, |at| at + 1)
    }

    fn line_end(&self, offset: usize) -> usize {
        let rest = self.slice(offset..self.text.len());
        rest.find(['\n', '\r'])
            .map_or(self.text.len(), |length| offset + length)
    }

    /// Returns where the line after the one that ends at `end` begins.
    fn next_line(&self, end: usize) -> usize {
        let rest = self.slice(end..self.text.len());
        end + match rest {
            _ if rest.starts_with("\r\n") => 2,
            "" => 0,
            _ => 1,
        }
    }

    /// Says whether nothing but space stands before `offset` on its line.
    pub(super) fn is_first(&self, offset: usize) -> bool {
        is_blank(self.slice(self.line_start(offset)..offset))
    }

    /// Says whether nothing but space stands behind `offset` on its line.
    pub(super) fn is_last(&self, offset: usize) -> bool {
        is_blank(self.slice(offset..self.line_end(offset)))
    }

    /// Returns the space that the line of `offset` begins with.
    pub(super) fn indentation(&self, offset: usize) -> &'text str {
        let line = self.slice(self.line_start(offset)..offset);
        let length = line.len() - line.trim_start_matches([' ', '\t']).len();
        line.get(..length).unwrap_or_default()
    }

    /// Returns one step of indentation: that of the first indented line, else two spaces.
    pub(super) fn step(&self) -> &'text str {
        let indented = |line: &&str| {
            line.starts_with([' ', '\t']) && !is_blank(line) && !line.trim_start().starts_with('*')
        };
        let first = self.text.split(['\n', '\r']).find(indented);
        let space = first.map_or(0, |line| {
            line.len() - line.trim_start_matches([' ', '\t']).len()
        });
        match first.and_then(|line| line.get(..space)) {
            Some(tabs) if tabs.starts_with('\t') => "\t",
            Some(spaces) if spaces.len() <= 8 => spaces,
            _ => "  ",
        }
    }

    /// Returns where the line above the one that begins at `start` begins.
    fn previous_line(&self, start: usize) -> Option<usize> {
        let above = self.slice(0..start);
        let line = above
            .strip_suffix("\r\n")
            .or_else(|| above.strip_suffix(['\n', '\r']))?;
        Some(self.line_start(line.len()))
    }

    /// Says whether a blank line stands directly above the line of `offset`.
    pub(super) fn blank_above(&self, offset: usize) -> bool {
        let start = self.line_start(offset);
        self.previous_line(start)
            .is_some_and(|above| is_blank(self.slice(above..start)))
    }

    /// Says whether a blank line stands directly below the line of `offset`.
    pub(super) fn blank_below(&self, offset: usize) -> bool {
        let next = self.next_line(self.line_end(offset));
        next < self.text.len() && is_blank(self.slice(next..self.line_end(next)))
    }

    /// Returns what removes the bytes from `start` to `end`, with the space around that is then too much.
    pub(super) fn removal(&self, start: usize, end: usize) -> Range<usize> {
        if self.is_first(start) && self.is_last(end) {
            return self.lines(start, end);
        }
        let before = self.slice(self.line_start(start)..start);
        let left = before.len() - before.trim_end_matches([' ', '\t']).len();
        let after = self.slice(end..self.line_end(end));
        let right = after.len() - after.trim_start_matches([' ', '\t']).len();
        match (left, self.is_first(start)) {
            (0, _) | (_, true) => start..end + right,
            (left, false) => start - left..end,
        }
    }

    /// Returns whole lines, and one of two blank lines that would then follow each other or stand at an edge.
    fn lines(&self, start: usize, end: usize) -> Range<usize> {
        let mut from = self.line_start(start);
        let mut to = self.next_line(self.line_end(end));
        let above = self.slice(0..from).trim_end();
        let at_front = above.is_empty() || above.ends_with(['{', '[', '(']);
        let next = self.slice(to..self.text.len()).trim_start();
        let at_back = next.is_empty() || next.starts_with(['}', ']', ')']);
        if self.blank_below(end) && (at_front || self.blank_above(start)) {
            to = self.next_line(self.line_end(to));
        } else if at_back && self.blank_above(start) {
            while self.blank_above(from)
                && let Some(above) = self.previous_line(from)
            {
                from = above;
            }
        }
        from..to
    }

    /// Writes `pieces` behind a neighbour, in the neighbour's way.
    pub(super) fn after(&self, neighbour: &Owned, pieces: &[String], paragraph: bool) -> TextEdit {
        let first = self.is_first(neighbour.start);
        let rest = self.slice(neighbour.end..self.line_end(neighbour.end));
        let rest = rest.trim_start_matches([' ', '\t']);
        let alone = first && (rest.is_empty() || rest.starts_with(['}', ']', ')']));
        let mut out = String::new();
        for piece in pieces {
            if alone || neighbour.ends_in_line_comment {
                out.push_str(self.newline);
                if paragraph && out == self.newline {
                    out.push_str(self.newline);
                }
                out.push_str(self.indentation(neighbour.core.start));
            } else {
                out.push(' ');
            }
            out.push_str(piece);
        }
        if neighbour.ends_in_line_comment && !rest.is_empty() {
            out.push_str(self.newline);
        }
        TextEdit::insert(neighbour.end, out)
    }

    /// Writes `pieces` in front of a neighbour and its comments, in the neighbour's way.
    pub(super) fn before(&self, neighbour: &Owned, pieces: &[String], paragraph: bool) -> TextEdit {
        let mut out = String::new();
        for (index, piece) in pieces.iter().enumerate() {
            out.push_str(piece);
            if self.is_first(neighbour.start) {
                out.push_str(self.newline);
                if paragraph && index + 1 == pieces.len() {
                    out.push_str(self.newline);
                }
                out.push_str(self.indentation(neighbour.start));
            } else {
                out.push(' ');
            }
        }
        TextEdit::insert(neighbour.start, out)
    }

    /// Writes `pieces` between two brackets that hold nothing yet but perhaps comments. `spread` says whether each gets
    /// a line of its own.
    pub(super) fn inside(
        &self,
        open: &SyntaxToken,
        close: &SyntaxToken,
        pieces: &[String],
        spread: bool,
    ) -> TextEdit {
        let (begin, end) = (token_end(open), token_start(close));
        let outer = self.indentation(begin);
        let inner = format!("{outer}{}", self.step());
        let last_comment = std::iter::successors(close.prev_token(), SyntaxToken::prev_token)
            .take_while(|token| token != open)
            .find(|token| token.kind() == TOKEN_COMMENT);
        let mut out = String::new();
        let Some(comment) = last_comment else {
            if spread && self.is_last(begin) && self.is_first(end) {
                let inner = format!("{}{}", self.indentation(end), self.step());
                for piece in pieces {
                    out.extend([self.newline, &inner, piece]);
                }
                return TextEdit::insert(begin, out);
            }
            for piece in pieces {
                match spread {
                    true => out.extend([self.newline, &inner, piece]),
                    false => out.extend([" ", piece]),
                }
            }
            match spread {
                true => out.extend([self.newline, outer]),
                false => out.push(' '),
            }
            return TextEdit::replace(begin..end, out);
        };
        let at = token_end(&comment);
        let own_line = self.is_first(token_start(&comment));
        let line = is_line_comment(&comment);
        if own_line {
            // Directly below it the new one would take the comment for its own.
            out.push_str(self.newline);
        }
        for piece in pieces {
            match (line || own_line, own_line) {
                (true, true) => {
                    out.extend([self.newline, self.indentation(token_start(&comment)), piece]);
                }
                (true, false) => out.extend([self.newline, &inner, piece]),
                (false, _) => out.extend([" ", piece]),
            }
        }
        TextEdit::insert(at, out)
    }
}

pub(super) fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|character| matches!(character, ' ' | '\t' | '\r' | '\n'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;
    use rnix::ast::HasEntry as _;
    use rowan::ast::AstNode as _;

    /// The comments that each binding of the first set owns.
    fn owners(text: &str) -> Vec<Vec<String>> {
        let root = parse::parse(text).unwrap();
        let set = root
            .syntax()
            .descendants()
            .find_map(rnix::ast::AttrSet::cast)
            .unwrap();
        set.entries()
            .map(|entry| Owned::of(entry.syntax()).unwrap().comments)
            .collect()
    }

    #[test]
    fn comments_belong_to_what_they_stand_at() {
        let text = "{ # set\n  # far\n\n  # one\n  # two\n  a = 1; # three\n  # four\n  b = /* five */ 2; /* six */ # seven\n\n  # end\n}";
        assert_eq!(
            owners(text),
            [
                vec!["# one", "# two", "# three"],
                vec!["# four", "/* five */", "/* six */", "# seven"],
            ]
        );
        assert_eq!(
            owners("{ /* one */ a = 1; /* two */ b = 2; /* three */ }"),
            [vec!["/* one */"], vec!["/* two */", "/* three */"]]
        );
        assert_eq!(
            owners("{\r\n  # one\r\n  a = 1; # two\r\n  # three\r\n\r\n  b = 1;\r\n}"),
            [vec!["# one", "# two"], vec![]]
        );
        assert_eq!(
            owners("{ a = 1; /* one */ # two\n  /* three */ b = 1; }"),
            [vec!["/* one */", "# two"], vec!["/* three */"],]
        );
    }

    #[test]
    fn a_removal_takes_the_space_that_is_too_much() {
        let cases = [
            ("{ a; b; }", "a;", "{ b; }"),
            ("{ a; b; }", "b;", "{ a; }"),
            ("{a;b;}", "a;", "{b;}"),
            ("{\n  a;\n  b;\n}", "a;", "{\n  b;\n}"),
            ("{\n  a; b;\n}", "a;", "{\n  b;\n}"),
            ("{\n  a;\n\n  b;\n\n  c;\n}", "b;", "{\n  a;\n\n  c;\n}"),
            ("{\n  a;\n\n  b;\n}", "b;", "{\n  a;\n}"),
            ("{\r\n  a;\r\n\r\n  b;\r\n}", "b;", "{\r\n  a;\r\n}"),
            ("{\n  a;\n\n  b;\n}", "a;", "{\n  b;\n}"),
            ("{\n  a;\n  b;\n\n  c;\n}", "b;", "{\n  a;\n\n  c;\n}"),
        ];
        for (text, what, expected) in cases {
            let start = text.find(what).unwrap();
            let range = Layout::new(text).removal(start, start + what.len());
            let mut left = text.to_owned();
            left.replace_range(range, "");
            assert_eq!(left, expected, "{text:?} without {what}");
        }
    }
}
