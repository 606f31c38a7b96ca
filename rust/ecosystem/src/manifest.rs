//! Manifests: what the authors of a source wrote about it, as typed facts.
//!
//! Every reader takes a [`nixsmith_store::tree::Tree`] and the folder in it that holds the manifest, and executes
//! nothing. Deciding what the facts mean for a package is the caller's work.

pub mod c;
pub mod cargo;
pub mod go;
pub mod npm;
pub mod python;

/// No manifest is longer; a longer file is refused.
pub(crate) const LIMIT_BYTES: u64 = 4 * 1024 * 1024;

/// Why a manifest could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file is there but cannot be read (too long, a link out of the source).
    #[error("could not read `{file}`")]
    Read {
        /// The path inside the source.
        file: String,
        /// What stopped the read.
        #[source]
        source: nixsmith_store::tree::TreeError,
    },
    /// The file is not in the format its name promises.
    #[error("could not understand `{file}`: {reason}")]
    Syntax {
        /// The path inside the source.
        file: String,
        /// What the parser says, one line.
        reason: String,
    },
    /// A field that the format requires is absent or of the wrong type.
    #[error("`{file}` lacks `{field}`")]
    Missing {
        /// The path inside the source.
        file: String,
        /// The field, for example `package.name`.
        field: String,
    },
}

/// The path of `name` in `directory`, which is `""` for the root.
pub(crate) fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() {
        name.to_owned()
    } else {
        format!("{directory}/{name}")
    }
}

/// The text of a file of the tree; `None` when there is none.
///
/// # Errors
/// When it is longer than a manifest may be, or unreadable.
pub(crate) fn text(
    tree: &nixsmith_store::tree::Tree,
    file: &str,
) -> Result<Option<String>, ManifestError> {
    let bytes = tree
        .read(file, LIMIT_BYTES)
        .map_err(|source| ManifestError::Read {
            file: file.to_owned(),
            source,
        })?;
    let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(text.map(|text| {
        text.strip_prefix('\u{feff}')
            .map(ToOwned::to_owned)
            .unwrap_or(text)
    }))
}

#[cfg(test)]
pub(crate) mod testing {
    use nixsmith_store::tree::{Contents, Node, Tree};

    /// A tree of plain files.
    pub(crate) fn tree(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::new();
        for (path, text) in files {
            let contents = Contents::from_bytes(text.as_bytes().to_vec());
            tree.insert(path.as_bytes(), Node::file(contents)).unwrap();
        }
        tree
    }
}
