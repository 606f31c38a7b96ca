//! Literal values in Python source: what assignments and calls state outright.
//!
//! A reader, not an interpreter: names stand for what they were last assigned at the top level of the file, `+` joins
//! strings and lists, and everything else (conditions, comprehensions, calls) is [`Value::Unknown`] or a [`Value::Call`].

use super::tokens::{Token, tokenise};
use std::collections::BTreeMap;

/// How deeply values may nest before the rest is unknown.
const DEPTH_LIMIT: usize = 64;

/// How many bytes of a value a name may stand for: keeps repeated doubling (`a = b + b`) from growing without bound.
const SIZE_LIMIT: usize = 1 << 20;

/// How many bytes of values all uses of names and assignments may copy and weigh: keeps the work for a large value that is used
/// over and over, or grown piece by piece, from growing with the square of the file.
const COPIES_LIMIT: usize = 64 << 20;

/// What an expression states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A string.
    Text(String),
    /// A list, tuple or set.
    List(Vec<Value>),
    /// A dictionary, in the order written.
    Map(Vec<(Value, Value)>),
    /// A call with its arguments as written.
    Call(Call),
    /// Anything else.
    Unknown,
}

/// A call `name(positional…, keyword=…)`; `name` is the last part of a dotted name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What is called.
    pub name: String,
    /// The positional arguments.
    pub positional: Vec<Value>,
    /// The keyword arguments, those of a `**dictionary` included.
    pub keywords: Vec<(String, Value)>,
}

impl Call {
    /// The argument given for `keyword`.
    #[must_use]
    pub fn keyword(&self, keyword: &str) -> Option<&Value> {
        self.keywords
            .iter()
            .find(|(name, _)| name == keyword)
            .map(|(_, value)| value)
    }
}

impl Value {
    /// The string, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The strings of a list; a lone string is a list of its lines. Whether every item was known.
    #[must_use]
    pub fn texts(&self) -> (Vec<String>, bool) {
        match self {
            Self::Text(text) => (
                text.lines()
                    .map(str::trim)
                    .filter(|line| !line.is_empty())
                    .map(str::to_owned)
                    .collect(),
                true,
            ),
            Self::List(items) => {
                let texts: Vec<_> = items
                    .iter()
                    .filter_map(Self::text)
                    .map(str::to_owned)
                    .collect();
                let complete = texts.len() == items.len();
                (texts, complete)
            }
            _ => (Vec::new(), false),
        }
    }

    /// What the value takes, in bytes; `None` where it nests deeper than `depth` more levels.
    fn size(&self, depth: usize) -> Option<usize> {
        let depth = depth.checked_sub(1)?;
        let sum = |values: &mut dyn Iterator<Item = &Self>| {
            let mut sum = 1;
            for value in values {
                sum += value.size(depth)?;
            }
            Some(sum)
        };
        match self {
            Self::Text(text) => Some(text.len() + 1),
            Self::List(items) => sum(&mut items.iter()),
            Self::Map(entries) => sum(&mut entries.iter().flat_map(|(key, value)| [key, value])),
            Self::Call(call) => {
                let names: usize = call.keywords.iter().map(|(name, _)| name.len()).sum();
                let keywords = call.keywords.iter().map(|(_, value)| value);
                Some(names + sum(&mut call.positional.iter().chain(keywords))?)
            }
            Self::Unknown => Some(1),
        }
    }
}

/// What a file states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// Names assigned at the top level, with their last value.
    pub names: BTreeMap<String, Value>,
    /// Calls of a function asked for, wherever they stand, in order.
    pub calls: Vec<Call>,
    /// First parts of imported module names.
    pub imports: Vec<String>,
}

/// Reads `source`, collecting the calls of the functions named.
#[must_use]
pub fn read(source: &str, functions: &[&str]) -> Source {
    let tokens = tokenise(source);
    let mut reader = Reader {
        tokens: &tokens,
        next: 0,
        source: Source::default(),
        functions,
        depth: 0,
        copied: 0,
    };
    while reader.next < tokens.len() {
        reader.statement();
    }
    reader.source
}

