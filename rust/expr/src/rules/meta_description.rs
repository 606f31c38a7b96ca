//! See [`RULE`].

use rnix::SyntaxNode;
use rnix::ast::{Expr, Str};
use rowan::ast::AstNode as _;

use crate::lint::FixClass;
use crate::lint::derivation::Derivation;
use crate::lint::document::Checker;
use crate::lint::tree::literal_text;
use crate::quote;

rule! {
    /// A description that is not written as nixpkgs wants it.
    ///
    /// `meta.description` stands beside the package's name in lists and search results. It is one short sentence which
    /// begins with a capital letter, without an article and without the package's name, and ends without a period.
    ///
    /// ```nix
    /// meta.description = "A tool that does one thing.";
    /// ```
    ///
    /// is better written
    ///
    /// ```nix
    /// meta.description = "Tool that does one thing";
    /// ```
    ///
    /// The fix is not safe: the description is another one afterwards, which the derivation does not notice.
    "meta-description": Package, Note, default, fix Unsafe;
    on [NODE_ROOT] => check
}

/// Longer than any line of a list.
const LIMIT: usize = 200;

fn check(checker: &mut Checker<'_, '_>, _: &SyntaxNode) {
    let document = checker.document;
    for derivation in &document.packaging().derivations {
        let Some(meta) = derivation.meta(document.text) else {
            continue;
        };
        let value = meta.find("description").and_then(|found| found.value.clone());
        let Some(Expr::Str(string)) = value else {
            continue;
        };
        if let Some(text) = literal_text(&string) {
            judge(checker, derivation, &string, &text);
        }
    }
}

fn judge(checker: &mut Checker<'_, '_>, derivation: &Derivation<'_>, string: &Str, text: &str) {
    let mut faults = Vec::new();
    let mut better = text.trim();
    if better != text {
        faults.push("has spaces around it");
    }
    if better.ends_with('.') && !better.ends_with("..") && !ends_with_abbreviation(better) {
        faults.push("ends with a period");
        better = better.trim_end_matches('.');
    }
    let article = ["A ", "An ", "The ", "a ", "an ", "the "];
    if let Some(rest) = article.iter().find_map(|article| better.strip_prefix(article)) {
        faults.push("begins with an article");
        better = rest;
    }
    let capitalised = capitalised(better);
    if faults.is_empty() && capitalised != better {
        faults.push("begins with a small letter");
    }
    let only_words = ["contains a line break", "is long", "begins with the package's name"];
    let mut words: Vec<&str> = Vec::new();
    if better.contains('\n') {
        words.push(only_words[0]);
    }
    if better.chars().count() > LIMIT {
        words.push(only_words[1]);
    }
    if begins_with_name(derivation, better) {
        words.push(only_words[2]);
    }
    let fixable = !faults.is_empty() && words.is_empty();
    faults.extend(words);
    if faults.is_empty() {
        return;
    }
    let reported = checker.report(
        string.syntax(),
        format!("the description {}", faults.join(" and ")),
    );
    if fixable && let Ok(replacement) = quote::string(&capitalised) {
        reported.replace(FixClass::Unsafe, "write it as nixpkgs does", string.syntax(), replacement);
    }
}

/// Words that begin many descriptions. Others may be names that are written small: `jq language server`.
const COMMON: [&str; 46] = [
    "add", "adds", "allows", "analog", "another", "audio", "automated", "automatic", "automatically",
    "bindings", "client", "code", "collection", "command", "convert", "converts", "create", "creates", "download",
    "easy", "extension", "fast", "free", "generate", "generates", "generic", "implementation",
    "interface", "library", "lightweight", "manage", "minimal", "modern", "plugin", "program", "provides", "run", "runs",
    "script", "server", "set", "simple", "small", "tool", "tools", "utility",
];

/// The text with a capital letter in front, where its first word is a common one.
fn capitalised(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    let plain = COMMON.contains(&word.trim_end_matches([',', ':', ';']));
    if !plain {
        return text.to_owned();
    }
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

fn ends_with_abbreviation(text: &str) -> bool {
    let last = text.split_whitespace().last().unwrap_or_default();
    ["etc.", "Inc.", "inc.", "Ltd.", "Co.", "al."].contains(&last) || last.matches('.').count() > 1
}

fn begins_with_name(derivation: &Derivation<'_>, text: &str) -> bool {
    let pname = derivation.attributes.find("pname").and_then(|found| found.value.as_ref());
    let Some(Expr::Str(pname)) = pname else {
        return false;
    };
    let Some(name) = literal_text(pname).filter(|name| name.len() > 2) else {
        return false;
    };
    let Some((first, rest)) = text.split_once(' ') else {
        return false;
    };
    let is_said = ["is ", "provides ", "allows ", "does ", "can ", "makes "]
        .iter()
        .any(|verb| rest.starts_with(verb));
    let punctuated = first.trim_end_matches([':', ',']);
    let spoken = is_said || punctuated != first;
    spoken && punctuated.eq_ignore_ascii_case(&name)
}
