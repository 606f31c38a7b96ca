//! Environment markers, evaluated for the one environment that nixpkgs builds for first.
//!
//! The grammar and the environment are small and fixed here, so the evaluator is ours: the published parser brings a
//! regular-expression engine and eight more packages for the same answer.

use super::requirement::normalise;
use super::version::{PythonVersion, Specifier};

/// How deeply brackets may nest before a marker is refused.
const DEPTH_LIMIT: usize = 32;

/// A condition on the Python, the platform or the extras asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Marker {
    /// Holds when all of them hold.
    And(Vec<Marker>),
    /// Holds when one of them holds.
    Or(Vec<Marker>),
    /// `left operator right`.
    Compare {
        /// The left side.
        left: Operand,
        /// `<`, `<=`, `==`, `!=`, `>`, `>=`, `~=`, `===`, `in` or `not in`.
        operator: String,
        /// The right side.
        right: Operand,
    },
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The name of an environment value.
    Variable(String),
    /// A quoted string.
    Text(String),
}

/// What markers ask about: CPython on Linux, x86_64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The Python's full version, `3.13.5`.
    pub python_full_version: String,
    /// The extra under consideration in normal form; empty for the plain installation.
    pub extra: String,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            python_full_version: "3.13.5".to_owned(),
            extra: String::new(),
        }
    }
}

impl Environment {
    /// The value of a marker variable; `None` when there is no such variable.
    fn value(&self, variable: &str) -> Option<String> {
        Some(match variable {
            "python_version" => self
                .python_full_version
                .split('.')
                .take(2)
                .collect::<Vec<_>>()
                .join("."),
            "python_full_version" | "implementation_version" => self.python_full_version.clone(),
            "os_name" | "os.name" => "posix".to_owned(),
            "sys_platform" | "sys.platform" => "linux".to_owned(),
            "platform_machine" | "platform.machine" => "x86_64".to_owned(),
            "platform_python_implementation"
            | "platform.python_implementation"
            | "python_implementation" => "CPython".to_owned(),
            "platform_release" | "platform_version" | "platform.version" => String::new(),
            "platform_system" => "Linux".to_owned(),
            "implementation_name" => "cpython".to_owned(),
            "extra" => self.extra.clone(),
            _ => return None,
        })
    }
}

impl Marker {
    /// The condition that `text` states, or `None` when it states none or nests too deeply.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let tokens = tokens(text)?;
        let mut parser = Parser {
            tokens: &tokens,
            next: 0,
            depth: 0,
        };
        let marker = parser.any()?;
        (parser.next == tokens.len()).then_some(marker)
    }

    /// The condition `extra == "name"`.
    #[must_use]
    pub fn extra(name: &str) -> Self {
        Self::Compare {
            left: Operand::Variable("extra".to_owned()),
            operator: "==".to_owned(),
            right: Operand::Text(normalise(name)),
        }
    }

    /// Whether the condition holds in `environment`. A comparison with an unknown variable does not hold.
    #[must_use]
    pub fn holds(&self, environment: &Environment) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.holds(environment)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(environment)),
            Self::Compare {
                left,
                operator,
                right,
            } => compare(left, operator, right, environment).unwrap_or(false),
        }
    }

    /// The extras that the condition names, in normal form, in the order written.
    #[must_use]
    pub fn extras(&self) -> Vec<String> {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::extras).collect(),
            Self::Compare {
                left: Operand::Variable(name),
                right: Operand::Text(text),
                ..
            }
            | Self::Compare {
                left: Operand::Text(text),
                right: Operand::Variable(name),
                ..
            } if name == "extra" => {
                vec![normalise(text)]
            }
            Self::Compare { .. } => Vec::new(),
        }
    }
}

fn compare(
    left: &Operand,
    operator: &str,
    right: &Operand,
    environment: &Environment,
) -> Option<bool> {
    let is_extra = [left, right]
        .iter()
        .any(|side| matches!(side, Operand::Variable(name) if name == "extra"));
    let side = |operand: &Operand| match operand {
        Operand::Variable(name) => environment.value(name),
        Operand::Text(text) if is_extra => Some(normalise(text)),
        Operand::Text(text) => Some(text.clone()),
    };
    let (left, right) = (side(left)?, side(right)?);
    match operator {
        "in" => return Some(contains(&left, &right)),
        "not in" => return Some(!contains(&left, &right)),
        _ => {}
    }
    let specifier = Specifier {
        operator: operator.to_owned(),
        version: right.clone(),
    };
    if let (Some(version), Some(_)) = (
        PythonVersion::parse(&left),
        PythonVersion::parse(right.strip_suffix(".*").unwrap_or(&right)),
    ) {
        return Some(specifier.matches(&version, &left));
    }
    Some(match operator {
        "==" | "===" => left == right,
        "!=" => left != right,
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        ">=" => left >= right,
        _ => return None,
    })
}

