//! Text that becomes Nix source: strings, indented strings, attribute names and paths, path literals.
//! The law of this module: evaluating what it returns for `s` gives `s`, for every `s`; what Nix cannot hold is an
//! error. It knows the lexer's escapes and nothing about where the text goes.

/// Why a text has no form in Nix source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuoteError {
    /// A Nix string cannot hold NUL.
    #[error("a Nix string cannot hold the NUL byte at offset {offset_bytes} of `{}`", .text.replace('\0', "\u{2400}"))]
    Nul {
        /// The refused text.
        text: String,
        /// Where the first NUL is.
        offset_bytes: usize,
    },
    /// An attribute path needs at least one name.
    #[error("an attribute path needs at least one name")]
    EmptyAttributePath,
    /// The text is not a path literal.
    #[error("{reason}, so this cannot be a Nix path literal: `{text}`")]
    Path {
        /// The refused text.
        text: String,
        /// What is wrong with it, a clause.
        reason: &'static str,
    },
    /// The text is not a bare identifier, which this place needs.
    #[error("not a Nix identifier: `{text}`")]
    Identifier {
        /// The refused text.
        text: String,
    },
}

/// Words the lexer takes for itself; as attribute names they need quotes.
const KEYWORDS: [&str; 10] = [
    "assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with",
];

/// Returns `text` as a string literal in double quotes.
///
/// Line feed, carriage return and tab are escaped, so that the literal stays on one line and no tool that rewrites
/// line ends changes its value.
///
/// # Errors
/// [`QuoteError::Nul`] where `text` has a NUL.
pub fn string(text: &str) -> Result<String, QuoteError> {
    refuse_nul(text)?;
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    push_string_body(&mut out, text, false);
    out.push('"');
    Ok(out)
}

/// Returns `text` as a string literal in which each whole occurrence of `version` is `${expression}`.
///
/// Whole means: not the part of a longer number, so `1.2` is left alone in `11.2` and in `1.2.3`. Evaluating the
/// result where `expression` has the value `version` gives `text`. An empty `version` replaces nothing.
///
/// # Errors
/// [`QuoteError::Nul`] where `text` has a NUL, [`QuoteError::Identifier`] where `expression` is not a path of bare
/// identifiers such as `finalAttrs.version`.
pub fn string_with_version(
    text: &str,
    version: &str,
    expression: &str,
) -> Result<String, QuoteError> {
    refuse_nul(text)?;
    reference(expression)?;
    let mut out = String::from("\"");
    let mut pieces = split_version(text, version).into_iter().peekable();
    while let Some(piece) = pieces.next() {
        let interpolated = pieces.peek().is_some();
        push_string_body(&mut out, piece, interpolated);
        if interpolated {
            out.push_str("${");
            out.push_str(expression);
            out.push('}');
        }
    }
    out.push('"');
    Ok(out)
}

/// Says whether [`string_with_version`] would replace anything in `text`.
#[must_use]
pub fn mentions_version(text: &str, version: &str) -> bool {
    split_version(text, version).len() > 1
}

/// Returns `text` as an indented string (`''…''`); one line stays on one line, several lines become a block with two
/// spaces in front of each.
///
/// # Errors
/// [`QuoteError::Nul`] where `text` has a NUL.
pub fn indented_string(text: &str) -> Result<String, QuoteError> {
    refuse_nul(text)?;
    let mut out = String::from("''");
    let block = text.contains('\n');
    // Nix drops the indentation common to all lines. One line of the block must show where the text begins: a line
    // that starts with something else than a space, else the first line's first space is escaped.
    let mut anchored = text
        .split('\n')
        .any(|line| !line.is_empty() && !line.starts_with(' '));
    let mut lines = text.split('\n').peekable();
    if block {
        out.push('\n');
    }
    while let Some(line) = lines.next() {
        let last = lines.peek().is_none();
        if block && !line.is_empty() {
            out.push_str("  ");
        }
        let blank = line.chars().all(|c| c == ' ');
        let escape_first = !line.is_empty() && (blank || (line.starts_with(' ') && !anchored));
        if escape_first {
            anchored = true;
        }
        push_indented_line(&mut out, line, escape_first);
        if !last {
            out.push('\n');
        }
    }
    out.push_str("''");
    Ok(out)
}

/// Returns `name` as an attribute name: bare where the lexer takes it for an identifier, else a string literal.
///
/// # Errors
/// [`QuoteError::Nul`] where `name` has a NUL.
pub fn attribute_name(name: &str) -> Result<String, QuoteError> {
    if is_identifier(name) {
        Ok(name.to_owned())
    } else {
        string(name)
    }
}

/// Returns the names joined by dots, each quoted where it must be.
///
/// # Errors
/// [`QuoteError::EmptyAttributePath`] for no names, [`QuoteError::Nul`] where a name has a NUL.
pub fn attribute_path<Name: AsRef<str>>(names: &[Name]) -> Result<String, QuoteError> {
    if names.is_empty() {
        return Err(QuoteError::EmptyAttributePath);
    }
    let quoted: Result<Vec<String>, QuoteError> = names
        .iter()
        .map(|name| attribute_name(name.as_ref()))
        .collect();
    Ok(quoted?.join("."))
}

