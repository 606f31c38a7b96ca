//! Python source as a flat list of tokens, for reading literals out of it; nothing is ever executed.

/// One token; comments and the line breaks inside brackets are dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or keyword.
    Name(String),
    /// A string's value; formatted strings with a replacement field are `Other`.
    Text(String),
    /// A bracket, comma, colon, equals sign, dot, or another operator.
    Mark(&'static str),
    /// A number or anything else that has no literal value here.
    Other,
    /// The end of a logical line; whether the next line is indented.
    Line { indented: bool },
}

/// Longest first, so that `**` is not two stars.
const MARKS: [&str; 18] = [
    "**", "+=", "==", "!=", "->", ":=", "//", "(", ")", "[", "]", "{", "}", ",", ":", "=", ".", "+",
];

/// The tokens of `source`. Never fails: what is no token is `Other`.
pub(super) fn tokenise(source: &str) -> Vec<Token> {
    let mut scanner = Scanner {
        rest: source,
        tokens: Vec::new(),
        brackets: 0,
    };
    scanner.line_start();
    while let Some(first) = scanner.rest.chars().next() {
        scanner.step(first);
    }
    scanner.tokens
}

struct Scanner<'a> {
    rest: &'a str,
    tokens: Vec<Token>,
    brackets: usize,
}

impl Scanner<'_> {
    /// Notes how the line at hand begins.
    fn line_start(&mut self) {
        let indented = self.rest.starts_with([' ', '\t']);
        self.tokens.push(Token::Line { indented });
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn step(&mut self, first: char) {
        match first {
            '\n' => {
                self.skip(1);
                if self.brackets == 0 {
                    self.line_start();
                }
            }
            '\\' if self.rest.starts_with("\\\n") => self.skip(2),
            '\\' if self.rest.starts_with("\\\r\n") => self.skip(3),
            '#' => self.skip(self.rest.find('\n').unwrap_or(self.rest.len())),
            '"' | '\'' => self.string(""),
            _ if first.is_whitespace() => self.skip(first.len_utf8()),
            _ if first.is_alphabetic() || first == '_' => self.name(),
            _ if first.is_ascii_digit() => {
                let number = |character: char| {
                    character.is_ascii_alphanumeric() || matches!(character, '.' | '_')
                };
                self.skip(
                    self.rest
                        .find(|character| !number(character))
                        .unwrap_or(self.rest.len()),
                );
                self.tokens.push(Token::Other);
            }
            _ => self.mark(first),
        }
    }

    fn mark(&mut self, first: char) {
        let Some(mark) = MARKS.iter().find(|mark| self.rest.starts_with(**mark)) else {
            self.skip(first.len_utf8());
            self.tokens.push(Token::Other);
            return;
        };
        match *mark {
            "(" | "[" | "{" => self.brackets += 1,
            ")" | "]" | "}" => self.brackets = self.brackets.saturating_sub(1),
            _ => {}
        }
        self.skip(mark.len());
        self.tokens.push(Token::Mark(mark));
    }

    fn name(&mut self) {
        let end = self
            .rest
            .find(|character: char| !character.is_alphanumeric() && character != '_')
            .unwrap_or(self.rest.len());
        let (name, behind) = self.rest.split_at(end);
        let is_prefix =
            name.len() <= 2 && name.chars().all(|character| "rRbBuUfF".contains(character));
        if is_prefix && behind.starts_with(['"', '\'']) {
            let prefix = name.to_ascii_lowercase();
            self.skip(end);
            self.string(&prefix);
            return;
        }
        let token = Token::Name(name.to_owned());
        self.skip(end);
        self.tokens.push(token);
    }

    /// Reads the string whose opening quote is next.
    fn string(&mut self, prefix: &str) {
        let quote = ["\"\"\"", "'''", "\"", "'"]
            .into_iter()
            .find(|quote| self.rest.starts_with(quote))
            .unwrap_or("\"");
        self.skip(quote.len());
        let mut value = String::new();
        while let Some(first) = self.rest.chars().next() {
            if self.rest.starts_with(quote) {
                self.skip(quote.len());
                break;
            }
            if first == '\n' && quote.len() == 1 {
                break;
            }
            if first == '\\' {
                self.escape(prefix.contains('r'), &mut value);
            } else {
                value.push(first);
                self.skip(first.len_utf8());
            }
        }
        let replaced = prefix.contains('f') && value.contains('{');
        self.tokens.push(if replaced {
            Token::Other
        } else {
            Token::Text(value)
        });
    }

    /// Reads a backslash and what it escapes; numeric escapes stay as written.
    fn escape(&mut self, raw: bool, value: &mut String) {
        self.skip(1);
        let Some(next) = self.rest.chars().next() else {
            return;
        };
        self.skip(next.len_utf8());
        match next {
            _ if raw => value.extend(['\\', next]),
            '\n' => {}
            'n' => value.push('\n'),
            't' => value.push('\t'),
            'r' => value.push('\r'),
            '\\' | '"' | '\'' => value.push(next),
            _ => value.extend(['\\', next]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Token, tokenise};

    fn texts(source: &str) -> Vec<String> {
        let text = |token| match token {
            Token::Text(text) => Some(text),
            _ => None,
        };
        tokenise(source).into_iter().filter_map(text).collect()
    }

    #[test]
    fn strings() {
        assert_eq!(
            texts(
                r#"'a' "b\n" r'\n' u"c" '''d
"e"''' b'f' f'g' f'{h}' # 'comment'"#
            ),
            ["a", "b\n", "\\n", "c", "d\n\"e\"", "f", "g"]
        );
        assert_eq!(texts("'open\n'next'"), ["open", "next"]);
        assert_eq!(texts("'cut\\"), ["cut"]);
        assert_eq!(texts("'a\\\n  b'"), ["a  b"]);
    }

    #[test]
    fn lines_inside_brackets_do_not_end() {
        let lines = |source| {
            tokenise(source)
                .into_iter()
                .filter(|token| matches!(token, Token::Line { .. }))
                .count()
        };
        assert_eq!(lines("a = [\n1,\n2]\nb"), 2);
        assert_eq!(lines("a = 1 + \\\n 2"), 1);
        assert_eq!(lines(")))\na"), 2);
    }
}
