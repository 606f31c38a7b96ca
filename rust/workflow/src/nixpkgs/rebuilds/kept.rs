//! The evaluation of a commit, kept for the next change that starts from it.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::Config;
use super::evaluate::{Answer, Attribute};

/// Raised when the answers mean something else than before.
const FORMAT: u32 = 1;

/// Answers by attribute.
#[derive(Debug, Default)]
pub(super) struct Kept {
    answers: HashMap<Attribute, Answer>,
}

impl Kept {
    /// The file for a commit's answers on a system.
    #[must_use]
    pub(super) fn file(
        cache: &Path,
        commit: &str,
        system: &str,
        config: Config,
    ) -> Option<PathBuf> {
        let is_plain = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        };
        if !is_plain(commit) || !is_plain(system) {
            return None;
        }
        let flags = format!(
            "{}{}",
            u8::from(config.allow_unfree),
            u8::from(config.allow_broken)
        );
        Some(
            cache
                .join("rebuilds")
                .join(format!("{commit}-{system}-{flags}-{FORMAT}.json")),
        )
    }

    /// What a file keeps; nothing where there is none or it cannot be read, for it can always be made again.
    #[must_use]
    pub(super) fn read(file: &Path) -> Self {
        let answers: Vec<(Attribute, Answer)> = std::fs::read(file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Self {
            answers: answers.into_iter().collect(),
        }
    }

    /// Whether nothing is kept.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// The answers for all of these, or nothing.
    #[must_use]
    pub(super) fn all(&self, attributes: &[Attribute]) -> Option<Vec<Answer>> {
        attributes
            .iter()
            .map(|attribute| self.answers.get(attribute).cloned())
            .collect()
    }

    /// Writes answers to a file, whole or not at all.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub(super) fn write(file: &Path, answers: &[(&Attribute, &Answer)]) -> anyhow::Result<()> {
        let Some(folder) = file.parent() else {
            return Ok(());
        };
        std::fs::create_dir_all(folder)?;
        let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
        temporary.write_all(&serde_json::to_vec(answers)?)?;
        temporary.persist(file)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = Kept::file(folder.path(), "abc", "x86_64-linux", Config::default()).unwrap();
        assert!(Kept::read(&file).is_empty());
        let attribute = vec!["a".to_owned(), "b".to_owned()];
        let answer = Answer::Failing("x".to_owned());
        Kept::write(&file, &[(&attribute, &answer)]).unwrap();
        let kept = Kept::read(&file);
        assert_eq!(
            kept.all(std::slice::from_ref(&attribute)),
            Some(vec![answer])
        );
        assert_eq!(kept.all(&[attribute, vec!["c".to_owned()]]), None);
        assert_eq!(
            Kept::file(folder.path(), "../x", "s", Config::default()),
            None
        );
    }
}
