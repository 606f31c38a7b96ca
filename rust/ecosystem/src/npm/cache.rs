//! npm's download cache (`cacache`), as nixpkgs' prefetch-npm-deps fills it.
//!
//! Source: pkgs/build-support/node/prefetch-npm-deps/src/cacache.rs in nixpkgs, revision 7beb50e7ff79: contents by their hash below
//! `content-v2`, one line of JSON per cached response below `index-v5`.

use nixsmith_store::hash::{Algorithm, Hash, Notation, hash_bytes};
use nixsmith_store::tree::{Contents, Node, Tree, TreeError};
use serde::Serialize;
use url::Url;

#[derive(Serialize)]
struct Entry<'a> {
    key: &'a str,
    integrity: &'a str,
    time: u8,
    size: u64,
    metadata: Metadata<'a>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    url: &'a str,
    #[serde(rename = "reqHeaders", skip_serializing_if = "Option::is_none")]
    request_headers: Option<RequestHeaders<'a>>,
    options: Options,
}

#[derive(Serialize)]
struct RequestHeaders<'a> {
    accept: &'a str,
}

#[derive(Serialize)]
struct Options {
    compress: bool,
}

/// One cached response.
pub(super) struct Response<'a> {
    /// What was asked for.
    pub(super) url: &'a Url,
    /// The body.
    pub(super) contents: Contents,
    /// Of the body, by the algorithm it is filed under.
    pub(super) hash: Hash,
    /// The `Accept` header under which alone npm takes the response; None: under any.
    pub(super) accept: Option<&'a str>,
}

/// A cache being filled.
pub(super) struct Cache {
    tree: Tree,
}

impl Cache {
    /// An empty cache: both folders exist.
    pub(super) fn new() -> Result<Self, TreeError> {
        let mut tree = Tree::new();
        tree.make_directory(b"content-v2")?;
        tree.make_directory(b"index-v5")?;
        Ok(Self { tree })
    }

    /// Files a response. A second one of the same URL is added to the index as another line.
    pub(super) fn put(&mut self, response: Response<'_>) -> Result<(), TreeError> {
        let size = response.contents.len_bytes();
        let digest = response.hash.to_text(Notation::Base16);
        let content_path = format!(
            "content-v2/{}/{}",
            response.hash.algorithm(),
            segments(&digest)
        );
        self.tree
            .insert(content_path.as_bytes(), Node::file(response.contents))?;

        let key = format!("make-fetch-happen:request-cache:{}", response.url);
        let entry = Entry {
            key: &key,
            integrity: &response.hash.to_string(),
            time: 0,
            size,
            metadata: Metadata {
                url: response.url.as_str(),
                request_headers: response.accept.map(|accept| RequestHeaders { accept }),
                options: Options { compress: true },
            },
        };
        let line = line(&entry);
        let key_digest = hash_bytes(Algorithm::Sha256, key.as_bytes()).to_text(Notation::Base16);
        let index_path = format!("index-v5/{}", segments(&key_digest));
        let known = self.tree.read(&index_path, u64::MAX)?;
        let bytes = match known {
            None => line,
            Some(mut bytes) => {
                bytes.push(b'\n');
                bytes.extend(line);
                bytes
            }
        };
        self.tree.insert(
            index_path.as_bytes(),
            Node::file(Contents::from_bytes(bytes)),
        )
    }

    /// The folder `_cacache`.
    pub(super) fn into_node(self) -> Node {
        self.tree.root
    }
}

/// The SHA-1 of the entry's JSON, a tab, the JSON.
fn line(entry: &Entry<'_>) -> Vec<u8> {
    let json = serde_json::to_vec(entry).unwrap_or_default();
    let mut line = hash_bytes(Algorithm::Sha1, &json)
        .to_text(Notation::Base16)
        .into_bytes();
    line.push(b'\t');
    line.extend(json);
    line
}

/// A hexadecimal digest as a path: two digits, two digits, the rest.
fn segments(digest: &str) -> String {
    let (first, rest) = digest.split_at_checked(2).unwrap_or((digest, ""));
    let (second, rest) = rest.split_at_checked(2).unwrap_or((rest, ""));
    format!("{first}/{second}/{rest}")
}
