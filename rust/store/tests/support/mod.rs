//! What the tests against real programs share.

#![expect(dead_code, reason = "every test program uses its part of it")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may stop where they are wrong"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A small reproducible source of random choices (xorshift64*).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub(crate) fn pick<'items, T>(&mut self, items: &'items [T]) -> &'items T {
        &items[self.below(items.len())]
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        let words =
            (0..length.div_ceil(4)).flat_map(|_| self.next().to_le_bytes().into_iter().take(4));
        words.take(length).collect()
    }
}

/// How a program ended.
pub(crate) struct Ended {
    pub(crate) success: bool,
    /// Its exit status; None: a signal.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

/// Runs a program in a folder with a cleared environment and no input.
pub(crate) fn run(program: &str, arguments: &[&str], directory: &Path) -> Ended {
    run_with_input(program, arguments, directory, b"")
}

/// As [`run`], with bytes on its standard input, which it need not read.
#[expect(
    clippy::disallowed_methods,
    reason = "the store crate knows no processes; its tests compare with programs"
)]
pub(crate) fn run_with_input(
    program: &str,
    arguments: &[&str],
    directory: &Path,
    input: &[u8],
) -> Ended {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .env("HOME", directory.join("no-home"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        // A program that stops early closes its end.
        scope.spawn(move || stdin.write_all(input).ok());
        child.wait_with_output().unwrap()
    });
    Ended {
        success: output.status.success(),
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Whether a program runs and calls itself this.
pub(crate) fn is_program(program: &str, title: &str) -> bool {
    let found = ["/usr/local/bin", "/usr/bin", "/bin"]
        .iter()
        .any(|folder| Path::new(folder).join(program).exists());
    let flag = if program == "unzip" {
        "-v"
    } else {
        "--version"
    };
    found && String::from_utf8_lossy(&run(program, &[flag], Path::new("/")).stdout).contains(title)
}

/// The real Nix, where the environment names one.
#[expect(
    clippy::disallowed_methods,
    reason = "the test command names the program this way"
)]
pub(crate) fn nix_program() -> Option<PathBuf> {
    std::env::var_os("NIXSMITH_TEST_NIX").map(PathBuf::from)
}

/// Says that a test did not run.
#[expect(clippy::disallowed_macros, reason = "the harness counts these lines")]
pub(crate) fn skip(reason: &str) {
    println!("skipped: {reason}");
}

/// Writes a file of a test.
#[expect(clippy::disallowed_methods, reason = "a test lays out its own folder")]
pub(crate) fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}