/// `left in right`: a part of the text, but a whole word of a list such as `"3.1 3.13"`.
fn contains(left: &str, right: &str) -> bool {
    let is_list = right.contains([' ', ',']);
    if is_list {
        right.split([' ', ',']).any(|word| word == left)
    } else {
        right.contains(left)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Word(String),
    Text(String),
    Operator(String),
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, behind) = match first {
            '(' => (Token::Open, rest.strip_prefix('(')?),
            ')' => (Token::Close, rest.strip_prefix(')')?),
            '"' | '\'' => {
                let (inner, behind) = rest.strip_prefix(first)?.split_once(first)?;
                (Token::Text(inner.to_owned()), behind)
            }
            '<' | '>' | '=' | '!' | '~' => {
                let (operator, behind) = rest.split_at(
                    rest.bytes()
                        .take_while(|byte| b"<>=!~".contains(byte))
                        .count(),
                );
                (Token::Operator(operator.to_owned()), behind)
            }
            _ if first.is_ascii_alphanumeric() || first == '_' => {
                let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
                let (word, behind) =
                    rest.split_at(rest.as_bytes().iter().copied().take_while(word).count());
                (Token::Word(word.to_owned()), behind)
            }
            _ => return None,
        };
        tokens.push(token);
        rest = behind.trim_start();
    }
    Some(tokens)
}

struct Parser<'a> {
    tokens: &'a [Token],
    next: usize,
    depth: usize,
}

impl Parser<'_> {
    fn take(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.next).cloned();
        self.next += 1;
        token
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.tokens.get(self.next), Some(Token::Word(next)) if next == word);
        self.next += usize::from(found);
        found
    }

    fn any(&mut self) -> Option<Marker> {
        let mut parts = vec![self.all()?];
        while self.take_word("or") {
            parts.push(self.all()?);
        }
        Some(if parts.len() == 1 {
            parts.pop()?
        } else {
            Marker::Or(parts)
        })
    }

    fn all(&mut self) -> Option<Marker> {
        let mut parts = vec![self.one()?];
        while self.take_word("and") {
            parts.push(self.one()?);
        }
        Some(if parts.len() == 1 {
            parts.pop()?
        } else {
            Marker::And(parts)
        })
    }

    fn one(&mut self) -> Option<Marker> {
        if self.tokens.get(self.next) == Some(&Token::Open) {
            self.next += 1;
            self.depth += 1;
            if self.depth > DEPTH_LIMIT {
                return None;
            }
            let inner = self.any()?;
            self.depth -= 1;
            return (self.take()? == Token::Close).then_some(inner);
        }
        let left = self.operand()?;
        let operator = match self.take()? {
            Token::Operator(operator)
                if matches!(
                    operator.as_str(),
                    "<" | "<=" | "==" | "!=" | ">" | ">=" | "~=" | "==="
                ) =>
            {
                operator
            }
            Token::Word(word) if word == "in" => word,
            Token::Word(word) if word == "not" && self.take_word("in") => "not in".to_owned(),
            _ => return None,
        };
        Some(Marker::Compare {
            left,
            operator,
            right: self.operand()?,
        })
    }

    fn operand(&mut self) -> Option<Operand> {
        match self.take()? {
            Token::Word(word) => Some(Operand::Variable(word)),
            Token::Text(text) => Some(Operand::Text(text)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Environment, Marker};

    #[test]
    fn markers_hold_for_cpython_on_linux() {
        let cases = [
            ("python_version < '3.8'", false),
            ("python_version >= \"3.10\"", true),
            ("'3.9' < python_version", true),
            ("python_full_version < '3.13.0'", false),
            ("sys_platform == 'win32'", false),
            (
                "os_name == 'posix' and (sys_platform == 'win32' or platform_system == 'Linux')",
                true,
            ),
            ("platform_machine not in 'arm64 aarch64'", true),
            ("sys_platform in 'linux linux2'", true),
            ("python_version in '2.7 3.1'", false),
            ("'linux' in sys_platform", true),
            ("implementation_name != 'pypy'", true),
            ("platform_python_implementation == \"CPython\"", true),
            ("python_version == '3.*'", true),
            ("python_version == '2.*'", false),
            ("extra == 'dev'", false),
            ("unknown == 'x'", false),
            ("python_version<'3' or os_name=='nt' and extra=='x'", false),
            ("platform_release >= '20.0'", false),
        ];
        for (text, expected) in cases {
            assert_eq!(
                Marker::parse(text).unwrap().holds(&Environment::default()),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn extras_are_compared_in_normal_form() {
        let marker = Marker::parse("extra == 'Use_Dev' and python_version > '3'").unwrap();
        assert_eq!(marker.extras(), ["use-dev"]);
        assert!(marker.holds(&Environment {
            extra: "use-dev".to_owned(),
            ..Environment::default()
        }));
    }

    #[test]
    fn what_is_no_marker() {
        let deep = format!(
            "{}os_name == 'x'{}",
            "(".repeat(100_000),
            ")".repeat(100_000)
        );
        for text in [
            "",
            "os_name",
            "os_name ==",
            "os_name = 'x'",
            "(os_name == 'x'",
            "os_name == 'x",
            "os_name == 'x' and",
            "a not b",
            "os_name == 'x' junk",
            &deep,
        ] {
            assert_eq!(Marker::parse(text), None);
        }
    }
}
