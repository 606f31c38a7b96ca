//! Asking `nix` for the outputs of attributes, within a memory budget.
//!
//! Each `nix` evaluates a list of attributes one after the other and tells each answer as it has it (`outputs.nix`). One that ends early
//! is started again behind the attribute that ended it, which fails with what Nix said; one that ran out of memory is started again at
//! that attribute. Nothing is lost in silence.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use nixsmith_expr::quote;
use nixsmith_fetch::process::{Output, ProcessError};
use serde::{Deserialize, Serialize};

use super::Config;
use crate::context::Context;
use crate::error::Problem;
use crate::nix;

/// The expression.
const OUTPUTS: &str = include_str!("outputs.nix");

/// What begins the line of an answer.
const MARK: &str = "trace: nixsmith ";

/// How long one `nix` may be silent: no attribute takes that long.
const SILENCE_LIMIT: Duration = Duration::from_secs(10 * 60);

/// How many attributes one `nix` evaluates: what they share is evaluated once for all of them.
pub(super) const CHUNK: usize = 1000;

/// The heap that a `nix` begins with; below it, no time goes into collecting garbage.
const INITIAL_HEAP_BYTES: u64 = 768 << 20;

/// What a `nix` uses besides the heap that it can be told to keep to: program, texts, symbols.
const OUTSIDE_HEAP_BYTES: u64 = 150 << 20;

/// With less heap not even one attribute of nixpkgs evaluates.
const SMALLEST_HEAP_BYTES: u64 = 128 << 20;

/// An attribute path.
pub(super) type Attribute = Vec<String>;

/// What an attribute is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Answer {
    /// There is none.
    Missing,
    /// It is neither a derivation nor a set of them.
    Value,
    /// It is a package set, with the names in it.
    Set(Vec<String>),
    /// It is a derivation.
    Derivation {
        /// Its file.
        drv: String,
        /// The path of its output; another one means that it is built anew.
        output: String,
    },
    /// It does not evaluate, with the reason.
    Failing(String),
}

/// A line of `outputs.nix`.
#[derive(Deserialize)]
struct Told {
    item: usize,
    #[serde(flatten)]
    what: What,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum What {
    Missing,
    Value,
    Set,
    Members { names: Vec<String> },
    Derivation { drv: String, output: String },
    Failing { reason: Option<String> },
}

/// Some attributes of one tree on one system.
#[derive(Debug)]
pub(super) struct Job<'a> {
    /// `base` or `head`, for errors.
    pub side: &'static str,
    /// The tree.
    pub root: &'a Path,
    /// The system.
    pub system: &'a str,
    /// The attributes.
    pub attributes: &'a [Attribute],
}

/// Evaluates jobs in several processes.
pub(super) struct Evaluator<'a> {
    context: &'a Context,
    config: Config,
    workers: usize,
    heap_bytes: u64,
    deadline: Option<Instant>,
    evaluated: AtomicUsize,
    peak_heap_bytes: AtomicU64,
}

impl<'a> Evaluator<'a> {
    /// One that keeps to `memory_bytes` with all its processes.
    ///
    /// # Errors
    /// When that is too little for one process.
    pub(super) fn new(
        context: &'a Context,
        config: Config,
        memory_bytes: u64,
    ) -> anyhow::Result<Self> {
        let least = OUTSIDE_HEAP_BYTES + SMALLEST_HEAP_BYTES;
        if memory_bytes < least {
            let problem = Problem::user(format!(
                "evaluating nixpkgs needs at least {} MiB of memory, not {}",
                least >> 20,
                memory_bytes >> 20
            ));
            return Err(problem.into());
        }
        // a process with less than 1 GiB starts over too often to be worth having beside another
        let fitting = usize::try_from(memory_bytes >> 30).unwrap_or(usize::MAX);
        let workers = context.threads.min(fitting.max(1)).max(1);
        Ok(Self {
            context,
            config,
            workers,
            heap_bytes: memory_bytes / workers as u64 - OUTSIDE_HEAP_BYTES,
            deadline: None,
            evaluated: AtomicUsize::new(0),
            peak_heap_bytes: AtomicU64::new(0),
        })
    }

    /// The same, which starts no process any more after this time.
    pub(super) fn until(mut self, deadline: Option<Instant>) -> Self {
        self.deadline = deadline;
        self
    }

    /// Whether the time is over.
    pub(super) fn is_late(&self) -> bool {
        let now = Instant::now();
        self.deadline.is_some_and(|deadline| now >= deadline)
    }

    /// How many attributes were evaluated so far.
    pub(super) fn evaluated(&self) -> usize {
        self.evaluated.load(Ordering::Relaxed)
    }

