//! What `nix --log-format internal-json` says on stderr while it builds, line by line.
//!
//! The lines are hints: which build runs, what it prints, why one failed. Whether something was built is found out by looking for it.
//! The numbers of activities and results are those of Nix' `src/libutil/include/nix/util/logging.hh`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use nixsmith_fetch::process::LineListener;
use nixsmith_fetch::progress::{Progress, Task};
use serde::Deserialize;
use serde_json::Value;

/// How every line of the log begins.
const PREFIX: &str = "@nix ";

/// The activity that counts all builds.
const BUILDS: u64 = 104;
/// The activity that is one build.
const BUILD: u64 = 105;
/// The activity that fetches one path from a cache.
const SUBSTITUTE: u64 = 108;
/// The result that is one line of a build's log.
const LOG_LINE: u64 = 101;
/// The result that is an activity's progress: done, expected, running, failed.
const PROGRESS: u64 = 105;

/// How many lines of each build's log are kept: its end.
const TAIL_LINES: usize = 25;

/// The longest line of a log that is kept whole, in characters.
const LINE_CHARACTERS: usize = 400;

/// How many ended builds keep their log until it is known that they failed.
const TAILS: usize = 256;

/// Why a build failed, as Nix says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cause {
    /// The build itself.
    Own(String),
    /// It ran, or was silent, for too long.
    Time(String),
    /// Nix did not try: there is no machine for it, or it is not in the store.
    Untried(String),
    /// Something that it needs failed.
    Dependency,
}

/// What was heard.
#[derive(Default)]
pub(super) struct Heard {
    /// Derivations whose build began.
    pub(super) started: BTreeSet<String>,
    /// Derivations that Nix names as failed.
    pub(super) failed: BTreeMap<String, Cause>,
    /// Errors that name no derivation, without their colours.
    pub(super) errors: Vec<String>,
    /// The ends of the logs of builds.
    tails: BTreeMap<String, VecDeque<String>>,
    ended: VecDeque<String>,
    running: BTreeMap<u64, Running>,
    builds: Option<u64>,
    done: u64,
}

struct Running {
    derivation: Option<String>,
    _task: Box<dyn Task>,
}

#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "lowercase")]
enum Event {
    Start {
        id: u64,
        #[serde(rename = "type")]
        kind: u64,
        #[serde(default)]
        fields: Vec<Value>,
    },
    Stop {
        id: u64,
    },
    Result {
        id: u64,
        #[serde(rename = "type")]
        kind: u64,
        #[serde(default)]
        fields: Vec<Value>,
    },
    Msg {
        level: u64,
        msg: String,
        #[serde(default)]
        raw_msg: Option<String>,
    },
    #[serde(other)]
    Other,
}

impl Heard {
    /// The end of what a build printed.
    pub(super) fn tail(&self, derivation: &str) -> Vec<String> {
        let tail = self.tails.get(derivation);
        tail.into_iter().flatten().cloned().collect()
    }

    /// Takes one line; what is no event is passed over.
    fn line(&mut self, line: &str, progress: &dyn Progress, total: &dyn Task) {
        let Some(event) = line.strip_prefix(PREFIX) else {
            return;
        };
        let Ok(event) = serde_json::from_str(event) else {
            return;
        };
        match event {
            Event::Start { id, kind, fields } => self.start(id, kind, &fields, progress),
            Event::Stop { id } => self.stop(id),
            Event::Result { id, kind, fields } => self.result(id, kind, &fields, total),
            Event::Msg {
                level: 0,
                msg,
                raw_msg,
            } => self.error(&raw_msg.unwrap_or(msg), progress),
            Event::Msg { .. } | Event::Other => {}
        }
    }

    fn start(&mut self, id: u64, kind: u64, fields: &[Value], progress: &dyn Progress) {
        let first = fields.first().and_then(Value::as_str).unwrap_or_default();
        let (what, derivation) = match kind {
            BUILDS => {
                self.builds = Some(id);
                return;
            }
            BUILD => ("building", Some(first.to_owned())),
            SUBSTITUTE => ("fetching", None),
            _ => return,
        };
        let on = fields.get(1).and_then(Value::as_str).unwrap_or_default();
        let on = match (kind, on) {
            (BUILD, machine) if !machine.is_empty() => format!(" on `{}`", plain(machine)),
            _ => String::new(),
        };
        let task = progress.start(&format!("{what} `{}`{on}", short_name(first)), None);
        self.started.extend(derivation.clone());
        self.running.insert(
            id,
            Running {
                derivation,
                _task: task,
            },
        );
    }

    fn stop(&mut self, id: u64) {
        let Some(derivation) = self.running.remove(&id).and_then(|it| it.derivation) else {
            return;
        };
        self.ended.push_back(derivation);
        if self.ended.len() > TAILS
            && let Some(oldest) = self.ended.pop_front()
            && !self.failed.contains_key(&oldest)
        {
            self.tails.remove(&oldest);
        }
    }

