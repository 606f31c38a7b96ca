//! Repository addresses: what may be handed to git, and in which form.

use std::path::Path;

use url::Url;

use crate::client::address;
use crate::endpoints::Endpoints;
use crate::error::FetchError;

/// A repository address that git may be given: no option, no helper program, no control character, no credentials, no address inside
/// the local network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GitUrl {
    text: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Https,
    Http,
    Ssh,
    Git,
    Local,
}

impl GitUrl {
    /// Reads an `https`, `http`, `ssh` or `git` URL, `user@host:path`, or, if `local`, a path or `file` URL. A leading `git+`, as lock
    /// files have it, is dropped.
    pub(crate) fn parse(
        text: &str,
        local: bool,
        endpoints: &Endpoints,
    ) -> Result<Self, FetchError> {
        let refused = |reason: &str| FetchError::Refused {
            url: shown(text),
            reason: reason.to_owned(),
        };
        if text.is_empty() {
            return Err(refused("it is empty"));
        }
        if text.starts_with('-') {
            return Err(refused("it starts with `-`"));
        }
        if text.chars().any(char::is_control) {
            return Err(refused("it contains a control character"));
        }
        let bare = text.strip_prefix("git+").unwrap_or(text);
        if names_a_helper(bare) {
            return Err(refused("it names a helper program"));
        }
        if bare.contains("://") {
            return Self::from_url(bare, local, endpoints).map_err(|reason| refused(&reason));
        }
        if let Some((host, path)) = scp_parts(bare) {
            return Self::from_scp(bare, host, path).map_err(refused);
        }
        if !local {
            return Err(refused("it is a local path"));
        }
        Self::from_path(Path::new(bare)).map_err(|reason| refused(&reason))
    }

    fn from_url(text: &str, local: bool, endpoints: &Endpoints) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| error.to_string())?;
        let kind = match url.scheme() {
            "https" => Kind::Https,
            "http" => Kind::Http,
            "ssh" => Kind::Ssh,
            "git" => Kind::Git,
            "file" if local => {
                let path = url
                    .to_file_path()
                    .map_err(|()| "it names no local path".to_owned())?;
                return Self::from_path(&path);
            }
            "file" => return Err("it is a local path".to_owned()),
            other => {
                return Err(format!(
                    "the scheme `{other}` is not https, http, ssh or git"
                ));
            }
        };
        let host = url.host_str().unwrap_or_default();
        if host.is_empty() {
            return Err("it has no host".to_owned());
        }
        if host.starts_with('-') || url.username().starts_with('-') {
            return Err("its host or user starts with `-`".to_owned());
        }
        if kind == Kind::Ssh {
            if url.password().is_some() {
                return Err("it contains a password".to_owned());
            }
            check_host(host)?;
        } else {
            let mut effective = endpoints.rewrite(&url);
            if kind == Kind::Git {
                // The same rules for hosts; the port does not matter for them.
                effective = Url::parse(&text.replacen("git://", "http://", 1))
                    .map_err(|error| error.to_string())?;
            }
            address::check(&effective, endpoints)?;
        }
        Ok(Self {
            text: text.to_owned(),
            kind,
        })
    }

    fn from_scp(text: &str, host: &str, path: &str) -> Result<Self, &'static str> {
        if host.starts_with('-') || host.contains("@-") || path.starts_with('-') {
            return Err("a part of it starts with `-`");
        }
        let host = host.rsplit('@').next().unwrap_or(host);
        check_host(host).map_err(|_| address::PRIVATE)?;
        Ok(Self {
            text: text.to_owned(),
            kind: Kind::Ssh,
        })
    }

    fn from_path(path: &Path) -> Result<Self, String> {
        let full = path.canonicalize().map_err(|error| error.to_string())?;
        let text = full
            .to_str()
            .ok_or_else(|| "the path is not UTF-8".to_owned())?;
        if text.chars().any(char::is_control) {
            return Err("the path contains a control character".to_owned());
        }
        Ok(Self {
            text: text.to_owned(),
            kind: Kind::Local,
        })
    }

    /// The address as git gets it.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a folder of this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.kind == Kind::Local
    }

    /// Whether it speaks plain http.
    pub(crate) fn is_http(&self) -> bool {
        self.kind == Kind::Http
    }
}

/// `ext::command`, `fd::7`, `any-remote-helper::…`: git would run a program of that name.
fn names_a_helper(text: &str) -> bool {
    let Some((name, _)) = text.split_once("::") else {
        return false;
    };
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte))
}

/// Host and path of `host:path`, which has its colon before its first slash.
fn scp_parts(text: &str) -> Option<(&str, &str)> {
    let (host, path) = text.split_once(':')?;
    (!host.is_empty() && !host.contains('/')).then_some((host, path))
}

fn check_host(host: &str) -> Result<(), String> {
    let url =
        Url::parse(&format!("http://{host}/")).map_err(|_| "its host cannot be read".to_owned())?;
    address::check(&url, &Endpoints::default())
}

