//! Texts of `meta` by the rules of nixpkgs, whatever builder a package has.

use std::collections::BTreeMap;

use nixsmith_ecosystem::licence::{self, Detected, Licences};
use nixsmith_store::tree::{Node, Tree};

use super::draft::{Draft, Subject};
use super::summary;

/// No changelog is longer.
const CHANGELOG_BYTES_MAX: u64 = 8 << 20;
/// A description is one line; nixpkgs' longest are about this long.
const DESCRIPTION_CHARACTERS_MAX: usize = 200;

/// A description as nixpkgs wants it: one line, a capital first, no article, not the name, no final period.
///
/// `None` when nothing remains. Source: `pkgs/README.md`, "Meta attributes".
pub(super) fn description(text: &str, pname: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = first_sentence(&line).trim();
    rest = rest
        .trim_start_matches(|sign: char| !sign.is_alphanumeric() && !"\"'`(<$.@".contains(sign));
    loop {
        let before = rest;
        rest = without_name(rest, pname);
        for article in ["a ", "an ", "the "] {
            if let Some((front, behind)) = rest.split_at_checked(article.len())
                && front.eq_ignore_ascii_case(article)
            {
                rest = behind.trim_start();
            }
        }
        if rest == before {
            break;
        }
    }
    let rest = rest.trim_end_matches(['.', '!', ' ', ',', ';', ':']);
    let rest: String = rest
        .chars()
        .filter(|sign| !sign.is_control())
        .take(DESCRIPTION_CHARACTERS_MAX)
        .collect();
    let mut signs = rest.chars();
    let first = signs.next()?;
    Some(first.to_uppercase().chain(signs).collect())
}

/// Up to the first full stop that ends a sentence; abbreviations such as `e.g.` and versions end none.
fn first_sentence(line: &str) -> &str {
    for (index, _) in line.match_indices(". ") {
        let (Some(front), Some(behind)) = (line.get(..index), line.get(index + 2..)) else {
            continue;
        };
        let word = front.rsplit(' ').next().unwrap_or(front);
        let abbreviates =
            word.contains('.') || word.chars().count() < 3 || matches!(word, "etc" | "vs" | "resp");
        if !abbreviates && !behind.is_empty() {
            return front;
        }
    }
    line
}

/// Takes `NAME is `, `NAME: `, `NAME - ` away.
fn without_name<'a>(text: &'a str, pname: &str) -> &'a str {
    let Some((front, behind)) = text.split_at_checked(pname.len()) else {
        return text;
    };
    let same = front
        .chars()
        .zip(pname.chars())
        .all(|(left, right)| plain(left) == plain(right));
    if pname.is_empty() || !same {
        return text;
    }
    for joint in [" is ", ": ", " - ", " – ", " — "] {
        if let Some(rest) = behind.strip_prefix(joint) {
            return rest.trim_start();
        }
    }
    text
}

fn plain(sign: char) -> char {
    if sign == '_' {
        '-'
    } else {
        sign.to_ascii_lowercase()
    }
}

/// A web address as nixpkgs writes it: without `.git`, a final slash or what follows `#`; `None` for anything else.
pub(super) fn web_address(text: &str) -> Option<String> {
    let text = text.trim();
    let is_web = (text.starts_with("https://") || text.starts_with("http://"))
        && !text.contains(|sign: char| sign.is_whitespace() || sign.is_control());
    if !is_web {
        return None;
    }
    let text = text.strip_suffix("#readme").unwrap_or(text);
    let text = text.strip_suffix(".git").unwrap_or(text);
    Some(text.trim_end_matches('/').to_owned())
}

