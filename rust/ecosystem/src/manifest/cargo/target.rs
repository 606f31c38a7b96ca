//! Whether a `[target.…]` table applies to Linux on x86-64.
//!
//! Follows the Rust reference, chapter "Conditional compilation". The one platform stands for all Linux ones: what
//! differs between them (`target_arch`) rarely decides about libraries.

/// The triple nixpkgs builds x86-64 Linux packages for.
const TRIPLE: &str = "x86_64-unknown-linux-gnu";
/// Deeper nesting is no person's work.
const DEPTH: usize = 64;

/// Whether `target`, a triple or `cfg(…)`, holds. What cannot be parsed does not hold.
#[must_use]
pub fn applies(target: &str) -> bool {
    let target = target.trim();
    let Some(inner) = target
        .strip_prefix("cfg(")
        .and_then(|rest| rest.strip_suffix(')'))
    else {
        return target == TRIPLE;
    };
    let mut parser = Parser { rest: inner };
    let value = parser.expression(0);
    value.is_some() && parser.rest.trim().is_empty() && value == Some(true)
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn expression(&mut self, depth: usize) -> Option<bool> {
        if depth > DEPTH {
            return None;
        }
        let name = self.identifier()?;
        if self.take('(') {
            return self.operator(&name, depth);
        }
        if self.take('=') {
            let value = self.string()?;
            return Some(holds_value(&name, &value));
        }
        Some(matches!(name.as_str(), "unix" | "true" | "panic"))
    }

    fn operator(&mut self, name: &str, depth: usize) -> Option<bool> {
        let mut values = Vec::new();
        while !self.take(')') {
            values.push(self.expression(depth + 1)?);
            if !self.take(',') {
                if !self.take(')') {
                    return None;
                }
                break;
            }
        }
        match (name, values.as_slice()) {
            ("all", values) => Some(values.iter().all(|value| *value)),
            ("any", values) => Some(values.iter().any(|value| *value)),
            ("not", [value]) => Some(!value),
            _ => None,
        }
    }

    fn identifier(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        let is_name = |character: char| character.is_alphanumeric() || character == '_';
        let end = self
            .rest
            .find(|character| !is_name(character))
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (!name.is_empty()).then(|| name.to_owned())
    }

    fn string(&mut self) -> Option<String> {
        let rest = self.rest.trim_start().strip_prefix('"')?;
        let (value, rest) = rest.split_once('"')?;
        self.rest = rest;
        Some(value.to_owned())
    }

    fn take(&mut self, character: char) -> bool {
        match self.rest.trim_start().strip_prefix(character) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

fn holds_value(name: &str, value: &str) -> bool {
    match name {
        "target_os" => value == "linux",
        "target_arch" => value == "x86_64",
        "target_family" => value == "unix",
        "target_env" => value == "gnu",
        "target_vendor" => value == "unknown",
        "target_endian" => value == "little",
        "target_pointer_width" => value == "64",
        "target_has_atomic" => matches!(value, "8" | "16" | "32" | "64" | "ptr"),
        "target_feature" => matches!(value, "sse" | "sse2" | "fxsr"),
        "panic" => value == "unwind",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::applies;

    #[test]
    fn what_holds_on_linux() {
        for target in [
            "x86_64-unknown-linux-gnu",
            "cfg(unix)",
            "cfg(target_os = \"linux\")",
            "cfg(not(windows))",
            "cfg(all(unix, not(target_os = \"macos\")))",
            "cfg(any(target_os = \"macos\", target_os=\"linux\",))",
            "cfg(not(any(target_family = \"wasm\", windows)))",
            "cfg(all())",
        ] {
            assert!(applies(target), "{target}");
        }
    }

    #[test]
    fn what_does_not() {
        for target in [
            "x86_64-pc-windows-msvc",
            "cfg(windows)",
            "cfg(target_os = \"macos\")",
            "cfg(any())",
            "cfg(not(unix))",
            "cfg(loom)",
            "cfg(all(unix, target_env = \"musl\"))",
            "cfg(",
            "cfg(all(unix)",
            "cfg(unix) trailing",
            "",
        ] {
            assert!(!applies(target), "{target}");
        }
        assert!(!applies(&format!(
            "cfg({}unix{})",
            "all(".repeat(100_000),
            ")".repeat(100_000)
        )));
    }
}
