use super::*;
use std::sync::Mutex;

use crate::testing::environment;

fn shell(script: &str) -> Program {
    Program::new("sh")
        .args(["-c", script])
        .inherit(&environment())
}

#[test]
fn output_and_status_come_back_whole() {
    let output = shell("printf out; printf err >&2; exit 3")
        .run_any_status()
        .unwrap();
    assert_eq!(
        (output.stdout.as_slice(), output.stderr.as_slice()),
        (&b"out"[..], &b"err"[..])
    );
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_failure_shows_a_command_line_to_retype_the_status_and_stderr() {
    let error = shell("echo \"it's broken\" >&2; exit 4").run().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`sh -c 'echo \"it'\\''s broken\" >&2; exit 4'` failed with exit status: 4\n  it's broken"
    );
}

#[test]
fn a_missing_program_and_a_missing_directory_are_different_errors() {
    let missing = Program::new("nixsmith-no-such-program")
        .inherit(&environment())
        .run()
        .unwrap_err();
    assert_eq!(
        missing.to_string(),
        "program `nixsmith-no-such-program` is not installed or not on PATH"
    );
    let nowhere = shell("true")
        .directory("/nonexistent/directory")
        .run()
        .unwrap_err();
    assert!(matches!(nowhere, ProcessError::Start { .. }), "{nowhere}");
}

#[test]
fn nothing_of_our_environment_leaks() {
    let output = Program::new("/bin/sh")
        .args(["-c", "echo ${CARGO_MANIFEST_DIR-unset} ${GIVEN-unset}"])
        .env("GIVEN", "yes");
    assert_eq!(output.run().unwrap().text(), "unset yes\n");
}

#[test]
fn input_reaches_it_and_an_unread_input_is_no_error() {
    let large = vec![b'x'; 1 << 20];
    assert_eq!(
        shell("wc -c")
            .input(large.clone())
            .run()
            .unwrap()
            .text()
            .trim(),
        "1048576"
    );
    assert!(shell("exit 0").input(large).run().is_ok());
}

#[test]
fn a_program_that_runs_too_long_ends_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let script = "sleep 600 & echo $! > child; wait";
    let program = shell(script)
        .directory(folder.path())
        .time_limit(Duration::from_millis(300));
    assert!(matches!(
        program.run().unwrap_err(),
        ProcessError::TimedOut {
            what: "ran for",
            ..
        }
    ));
    let child = std::fs::read_to_string(folder.path().join("child")).unwrap();
    assert_ended(child.trim());
}

/// The process is gone, or dead and waiting for whoever adopted it.
fn assert_ended(process: &str) {
    if let Ok(stat) = std::fs::read_to_string(format!("/proc/{process}/stat")) {
        let state = stat.rsplit_once(") ").map(|(_, rest)| rest.chars().next());
        assert!(
            matches!(state, Some(Some('Z' | 'X'))),
            "the process {process} is alive: {stat}"
        );
    }
}

#[test]
fn a_silent_program_ends_by_its_idle_limit() {
    let error = shell("echo last words >&2; sleep 600")
        .idle_limit(Duration::from_millis(200))
        .run()
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("was silent for 0.2 seconds and was ended\n  last words"),
        "{error}"
    );
}

#[test]
fn a_silent_program_that_fills_a_folder_is_not_idle() {
    let folder = tempfile::tempdir().unwrap();
    // Far longer than the limit in all, and never silent for long by what it writes.
    let program = shell("for i in $(seq 25); do echo x >> out; sleep 0.1; done")
        .directory(folder.path())
        .idle_limit(Duration::from_secs(1));
    assert!(matches!(program.run(), Err(ProcessError::TimedOut { .. })));
    program.growing(folder.path()).run().unwrap();
    let error = shell("sleep 600")
        .idle_limit(Duration::from_millis(200))
        .growing(folder.path().join("missing"))
        .run()
        .unwrap_err();
    assert!(matches!(error, ProcessError::TimedOut { .. }), "{error}");
}

#[test]
fn a_background_process_that_keeps_the_pipe_does_not_keep_us() {
    let output = shell("sleep 600 & echo $!").run().unwrap();
    assert_ended(output.text().trim());
}

#[test]
fn too_much_output_is_an_error() {
    let error = shell("yes").output_limit_bytes(1000).run().unwrap_err();
    assert!(matches!(
        error,
        ProcessError::TooMuchOutput {
            limit_bytes: 1000,
            ..
        }
    ));
}

#[test]
fn an_interruption_ends_it() {
    let interrupt = Interrupt::new();
    let raised = interrupt.clone();
    let listener: LineListener = Arc::new(move |_| raised.raise());
    let program = shell("echo started >&2; sleep 600")
        .interrupt(&interrupt)
        .on_error_line(listener);
    assert!(matches!(
        program.run().unwrap_err(),
        ProcessError::Interrupted
    ));
    assert!(matches!(
        program.run().unwrap_err(),
        ProcessError::Interrupted
    ));
}

#[test]
fn lines_of_stderr_arrive_one_by_one() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&heard);
    let listener: LineListener =
        Arc::new(move |line: &str| sink.lock().unwrap().push(line.to_owned()));
    shell(r"printf 'a 1%%\ra 2%%\nb' >&2")
        .on_error_line(listener)
        .run()
        .unwrap();
    assert_eq!(*heard.lock().unwrap(), ["a 1%", "a 2%", "b"]);
}

#[test]
fn the_tail_of_stderr_is_whole_lines_without_control_characters() {
    let output = shell(
        "i=0; while [ $i -lt 999 ]; do echo line $i >&2; i=$((i+1)); done; printf '\\033[1mend' >&2",
    );
    let tail = output.run().unwrap().stderr_tail();
    assert!(tail.starts_with("line "), "{tail}");
    assert!(tail.ends_with("line 998\n[1mend"), "{tail}");
    assert!(tail.len() <= STDERR_TAIL_BYTES);
}

#[test]
fn words_survive_the_shell() {
    for word in ["", "plain", "a b", "it's", "$(x)", "é", "--flag=a,b"] {
        let output = Program::new("sh")
            .inherit(&environment())
            .args(["-c", &format!("printf %s {}", shell_word(word))]);
        assert_eq!(output.run().unwrap().text(), word);
    }
}

#[test]
fn programs_are_found_on_the_given_path_only() {
    assert!(environment().find_program("sh").is_some());
    assert_eq!(Environment::default().find_program("sh"), None);
    let plain_file = tempfile::NamedTempFile::new().unwrap();
    assert_eq!(
        environment().find_program(plain_file.path().to_str().unwrap()),
        None
    );
}