struct Reader<'a> {
    tokens: &'a [Token],
    next: usize,
    source: Source,
    functions: &'a [&'a str],
    depth: usize,
    copied: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn peek_mark(&self, offset: usize) -> Option<&'static str> {
        match self.tokens.get(self.next + offset) {
            Some(Token::Mark(mark)) => Some(mark),
            _ => None,
        }
    }

    fn take_mark(&mut self, mark: &str) -> bool {
        let found = self.peek_mark(0) == Some(mark);
        self.next += usize::from(found);
        found
    }

    /// Reads one token of the statement list, or an assignment, import or call that begins here.
    fn statement(&mut self) {
        let at_top = matches!(
            self.next
                .checked_sub(1)
                .and_then(|before| self.tokens.get(before)),
            Some(Token::Line { indented: false })
        );
        let Some(Token::Name(name)) = self.peek().cloned() else {
            self.next += 1;
            return;
        };
        match (name.as_str(), self.peek_mark(1)) {
            ("import" | "from", _) => self.import(),
            (_, Some("=")) if at_top => {
                self.next += 2;
                let value = self.value();
                self.assign(name, value);
            }
            (_, Some("+=")) if at_top => {
                self.next += 2;
                let added = self.value();
                let before = self.source.names.remove(&name);
                let value = join(before.unwrap_or(Value::Unknown), added);
                self.assign(name, value);
            }
            (_, Some("(")) if self.functions.contains(&name.as_str()) => {
                self.value();
            }
            _ => self.next += 1,
        }
    }

    fn assign(&mut self, name: String, value: Value) {
        let value = if self.is_affordable(&value) {
            value
        } else {
            Value::Unknown
        };
        self.source.names.insert(name, value);
    }

    /// Whether a value may be kept or copied once more; what it takes is counted.
    fn is_affordable(&mut self, value: &Value) -> bool {
        if self.copied > COPIES_LIMIT {
            return false;
        }
        match value.size(DEPTH_LIMIT) {
            Some(size) => {
                self.copied += size;
                size <= SIZE_LIMIT && self.copied <= COPIES_LIMIT
            }
            None => false,
        }
    }

    fn import(&mut self) {
        let is_from = matches!(self.peek(), Some(Token::Name(word)) if word == "from");
        self.next += 1;
        let mut expected = true;
        while let Some(token) = self.peek() {
            match token {
                Token::Name(word) if is_from && word == "import" => {
                    self.next += 1;
                    return;
                }
                Token::Name(word) if expected => {
                    let module = word.clone();
                    self.source.imports.push(module);
                    expected = false;
                }
                Token::Mark(",") => expected = true,
                Token::Line { .. } => return,
                _ => {}
            }
            self.next += 1;
        }
    }

    /// Reads the expression up to its comma, closing bracket, colon or end of line.
    fn value(&mut self) -> Value {
        if self.depth >= DEPTH_LIMIT {
            self.skip_rest();
            return Value::Unknown;
        }
        self.depth += 1;
        let mut value = self.primary();
        while self.take_mark("+") {
            let added = self.primary();
            value = join(value, added);
        }
        self.depth -= 1;
        if self.at_end() {
            return value;
        }
        self.skip_rest();
        Value::Unknown
    }

    fn at_end(&self) -> bool {
        matches!(
            self.peek(),
            None | Some(Token::Line { .. } | Token::Mark("," | ")" | "]" | "}" | ":" | "="))
        )
    }

    /// Moves to the end of the expression, collecting the calls inside what is skipped.
    fn skip_rest(&mut self) {
        let mut open = 0_usize;
        while let Some(token) = self.peek() {
            match token {
                Token::Mark("(" | "[" | "{") => open += 1,
                Token::Mark(")" | "]" | "}") if open > 0 => open -= 1,
                Token::Name(name)
                    if self.depth < DEPTH_LIMIT
                        && self.peek_mark(1) == Some("(")
                        && self.functions.contains(&name.as_str()) =>
                {
                    self.depth += 1;
                    self.primary();
                    self.depth -= 1;
                    continue;
                }
                Token::Line { .. } => return,
                _ if open == 0 && self.at_end() => return,
                _ => {}
            }
            self.next += 1;
        }
    }

    fn primary(&mut self) -> Value {
        match self.peek().cloned() {
            Some(Token::Text(mut text)) => {
                self.next += 1;
                while let Some(Token::Text(more)) = self.peek() {
                    text.push_str(more);
                    self.next += 1;
                }
                if self.peek_mark(0) == Some(".") {
                    Value::Unknown
                } else {
                    Value::Text(text)
                }
            }
            Some(Token::Mark("[")) => self.list("]"),
            Some(Token::Mark("(")) => self.list(")"),
            Some(Token::Mark("{")) => self.map(),
            Some(Token::Name(name)) => self.name(name),
            Some(Token::Other) => {
                self.next += 1;
                Value::Unknown
            }
            _ => Value::Unknown,
        }
    }

    /// A name: a dotted name ends in its last part; a bare name stands for its value.
    fn name(&mut self, first: String) -> Value {
        self.next += 1;
        let mut name = first;
        let mut dotted = false;
        while self.peek_mark(0) == Some(".") {
            let Some(Token::Name(part)) = self.tokens.get(self.next + 1).cloned() else {
                return Value::Unknown;
            };
            name = part;
            dotted = true;
            self.next += 2;
        }
        if self.peek_mark(0) == Some("(") {
            return self.call(name);
        }
        if dotted || self.peek_mark(0) == Some("[") {
            return Value::Unknown;
        }
        let Some(value) = self.source.names.remove(&name) else {
            return Value::Unknown;
        };
        let copy = if self.is_affordable(&value) {
            value.clone()
        } else {
            Value::Unknown
        };
        self.source.names.insert(name, value);
        copy
    }

    fn call(&mut self, name: String) -> Value {
        let mut call = Call {
            name,
            positional: Vec::new(),
            keywords: Vec::new(),
        };
        self.next += 1;
        while !self.take_mark(")") {
            let before = self.next;
            if self.take_mark("**") {
                if let Value::Map(entries) = self.value() {
                    call.keywords.extend(
                        entries
                            .into_iter()
                            .filter_map(|(key, value)| Some((key.text()?.to_owned(), value))),
                    );
                }
            } else if let (Some(Token::Name(keyword)), Some("=")) =
                (self.peek().cloned(), self.peek_mark(1))
            {
                self.next += 2;
                let value = self.value();
                call.keywords.push((keyword, value));
            } else {
                let value = self.value();
                call.positional.push(value);
            }
            self.take_mark(",");
            if self.stuck(before) {
                break;
            }
        }
        if self.functions.contains(&call.name.as_str()) {
            self.source.calls.push(call.clone());
        }
        match (call.name.as_str(), call.positional.as_slice()) {
            ("dict", []) => Value::Map(
                call.keywords
                    .into_iter()
                    .map(|(key, value)| (Value::Text(key), value))
                    .collect(),
            ),
            ("list" | "tuple" | "set" | "sorted", [Value::List(items)]) => {
                Value::List(items.clone())
            }
            _ => Value::Call(call),
        }
    }

    /// A bracketed list; brackets around one value without a comma are that value.
    fn list(&mut self, close: &str) -> Value {
        let mut items = Vec::new();
        let mut comma = false;
        self.next += 1;
        while !self.take_mark(close) {
            let before = self.next;
            let item = self.value();
            items.push(item);
            comma |= self.take_mark(",");
            if self.stuck(before) {
                break;
            }
        }
        match items.pop() {
            Some(only) if close == ")" && !comma && items.is_empty() => only,
            Some(last) => {
                items.push(last);
                Value::List(items)
            }
            None => Value::List(items),
        }
    }

    fn map(&mut self) -> Value {
        let mut entries = Vec::new();
        let mut items = Vec::new();
        self.next += 1;
        while !self.take_mark("}") {
            let before = self.next;
            self.take_mark("**");
            let key = self.value();
            if self.take_mark(":") {
                let value = self.value();
                entries.push((key, value));
            } else {
                items.push(key);
            }
            self.take_mark(",");
            if self.stuck(before) {
                break;
            }
        }
        if entries.is_empty() && !items.is_empty() {
            Value::List(items)
        } else {
            Value::Map(entries)
        }
    }

    /// Whether the reader is at the end of the file or a line, or did not move: a bracket was never closed.
    fn stuck(&mut self, before: usize) -> bool {
        if self.next == before {
            self.next += 1;
        }
        matches!(self.peek(), None | Some(Token::Line { .. }))
    }
}