/// A refused address as a message may show it.
fn shown(text: &str) -> String {
    let letters = text.chars().map(|letter| {
        if letter.is_control() {
            '\u{fffd}'
        } else {
            letter
        }
    });
    let shown: String = letters.take(200).collect();
    let Ok(mut url) = Url::parse(&shown) else {
        return shown;
    };
    if url.password().is_some() && url.set_password(Some("…")).is_ok() {
        return url.into();
    }
    shown
}

/// Whether `name` may be a reference or a part of one: what `git check-ref-format` accepts, and no option.
pub(crate) fn check_reference(name: &str) -> Result<(), FetchError> {
    let is_bad_part =
        |part: &str| part.is_empty() || part.starts_with('.') || part.ends_with(".lock");
    let is_bad_letter = |letter: char| letter.is_control() || " ~^:?*[\\".contains(letter);
    let is_bad = name.starts_with('-')
        || name.ends_with('.')
        || name == "@"
        || name.contains("..")
        || name.contains("@{")
        || name.chars().any(is_bad_letter)
        || name.split('/').any(is_bad_part);
    if !is_bad {
        return Ok(());
    }
    Err(FetchError::Unsupported(format!(
        "`{}` cannot be the name of a git reference",
        shown(name)
    )))
}

/// Whether `text` is the full id of a commit: 40 or 64 lower-case hexadecimal digits.
pub(crate) fn is_commit_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64)
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, local: bool) -> Result<String, String> {
        let parsed = GitUrl::parse(text, local, &Endpoints::default());
        parsed
            .map(|url| url.text)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn remote_addresses_are_kept_as_written() {
        for text in [
            "https://example.org/a/b.git",
            "http://example.org/a",
            "ssh://git@example.org:22/a",
            "git://example.org/a",
            "git@example.org:a/b.git",
            "example.org:a",
            "https://example.org/~user/x y",
        ] {
            assert_eq!(parse(text, false).as_deref(), Ok(text));
        }
        assert_eq!(
            parse("git+https://example.org/a", false).as_deref(),
            Ok("https://example.org/a")
        );
    }

    #[test]
    fn hostile_addresses_are_refused_and_named() {
        for (text, reason) in [
            ("", "it is empty"),
            ("--upload-pack=touch x", "it starts with `-`"),
            ("ext::sh -c x", "it names a helper program"),
            ("git+ext::sh", "it names a helper program"),
            ("fd::7", "it names a helper program"),
            (
                "https://example.org/a\nb",
                "it contains a control character",
            ),
            (
                "ssh://-oProxyCommand=x/a",
                "its host or user starts with `-`",
            ),
            ("ssh://-l@example.org/a", "its host or user starts with `-`"),
            ("-x@example.org:a", "it starts with `-`"),
            ("git@-oProxyCommand=x:a", "a part of it starts with `-`"),
            ("git@example.org:-a", "a part of it starts with `-`"),
            (
                "ftp://example.org/a",
                "the scheme `ftp` is not https, http, ssh or git",
            ),
            ("file:///srv/a", "it is a local path"),
            ("/srv/a", "it is a local path"),
            ("../a", "it is a local path"),
            ("https://127.0.0.1/a", address::PRIVATE),
            ("git://localhost/a", address::PRIVATE),
            ("ssh://git@10.0.0.1/a", address::PRIVATE),
            ("git@192.168.0.1:a", address::PRIVATE),
            (
                "https://user:pw@example.org/a",
                "it contains a user name or password",
            ),
        ] {
            let error = parse(text, false).unwrap_err();
            assert!(
                error.ends_with(&format!(" is refused: {reason}")),
                "{text}: {error}"
            );
            assert!(!error.contains("pw"), "{error}");
        }
    }

    #[test]
    fn local_paths_only_from_the_user() {
        let folder = tempfile::tempdir().unwrap();
        let full = folder.path().canonicalize().unwrap();
        let path = full.to_str().unwrap();
        assert_eq!(parse(path, true).as_deref(), Ok(path));
        assert_eq!(parse(&format!("file://{path}"), true).as_deref(), Ok(path));
        assert!(parse(&format!("{path}/missing"), true).is_err());
        assert!(parse("ext::sh -c x", true).is_err());
    }

    #[test]
    fn reference_names_follow_gits_rules() {
        for name in ["v1.0", "refs/tags/a/b", "HEAD", "release-1", "a@b"] {
            assert!(check_reference(name).is_ok(), "{name}");
        }
        for name in [
            "",
            "-x",
            "--upload-pack=x",
            "a b",
            "a..b",
            "a~1",
            "a^{}",
            "a:b",
            "a?",
            "a*",
            "a[b",
            "a\\b",
            "/a",
            "a//b",
            ".a",
            "a.lock",
            "a.",
            "@",
            "a@{1}",
            "a\u{7}b",
        ] {
            assert!(check_reference(name).is_err(), "{name}");
        }
    }

    #[test]
    fn commit_ids_are_full_and_lower_case() {
        assert!(is_commit_id(&"0123456789".repeat(4)));
        assert!(is_commit_id(&"abcdef01".repeat(8)));
        for text in ["", "abc", &"A".repeat(40), &"g".repeat(40), &"0".repeat(41)] {
            assert!(!is_commit_id(text), "{text}");
        }
    }
}
