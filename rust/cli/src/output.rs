//! Everything that is printed: the answer on stdout; errors, notes and hints on stderr.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use nixsmith_workflow::Problem;
use nixsmith_workflow::error::{Kind, hints_of, kind_of};

use crate::globals::Color;

/// Exit status of a run that ended well.
pub(crate) const STATUS_DONE: u8 = 0;
/// Exit status of a run that found something.
pub(crate) const STATUS_FINDINGS: u8 = 1;
/// Exit status of a wrong command line.
pub(crate) const STATUS_USAGE: u8 = 2;
/// Exit status of a defect in nixsmith.
pub(crate) const STATUS_BUG: u8 = 255;

/// Standard output, buffered. What is printed there is an answer for people and programs alike: no colour.
pub(crate) struct Output {
    stdout: BufWriter<Box<dyn Write>>,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self {
            stdout: BufWriter::new(Box::new(io::stdout().lock())),
        }
    }

    /// Writes what `write` writes, to its end. Err: what `write` says, or that standard output takes no more.
    pub(crate) fn answer(
        &mut self,
        write: impl FnOnce(&mut Self) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let written = write(self).and_then(|()| Ok(self.flush()?));
        written.map_err(|error| match error.downcast::<io::Error>() {
            Ok(error) => Problem::user("could not write to standard output")
                .source(error)
                .into(),
            Err(other) => other,
        })
    }

    /// Writes one JSON document to its end.
    pub(crate) fn answer_json(&mut self, document: &serde_json::Value) -> anyhow::Result<()> {
        self.answer(|output| {
            // Out of its wrapping, so that a reader who went away is known as one.
            serde_json::to_writer_pretty(&mut *output, document).map_err(io::Error::from)?;
            Ok(output.write_all(b"\n")?)
        })
    }

    /// An output whose bytes nobody sees.
    pub(crate) fn nowhere() -> Self {
        Self {
            stdout: BufWriter::new(Box::new(io::sink())),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stdout.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}

fn use_color(color: Color, no_color: bool, terminal: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && !no_color,
    }
}

/// Text from outside, safe to show on a terminal: control characters become their escapes.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => shown.push(character),
            control if control.is_control() || is_bidi_override(control) => {
                shown.extend(control.escape_unicode())
            }
            other => shown.push(other),
        }
    }
    shown
}

fn is_bidi_override(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Prints a failure as `error: …`, `caused by: …`, `hint: …` and returns its exit status.
pub(crate) fn report_error(error: &anyhow::Error, color: Color, no_color: bool) -> u8 {
    let colored = use_color(color, no_color, io::stderr().is_terminal());
    let (red, cyan, reset) = if colored {
        ("\x1b[1;31m", "\x1b[1;36m", "\x1b[0m")
    } else {
        ("", "", "")
    };
    let mut text = String::new();
    let mut causes = error.chain().map(|cause| visible(&cause.to_string()));
    if let Some(first) = causes.next() {
        text.push_str(&format!("{red}error:{reset} {first}\n"));
    }
    for cause in causes {
        text.push_str(&format!("{red}caused by:{reset} {cause}\n"));
    }
    for hint in hints_of(error) {
        text.push_str(&format!("{cyan}hint:{reset} {}\n", visible(&hint)));
    }
    if kind_of(error) == Kind::Bug {
        text.push_str(&format!("{cyan}hint:{reset} this is a defect of nixsmith; please report it with the command line\n"));
    }
    // Nothing can be said when stderr itself is gone.
    let _ = io::stderr().write_all(text.as_bytes());
    kind_of(error).exit_status()
}

/// Whether a failure only says that the reader of stdout went away, as in `nixsmith … | head`.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Says that a panic is our defect, without a backtrace that only frightens.
pub(crate) fn report_panic(info: &std::panic::PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, |place| {
        format!(" at {}:{}", place.file(), place.line())
    });
    let payload = info.payload();
    let message = payload.downcast_ref::<&str>().copied();
    let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let text = format!(
        "error: internal failure{place}: {}\nhint: this is a defect of nixsmith; please report it with the command line\n",
        visible(message.unwrap_or("no message"))
    );
    let _ = io::stderr().write_all(text.as_bytes());
}
