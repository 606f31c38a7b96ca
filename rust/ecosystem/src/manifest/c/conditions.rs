//! Which branches of a build file a build on Linux takes, as far as literal options and the names of systems tell.

use std::collections::BTreeMap;

/// Variables that say which system is built for, and their values on Linux.
const PLATFORM: &[(&str, bool)] = &[
    ("ANDROID", false),
    ("APPLE", false),
    ("BORLAND", false),
    ("CYGWIN", false),
    ("EMSCRIPTEN", false),
    ("IOS", false),
    ("LINUX", true),
    ("MINGW", false),
    ("MSVC", false),
    ("MSYS", false),
    ("UNIX", true),
    ("WIN32", false),
    ("WINDOWS_STORE", false),
];

/// The literal defaults of options.
#[derive(Default)]
pub(super) struct Options(BTreeMap<String, bool>);

impl Options {
    /// Notes `option(NAME "help" VALUE)`; without a value it is off. A value that is computed is not known.
    pub(super) fn declare(&mut self, arguments: &[&str]) {
        let Some(name) = arguments.first() else {
            return;
        };
        let value = match arguments.get(2) {
            None => Some(false),
            Some(text) => truth(text),
        };
        if let Some(value) = value {
            self.0.entry((*name).to_owned()).or_insert(value);
        }
    }

    /// What a condition comes to; `None` where it is not known.
    fn evaluate(&self, condition: &[&str]) -> Option<bool> {
        // What stands in brackets is one word, and not known. `OR` binds as `AND` does: a mixture is not read.
        let has = |word: &str| condition.contains(&word);
        if has("AND") && has("OR") {
            return None;
        }
        let parts = |word: &str| -> Vec<Option<bool>> {
            condition
                .split(|other| *other == word)
                .map(|part| self.single(part))
                .collect()
        };
        if has("OR") {
            let parts = parts("OR");
            return if parts.contains(&Some(true)) {
                Some(true)
            } else {
                parts
                    .iter()
                    .all(|part| *part == Some(false))
                    .then_some(false)
            };
        }
        let parts = parts("AND");
        if parts.contains(&Some(false)) {
            return Some(false);
        }
        parts.iter().all(|part| *part == Some(true)).then_some(true)
    }

    /// What one name comes to, with any number of `NOT` before it.
    fn single(&self, words: &[&str]) -> Option<bool> {
        let (name, before) = words.split_last()?;
        if !before.iter().all(|word| *word == "NOT") {
            return None;
        }
        let of_platform = PLATFORM.iter().find(|(known, _)| known == name);
        let value = of_platform
            .map(|(_, value)| *value)
            .or_else(|| self.0.get(*name).copied())
            .or_else(|| truth(name))?;
        let is_negated = before.len() % 2 == 1;
        Some(value != is_negated)
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_uppercase().as_str() {
        "ON" | "TRUE" | "YES" | "1" => Some(true),
        "OFF" | "FALSE" | "NO" | "0" => Some(false),
        _ => None,
    }
}

/// Whether a condition of Meson holds: `host_machine.system() == 'windows'` does not. `None` where it is not known.
fn holds_in_meson(condition: &str, options: &BTreeMap<String, bool>) -> Option<bool> {
    let (is_negated, asked) = match condition.strip_prefix("not ") {
        Some(rest) => (true, rest.trim()),
        None => (false, condition),
    };
    let option = asked
        .strip_prefix("get_option('")
        .and_then(|rest| rest.strip_suffix("')"));
    if let Some(value) = option.and_then(|name| options.get(name)) {
        return Some(*value != is_negated);
    }
    let is_single = ![" or ", " and ", "not ", "!="]
        .iter()
        .any(|word| condition.contains(word));
    let (_, right) = condition
        .split_once(" == ")
        .or_else(|| condition.split_once(" in "))?;
    let names: Vec<&str> = right
        .split(['[', ']', ',', '\'', ' '])
        .filter(|name| !name.is_empty())
        .collect();
    let asks_for_others = names.iter().all(|name| OTHER_SYSTEMS.contains(name));
    (is_single && !names.is_empty() && asks_for_others).then_some(false)
}

/// Names that Meson gives to other systems than Linux.
const OTHER_SYSTEMS: &[&str] = &[
    "android",
    "cygwin",
    "darwin",
    "dragonfly",
    "emscripten",
    "freebsd",
    "gnu",
    "haiku",
    "ios",
    "netbsd",
    "openbsd",
    "sunos",
    "windows",
];

/// A `meson.build` without the lines that only other systems read, or that no build with the boolean `options` reads; up to
/// a `subdir_done()` that surely comes about.
pub(super) fn for_linux(build: &str, options: &BTreeMap<String, bool>) -> String {
    let mut branches = Branches::default();
    let mut kept = String::with_capacity(build.len());
    for line in build.lines() {
        let words = line.trim();
        let (command, condition) = words.split_once(' ').unwrap_or((words, ""));
        let holds = || {
            holds_in_meson(
                condition.split(" #").next().unwrap_or(condition).trim(),
                options,
            )
        };
        let is_branch = match command {
            "if" => branches.open(holds()),
            "elif" => branches.otherwise(holds()),
            "else" => branches.otherwise(None),
            "endif" => branches.close(),
            _ => false,
        };
        if words.starts_with("subdir_done()") && branches.is_certain() {
            break;
        }
        if !is_branch && branches.is_taken() {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// The branches that are open, the innermost last.
#[derive(Default)]
pub(super) struct Branches(Vec<Branch>);

struct Branch {
    /// Whether the branches around it are.
    reached: bool,
    /// Whether what follows may be executed, if it is reached.
    taken: bool,
    /// Whether a branch before surely was.
    decided: bool,
}

impl Branches {
    /// Whether the commands at this place may be executed.
    pub(super) fn is_taken(&self) -> bool {
        self.0
            .last()
            .is_none_or(|branch| branch.reached && branch.taken)
    }

    /// Whether the commands at this place surely are executed.
    fn is_certain(&self) -> bool {
        self.0.iter().all(|branch| branch.taken && branch.decided)
    }

    /// Follows `if` and its like in CMake; whether `command` is one of them.
    pub(super) fn follow(&mut self, command: &str, condition: &[&str], options: &Options) -> bool {
        match command {
            "if" => self.open(options.evaluate(condition)),
            "elseif" => self.otherwise(options.evaluate(condition)),
            "else" => self.otherwise(None),
            "endif" => self.close(),
            _ => false,
        }
    }

    fn open(&mut self, value: Option<bool>) -> bool {
        let reached = self.is_taken();
        self.0.push(Branch {
            reached,
            taken: value != Some(false),
            decided: value == Some(true),
        });
        true
    }

    fn otherwise(&mut self, value: Option<bool>) -> bool {
        if let Some(branch) = self.0.last_mut() {
            branch.taken = !branch.decided && value != Some(false);
            branch.decided |= value == Some(true);
        }
        true
    }

    fn close(&mut self) -> bool {
        self.0.pop();
        true
    }
}