/// Returns `text` as a path literal; a relative text gains `./` where it lacks `./` or `../`.
///
/// # Errors
/// [`QuoteError::Path`] for what the lexer has no path for: an empty text, a home path, `//`, a final slash, any
/// character but letters, digits and `. _ - + /`. Nix resolves `.` and `..` inside a path literal, so those are
/// refused but at the front, where they say what the path is relative to.
pub fn path(text: &str) -> Result<String, QuoteError> {
    let refuse = |reason| {
        Err(QuoteError::Path {
            text: text.to_owned(),
            reason,
        })
    };
    if text.is_empty() {
        return refuse("it is empty");
    }
    if text.starts_with('~') {
        return refuse("a home path depends on who evaluates it");
    }
    if !text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._-+/".contains(c))
    {
        return refuse("it has characters a path literal has no escape for");
    }
    if text.contains("//") {
        return refuse("it has an empty component");
    }
    match text {
        "/" => return Ok("/.".to_owned()),
        "." | "./." => return Ok("./.".to_owned()),
        _ => {}
    }
    if text.ends_with('/') {
        return refuse("it ends with a slash");
    }
    let absolute = text.starts_with('/');
    let mut leading = !absolute;
    for component in text.split('/').skip(usize::from(absolute)) {
        let dots = component == "." || component == "..";
        if dots && !leading {
            return refuse("it has `.` or `..` behind its front");
        }
        leading = dots;
    }
    if absolute || text.starts_with("./") {
        return Ok(text.to_owned());
    }
    if leading {
        // `..` or `../..`: the lexer wants something behind the last slash that is no further step up.
        return Ok(format!("{text}/."));
    }
    Ok(if text.starts_with("../") {
        text.to_owned()
    } else {
        format!("./{text}")
    })
}

/// Returns `text` when it is a bare identifier, as a function's argument name must be.
///
/// # Errors
/// [`QuoteError::Identifier`] for anything else, keywords included.
pub fn identifier(text: &str) -> Result<&str, QuoteError> {
    if is_identifier(text) {
        Ok(text)
    } else {
        Err(QuoteError::Identifier {
            text: text.to_owned(),
        })
    }
}

/// Returns `text` when it is a dotted path of bare identifiers: a variable or a selection from one, such as
/// `rustPlatform.bindgenHook`.
///
/// # Errors
/// [`QuoteError::Identifier`] naming the whole text.
pub fn reference(text: &str) -> Result<&str, QuoteError> {
    if text.split('.').all(is_identifier) {
        Ok(text)
    } else {
        Err(QuoteError::Identifier {
            text: text.to_owned(),
        })
    }
}

fn refuse_nul(text: &str) -> Result<(), QuoteError> {
    match text.find('\0') {
        None => Ok(()),
        Some(offset_bytes) => Err(QuoteError::Nul {
            text: text.to_owned(),
            offset_bytes,
        }),
    }
}

fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '\''))
        && !KEYWORDS.contains(&text)
}

/// Writes `text` as it stands between double quotes. `before_interpolation` says that `${` follows: there a final `$`
/// would be read together with the next one.
fn push_string_body(out: &mut String, text: &str, before_interpolation: bool) {
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' => {
                let opens = match characters.peek() {
                    Some(next) => *next == '{',
                    None => before_interpolation,
                };
                out.push_str(if opens { "\\$" } else { "$" });
            }
            _ => out.push(c),
        }
    }
}

/// Writes one line of an indented string. A lone `'` is escaped where it could be read together with what follows.
fn push_indented_line(out: &mut String, line: &str, escape_first: bool) {
    let mut rest = line;
    if escape_first && let Some(after) = line.strip_prefix(' ') {
        out.push_str("''\\ ");
        rest = after;
    }
    let mut characters = rest.chars().peekable();
    while let Some(c) = characters.next() {
        let next = characters.peek().copied();
        match (c, next) {
            ('\'', Some('\'')) => {
                characters.next();
                out.push_str("'''");
            }
            ('\'', None | Some('$' | '\r' | '\t')) => out.push_str("''\\'"),
            ('$', Some('{')) => out.push_str("''$"),
            ('\r', _) => out.push_str("''\\r"),
            ('\t', _) => out.push_str("''\\t"),
            _ => out.push(c),
        }
    }
}

/// Splits `text` at whole occurrences of `version`; one piece means none.
fn split_version<'text>(text: &'text str, version: &str) -> Vec<&'text str> {
    if version.is_empty() {
        return vec![text];
    }
    let mut pieces = Vec::new();
    let (mut begin, mut search) = (0, 0);
    while let Some(found) = text.get(search..).and_then(|rest| rest.find(version)) {
        let start = search + found;
        let end = start + version.len();
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(end..).unwrap_or_default();
        if is_whole(before, after) {
            pieces.push(text.get(begin..start).unwrap_or_default());
            begin = end;
            search = end;
        } else {
            search = start + version.chars().next().map_or(1, char::len_utf8);
        }
    }
    pieces.push(text.get(begin..).unwrap_or_default());
    pieces
}

/// Says whether a version between `before` and `after` is not the part of a longer one.
fn is_whole(before: &str, after: &str) -> bool {
    let continues = |first: Option<char>, second: Option<char>| match first {
        Some(c) if c.is_ascii_digit() => true,
        Some('.') => second.is_some_and(|c| c.is_ascii_digit()),
        _ => false,
    };
    let mut left = before.chars().rev();
    let mut right = after.chars();
    !continues(left.next(), left.next()) && !continues(right.next(), right.next())
}