fn join(left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Value::Text(left + &right),
        (Value::List(mut left), Value::List(right)) => {
            left.extend(right);
            Value::List(left)
        }
        (Value::List(mut items), other) | (other, Value::List(mut items))
            if other == Value::Unknown =>
        {
            items.push(Value::Unknown);
            Value::List(items)
        }
        _ => Value::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, read};

    fn list(items: &[&str]) -> Value {
        Value::List(
            items
                .iter()
                .map(|item| Value::Text((*item).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn a_setup_call_is_read() {
        let source = r#"
import os, sys
from setuptools import setup, Extension
requires = ["a>=1",
    'b',  # comment
] + ["c"]
requires += ["d"]
if sys.platform == "win32":
    requires = ["never"]
extras = dict(x=["e"])
kwargs = {"zip_safe": False, "url": "https://example.org/" "p"}
def main():
    setup(name="demo", version=get_version(), install_requires=requires, extras_require=extras,
        ext_modules=[Extension("demo._c", ["c.c"], libraries=["z"] if True else [], include_dirs=[os.path.join("a", "b")])],
        keywords=[x for x in y], entry_points={"console_scripts": ["demo = demo:main"]}, **kwargs)
"#;
        let read = read(source, &["setup", "Extension"]);
        assert_eq!(read.imports, ["os", "sys", "setuptools"]);
        let [extension, setup] = read.calls.as_slice() else {
            panic!("{:?}", read.calls)
        };
        assert_eq!(
            extension.positional,
            [Value::Text("demo._c".to_owned()), list(&["c.c"])]
        );
        assert_eq!(extension.keyword("libraries"), Some(&Value::Unknown));
        assert_eq!(setup.keyword("name"), Some(&Value::Text("demo".to_owned())));
        assert_eq!(
            setup.keyword("install_requires"),
            Some(&list(&["a>=1", "b", "c", "d"]))
        );
        assert_eq!(
            setup.keyword("extras_require"),
            Some(&Value::Map(vec![(
                Value::Text("x".to_owned()),
                list(&["e"])
            )]))
        );
        assert_eq!(
            setup.keyword("url"),
            Some(&Value::Text("https://example.org/p".to_owned()))
        );
        assert_eq!(
            setup.keyword("keywords"),
            Some(&Value::List(vec![Value::Unknown]))
        );
        assert!(
            matches!(setup.keyword("entry_points"), Some(Value::Map(entries)) if entries.len() == 1)
        );
    }

    #[test]
    fn hostile_sources_end() {
        let deep = "[".repeat(200_000);
        let calls = "setup(a=".repeat(50_000);
        let doubling = format!("a = ['{}']\n{}", "x".repeat(1000), "a = a + a\n".repeat(64));
        let wrapping = "a=[a]\n".repeat(200_000);
        let growing = "a=[]\n".to_owned() + &"a+=['x']\n".repeat(200_000);
        let large = format!("a='{}'\nsetup(", "x".repeat(1_000_000));
        let copies = large + &"a,".repeat(200_000) + ")";
        for source in [
            "setup(",
            "setup(a=",
            "setup(a=[",
            "setup(}",
            "setup(,,,",
            "x = {",
            "x = {a: ",
            "=",
            "import",
            "from",
            "a.",
            "x = a.",
            "setup(**",
            &deep,
            &calls,
            &doubling,
            &wrapping,
            &growing,
            &copies,
        ] {
            let read = read(source, &["setup"]);
            assert!(read.calls.len() <= 50_000);
        }
    }
}