    fn result(&mut self, id: u64, kind: u64, fields: &[Value], total: &dyn Task) {
        if kind == LOG_LINE
            && let Some(line) = fields.first().and_then(Value::as_str)
            && let Some(Running {
                derivation: Some(derivation),
                ..
            }) = self.running.get(&id)
        {
            let tail = self.tails.entry(derivation.clone()).or_default();
            tail.push_back(plain(line).chars().take(LINE_CHARACTERS).collect());
            if tail.len() > TAIL_LINES {
                tail.pop_front();
            }
        }
        if kind == PROGRESS && self.builds == Some(id) {
            let number = |at: usize| fields.get(at).and_then(Value::as_u64).unwrap_or_default();
            let done = number(0) + number(3);
            total.set_total(number(1) + number(3));
            total.advance(done.saturating_sub(self.done));
            self.done = self.done.max(done);
        }
    }

    fn error(&mut self, message: &str, progress: &dyn Progress) {
        let message = plain(message);
        // The summary at the end names all that were asked for.
        if message.starts_with("build of ") {
            return;
        }
        let cause = cause(&message);
        match named_derivation(&message) {
            Some(derivation) => {
                let is_news = !self.failed.contains_key(derivation);
                if is_news && !matches!(cause, Cause::Dependency) {
                    let name = short_name(derivation);
                    progress.note(&format!("`{name}` failed: {}", reason(&message)));
                }
                self.failed.entry(derivation.to_owned()).or_insert(cause);
            }
            None if self.errors.contains(&message) => {}
            None => self.errors.push(message),
        }
    }
}

/// Something that hears a run of nix, and what it heard.
pub(super) fn listen(
    progress: Arc<dyn Progress>,
    total: Box<dyn Task>,
) -> (LineListener, Arc<Mutex<Heard>>) {
    let heard = Arc::new(Mutex::new(Heard::default()));
    let shared = Arc::clone(&heard);
    let listener: LineListener = Arc::new(move |line| {
        let mut heard = shared.lock().unwrap_or_else(PoisonError::into_inner);
        heard.line(line, progress.as_ref(), total.as_ref());
    });
    (listener, heard)
}

/// What kind of failure a message tells of.
fn cause(message: &str) -> Cause {
    let has = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let reason = reason(message);
    // Nix until 2.31 says the sentences that follow the first.
    if has(&[
        "dependency failed",
        "dependencies failed",
        "dependencies of derivation",
    ]) {
        Cause::Dependency
    } else if has(&["timed out"]) {
        Cause::Time(reason)
    } else if has(&[
        "platform mismatch",
        "missing system features",
        "is required to build",
        "failed to obtain derivation",
    ]) {
        Cause::Untried(reason)
    } else {
        Cause::Own(reason)
    }
}

/// The part of a message that says why, on one line.
fn reason(message: &str) -> String {
    let after = message.split_once("Reason: ").map(|(_, rest)| rest);
    let text = after.unwrap_or(message);
    let end = text
        .find("\nOutput paths:")
        .or_else(|| text.find("; last "));
    let text = end.and_then(|end| text.get(..end)).unwrap_or(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_end_matches(['.', ';']).to_owned()
}

/// The first derivation in quotes.
fn named_derivation(message: &str) -> Option<&str> {
    message
        .split('\'')
        .find(|part| part.starts_with('/') && part.ends_with(".drv"))
}

/// Whether a character turns the direction of what follows it.
fn turns(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text without escape sequences, control characters and what turns the direction of writing; tabs and line ends stay.
pub(crate) fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            if letters.next_if_eq(&'[').is_some() {
                // ends with the first letter
                let _ = letters.find(char::is_ascii_alphabetic);
            }
        } else if matches!(letter, '\n' | '\t') || !(letter.is_control() || turns(letter)) {
            shown.push(letter);
        }
    }
    shown
}

