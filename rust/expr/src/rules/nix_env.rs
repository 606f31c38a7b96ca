//! See [`RULE`].

use rnix::SyntaxKind::{NODE_APPLY, NODE_ATTRPATH_VALUE, TOKEN_STRING_CONTENT};
use rnix::{NodeOrToken, SyntaxNode};
use rnix::ast;
use rowan::ast::AstNode as _;

use crate::lint::call::Call;
use crate::lint::document::Checker;
use crate::lint::tree::bytes;

rule! {
    /// A script that changes a profile with `nix-env` or the channels with `nix-channel`.
    ///
    /// What such a command installs is in no configuration: it differs from machine to machine, is updated when somebody
    /// thinks of it, and needs the network while the script runs. Name the package in the configuration instead. Text for
    /// people (descriptions, messages) is not looked at.
    ///
    /// ```nix
    /// system.activationScripts.tools = "nix-env -iA nixos.git";
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// environment.systemPackages = [ pkgs.git ];
    /// ```
    "nix-env": Correctness, Warning, default;
    on [NODE_STRING] => check
}

const COMMANDS: &[&str] = &["nix-env", "nix-channel"];

fn check(checker: &mut Checker<'_, '_>, node: &SyntaxNode) {
    let document = checker.document;
    let mut for_people = None;
    for token in node
        .children_with_tokens()
        .filter_map(NodeOrToken::into_token)
    {
        let text = token.text();
        let named = token.kind() == TOKEN_STRING_CONTENT
            && COMMANDS.iter().any(|command| text.contains(command));
        if !named {
            continue;
        }
        if *for_people.get_or_insert_with(|| document.is_test() || is_for_people(checker, node)) {
            return;
        }
        let mut at = bytes(token.text_range()).start;
        for line in token.text().split_inclusive('\n') {
            if let Some((offset, command)) = change(line) {
                let from = at + offset;
                let message = format!("what this `{command}` brings is in no configuration");
                checker.report_at(from..from + command.len(), message);
            }
            at += line.len();
        }
    }
}

/// Where a line of shell code changes a profile or the channels, and with what.
fn change(line: &str) -> Option<(usize, &'static str)> {
    if line.trim_start().starts_with(['#', '$']) {
        return None;
    }
    COMMANDS.iter().find_map(|command| {
        let offset = line.find(command)?;
        let before = line.get(..offset)?;
        let (word, start) = match before.rfind(char::is_whitespace) {
            Some(space) => (before.get(space..)?.trim_start(), before.get(..space)?),
            None => (before, ""),
        };
        let starts = start.trim_end();
        let runs = (word.is_empty() || word.ends_with("/bin/") || word.ends_with("$("))
            && (starts.is_empty() || starts.ends_with([';', '&', '|', '(', '`', '{']) || ["sudo", "exec", "then", "do", "else", "!"].iter().any(|word| starts.ends_with(word)));
        let rest = line.get(offset + command.len()..)?;
        let mut words = rest.split_ascii_whitespace();
        let changes = rest.starts_with(' ')
            && words.any(|word| match *command {
                "nix-env" => word.starts_with("-i") || word == "--install" || word == "-u" || word == "--upgrade",
                _ => word == "--add" || word == "--update",
            });
        (runs && changes).then_some((offset, *command))
    })
}

/// Whether the string is a description or a message.
fn is_for_people(checker: &Checker<'_, '_>, node: &SyntaxNode) -> bool {
    let document = checker.document;
    for ancestor in node.ancestors().take(24) {
        match ancestor.kind() {
            NODE_APPLY => {
                let says = ["throw", "abort", "warn", "trace", "warnIf", "assertMsg", "mdDoc", "literalMD"];
                if Call::of(document, &ancestor, &says).is_some() {
                    return true;
                }
            }
            NODE_ATTRPATH_VALUE => {
                let name = ast::AttrpathValue::cast(ancestor).and_then(|value| document.attribute_name(value.syntax()));
                return name.is_some_and(|name| {
                    let lower = name.to_ascii_lowercase();
                    let words = ["description", "example", "message", "help", "text", "motd", "warning", "doc", "problem"];
                    words.iter().any(|word| lower.contains(word))
                });
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_change_something() {
        for line in ["nix-env -iA nixos.git", "  sudo nix-channel --update\n", "/bin/nix-env -f . -i x", "x && nix-env --install y"] {
            assert!(change(line).is_some(), "{line}");
        }
        for line in ["# nix-env -i x", "$ nix-env -i x", "echo nix-env -i x", "nix-env -p profile --set x", "nix-channel --list", "use nix-env -i to install"] {
            assert_eq!(change(line), None, "{line}");
        }
    }
}