/// Writes description, homepage and changelog into the draft.
pub(super) fn describe(draft: &mut Draft, subject: &Subject<'_>, facts: &Facts<'_>) {
    let stated = facts
        .description
        .and_then(|(text, evidence)| Some((description(text, &draft.pname)?, evidence.to_owned())));
    let found = stated.or_else(|| {
        let program = draft.meta.main_program.as_deref();
        let (text, file) = summary::find(subject.tree, &draft.pname, program)?;
        Some((description(&text, &draft.pname)?, file))
    });
    if let Some((description, evidence)) = found {
        draft.decide("meta.description", description.clone(), evidence);
        draft.meta.description = Some(description);
    } else {
        draft.note(
            "nothing in the source describes the package in one line; meta.description is left out",
        );
    }
    let stated = facts
        .homepages
        .iter()
        .find_map(|(text, evidence)| Some((web_address(text.as_deref()?)?, *evidence)));
    let fallback = subject
        .source
        .homepage
        .as_deref()
        .and_then(web_address)
        .map(|url| (url, "the source's own page"));
    if let Some((homepage, evidence)) = stated.or(fallback) {
        draft.decide("meta.homepage", homepage.clone(), evidence);
        draft.meta.homepage = Some(homepage);
    }
    changelog(draft, subject, facts);
}

/// What a manifest says for `meta`; each with where it stands.
pub(super) struct Facts<'a> {
    /// One line about the project.
    pub(super) description: Option<(&'a str, &'static str)>,
    /// Addresses, best first.
    pub(super) homepages: &'a [(Option<String>, &'static str)],
    /// The repository's address.
    pub(super) repository: Option<&'a str>,
    /// The folder of the repository that was released, where the release is not the repository itself; `""` for its root.
    pub(super) repository_folder: Option<String>,
}

/// A changelog that surely is there: on a forge at the tag that was fetched, or at a tag that the changelog itself links.
fn changelog(draft: &mut Draft, subject: &Subject<'_>, facts: &Facts<'_>) {
    let file = changelog_file(subject.tree, subject.directory);
    let of_forge = subject
        .source
        .forge
        .as_ref()
        .and(subject.source.homepage.as_deref())
        .and_then(web_address);
    let Some(base) = of_forge.or_else(|| facts.repository.and_then(forge_base)) else {
        return;
    };
    let tag = match &subject.source.tag {
        Some(tag) => Some((tag.clone(), "the tag that was fetched")),
        None => file
            .as_deref()
            .and_then(|file| linked_tag(subject.tree, file, &base, &draft.version))
            .map(|tag| (tag, "a link in the source's changelog")),
    };
    let Some((tag, evidence)) = tag else { return };
    // The file of a release lies in the folder of the repository that was released.
    let in_repository = match (&facts.repository_folder, file) {
        (Some(folder), Some(file)) if !folder.is_empty() => Some(format!("{folder}/{file}")),
        (_, file) => file,
    };
    let Some(url) = tag_page(&base, &tag, in_repository.as_deref()) else {
        return;
    };
    draft.decide("meta.changelog", url.clone(), evidence);
    draft.meta.changelog = Some(url);
}

/// The first three parts of an address on a known forge: `https://HOST/OWNER/NAME`.
pub(super) fn forge_base(repository: &str) -> Option<String> {
    let url = url::Url::parse(&web_address(repository)?).ok()?;
    let host = url.host_str()?;
    let mut parts = url.path_segments()?.filter(|part| !part.is_empty());
    let (owner, name) = (parts.next()?, parts.next()?);
    page_style(host)?;
    Some(format!(
        "https://{host}/{owner}/{}",
        name.strip_suffix(".git").unwrap_or(name)
    ))
}

/// How a forge's pages are addressed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PageStyle {
    GitHub,
    GitLab,
    Gitea,
}

fn page_style(host: &str) -> Option<PageStyle> {
    match host {
        "github.com" => Some(PageStyle::GitHub),
        "codeberg.org" => Some(PageStyle::Gitea),
        "gitlab.com" => Some(PageStyle::GitLab),
        _ if host.starts_with("gitlab.") => Some(PageStyle::GitLab),
        _ if host.starts_with("gitea.") || host.starts_with("forgejo.") => Some(PageStyle::Gitea),
        _ => None,
    }
}

/// The page of a release, or of the changelog file at its tag where the forge has the file.
fn tag_page(base: &str, tag: &str, file: Option<&str>) -> Option<String> {
    let url = url::Url::parse(base).ok()?;
    Some(match (page_style(url.host_str()?)?, file) {
        (PageStyle::GitHub | PageStyle::Gitea, None) => format!("{base}/releases/tag/{tag}"),
        (PageStyle::GitLab, None) => format!("{base}/-/releases/{tag}"),
        (PageStyle::GitHub, Some(file)) => format!("{base}/blob/{tag}/{file}"),
        (PageStyle::GitLab, Some(file)) => format!("{base}/-/blob/{tag}/{file}"),
        (PageStyle::Gitea, Some(file)) => format!("{base}/src/tag/{tag}/{file}"),
    })
}