/// `hello-2.12` of `/nix/store/<hash>-hello-2.12.drv`.
pub(crate) fn short_name(path: &str) -> String {
    let base = path.rsplit('/').next().unwrap_or(path);
    let name = base.split_once('-').map_or(base, |(_, name)| name);
    plain(name.strip_suffix(".drv").unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nixsmith_fetch::progress::Silent;

    fn heard(lines: &[&str]) -> Heard {
        let mut heard = Heard::default();
        for line in lines {
            heard.line(line, &Silent, &Silent);
        }
        heard
    }

    /// Lines of Nix 2.34.
    #[test]
    fn a_failed_build_with_its_log() {
        let heard = heard(&[
            r#"@nix {"action":"start","fields":["/nix/store/f8-fails-1.0.drv","",1,1],"id":40,"level":3,"parent":0,"text":"building","type":105}"#,
            r#"@nix {"action":"result","fields":["\u001b[1mthis\u001b[0m package fails"],"id":40,"type":101}"#,
            r#"@nix {"action":"stop","id":40}"#,
            r#"@nix {"action":"msg","column":null,"level":0,"msg":"x","raw_msg":"Cannot build '\u001b[35;1m/nix/store/f8-fails-1.0.drv\u001b[0m'.\nReason: \u001b[31;1mbuilder failed with exit code 1\u001b[0m.\nOutput paths:\n  /nix/store/mr-fails-1.0"}"#,
            r#"@nix {"action":"msg","level":0,"raw_msg":"Cannot build '/nix/store/vk-dep.drv'.\nReason: 1 dependency failed.\nOutput paths:\n  /nix/store/zr-dep","msg":"x"}"#,
            r#"@nix {"action":"msg","level":0,"msg":"x","raw_msg":"build of '/nix/store/vk-dep.drv^out' failed"}"#,
        ]);
        let own = Cause::Own("builder failed with exit code 1".to_owned());
        assert_eq!(heard.failed["/nix/store/f8-fails-1.0.drv"], own);
        assert_eq!(heard.failed["/nix/store/vk-dep.drv"], Cause::Dependency);
        assert_eq!(
            heard.tail("/nix/store/f8-fails-1.0.drv"),
            ["this package fails"]
        );
        assert!(heard.started.contains("/nix/store/f8-fails-1.0.drv"));
        assert!(heard.errors.is_empty());
    }

    #[test]
    fn causes_in_the_words_of_several_versions() {
        for (message, expected) in [
            (
                "Cannot build '/nix/store/a.drv'.\nReason: platform mismatch\nRequired system: 'aarch64-linux'\nCurrent system: 'x86_64-linux'",
                Cause::Untried("platform mismatch Required system: 'aarch64-linux' Current system: 'x86_64-linux'".to_owned()),
            ),
            (
                "a 'aarch64-linux' with features {} is required to build '/nix/store/a.drv', but I am a 'x86_64-linux' with features {kvm}",
                Cause::Untried("a 'aarch64-linux' with features {} is required to build '/nix/store/a.drv', but I am a 'x86_64-linux' with features {kvm}".to_owned()),
            ),
            (
                "builder for '/nix/store/a.drv' failed with exit code 2;\nlast 10 log lines:\n> no",
                Cause::Own("builder for '/nix/store/a.drv' failed with exit code 2; last 10 log lines: > no".to_owned()),
            ),
            ("1 dependencies of derivation '/nix/store/a.drv' failed to build", Cause::Dependency),
            ("timed out after 1 seconds", Cause::Time("timed out after 1 seconds".to_owned())),
            (
                "building of '/nix/store/a.drv' timed out after 5 seconds of silence",
                Cause::Time("building of '/nix/store/a.drv' timed out after 5 seconds of silence".to_owned()),
            ),
        ] {
            assert_eq!(cause(message), expected, "{message}");
        }
    }

    #[test]
    fn lines_that_are_no_events_are_passed_over() {
        let deep = format!("@nix {{\"action\":{}", "[".repeat(100_000));
        let heard = heard(&[
            "",
            "@nix",
            "@nix {}",
            "@nix {\"action\":\"dance\"}",
            "@nix {\"action\":\"result\",\"id\":9,\"type\":101,\"fields\":[7]}",
            "@nix {\"action\":\"stop\",\"id\":9}",
            "error: boom",
            &deep,
        ]);
        assert!(heard.started.is_empty() && heard.failed.is_empty() && heard.errors.is_empty());
    }

    #[test]
    fn a_long_log_keeps_its_end() {
        let mut lines = vec![
            r#"@nix {"action":"start","fields":["/nix/store/f8-a.drv"],"id":4,"type":105}"#
                .to_owned(),
        ];
        for number in 0..1000 {
            lines.push(format!(
                r#"@nix {{"action":"result","fields":["{number}{}"],"id":4,"type":101}}"#,
                "x".repeat(1000)
            ));
        }
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let tail = heard(&lines).tail("/nix/store/f8-a.drv");
        assert_eq!(tail.len(), TAIL_LINES);
        assert!(tail[24].starts_with("999x") && tail[24].len() == LINE_CHARACTERS);
    }

    #[test]
    fn escape_sequences_go() {
        assert_eq!(
            plain("\u{1b}[31;1ma\u{1b}[0m\u{7}b\tc\u{1b}]0;x"),
            "ab\tc]0;x"
        );
        assert_eq!(plain("a\u{202e}b\u{2066}"), "ab");
        assert_eq!(short_name("/nix/store/f8-hello-2.12.drv"), "hello-2.12");
        assert_eq!(short_name("x"), "x");
    }
}
