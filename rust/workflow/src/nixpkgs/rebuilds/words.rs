//! What a Nix file's text names: identifiers outside of comments and strings, strings that are one identifier, and paths.
//!
//! This is a lexer for an index over all of nixpkgs, not a parser: it never fails, and where it is wrong it names too much.

/// Something that a text names, with the byte where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// An identifier, or a string that consists of one.
    Word(&'a str),
    /// A path literal such as `./a.patch` or `../b`, as written; one with `${` ends before the last `/` in front of it.
    Path(&'a str, Whole),
}

/// Whether a path literal is all there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// It is.
    Yes,
    /// What follows is computed, so it means anything in the folder.
    No,
}

/// Calls `found` with each token of the text and its place.
pub(super) fn scan<'a>(text: &'a str, mut found: impl FnMut(usize, Token<'a>)) {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
        nesting: Vec::new(),
    };
    while scanner.at < scanner.bytes.len() {
        scanner.step(&mut found);
    }
}

/// What the scanner is inside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// `"…"`
    String,
    /// `''…''`
    Indented,
    /// `{ … }` or `${ … }`
    Braces,
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    nesting: Vec<Inside>,
}

impl<'a> Scanner<'a> {
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn slice(&self, from: usize) -> &'a str {
        self.text.get(from..self.at).unwrap_or_default()
    }

    fn step(&mut self, found: &mut impl FnMut(usize, Token<'a>)) {
        match self.nesting.last() {
            Some(Inside::String) => self.string(),
            Some(Inside::Indented) => self.indented(),
            _ => self.code(found),
        }
    }

    fn code(&mut self, found: &mut impl FnMut(usize, Token<'a>)) {
        let byte = self.byte(0);
        match byte {
            b'#' => self.skip_until(b"\n"),
            b'/' if self.byte(1) == b'*' => self.skip_until(b"*/"),
            b'"' => self.quote(found),
            b'\'' if self.byte(1) == b'\'' => {
                self.at += 2;
                self.nesting.push(Inside::Indented);
            }
            b'{' => {
                self.at += 1;
                self.nesting.push(Inside::Braces);
            }
            b'}' => {
                self.at += 1;
                self.nesting.pop();
            }
            b'.' if self.byte(1) == b'/' || (self.byte(1) == b'.' && self.byte(2) == b'/') => {
                self.path(found);
            }
            _ if byte.is_ascii_alphabetic() || byte == b'_' => self.word(found),
            _ => self.at += 1,
        }
    }

    /// A string that is one identifier counts as one; any other is entered.
    fn quote(&mut self, found: &mut impl FnMut(usize, Token<'a>)) {
        let start = self.at + 1;
        let mut end = start;
        while self.bytes.get(end).copied().is_some_and(is_word) {
            end += 1;
        }
        if end > start && self.bytes.get(end) == Some(&b'"') {
            if let Some(word) = self.text.get(start..end) {
                found(self.at, Token::Word(word));
            }
            self.at = end + 1;
        } else {
            self.at = start;
            self.nesting.push(Inside::String);
        }
    }

    fn string(&mut self) {
        match self.byte(0) {
            b'\\' => self.at += 2,
            b'"' => {
                self.at += 1;
                self.nesting.pop();
            }
            b'$' if self.byte(1) == b'{' => self.enter(),
            b'$' if self.byte(1) == b'$' => self.at += 2,
            _ => self.at += 1,
        }
    }

    fn indented(&mut self) {
        match (self.byte(0), self.byte(1), self.byte(2)) {
            (b'\'', b'\'', b'$' | b'\'') => self.at += 3,
            (b'\'', b'\'', b'\\') => self.at += 4,
            (b'\'', b'\'', _) => {
                self.at += 2;
                self.nesting.pop();
            }
            (b'$', b'{', _) => self.enter(),
            (b'$', b'$', _) => self.at += 2,
            _ => self.at += 1,
        }
    }

    fn enter(&mut self) {
        self.at += 2;
        self.nesting.push(Inside::Braces);
    }

    fn word(&mut self, found: &mut impl FnMut(usize, Token<'a>)) {
        let start = self.at;
        while is_word(self.byte(0)) {
            self.at += 1;
        }
        // `NAME =` binds the name, it does not use it
        let mut next = self.at;
        while self.bytes.get(next) == Some(&b' ') {
            next += 1;
        }
        let binds = self.bytes.get(next) == Some(&b'=') && self.bytes.get(next + 1) != Some(&b'=');
        if !binds || self.bytes.get(start.wrapping_sub(1)) == Some(&b'.') {
            found(start, Token::Word(self.slice(start)));
        }
    }

    fn path(&mut self, found: &mut impl FnMut(usize, Token<'a>)) {
        let start = self.at;
        while is_word(self.byte(0)) || matches!(self.byte(0), b'.' | b'/' | b'+') {
            self.at += 1;
        }
        if self.byte(0) == b'$' && self.byte(1) == b'{' {
            let written = self.slice(start);
            let folder = written
                .rsplit_once('/')
                .map_or(written, |(folder, _)| folder);
            found(start, Token::Path(folder, Whole::No));
        } else {
            // `./. + "/a"` and `../b + x` mean something below
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let next = rest.iter().find(|byte| !byte.is_ascii_whitespace());
            let whole = if next == Some(&b'+') {
                Whole::No
            } else {
                Whole::Yes
            };
            found(start, Token::Path(self.slice(start), whole));
        }
    }

    fn skip_until(&mut self, end: &[u8]) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.windows(end.len()).position(|window| window == end);
        self.at += length.map_or(rest.len(), |length| length + end.len());
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        scan(text, |_, token| {
            all.push(match token {
                Token::Word(word) => word.to_owned(),
                Token::Path(path, Whole::Yes) => format!("<{path}>"),
                Token::Path(path, Whole::No) => format!("<{path}/*>"),
            });
        });
        all
    }

    #[test]
    fn what_a_text_names() {
        let cases: &[(&str, &[&str])] = &[
            ("{ a, b ? c }: d.e", &["a", "b", "c", "d", "e"]),
            ("x = \"no ${yes} no\"; # no", &["yes"]),
            (
                "/* no */ ''no ${yes {a = b;}} ''${no} no'' z",
                &["yes", "b", "z"],
            ),
            (r#"[ "one" "not one" "\"" after ]"#, &["one", "after"]),
            (
                "p = ./a.patch; q = ../b + \"/c\"; r = ./d/${e}.nix;",
                &["<./a.patch>", "<../b/*>", "<./d/*>", "e", "nix"],
            ),
            ("a == b", &["a", "b"]),
            ("gtk+3 foo-bar'", &["gtk", "foo-bar'"]),
            ("''unended", &[]),
            ("\"${\"${a}\"", &["a"]),
            ("}}}} a", &["a"]),
        ];
        for (text, expected) in cases {
            assert_eq!(tokens(text), *expected, "{text}");
        }
    }

    #[test]
    fn hostile_texts_end() {
        for text in ["${", "\"\\", "''\\", "/*", "./", "\"é${é}\"", "'"] {
            tokens(text);
            tokens(&text.repeat(100_000));
        }
    }
}
