//! Pages for people: what is new in a release, and the difference between two.

use nixsmith_fetch::forge::{Forge, ForgeSource};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::place::Place;

/// What may stand in a tag in an address as it is.
const TAG: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'+')
    .remove(b'@');

fn escaped(tag: &str) -> String {
    utf8_percent_encode(tag, TAG).to_string()
}

/// The page of a tag or its release; none: the forge has none.
pub(super) fn release_page(source: &ForgeSource, tag: &str) -> Option<String> {
    let (page, tag) = (source.page(), escaped(tag));
    match source.forge {
        Forge::GitHub | Forge::Gitea => Some(format!("{page}/releases/tag/{tag}")),
        Forge::GitLab => Some(format!("{page}/-/tags/{tag}")),
        Forge::SourceHut => Some(format!("{page}/refs/{tag}")),
        Forge::Gitiles => Some(format!("{page}/+/refs/tags/{tag}")),
        Forge::Bitbucket | Forge::RepoOrCz => None,
    }
}

/// The page that compares two tags or commits; none: the place has none.
pub(super) fn compare(place: &Place, old: &str, new: &str) -> Option<String> {
    let Place::Forge { source, .. } = place else {
        return None;
    };
    let (page, old, new) = (source.page(), escaped(old), escaped(new));
    match source.forge {
        Forge::GitHub | Forge::Gitea => Some(format!("{page}/compare/{old}...{new}")),
        Forge::GitLab => Some(format!("{page}/-/compare/{old}...{new}")),
        Forge::Bitbucket => Some(format!("{page}/branches/compare/{new}..{old}")),
        Forge::Gitiles => Some(format!("{page}/+log/{old}..{new}")),
        Forge::SourceHut | Forge::RepoOrCz => None,
    }
}

#[cfg(test)]
mod tests {
    use nixsmith_fetch::endpoints::Endpoint;
    use nixsmith_fetch::forge;

    use super::*;

    #[test]
    fn pages_are_spelled_as_each_forge_spells_them() {
        for (endpoint, path, release, difference) in [
            (
                Endpoint::Github,
                "/o/r",
                Some("/o/r/releases/tag/a/v2"),
                Some("/o/r/compare/a/v1...a/v2"),
            ),
            (
                Endpoint::Codeberg,
                "/o/r",
                Some("/o/r/releases/tag/a/v2"),
                Some("/o/r/compare/a/v1...a/v2"),
            ),
            (
                Endpoint::Gitlab,
                "/g/h/r",
                Some("/g/h/r/-/tags/a/v2"),
                Some("/g/h/r/-/compare/a/v1...a/v2"),
            ),
            (
                Endpoint::Bitbucket,
                "/o/r",
                None,
                Some("/o/r/branches/compare/a/v2..a/v1"),
            ),
            (Endpoint::Sourcehut, "/~o/r", Some("/~o/r/refs/a/v2"), None),
        ] {
            let base = endpoint.public_url();
            let source = forge::parse(&format!("{base}{path}")).unwrap();
            let whole = |path: Option<&str>| path.map(|path| format!("{base}{path}"));
            assert_eq!(release_page(&source, "a/v2"), whole(release));
            let place = Place::Forge {
                source,
                files: false,
            };
            assert_eq!(compare(&place, "a/v1", "a/v2"), whole(difference));
        }
    }

    #[test]
    fn a_tag_cannot_leave_its_place() {
        let source = forge::parse(&format!("{}/o/r", Endpoint::Github.public_url())).unwrap();
        let page = release_page(&source, "v1?x=#)[<\u{1b}").unwrap();
        assert!(
            page.ends_with("/releases/tag/v1%3Fx%3D%23%29%5B%3C%1B"),
            "{page}"
        );
    }
}
