//! The end of a log: decompressed as it is read, a few lines of it kept, what is meant for terminals taken out.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

use nixsmith_fetch::interrupt::Interrupt;
use nixsmith_store::archive::{Compression, decoder};

/// How large a log may be once it is unpacked.
const LIMIT_BYTES: u64 = 1 << 30;

/// How much of a line is kept.
const LINE_BYTES: usize = 16 << 10;

/// How many bytes tell what a file is.
const HEAD_BYTES: usize = 1024;

/// The end of a log.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tail {
    /// The last lines, without line ends.
    pub(super) lines: Vec<String>,
    /// How many lines the log has.
    pub(super) total: u64,
}

/// Why a log has no end.
#[derive(Debug, thiserror::Error)]
pub(super) enum TailError {
    /// The file cannot be read, or is not what its first bytes promise.
    #[error("could not unpack the log")]
    Read(#[from] io::Error),
    /// A page of something else.
    #[error("the answer is a page, not a log")]
    Page,
    /// A bomb, or a log that nobody reads.
    #[error("the log is larger than {LIMIT_BYTES} bytes")]
    TooLarge,
    /// The user stopped it.
    #[error(transparent)]
    Interrupted(#[from] nixsmith_fetch::interrupt::Interrupted),
}

/// The last `count` lines of a log, which may be compressed.
pub(super) fn tail(
    file: impl Read,
    count: usize,
    interrupt: &Interrupt,
) -> Result<Tail, TailError> {
    let mut input = BufReader::with_capacity(128 << 10, file);
    let head = input.fill_buf()?;
    let head = head.get(..HEAD_BYTES.min(head.len())).unwrap_or_default();
    let compression = match Compression::detect(head) {
        Some(compression) => compression,
        None if is_text(head) => Compression::None,
        // Brotli begins with no number of its own; what is neither it nor text fails below.
        None => Compression::Brotli,
    };
    if compression == Compression::None && is_page(head) {
        return Err(TailError::Page);
    }
    lines(decoder(input, compression)?, count, interrupt)
}

fn lines(reader: impl Read, count: usize, interrupt: &Interrupt) -> Result<Tail, TailError> {
    let mut reader = BufReader::with_capacity(128 << 10, reader.take(LIMIT_BYTES + 1));
    let mut kept: VecDeque<String> = VecDeque::new();
    let (mut total, mut read) = (0, 0_u64);
    let mut line = Line::default();
    loop {
        interrupt.check()?;
        let buffer = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if buffer.is_empty() {
            break;
        }
        let length = buffer.len();
        for piece in buffer.split_inclusive(|byte| *byte == b'\n') {
            line.push(piece);
            if piece.ends_with(b"\n") {
                line.finish(&mut kept, &mut total, count);
            }
        }
        reader.consume(length);
        read += length as u64;
        if read > LIMIT_BYTES {
            return Err(TailError::TooLarge);
        }
    }
    if line.is_open {
        line.finish(&mut kept, &mut total, count);
    }
    Ok(Tail {
        lines: kept.into(),
        total,
    })
}

/// A line as it comes.
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    is_open: bool,
}

impl Line {
    fn push(&mut self, piece: &[u8]) {
        self.is_open = true;
        let room = LINE_BYTES.saturating_sub(self.bytes.len());
        self.bytes
            .extend_from_slice(piece.get(..room.min(piece.len())).unwrap_or_default());
    }

    fn finish(&mut self, kept: &mut VecDeque<String>, total: &mut u64, count: usize) {
        // What Nix tells itself: `@nix {"action":"setPhase",…}`.
        if !self.bytes.starts_with(b"@nix {") {
            *total += 1;
            if kept.len() >= count {
                kept.pop_front();
            }
            if count > 0 {
                kept.push_back(cleaned(&String::from_utf8_lossy(&self.bytes)));
            }
        }
        self.bytes.clear();
        self.is_open = false;
    }
}

/// Whether the first bytes are those of a text: UTF-8, perhaps cut, with no control characters but those of terminals.
fn is_text(head: &[u8]) -> bool {
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            let bytes = head.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(bytes).unwrap_or_default()
        }
        // Builders write what they like; mostly text is text.
        Err(_) => {
            let plain = |byte: &&u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
            return head.iter().filter(plain).count() * 10 >= head.len() * 9;
        }
    };
    !valid
        .chars()
        .any(|letter| letter.is_control() && !"\t\n\r\u{c}\u{7}\u{8}\u{1b}".contains(letter))
}

