//! Runs one case folder: see `cases.rs` for what lies in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nixsmith_fetch::endpoints::Endpoint;
use nixsmith_fetch::testing::{Reply, TestServer};
use similar::TextDiff;

/// Every folder with a `cmd` file below `root`, sorted.
pub(crate) fn folders(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        if folder.join("cmd").is_file() {
            found.push(folder);
            continue;
        }
        let entries = fs::read_dir(&folder).expect("the cases can be listed");
        open.extend(
            entries
                .map(|entry| entry.expect("the cases can be listed").path())
                .filter(|path| path.is_dir()),
        );
    }
    found.sort();
    found
}

/// The rows of the endpoint table whose public address shows as `[NAME]`.
const REGISTRIES: [&str; 9] = [
    "GITHUB_API",
    "CRATES",
    "CRATES_INDEX",
    "PYPI",
    "PYPI_FILES",
    "NPM",
    "GO_PROXY",
    "RUBYGEMS",
    "HEX",
];

/// What is compared: name of the expectation file, text.
type Actual = BTreeMap<&'static str, String>;

/// A small nixpkgs that really builds.
fn fixture() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../checks/fixture");
    path.canonicalize().expect("the fixture is there")
}

/// What Nix calls this machine.
fn system() -> String {
    let kernel = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    format!("{}-{kernel}", std::env::consts::ARCH)
}

/// Whether the case needs a Nix that builds.
fn needs_nix(case: &Path) -> bool {
    case.join("needs-nix").is_file()
}

/// Runs the case; `Err` is the difference to what was expected.
pub(crate) fn run(case: &Path) -> Result<(), String> {
    if needs_nix(case) && std::env::var_os("NIXSMITH_TEST_NIX").is_none() {
        let why = "skipped: no NIXSMITH_TEST_NIX to build with";
        writeln!(std::io::stderr(), "{why}").map_err(|error| error.to_string())?;
        return Ok(());
    }
    let home = tempfile::tempdir().map_err(|error| error.to_string())?;
    let here = home.path().join("here");
    fs::create_dir(&here).map_err(|error| error.to_string())?;
    copy(&case.join("input"), &here)?;
    let server = serve(&case.join("server"))?;
    let url = server
        .as_ref()
        .map(|server| server.url("").to_string().trim_end_matches('/').to_owned());
    let actual = run_commands(case, home.path(), url)?;
    let tree = if case.join("tree").is_dir() {
        case.join("tree")
    } else {
        case.join("input")
    };
    if std::env::var_os("UPDATE").is_some() {
        return update(case, &actual, &here);
    }
    let mut differences = compare(case, &actual);
    differences.push_str(&compare_folders(&tree, &here)?);
    if differences.is_empty() {
        Ok(())
    } else {
        Err(differences)
    }
}

fn run_commands(case: &Path, home: &Path, server: Option<String>) -> Result<Actual, String> {
    let script = fs::read_to_string(case.join("cmd")).map_err(|error| error.to_string())?;
    let mut actual = Actual::from([
        ("stdout", String::new()),
        ("stderr", String::new()),
        ("status", String::new()),
    ]);
    let lines: Vec<&str> = script
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    for (index, line) in lines.iter().enumerate() {
        let line = line.replace("[SERVER]", server.as_deref().unwrap_or("[SERVER]"));
        let line = line.replace("[DIR]", &home.join("here").display().to_string());
        let line = line.replace("[HOME]", &home.display().to_string());
        let line = line.replace("[FIXTURE]", &fixture().display().to_string());
        let output = command(&line, case, home, server.as_deref())?;
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            let text = shown(bytes, home, server.as_deref(), needs_nix(case));
            actual
                .get_mut(name)
                .expect("both were made above")
                .push_str(&text);
        }
        let status = output
            .status
            .code()
            .map_or_else(|| output.status.to_string(), |code| code.to_string());
        if index + 1 < lines.len() && status != "0" {
            return Err(format!(
                "`{line}` ended with {status}\n{}",
                actual["stderr"]
            ));
        }
        actual.insert(
            "status",
            if status == "0" {
                String::new()
            } else {
                format!("{status}\n")
            },
        );
    }
    Ok(actual)
}

