//! Calls `name(argument, argument)` in build files, found without understanding the language around them.

/// How a language writes strings and comments.
#[derive(Clone, Copy)]
pub(super) enum Syntax {
    /// M4: arguments between commas, quoted by brackets; `dnl` and `#` begin comments.
    M4,
    /// CMake: arguments between white space, quoted by `"`; `#` begins a comment.
    Cmake,
    /// Meson: arguments between commas, strings between apostrophes, lists in brackets; `#` begins a comment.
    Meson,
}

/// One call and its arguments as written, quotes still on for Meson (a bare word is no string).
pub(super) struct Call {
    pub(super) name: String,
    pub(super) arguments: Vec<String>,
}

/// No argument list of a person is longer.
const ARGUMENTS_BYTES: usize = 64 * 1024;

/// How often the arguments of calls inside calls may be read over again, in lengths of the text.
const READINGS: usize = 4;

/// Every call of one of `names` in `text`, in order. Calls that do not end are skipped, and so is what follows so many of them
/// (or so deep a nesting of calls) that the work would no longer grow with the length of the text alone.
pub(super) fn find(text: &str, names: &[&str], syntax: Syntax) -> Vec<Call> {
    let text = without_comments(text, syntax);
    let mut calls = Vec::new();
    let mut budget = READINGS * text.len() + ARGUMENTS_BYTES;
    let mut rest = text.as_str();
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let starts_word = is_word(first) && !is_word(before) && before != '.';
        let length = if starts_word {
            rest.find(|it| !is_word(it)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let Some((word, behind)) = rest.split_at_checked(length) else {
            break;
        };
        before = word.chars().next_back().unwrap_or(' ');
        rest = behind;
        let known = starts_word && names.iter().any(|name| same(name, word, syntax));
        let opened = if matches!(syntax, Syntax::M4) {
            behind
        } else {
            behind.trim_start_matches([' ', '\t'])
        };
        if let Some(inside) = opened.strip_prefix('(').filter(|_| known) {
            let body = body(inside, syntax);
            let read = body.map_or(inside.len().min(ARGUMENTS_BYTES), str::len);
            budget = match budget.checked_sub(read) {
                Some(rest) => rest,
                None => break,
            };
            calls.extend(body.map(|body| Call {
                name: word.to_owned(),
                arguments: split(body, syntax),
            }));
        }
    }
    calls
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn same(name: &str, word: &str, syntax: Syntax) -> bool {
    if matches!(syntax, Syntax::Cmake) {
        name.eq_ignore_ascii_case(word)
    } else {
        name == word
    }
}

fn without_comments(text: &str, syntax: Syntax) -> String {
    let mut kept = String::with_capacity(text.len());
    for line in text.lines() {
        let end = match syntax {
            Syntax::M4 if line.trim_start().starts_with("dnl") => Some(0),
            Syntax::M4 => line
                .find(" dnl ")
                .or_else(|| line.starts_with('#').then_some(0)),
            Syntax::Cmake | Syntax::Meson => comment_start(line),
        };
        kept.push_str(end.and_then(|end| line.get(..end)).unwrap_or(line));
        kept.push('\n');
    }
    kept
}

/// Where `#` begins a comment: outside of quotes.
fn comment_start(line: &str) -> Option<usize> {
    let mut quote = None;
    for (index, character) in line.char_indices() {
        match quote {
            Some(open) if character == open => quote = None,
            None if matches!(character, '"' | '\'') => quote = Some(character),
            None if character == '#' => return Some(index),
            _ => {}
        }
    }
    None
}

/// The text up to the parenthesis that closes the call.
fn body(text: &str, syntax: Syntax) -> Option<&str> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (index, character) in text.char_indices() {
        if index > ARGUMENTS_BYTES {
            return None;
        }
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some(_), _) => {}
            (None, '"') if matches!(syntax, Syntax::Cmake) => quote = Some('"'),
            (None, '\'') if matches!(syntax, Syntax::Meson) => quote = Some('\''),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return text.get(..index),
            (None, ')') => depth -= 1,
            _ => {}
        }
    }
    None
}

fn split(body: &str, syntax: Syntax) -> Vec<String> {
    let mut arguments = vec![String::new()];
    let mut depth = 0_usize;
    let mut quote = None;
    for character in body.chars() {
        let is_separator = match syntax {
            Syntax::Cmake => character.is_whitespace() || character == ';',
            Syntax::M4 | Syntax::Meson => character == ',',
        };
        match character {
            _ if quote == Some(character) => quote = None,
            '"' if quote.is_none() && matches!(syntax, Syntax::Cmake) => quote = Some('"'),
            '\'' if quote.is_none() && matches!(syntax, Syntax::Meson) => quote = Some('\''),
            '[' | '(' if quote.is_none() => depth += 1,
            ']' | ')' if quote.is_none() => depth = depth.saturating_sub(1),
            _ => {}
        }
        if is_separator && depth == 0 && quote.is_none() {
            arguments.push(String::new());
        } else if let Some(argument) = arguments.last_mut() {
            argument.push(character);
        }
    }
    if matches!(syntax, Syntax::Cmake) {
        // White space separates and makes no argument of its own; `""` is one.
        arguments.retain(|argument| !argument.is_empty());
    }
    arguments
        .iter()
        .map(|argument| unquote(argument.trim(), syntax))
        .collect()
}

fn unquote(argument: &str, syntax: Syntax) -> String {
    let inner = match syntax {
        Syntax::M4 => argument
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']')),
        Syntax::Cmake => argument
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"')),
        Syntax::Meson => None,
    };
    inner.unwrap_or(argument).trim().to_owned()
}