fn is_page(head: &[u8]) -> bool {
    let start = head.trim_ascii_start();
    [b"<!doctype html".as_slice(), b"<html"].iter().any(|sign| {
        start
            .get(..sign.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(sign))
    })
}

/// A line as a terminal leaves it on the screen, without colours and without anything that a terminal acts on.
fn cleaned(line: &str) -> String {
    let line = line.trim_end_matches(['\n', '\r']);
    // A progress bar writes over itself.
    let line = line.rsplit('\r').next().unwrap_or(line);
    let mut letters = line.chars();
    let mut text = String::with_capacity(line.len());
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' => skip_escape(&mut letters),
            '\u{9b}' => skip_control_sequence(&mut letters),
            '\t' => text.push('\t'),
            hidden if hidden.is_control() || is_override(hidden) => {}
            other => text.push(other),
        }
    }
    text
}

/// What follows an escape character (ECMA-48).
fn skip_escape(letters: &mut std::str::Chars<'_>) {
    match letters.next() {
        Some('[') => skip_control_sequence(letters),
        // A string, to its end: BEL, or ESC and a backslash.
        Some(']' | 'P' | 'X' | '^' | '_') => {
            let mut was_escape = false;
            for letter in letters.by_ref() {
                if letter == '\u{7}' || letter == '\u{9c}' || (was_escape && letter == '\\') {
                    return;
                }
                was_escape = letter == '\u{1b}';
            }
        }
        Some(' '..='/') => {
            letters.find(|letter| !(' '..='/').contains(letter));
        }
        _ => {}
    }
}

/// Parameters and the letter that ends them.
fn skip_control_sequence(letters: &mut std::str::Chars<'_>) {
    letters.find(|letter| ('@'..='~').contains(letter));
}

fn is_override(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8], count: usize) -> Result<Tail, TailError> {
        tail(bytes, count, &Interrupt::new())
    }

    #[test]
    fn the_last_lines_are_kept() {
        let text: String = (1..=100_000)
            .map(|number| format!("line {number}\n"))
            .collect();
        let found = of(text.as_bytes(), 2).unwrap();
        assert_eq!(found.lines, ["line 99999", "line 100000"]);
        assert_eq!(found.total, 100_000);
        assert_eq!(of(b"a\nb", 5).unwrap().lines, ["a", "b"]);
        assert_eq!(
            of(b"", 5).unwrap(),
            Tail {
                lines: vec![],
                total: 0
            }
        );
        assert_eq!(
            of(b"a\n", 0).unwrap(),
            Tail {
                lines: vec![],
                total: 1
            }
        );
    }

    #[test]
    fn what_terminals_act_on_goes() {
        for (line, expected) in [
            ("\u{1b}[31mred\u{1b}[0m", "red"),
            ("\u{1b}]0;title\u{7}text", "text"),
            (
                "\u{1b}]8;;https://example.org\u{1b}\\link\u{1b}]8;;\u{1b}\\",
                "link",
            ),
            ("\u{1b}(Bplain", "plain"),
            ("\u{9b}31mred", "red"),
            ("10%\r20%\r100%\r\n", "100%"),
            ("a\u{8}b\u{202e}c\td", "abc\td"),
            ("cut \u{1b}[31", "cut "),
            ("cut \u{1b}]0;never ends", "cut "),
            ("\u{1b}", ""),
        ] {
            assert_eq!(cleaned(line), expected, "{line:?}");
        }
        let log = b"@nix {\"action\":\"setPhase\",\"phase\":\"buildPhase\"}\n\xff\xfe kept\n";
        assert_eq!(of(log, 9).unwrap().lines, ["\u{fffd}\u{fffd} kept"]);
    }

    #[test]
    fn lines_are_cut_and_pages_refused() {
        let long = "x".repeat(10 << 20);
        assert_eq!(of(long.as_bytes(), 1).unwrap().lines[0].len(), LINE_BYTES);
        for page in ["<!DOCTYPE html><html>", " \n<HTML lang=en>"] {
            assert!(matches!(of(page.as_bytes(), 1), Err(TailError::Page)));
        }
        assert!(matches!(
            of(&[0, 1, 2, 3, 255, 254], 1),
            Err(TailError::Read(_))
        ));
        let interrupt = Interrupt::new();
        interrupt.raise();
        assert!(matches!(
            tail(&b"a\n"[..], 1, &interrupt),
            Err(TailError::Interrupted(_))
        ));
    }
}