fn command(
    line: &str,
    case: &Path,
    home: &Path,
    server: Option<&str>,
) -> Result<std::process::Output, String> {
    let words = shell_words::split(line).map_err(|error| format!("{line}: {error}"))?;
    let set = words.iter().take_while(|word| is_assignment(word)).count();
    let (variables, words) = words.split_at(set);
    let (program, arguments) = words.split_first().ok_or("an empty command")?;
    let nix = std::env::var("NIXSMITH_TEST_NIX");
    let program = match program.as_str() {
        "nixsmith" => env!("CARGO_BIN_EXE_nixsmith"),
        "nix" => nix.as_deref().unwrap_or(program),
        other => other,
    };
    let stdin = match fs::File::open(case.join("stdin")) {
        Ok(file) => Stdio::from(file),
        Err(_) => Stdio::null(),
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(home.join("here"))
        .stdin(stdin)
        .env_clear();
    command
        .env("HOME", home)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("LC_ALL", "C.UTF-8");
    command
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_DATE", "1700000000 +0000")
        .env("GIT_COMMITTER_DATE", "1700000000 +0000");
    for variable in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{variable}_NAME"), "Case")
            .env(format!("GIT_{variable}_EMAIL"), "case@example.org");
    }
    if let Some(server) = server {
        for endpoint in Endpoint::all() {
            let url = format!("{server}/{}", endpoint.to_string().to_lowercase());
            command.env(format!("NIXSMITH_ENDPOINT_{endpoint}"), url);
        }
    }
    if needs_nix(case) {
        let names = [
            "NIX_CONF_DIR",
            "NIX_STATE_DIR",
            "NIX_STORE_DIR",
            "NIX_REMOTE",
        ];
        command.envs(
            names
                .iter()
                .filter_map(|name| Some((*name, std::env::var_os(name)?))),
        );
        command.envs(std::env::var_os("NIXSMITH_TEST_NIX").map(|nix| ("NIXSMITH_NIX", nix)));
    }
    command.envs(variables.iter().filter_map(|word| word.split_once('=')));
    command.output().map_err(|error| format!("{line}: {error}"))
}

/// A server of the files in `folder`, if it exists. A file `index` is what its folder's address with a slash shows. Each line of
/// `routes` is `TARGET STATUS` with optional headers `NAME=VALUE`; `[SERVER]` in files, routes and headers is its own address.
fn serve(folder: &Path) -> Result<Option<TestServer>, String> {
    if !folder.is_dir() {
        return Ok(None);
    }
    let server = TestServer::start();
    let own = server.url("").to_string().trim_end_matches('/').to_owned();
    let mut open = vec![folder.to_path_buf()];
    while let Some(current) = open.pop() {
        for entry in fs::read_dir(&current).map_err(|error| error.to_string())? {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let bytes = fs::read(&path).map_err(|error| error.to_string())?;
            let bytes = match String::from_utf8(bytes) {
                Ok(text) => text.replace("[SERVER]", &own).into_bytes(),
                Err(error) => error.into_bytes(),
            };
            let target = format!(
                "/{}",
                path.strip_prefix(folder)
                    .expect("listed below it")
                    .display()
            );
            match target.as_str() {
                "/routes" => routes(&server, &String::from_utf8_lossy(&bytes))?,
                _ if target.ends_with("/index") => {
                    server.on(target.trim_end_matches("index"), Reply::ok(bytes))
                }
                _ => server.on(&target, Reply::ok(bytes)),
            }
        }
    }
    Ok(Some(server))
}

fn routes(server: &TestServer, text: &str) -> Result<(), String> {
    for line in text.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split(' ');
        let target = words.next().unwrap_or_default();
        let status = words
            .next()
            .and_then(|word| word.parse().ok())
            .ok_or_else(|| format!("routes: {line}"))?;
        let headers = words.filter_map(|word| word.split_once('='));
        server.on(
            target,
            headers.fold(Reply::status(status), |reply, (name, value)| {
                reply.header(name, value)
            }),
        );
    }
    Ok(())
}

/// Whether a word is `NAME=value` in front of a command, as in a shell.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    })
}

fn shown(bytes: &[u8], home: &Path, server: Option<&str>, builds: bool) -> String {
    let mut text =
        String::from_utf8_lossy(bytes).replace(&home.join("here").display().to_string(), "[DIR]");
    text = text.replace(&home.display().to_string(), "[HOME]");
    text = text.replace(&fixture().display().to_string(), "[FIXTURE]");
    if builds {
        text = without_hashes(&text).replace(&system(), "[SYSTEM]");
        text = without_measures(&without_commits(&text));
    }
    // The hosts of registries stand in the endpoint table alone.
    for endpoint in Endpoint::all().filter(|endpoint| REGISTRIES.contains(&endpoint.name())) {
        text = text.replace(endpoint.public_url(), &format!("[{endpoint}]"));
    }
    match server {
        Some(server) => text.replace(server, "[SERVER]"),
        None => text,
    }
}

/// Store paths with `HASH` for their hashes, which follow from every byte of the fixture and from the system.
fn without_hashes(text: &str) -> String {
    let mut parts = text.split("/nix/store/");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shown.push_str("/nix/store/");
        match part.split_at_checked(32) {
            Some((hash, rest)) if hash.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                shown.push_str("HASH");
                shown.push_str(rest);
            }
            _ => shown.push_str(part),
        }
    }
    shown
}

