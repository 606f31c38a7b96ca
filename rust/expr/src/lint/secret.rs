//! What looks like a secret: names of attributes and variables, and well-known shapes of keys and tokens.

use std::ops::Range;

/// Words that make the name of a secret where they stand last.
const LAST_WORDS: &[&str] = &[
    "passphrase",
    "passwd",
    "password",
    "pwd",
    "secret",
    "token",
    "apikey",
    "credential",
    "credentials",
];
/// Words that make `key` a secret one.
const BEFORE_KEY: &[&str] = &[
    "access",
    "api",
    "auth",
    "encryption",
    "private",
    "secret",
    "signing",
];

/// Whether a value of this name is a secret: `password`, `adminPassword`, `API_KEY`, `client-secret`. What only points at one
/// (`passwordFile`, `tokenPath`) is not.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let words = words(name);
    if words.iter().any(|word| word == "no") {
        return false;
    }
    let Some((last, before)) = words.split_last() else {
        return false;
    };
    let key = matches!(last.as_str(), "key" | "keys")
        && before
            .last()
            .is_some_and(|word| BEFORE_KEY.contains(&word.as_str()));
    key || LAST_WORDS.contains(&last.as_str())
}

/// The words of a name, in lower case: of `camelCase`, `snake_case`, `kebab-case` and `UPPER_CASE`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower_before = false;
    for character in name.chars() {
        let starts = character.is_ascii_uppercase() && lower_before;
        lower_before = character.is_ascii_lowercase() || character.is_ascii_digit();
        if starts || !character.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words
            .last_mut()
            .filter(|_| character.is_ascii_alphanumeric())
        {
            word.push(character.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A shape of token: what it begins with, how many characters follow at least, and what it is.
struct Shape {
    prefix: &'static str,
    /// Whether hyphens and underscores may follow.
    joined: bool,
    least: usize,
    what: &'static str,
}

/// Published shapes; each follows a character that cannot be part of a word.
const SHAPES: &[Shape] = &[
    Shape {
        prefix: "ghp_",
        joined: false,
        least: 36,
        what: "a GitHub token",
    },
    Shape {
        prefix: "gho_",
        joined: false,
        least: 36,
        what: "a GitHub token",
    },
    Shape {
        prefix: "ghs_",
        joined: false,
        least: 36,
        what: "a GitHub token",
    },
    Shape {
        prefix: "ghu_",
        joined: false,
        least: 36,
        what: "a GitHub token",
    },
    Shape {
        prefix: "ghr_",
        joined: false,
        least: 36,
        what: "a GitHub token",
    },
    Shape {
        prefix: "github_pat_",
        joined: true,
        least: 40,
        what: "a GitHub token",
    },
    Shape {
        prefix: "glpat-",
        joined: true,
        least: 20,
        what: "a GitLab token",
    },
    Shape {
        prefix: "AKIA",
        joined: false,
        least: 16,
        what: "an AWS access key",
    },
    Shape {
        prefix: "ASIA",
        joined: false,
        least: 16,
        what: "an AWS access key",
    },
    Shape {
        prefix: "sk_live_",
        joined: false,
        least: 16,
        what: "a Stripe key",
    },
    Shape {
        prefix: "rk_live_",
        joined: false,
        least: 16,
        what: "a Stripe key",
    },
    Shape {
        prefix: "xoxb-",
        joined: true,
        least: 20,
        what: "a Slack token",
    },
    Shape {
        prefix: "xoxp-",
        joined: true,
        least: 20,
        what: "a Slack token",
    },
    Shape {
        prefix: "npm_",
        joined: false,
        least: 36,
        what: "an npm token",
    },
    Shape {
        prefix: "pypi-AgE",
        joined: true,
        least: 40,
        what: "a PyPI token",
    },
    Shape {
        prefix: "dop_v1_",
        joined: false,
        least: 40,
        what: "a DigitalOcean token",
    },
    Shape {
        prefix: "sk-ant-",
        joined: true,
        least: 40,
        what: "an API key",
    },
    Shape {
        prefix: "AGE-SECRET-KEY-1",
        joined: false,
        least: 40,
        what: "an age key",
    },
];

/// A secret in a text.
pub(crate) struct Secret {
    /// Its bytes.
    pub(crate) range: Range<usize>,
    /// What it is, with its article.
    pub(crate) what: &'static str,
}

/// Everything in the text that has the shape of a known key or token, in order. One pass.
pub(crate) fn known_secrets(text: &str) -> Vec<Secret> {
    let bytes = text.as_bytes();
    let mut found: Vec<Secret> = Vec::new();
    let mut previous = b' ';
    let mut end = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let starts = !previous.is_ascii_alphanumeric() && previous != b'_';
        previous = *byte;
        if !starts
            || at < end
            || !matches!(
                byte,
                b'g' | b'A' | b's' | b'r' | b'x' | b'n' | b'p' | b'd' | b'-'
            )
        {
            continue;
        }
        let Some(rest) = bytes.get(at..) else {
            break;
        };
        if let Some((length, what)) = token(rest).or_else(|| private_key(rest)) {
            end = at + length;
            found.push(Secret {
                range: at..end,
                what,
            });
        }
    }
    found
}

/// The length of the token that `rest` begins with.
fn token(rest: &[u8]) -> Option<(usize, &'static str)> {
    let shape = SHAPES
        .iter()
        .find(|shape| rest.starts_with(shape.prefix.as_bytes()))?;
    let body = rest.get(shape.prefix.len()..)?;
    let is_part =
        |byte: &u8| byte.is_ascii_alphanumeric() || (shape.joined && matches!(byte, b'_' | b'-'));
    let body: Vec<u8> = body.iter().copied().take_while(is_part).take(512).collect();
    let mut kinds = [false; 256];
    for byte in &body {
        if let Some(kind) = kinds.get_mut(usize::from(*byte)) {
            *kind = true;
        }
    }
    // `AKIAXXXXXXXXXXXXXXXX` is how examples are written
    let various = kinds.iter().filter(|kind| **kind).count() >= 8;
    let example = body
        .windows(7)
        .any(|part| part.eq_ignore_ascii_case(b"example"));
    (body.len() >= shape.least && various && !example)
        .then_some((shape.prefix.len() + body.len(), shape.what))
}

/// The length of the private key that `rest` begins with: `-----BEGIN … PRIVATE KEY-----` with its body. No further than the
/// longest keys reach, or a text full of beginnings would be looked through for each of them.
fn private_key(rest: &[u8]) -> Option<(usize, &'static str)> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    const KEY: &[u8] = b"PRIVATE KEY-----";
    const KIND_LIMIT: usize = 64;
    const BODY_LIMIT: usize = 16 * 1024;
    let rest = rest.strip_prefix(BEGIN)?;
    let kind = find(rest.get(..KIND_LIMIT).unwrap_or(rest), KEY)? + KEY.len();
    let body = rest.get(kind..)?;
    let body = body.get(..BODY_LIMIT).unwrap_or(body);
    let stop = find(body, b"-----")?;
    let body = body.get(..stop)?;
    let written = body
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .count();
    (written >= 64).then_some((BEGIN.len() + kind + stop, "a private key"))
}

/// Where `part` first stands in `bytes`.
fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in [
            "password",
            "adminPassword",
            "API_KEY",
            "client-secret",
            "dbPasswd",
            "authToken",
            "secret_key",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "passwordFile",
            "tokenPath",
            "publicKey",
            "keyboard",
            "key",
            "secrets",
            "tokenizer",
            "NO_PASSWORD",
            "",
            "-",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn shapes_of_tokens() {
        let body = "0123456789abcdefghijKLMNOPQRSTUVWXYZ";
        let text = format!("a = \"ghp_{body}\"; b = \"glpat-{body}\"");
        let found: Vec<_> = known_secrets(&text)
            .into_iter()
            .map(|secret| secret.range)
            .collect();
        assert_eq!(found, [5..45, 53..95]);
        for text in [
            "ghp_short",
            "AKIAXXXXXXXXXXXXXXXX",
            "npm_config_manage_package_manager_versions",
            "AKIAIOSFODNN7EXAMPLE",
            &format!("xghp_{body}"),
            "-----BEGIN PRIVATE KEY-----",
        ] {
            assert!(known_secrets(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn private_keys() {
        let body =
            "MHcCAQEEIObLW92AqkWunJXowVR2Z5/+yVPBaFHnEedDk5WJxk/BoAoGCCqGSM49\nAwEHoUQDQgAEI1gQ";
        let text = format!(
            "''\n  -----BEGIN EC PRIVATE KEY-----\n{body}\n-----END EC PRIVATE KEY-----\n''"
        );
        let found = known_secrets(&text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].range.start, 5);
        assert!(known_secrets(&"-----BEGIN RSA PRIVATE KEY-----\n".repeat(9)).is_empty());
    }
}
