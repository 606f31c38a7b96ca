//! Starting, listening, ending.

use std::fs;
use std::io::{self, Read, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

use super::{LineListener, Output, ProcessError, Program};

/// How much of stderr is kept: its end.
const STDERR_KEPT_BYTES: usize = 64 << 10;

/// How long a program may tidy up between the polite signal and the final one.
const GRACE: Duration = Duration::from_secs(2);

/// How long a pipe may stay open after the program ended, held by something it left behind.
const PIPE_GRACE: Duration = Duration::from_millis(500);

/// How often limits and the interruption are looked at while nothing is written.
const TICK: Duration = Duration::from_millis(20);

enum Event {
    Stdout(Vec<u8>),
    Stderr(Vec<u8>),
    Closed,
}

pub(super) fn run(program: &Program) -> Result<Output, ProcessError> {
    if program.interrupt.is_raised() {
        return Err(ProcessError::Interrupted);
    }
    let mut command = command(program);
    let input = if program.input.is_some() {
        Stdio::piped()
    } else {
        Stdio::null()
    };
    command
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = command
        .spawn()
        .map_err(|error| start_error(program, error))?;
    let events = listen(program, &mut child);
    let mut watch = Watch::new(program);
    let outcome = watch.follow(&mut child, &events);
    if outcome.is_err() || watch.open_pipes > 0 {
        end(&mut child);
    }
    let status = outcome?;
    Ok(Output {
        status,
        stdout: watch.stdout,
        stderr: watch.stderr,
    })
}

pub(super) fn run_in_foreground(program: &Program) -> Result<ExitStatus, ProcessError> {
    command(program)
        .status()
        .map_err(|error| start_error(program, error))
}

fn command(program: &Program) -> Command {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that starts processes"
    )]
    let mut command = Command::new(&program.name);
    command
        .args(&program.arguments)
        .env_clear()
        .envs(&program.environment.variables);
    if let Some(directory) = &program.directory {
        command.current_dir(directory);
    }
    command
}

fn start_error(program: &Program, error: io::Error) -> ProcessError {
    let directory_is_missing = program
        .directory
        .as_ref()
        .is_some_and(|directory| !directory.is_dir());
    if error.kind() == io::ErrorKind::NotFound && !directory_is_missing {
        return ProcessError::NotFound {
            program: program.program_name(),
        };
    }
    ProcessError::Start {
        command: program.command_line(),
        source: error,
    }
}

/// Moves the pipes to threads; what they read arrives on the channel.
fn listen(program: &Program, child: &mut Child) -> Receiver<Event> {
    let (sender, receiver) = channel();
    if let (Some(mut stdin), Some(bytes)) = (child.stdin.take(), program.input.clone()) {
        // A program that does not read its input to the end is not at fault for that.
        thread::spawn(move || drop(stdin.write_all(&bytes)));
    }
    if let Some(stdout) = child.stdout.take() {
        pump(stdout, sender.clone(), Event::Stdout);
    }
    if let Some(stderr) = child.stderr.take() {
        pump(stderr, sender, Event::Stderr);
    }
    receiver
}

fn pump(mut pipe: impl Read + Send + 'static, sender: Sender<Event>, wrap: fn(Vec<u8>) -> Event) {
    thread::spawn(move || {
        let mut buffer = vec![0; 64 << 10];
        loop {
            let length = match pipe.read(&mut buffer) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            let bytes = buffer.get(..length).unwrap_or_default().to_vec();
            if sender.send(wrap(bytes)).is_err() {
                return;
            }
        }
        drop(sender.send(Event::Closed));
    });
}

/// What is known of a running program.
struct Watch<'a> {
    program: &'a Program,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    line: Vec<u8>,
    open_pipes: u8,
    started: Instant,
    last_sign_of_life: Instant,
    grown_bytes: u64,
}