/// The path of `CHANGELOG.md` or the like.
fn changelog_file(tree: &Tree, directory: &str) -> Option<String> {
    let Some(Node::Directory(entries)) = tree.get(directory) else {
        return None;
    };
    let names = entries
        .keys()
        .filter_map(|name| std::str::from_utf8(name).ok());
    let mut found: Vec<&str> = names
        .filter(|name| {
            let upper = name.to_ascii_uppercase();
            let stem = upper.split('.').next().unwrap_or_default();
            matches!(
                stem,
                "CHANGELOG" | "CHANGES" | "NEWS" | "HISTORY" | "RELEASES"
            ) && !matches!(entries.get(name.as_bytes()), Some(Node::Directory(_)))
        })
        .collect();
    found.sort_by_key(|name| !name.to_ascii_uppercase().starts_with("CHANGELOG"));
    let name = found.first()?;
    Some(if directory.is_empty() {
        (*name).to_owned()
    } else {
        format!("{directory}/{name}")
    })
}

/// The tag of `version` that a changelog links: `…/releases/tag/v1.2`, `…/tree/v1.2`, `…/compare/v1.1...v1.2`.
fn linked_tag(tree: &Tree, file: &str, base: &str, version: &str) -> Option<String> {
    let text = String::from_utf8_lossy(&tree.read(file, CHANGELOG_BYTES_MAX).ok()??).into_owned();
    for (index, _) in text.match_indices(base) {
        let rest = text.get(index + base.len()..)?;
        let link = rest
            .split(|sign: char| sign.is_whitespace() || ")]>\"'".contains(sign))
            .next()?;
        let page = [
            "/releases/tag/",
            "/tree/",
            "/-/tags/",
            "/-/releases/",
            "/src/tag/",
        ];
        let tag = match link.split_once("/compare/") {
            Some((_, range)) => range
                .rsplit("..")
                .next()
                .map(|tag| tag.trim_start_matches('.')),
            None => page.iter().find_map(|marker| link.strip_prefix(marker)),
        };
        if let Some(tag) = tag
            && let Some(prefix) = tag.strip_suffix(version)
            && !prefix.ends_with(|sign: char| sign.is_ascii_digit() || sign == '.')
        {
            return Some(tag.to_owned());
        }
    }
    None
}