    /// The largest heap that an evaluation had.
    pub(super) fn peak_heap_bytes(&self) -> u64 {
        self.peak_heap_bytes.load(Ordering::Relaxed)
    }

    /// Runs the jobs; `done` gets the number of each with its answers, as they come, and says whether to go on. Where the time is over, the
    /// last attributes of a job have no answer.
    ///
    /// # Errors
    /// When `nix` is missing, ended by a signal, silent for too long or out of memory; those of `done`. The error names the first
    /// attribute that was not evaluated.
    pub(super) fn run(
        &self,
        jobs: &[Job<'_>],
        mut done: impl FnMut(usize, Vec<Answer>) -> anyhow::Result<bool>,
    ) -> anyhow::Result<()> {
        let queue: Mutex<VecDeque<usize>> = Mutex::new((0..jobs.len()).collect());
        let stop = AtomicBool::new(false);
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            for _ in 0..self.workers.min(jobs.len()) {
                let sender = sender.clone();
                let (queue, stop) = (&queue, &stop);
                scope.spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        let next = queue.lock().ok().and_then(|mut queue| queue.pop_front());
                        let Some((number, job)) =
                            next.and_then(|next| Some((next, jobs.get(next)?)))
                        else {
                            break;
                        };
                        if sender.send((number, self.job(job, stop))).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(sender);
            let mut result = Ok(());
            for (number, answers) in receiver {
                if stop.load(Ordering::Relaxed) {
                    continue;
                }
                match answers.and_then(|answers| done(number, answers)) {
                    Ok(true) => {}
                    Ok(false) => stop.store(true, Ordering::Relaxed),
                    Err(error) => {
                        stop.store(true, Ordering::Relaxed);
                        result = Err(error);
                    }
                }
            }
            result
        })
    }

    fn job(&self, job: &Job<'_>, stop: &AtomicBool) -> anyhow::Result<Vec<Answer>> {
        let mut answers: Vec<Answer> = Vec::with_capacity(job.attributes.len());
        // the attribute that the last process gave up at without saying why
        let mut given_up = None;
        let is_over = || stop.load(Ordering::Relaxed) || self.is_late();
        while answers.len() < job.attributes.len() && !is_over() {
            self.context.interrupt().check()?;
            let first = answers.len();
            let output = self.process(job, &mut answers)?;
            if output.status.success() {
                if answers.len() < job.attributes.len() {
                    return Err(incomplete(
                        job,
                        answers.len(),
                        "nix ended without an answer for it",
                    ));
                }
            } else if is_fatal(&output) {
                let at = answers.len();
                if at == first && given_up == Some(at) {
                    return Err(incomplete(job, at, &last_error(&output)));
                }
                given_up = Some(at);
            } else {
                self.evaluated.fetch_add(1, Ordering::Relaxed);
                answers.push(Answer::Failing(last_error(&output)));
            }
        }
        Ok(answers)
    }

    /// One process, for what is not answered yet.
    fn process(&self, job: &Job<'_>, answers: &mut Vec<Answer>) -> anyhow::Result<Output> {
        let first = answers.len();
        let rest = job.attributes.get(first..).unwrap_or_default();
        let told = Arc::new(Mutex::new(Vec::<Told>::new()));
        let listener = {
            let told = Arc::clone(&told);
            Arc::new(move |line: &str| {
                let line = line.strip_prefix(MARK).map(serde_json::from_str);
                if let (Some(Ok(answer)), Ok(mut told)) = (line, told.lock()) {
                    told.push(answer);
                }
            })
        };
        let statistics = tempfile::NamedTempFile::new()?;
        let initial = (self.heap_bytes / 2).min(INITIAL_HEAP_BYTES);
        let program = nix::program(self.context)
            .args(["eval", "--impure", "--read-only"])
            .args(["--option", "eval-cache", "false"])
            .args(["--option", "allow-import-from-derivation", "false"])
            .args(["--file", "-"])
            .env("GC_INITIAL_HEAP_SIZE", initial.to_string())
            .env("GC_MAXIMUM_HEAP_SIZE", self.heap_bytes.to_string())
            .env("NIX_SHOW_STATS", "1")
            .env("NIX_SHOW_STATS_PATH", statistics.path())
            .directory(job.root)
            .idle_limit(SILENCE_LIMIT)
            .on_error_line(listener)
            .input(self.expression(job, first, rest)?);
        let output = match program.run_any_status() {
            Ok(output) => output,
            Err(error @ (ProcessError::NotFound { .. } | ProcessError::Interrupted)) => {
                return Err(nix::missing(error));
            }
            Err(error) => {
                let context = format!("could not evaluate the {} on {}", job.side, job.system);
                return Err(anyhow::Error::new(error).context(context));
            }
        };
        self.note_heap(statistics.path());
        let told = told
            .lock()
            .map(|mut told| std::mem::take(&mut *told))
            .unwrap_or_default();
        collect(told, answers);
        self.evaluated
            .fetch_add(answers.len() - first, Ordering::Relaxed);
        Ok(output)
    }

