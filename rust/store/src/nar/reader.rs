//! Reads a NAR as a sequence of events, without recursion and without holding more than one string of it.

use std::io::{self, Read};

use super::{DEPTH_LIMIT, MAGIC, NAME_BYTES_LIMIT, NarError, TARGET_BYTES_LIMIT, is_name};
use crate::tree::shown;

/// The longest string that stands where the format has a fixed word.
const WORD_BYTES_LIMIT: usize = 32;

/// A piece of a NAR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A directory begins; entries follow up to its [`Event::EndDirectory`].
    Directory,
    /// The name of the node that comes next. Valid, and after all names before it in this directory.
    Entry {
        /// Any bytes but `/` and NUL; at most [`NAME_BYTES_LIMIT`].
        name: Vec<u8>,
    },
    /// A file; its bytes are read with [`Reader::read_contents`] or skipped by asking for the next event.
    File {
        /// Whether its owner may execute it.
        executable: bool,
        /// How many bytes follow.
        length_bytes: u64,
        /// Where they begin in the NAR.
        offset: u64,
    },
    /// A symbolic link.
    Symlink {
        /// Any bytes but NUL; 1 to [`TARGET_BYTES_LIMIT`].
        target: Vec<u8>,
    },
    /// The innermost open directory ends.
    EndDirectory,
}

enum State {
    Start,
    /// A node comes; inside an entry unless it is the root.
    Node,
    /// A file's bytes come: how many are left, and how many zeroes follow them.
    Contents {
        left_bytes: u64,
        padding: usize,
    },
    /// `entry` or `)` comes.
    InDirectory,
    Done,
}

/// Reads a NAR from its first byte. What follows the archive stays unread, as with Nix.
pub struct Reader<R> {
    input: R,
    offset: u64,
    state: State,
    /// The last name of every open directory.
    last_names: Vec<Vec<u8>>,
    checks_contents_padding: bool,
}

impl<R: Read> Reader<R> {
    /// A reader that checks everything Nix checks when it restores.
    pub fn new(input: R) -> Self {
        Self {
            input,
            offset: 0,
            state: State::Start,
            last_names: Vec::new(),
            checks_contents_padding: true,
        }
    }

    /// A reader that does not look at the padding after a file's bytes, as Nix when it lists.
    pub fn for_listing(input: R) -> Self {
        Self {
            checks_contents_padding: false,
            ..Self::new(input)
        }
    }

    /// How many bytes of the NAR were read.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// What is left of the input.
    pub fn into_inner(self) -> R {
        self.input
    }

    /// The next event; unread bytes of a file are skipped. None: the archive is complete.
    pub fn next_event(&mut self) -> Result<Option<Event>, NarError> {
        loop {
            match self.state {
                State::Start => {
                    let at = self.offset;
                    if self.string(MAGIC.len())?.as_deref() != Some(MAGIC.as_bytes()) {
                        return Err(NarError::broken(at, "it does not begin like a NAR"));
                    }
                    self.state = State::Node;
                }
                State::Node => return self.node().map(Some),
                State::Contents { .. } => self.skip_contents()?,
                State::InDirectory => return self.in_directory().map(Some),
                State::Done => return Ok(None),
            }
        }
    }

    /// Reads the current file's bytes into the buffer; 0 is their end, where the padding is checked.
    pub fn read_contents(&mut self, buffer: &mut [u8]) -> Result<usize, NarError> {
        let State::Contents {
            left_bytes,
            padding,
        } = self.state
        else {
            return Ok(0);
        };
        if left_bytes == 0 {
            self.padding(padding, self.checks_contents_padding)?;
            self.end_node()?;
            return Ok(0);
        }
        let wanted = usize::try_from(left_bytes).map_or(buffer.len(), |it| it.min(buffer.len()));
        let part = buffer.get_mut(..wanted).unwrap_or_default();
        let count = loop {
            match self.input.read(part) {
                Ok(count) => break count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(NarError::input(error)),
            }
        };
        if count == 0 && wanted > 0 {
            return Err(self.truncated());
        }
        self.offset += count as u64;
        self.state = State::Contents {
            left_bytes: left_bytes - count as u64,
            padding,
        };
        Ok(count)
    }

    fn skip_contents(&mut self) -> Result<(), NarError> {
        let mut buffer = vec![0; 64 * 1024];
        while self.read_contents(&mut buffer)? > 0 {}
        Ok(())
    }

    fn node(&mut self) -> Result<Event, NarError> {
        if self.last_names.len() >= DEPTH_LIMIT {
            let reason = format!("nodes lie {DEPTH_LIMIT} directories deep");
            return Err(NarError::broken(self.offset, reason));
        }
        self.expect("(")?;
        self.expect("type")?;
        let at = self.offset;
        match self.word()?.as_slice() {
            b"regular" => self.file(),
            b"directory" => {
                self.last_names.push(Vec::new());
                self.state = State::InDirectory;
                Ok(Event::Directory)
            }
            b"symlink" => self.symlink(),
            other => {
                let reason = format!("unknown file type `{}`", shown(other));
                Err(NarError::broken(at, reason))
            }
        }
    }