impl<'a> Watch<'a> {
    fn new(program: &'a Program) -> Self {
        let now = Instant::now();
        let (stdout, stderr, line) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            program,
            stdout,
            stderr,
            line,
            open_pipes: 2,
            started: now,
            last_sign_of_life: now,
            grown_bytes: 0,
        }
    }

    fn follow(
        &mut self,
        child: &mut Child,
        events: &Receiver<Event>,
    ) -> Result<ExitStatus, ProcessError> {
        let mut ended: Option<(ExitStatus, Instant)> = None;
        loop {
            match events.recv_timeout(TICK) {
                Ok(event) => self.take(event)?,
                // Both pipes are closed: only its end is left to wait for.
                Err(RecvTimeoutError::Disconnected) if ended.is_none() => {
                    thread::sleep(Duration::from_millis(1))
                }
                Err(_) => {}
            }
            if ended.is_none() || self.open_pipes == 0 {
                let status = child
                    .try_wait()
                    .map_err(|error| start_error(self.program, error))?;
                ended = ended.or(status.map(|status| (status, Instant::now())));
            }
            if let Some((status, at)) = ended
                && (self.open_pipes == 0 || at.elapsed() > PIPE_GRACE)
            {
                self.finish_line();
                return Ok(status);
            }
            self.look_for_growth();
            self.check_limits()?;
        }
    }

    /// Where the idle limit has run out, looks whether the program was silent but not idle.
    fn look_for_growth(&mut self) {
        let (Some(limit), Some(folder)) = (self.program.idle_limit, &self.program.growing) else {
            return;
        };
        if self.last_sign_of_life.elapsed() < limit {
            return;
        }
        let bytes = size_bytes(folder);
        if bytes > self.grown_bytes {
            self.grown_bytes = bytes;
            self.last_sign_of_life = Instant::now();
        }
    }

    fn take(&mut self, event: Event) -> Result<(), ProcessError> {
        match event {
            Event::Closed => self.open_pipes = self.open_pipes.saturating_sub(1),
            Event::Stdout(bytes) => {
                self.last_sign_of_life = Instant::now();
                self.stdout.extend_from_slice(&bytes);
                let limit_bytes = self.program.output_limit_bytes;
                if u64::try_from(self.stdout.len()).is_ok_and(|length| length > limit_bytes) {
                    let command = self.program.command_line();
                    return Err(ProcessError::TooMuchOutput {
                        command,
                        limit_bytes,
                    });
                }
            }
            Event::Stderr(bytes) => {
                self.last_sign_of_life = Instant::now();
                self.tell_lines(&bytes);
                self.stderr.extend_from_slice(&bytes);
                let surplus = self.stderr.len().saturating_sub(STDERR_KEPT_BYTES);
                self.stderr.drain(..surplus);
            }
        }
        Ok(())
    }

    fn tell_lines(&mut self, bytes: &[u8]) {
        if self.program.error_lines.is_none() {
            return;
        }
        for &byte in bytes {
            if byte == b'\n' || byte == b'\r' {
                self.finish_line();
            } else if self.line.len() < STDERR_KEPT_BYTES {
                self.line.push(byte);
            }
        }
    }

    fn finish_line(&mut self) {
        let listener: Option<&LineListener> = self.program.error_lines.as_ref();
        if let Some(listener) = listener.filter(|_| !self.line.is_empty()) {
            listener(&String::from_utf8_lossy(&self.line));
        }
        self.line.clear();
    }

    fn check_limits(&self) -> Result<(), ProcessError> {
        if self.program.interrupt.is_raised() {
            return Err(ProcessError::Interrupted);
        }
        let checks = [
            (self.program.time_limit, self.started, "ran for"),
            (
                self.program.idle_limit,
                self.last_sign_of_life,
                "was silent for",
            ),
        ];
        for (limit, since, what) in checks {
            if let Some(limit) = limit.filter(|limit| since.elapsed() >= *limit) {
                return Err(self.timed_out(what, limit));
            }
        }
        Ok(())
    }

    fn timed_out(&self, what: &'static str, limit: Duration) -> ProcessError {
        let output = Output {
            status: ExitStatus::default(),
            stdout: Vec::new(),
            stderr: self.stderr.clone(),
        };
        let stderr = output.stderr_tail();
        ProcessError::TimedOut {
            command: self.program.command_line(),
            what,
            limit,
            stderr,
        }
    }
}

/// The size of all files below a folder; what cannot be read counts nothing.
fn size_bytes(folder: &Path) -> u64 {
    let mut bytes = 0_u64;
    let mut left = vec![folder.to_owned()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(found) if found.is_dir() => left.push(entry.path()),
                Ok(found) => bytes = bytes.saturating_add(found.len()),
                Err(_) => {}
            }
        }
    }
    bytes
}

/// Ends the program and everything in its process group: asks, waits a little, insists, and waits until they are gone.
fn end(child: &mut Child) {
    let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else {
        return;
    };
    let asked = Instant::now();
    // The errors below say that nobody is left, which is the aim.
    let _ = kill_process_group(group, Signal::TERM);
    while asked.elapsed() < GRACE && matches!(child.try_wait(), Ok(None)) {
        thread::sleep(TICK);
    }
    let _ = kill_process_group(group, Signal::KILL);
    drop(child.wait());
    let insisted = Instant::now();
    while insisted.elapsed() < GRACE && test_kill_process_group(group).is_ok() {
        thread::sleep(Duration::from_millis(1));
    }
}