/// Text with `COMMIT` for ids of commits, whole or of 12 characters, which follow from every byte of the fixture.
fn without_commits(text: &str) -> String {
    let ends = |letter: char| !letter.is_ascii_alphanumeric();
    let words = text.split_inclusive(ends).map(|part| {
        let word = part.trim_end_matches(ends);
        let is_hex = word
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match matches!(word.len(), 12 | 40) && is_hex {
            true => part.replace(word, "COMMIT"),
            false => part.to_owned(),
        }
    });
    words.collect()
}

/// Lines that tell how much time and memory something took, without their numbers.
fn without_measures(text: &str) -> String {
    let shown = text.split_inclusive('\n').map(|line| {
        let measures = ["took: ", "\"seconds\": ", "\"peak_heap_bytes\": "];
        let is_measure = measures
            .iter()
            .any(|start| line.trim_start().starts_with(start));
        let number = |letter: char| letter.is_ascii_digit() || letter == '.';
        if is_measure {
            let mut words = line.split(number).filter(|part| !part.is_empty());
            let first = words.next().unwrap_or_default().to_owned();
            words.fold(first, |shown, part| shown + "N" + part)
        } else {
            line.to_owned()
        }
    });
    shown.collect()
}

fn compare(case: &Path, actual: &Actual) -> String {
    let mut differences = String::new();
    for (name, text) in actual {
        let expected = fs::read_to_string(case.join(name)).unwrap_or_default();
        if expected != *text {
            differences.push_str(&difference(&expected, text, name));
        }
    }
    differences
}

fn difference(expected: &str, actual: &str, name: &str) -> String {
    let header = (format!("expected {name}"), format!("actual {name}"));
    TextDiff::from_lines(expected, actual)
        .unified_diff()
        .header(&header.0, &header.1)
        .to_string()
}

/// Path below the folder, and what lies there as text: contents, or the target of a link.
fn files(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(current) = open.pop() {
        let Ok(entries) = fs::read_dir(&current) else {
            continue;
        };
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            let name = path
                .strip_prefix(folder)
                .expect("listed below it")
                .display()
                .to_string();
            if name == ".git" || name.ends_with("/.git") || name == ".gitkeep" {
                continue;
            }
            if path.is_symlink() {
                let target = fs::read_link(&path).map_err(|error| error.to_string())?;
                found.insert(name, format!("-> {}", target.display()));
            } else if path.is_dir() {
                open.push(path);
            } else {
                let bytes = fs::read(&path).map_err(|error| error.to_string())?;
                found.insert(name, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
    Ok(found)
}

fn compare_folders(expected: &Path, actual: &Path) -> Result<String, String> {
    let (expected, actual) = (files(expected)?, files(actual)?);
    let mut differences = String::new();
    for name in expected
        .keys()
        .chain(actual.keys().filter(|name| !expected.contains_key(*name)))
    {
        match (expected.get(name), actual.get(name)) {
            (Some(old), Some(new)) if old == new => {}
            (Some(old), Some(new)) => differences.push_str(&difference(old, new, name)),
            (Some(_), None) => differences.push_str(&format!("missing: {name}\n")),
            (None, _) => differences.push_str(&format!("not expected: {name}\n")),
        }
    }
    Ok(differences)
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let Ok(entries) = fs::read_dir(from) else {
        return Ok(());
    };
    for entry in entries {
        let source = entry.map_err(|error| error.to_string())?.path();
        let destination = to.join(source.file_name().expect("a listed entry has a name"));
        let result = if source.is_symlink() {
            let target = fs::read_link(&source).map_err(|error| error.to_string())?;
            std::os::unix::fs::symlink(target, &destination)
        } else if source.is_dir() {
            fs::create_dir_all(&destination).map_err(|error| error.to_string())?;
            copy(&source, &destination)?;
            Ok(())
        } else {
            fs::copy(&source, &destination).map(drop)
        };
        result.map_err(|error| format!("{}: {error}", source.display()))?;
    }
    Ok(())
}

fn update(case: &Path, actual: &Actual, here: &Path) -> Result<(), String> {
    for (name, text) in actual {
        let path = case.join(name);
        let result = if text.is_empty() {
            fs::remove_file(&path).or_else(|error| if path.exists() { Err(error) } else { Ok(()) })
        } else {
            fs::write(&path, text)
        };
        result.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let tree = case.join("tree");
    if tree.is_dir() {
        fs::remove_dir_all(&tree).map_err(|error| error.to_string())?;
    }
    if files(&case.join("input"))? != files(here)? {
        fs::create_dir(&tree).map_err(|error| error.to_string())?;
        copy(here, &tree)?;
        let _ = fs::remove_dir_all(tree.join(".git"));
    }
    Ok(())
}