    fn file(&mut self) -> Result<Event, NarError> {
        let mut at = self.offset;
        let mut tag = self.word()?;
        let executable = tag == b"executable";
        if executable {
            let marker_at = self.offset;
            if self.string(0)?.is_none() {
                return Err(NarError::broken(
                    marker_at,
                    "executable marker with a value",
                ));
            }
            at = self.offset;
            tag = self.word()?;
        }
        if tag != b"contents" {
            return Err(unexpected(at, "contents", &tag));
        }
        let length_bytes = self.number()?;
        let offset = self.offset;
        self.state = State::Contents {
            left_bytes: length_bytes,
            padding: padding_of(length_bytes),
        };
        Ok(Event::File {
            executable,
            length_bytes,
            offset,
        })
    }

    fn symlink(&mut self) -> Result<Event, NarError> {
        self.expect("target")?;
        let at = self.offset;
        let Some(target) = self.string(TARGET_BYTES_LIMIT)? else {
            let reason = format!("link target of more than {TARGET_BYTES_LIMIT} bytes");
            return Err(NarError::broken(at, reason));
        };
        if target.is_empty() || target.contains(&0) {
            return Err(NarError::broken(
                at,
                "link target that is empty or has a NUL",
            ));
        }
        self.end_node()?;
        Ok(Event::Symlink { target })
    }

    fn in_directory(&mut self) -> Result<Event, NarError> {
        let at = self.offset;
        let tag = self.word()?;
        if tag == b")" {
            self.last_names.pop();
            self.end_entry()?;
            return Ok(Event::EndDirectory);
        }
        if tag != b"entry" {
            return Err(unexpected(at, "entry` or `)", &tag));
        }
        self.expect("(")?;
        self.expect("name")?;
        let at = self.offset;
        let Some(name) = self.string(NAME_BYTES_LIMIT)? else {
            let reason = format!("name of more than {NAME_BYTES_LIMIT} bytes");
            return Err(NarError::broken(at, reason));
        };
        if !is_name(&name) {
            let reason = format!("invalid file name `{}`", shown(&name));
            return Err(NarError::broken(at, reason));
        }
        if let Some(last) = self.last_names.last_mut() {
            if name <= *last {
                let reason = format!("`{}` does not come after `{}`", shown(&name), shown(last));
                return Err(NarError::broken(at, reason));
            }
            last.clone_from(&name);
        }
        self.expect("node")?;
        self.state = State::Node;
        Ok(Event::Entry { name })
    }

    /// The end of a file or link, and of the entry around it.
    fn end_node(&mut self) -> Result<(), NarError> {
        self.expect(")")?;
        self.end_entry()
    }

    fn end_entry(&mut self) -> Result<(), NarError> {
        if self.last_names.is_empty() {
            self.state = State::Done;
            return Ok(());
        }
        self.state = State::InDirectory;
        self.expect(")")
    }

    fn expect(&mut self, word: &str) -> Result<(), NarError> {
        let at = self.offset;
        let found = self.word()?;
        if found == word.as_bytes() {
            return Ok(());
        }
        Err(unexpected(at, word, &found))
    }

    fn word(&mut self) -> Result<Vec<u8>, NarError> {
        let at = self.offset;
        self.string(WORD_BYTES_LIMIT)?
            .ok_or_else(|| NarError::broken(at, "a string is too long to be a word of the format"))
    }

    /// A string. None: it is longer than the limit.
    fn string(&mut self, limit_bytes: usize) -> Result<Option<Vec<u8>>, NarError> {
        let length_bytes = self.number()?;
        let Some(length) = usize::try_from(length_bytes)
            .ok()
            .filter(|&it| it <= limit_bytes)
        else {
            return Ok(None);
        };
        let mut bytes = vec![0; length];
        self.fill(&mut bytes)?;
        self.padding(padding_of(length_bytes), true)?;
        Ok(Some(bytes))
    }

    fn padding(&mut self, count: usize, checked: bool) -> Result<(), NarError> {
        let at = self.offset;
        let mut zeroes = [0; 8];
        let zeroes = zeroes.get_mut(..count).unwrap_or_default();
        self.fill(zeroes)?;
        if checked && zeroes.iter().any(|&it| it != 0) {
            return Err(NarError::broken(at, "padding that is not zero"));
        }
        Ok(())
    }

    fn number(&mut self) -> Result<u64, NarError> {
        let mut bytes = [0; 8];
        self.fill(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NarError> {
        let mut filled = 0;
        while filled < buffer.len() {
            let rest = buffer.get_mut(filled..).unwrap_or_default();
            match self.input.read(rest) {
                Ok(0) => {
                    self.offset += filled as u64;
                    return Err(self.truncated());
                }
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(NarError::input(error)),
            }
        }
        self.offset += filled as u64;
        Ok(())
    }

    fn truncated(&self) -> NarError {
        NarError::Truncated {
            offset: self.offset,
        }
    }
}

fn padding_of(length_bytes: u64) -> usize {
    ((8 - length_bytes % 8) % 8) as usize
}

fn unexpected(at: u64, expected: &str, found: &[u8]) -> NarError {
    let reason = format!("expected `{expected}`, found `{}`", shown(found));
    NarError::broken(at, reason)
}