/// Decides the licences: what the manifest states, else what the licence files say.
///
/// # Errors
/// When the compiled-in licence texts are unreadable.
pub(super) fn licences(
    draft: &mut Draft,
    subject: &Subject<'_>,
    stated: Option<(&str, &'static str)>,
) -> anyhow::Result<()> {
    let mut chosen = Licences::default();
    if let Some((text, evidence)) = stated {
        match licence::from_expression(&licence::with_notices(text, subject.tree)) {
            Ok(licences) => {
                draft.decide("meta.license", licences.attributes.join(" "), evidence);
                chosen = licences;
            }
            Err(error) => draft.note(error.to_string()),
        }
    }
    if chosen.is_empty() {
        let (licences, found) = licence::detect_texts(subject.tree, subject.directory)?;
        let files: Vec<&str> = found
            .iter()
            .map(|detected| detected.file.as_str())
            .collect();
        if !licences.is_empty() {
            draft.decide(
                "meta.license",
                licences.attributes.join(" "),
                format!("the text of {}", files.join(", ")),
            );
        }
        for detected in found.iter().filter(|detected| detected.assumed_only) {
            draft.note(format!(
                "`{}` holds the GNU licence, and nothing says whether later versions are meant; `{}` was taken",
                detected.file, detected.identifier
            ));
        }
        note_parts(draft, &found);
        chosen = licences;
    }
    if let Some((name, nearest)) = chosen.take_nearest() {
        draft.decide("meta.license", nearest.to_owned(), "the nearest licence");
        draft.note(format!(
            "nixpkgs has no licence `{name}`; the nearest, `{nearest}`, was taken"
        ));
    }
    for name in &chosen.unknown {
        draft.note(format!(
            "nixpkgs has no licence `{name}`; it is left out of meta.license"
        ));
    }
    if chosen.is_empty() {
        draft
            .note("neither manifest nor licence files state the licence; meta.license is left out");
    }
    draft.meta.licences = chosen;
    Ok(())
}

/// Names the licences that a file gives for parts of the source: whether they matter is for a person to say.
fn note_parts(draft: &mut Draft, found: &[Detected]) {
    let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for detected in found.iter().filter(|detected| detected.is_of_part) {
        let names = parts.entry(&detected.file).or_default();
        names.push(&detected.identifier);
    }
    for (file, names) in parts {
        draft.note(format!(
            "`{file}` gives other licences for parts of the source, which are left out of meta.license: `{}`",
            names.join("`, `")
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_follow_the_rules() {
        for (text, expected) in [
            ("A line-oriented search tool.", "Line-oriented search tool"),
            ("ripgrep is a fast search tool", "Fast search tool"),
            ("ripgrep: the tool!", "Tool"),
            ("  spans\n lines  ", "Spans lines"),
            ("🚀 An app", "App"),
            ("Finds things. Replaces them. Fast.", "Finds things"),
            ("Runs e.g. Nix code. rg is fast", "Runs e.g. Nix code"),
            ("the a an thing", "Thing"),
            ("Analyses", "Analyses"),
            ("ripgrepping tool", "Ripgrepping tool"),
            ("${x} stays", "${x} stays"),
        ] {
            assert_eq!(
                description(text, "ripgrep").as_deref(),
                Some(expected),
                "{text}"
            );
        }
        assert_eq!(description(" . ", "x"), None);
        assert_eq!(description("", "x"), None);
    }

    #[test]
    fn addresses() {
        assert_eq!(
            web_address("https://example.org/a/b.git").as_deref(),
            Some("https://example.org/a/b")
        );
        assert_eq!(
            web_address("https://example.org/a/b/#readme").as_deref(),
            Some("https://example.org/a/b")
        );
        assert_eq!(web_address("git@example.org:a/b"), None);
        assert_eq!(web_address("https://example.org/ x"), None);
        assert_eq!(
            forge_base("https://github.com/o/n/tree/main/x").as_deref(),
            Some("https://github.com/o/n")
        );
        assert_eq!(forge_base("https://example.org/o/n"), None);
    }

    #[test]
    fn a_changelog_proves_its_tag() {
        let tag = |text: &str| {
            let mut tree = Tree::new();
            let contents = nixsmith_store::tree::Contents::from_bytes(text.as_bytes().to_vec());
            tree.insert(b"CHANGELOG.md", Node::file(contents)).unwrap();
            assert_eq!(changelog_file(&tree, "").as_deref(), Some("CHANGELOG.md"));
            linked_tag(&tree, "CHANGELOG.md", "https://github.com/o/n", "1.2.0")
        };
        assert_eq!(
            tag("[1.2.0]: https://github.com/o/n/releases/tag/v1.2.0\n").as_deref(),
            Some("v1.2.0")
        );
        assert_eq!(
            tag("(https://github.com/o/n/compare/1.1.0...1.2.0)").as_deref(),
            Some("1.2.0")
        );
        assert_eq!(
            tag("https://github.com/o/n/tree/n-1.2.0 x").as_deref(),
            Some("n-1.2.0")
        );
        assert_eq!(tag("https://github.com/o/n/releases/tag/11.2.0"), None);
        assert_eq!(tag("https://github.com/o/other/releases/tag/v1.2.0"), None);
        assert_eq!(tag("no link"), None);
    }

    #[test]
    fn pages_by_forge() {
        let page = |base: &str, file: Option<&str>| tag_page(base, "v1", file).unwrap();
        assert_eq!(
            page("https://github.com/o/n", None),
            "https://github.com/o/n/releases/tag/v1"
        );
        assert_eq!(
            page("https://gitlab.com/o/n", Some("NEWS")),
            "https://gitlab.com/o/n/-/blob/v1/NEWS"
        );
        assert_eq!(
            page("https://codeberg.org/o/n", Some("CHANGES")),
            "https://codeberg.org/o/n/src/tag/v1/CHANGES"
        );
        assert_eq!(tag_page("https://example.org/o/n", "v1", None), None);
    }
}