    fn expression(
        &self,
        job: &Job<'_>,
        first: usize,
        rest: &[Attribute],
    ) -> anyhow::Result<String> {
        let mut items = String::new();
        for path in rest {
            items.push_str("[ ");
            for name in path {
                items.push_str(&quote::string(name)?);
                items.push(' ');
            }
            items.push_str("] ");
        }
        Ok(format!(
            "({OUTPUTS}) {{ root = /. + {}; system = {}; allowUnfree = {}; allowBroken = {}; first = {first}; items = [ {items}]; }}",
            quote::string(&job.root.display().to_string())?,
            quote::string(job.system)?,
            self.config.allow_unfree,
            self.config.allow_broken,
        ))
    }

    /// What Nix says of its heap at its end; nothing when it failed.
    fn note_heap(&self, statistics: &Path) {
        let bytes = std::fs::read(statistics)
            .ok()
            .and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok())
            .and_then(|value| value.pointer("/gc/heapSize")?.as_u64());
        if let Some(bytes) = bytes {
            self.peak_heap_bytes.fetch_max(bytes, Ordering::Relaxed);
        }
    }
}

/// Puts answers in order; one that is not the next to come ends it.
fn collect(told: Vec<Told>, answers: &mut Vec<Answer>) {
    let mut members = Vec::new();
    for Told { item, what } in told {
        if item != answers.len() {
            return;
        }
        answers.push(match what {
            What::Members { names } => {
                members.extend(names);
                continue;
            }
            What::Set => Answer::Set(std::mem::take(&mut members)),
            What::Missing => Answer::Missing,
            What::Value => Answer::Value,
            What::Derivation { drv, output } => Answer::Derivation { drv, output },
            What::Failing { reason } => {
                Answer::Failing(reason.unwrap_or_else(|| "throws an error".to_owned()))
            }
        });
    }
}

/// Whether the process ended by a signal or out of memory, which says nothing of the attribute.
fn is_fatal(output: &Output) -> bool {
    output.status.code().is_none()
        || String::from_utf8_lossy(&output.stderr).contains("out of memory")
}

/// The last error in what Nix said, in one line.
fn last_error(output: &Output) -> String {
    let stderr = output.stderr_tail();
    let from = stderr.rfind("error: ");
    let text = from.and_then(|at| stderr.get(at..)).unwrap_or(&stderr);
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("trace:"))
        .filter(|line| !line.is_empty() && !is_source(line))
        .take(6)
        .collect();
    if lines.is_empty() {
        output.status.to_string()
    } else {
        lines.join(" ")
    }
}

/// `12| text` or `| ^`: the lines of source that Nix shows.
fn is_source(line: &str) -> bool {
    line.trim_start_matches(|letter: char| letter.is_ascii_digit())
        .starts_with('|')
}

fn incomplete(job: &Job<'_>, at: usize, why: &str) -> anyhow::Error {
    let attribute = job
        .attributes
        .get(at)
        .map(|path| super::name(path))
        .unwrap_or_default();
    let attribute = if attribute.is_empty() {
        "nixpkgs".to_owned()
    } else {
        attribute
    };
    let (side, system) = (job.side, job.system);
    let count = job.attributes.len();
    Problem::user(format!(
        "could not evaluate `{attribute}` of the {side} on {system}, in a chunk of {count}: {why}"
    ))
    .hint("with more memory or fewer processes it may succeed")
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_in_order() {
        let told = |line: &str| serde_json::from_str::<Told>(line).unwrap();
        let mut answers = vec![Answer::Missing];
        collect(
            vec![
                told(r#"{"item":1,"kind":"members","names":["a"]}"#),
                told(r#"{"item":1,"kind":"members","names":["b"]}"#),
                told(r#"{"item":1,"kind":"set"}"#),
                told(r#"{"item":2,"kind":"derivation","drv":"d","output":"o"}"#),
                told(r#"{"item":3,"kind":"failing","reason":null}"#),
                told(r#"{"item":9,"kind":"value"}"#),
            ],
            &mut answers,
        );
        assert_eq!(answers.len(), 4);
        assert_eq!(
            answers[1],
            Answer::Set(vec!["a".to_owned(), "b".to_owned()])
        );
        assert_eq!(answers[3], Answer::Failing("throws an error".to_owned()));
    }
}
