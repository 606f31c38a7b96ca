//! Folders that a web server lists as a page of links, as Apache, nginx and their like do.

use percent_encoding::percent_decode_str;
use url::Url;

use super::document;
use crate::error::FetchError;
use crate::request::Fetch;

/// The most entries that are read of one page.
const MOST_ENTRIES: usize = 100_000;

/// What a folder's page links to directly below it: names, those of folders with `/` at the end. Links that lead elsewhere, to
/// another origin or to a query, are none.
pub fn entries(fetch: &dyn Fetch, folder: &Url) -> Result<Vec<String>, FetchError> {
    let (bytes, file) = document(fetch, folder.clone(), "text/html")?;
    let text = String::from_utf8_lossy(&bytes);
    let mut names: Vec<String> = links(&text)
        .take(MOST_ENTRIES)
        .filter_map(|link| name_below(&file.url, link))
        .collect();
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

/// The values of `href` in the tags of a page.
fn links(page: &str) -> impl Iterator<Item = &str> {
    page.split('<').skip(1).filter_map(|rest| {
        let (tag, _) = rest.split_once('>')?;
        let is_anchor = tag
            .get(..2)
            .is_some_and(|start| start.eq_ignore_ascii_case("a "));
        if !is_anchor {
            return None;
        }
        let at = tag.to_ascii_lowercase().find("href=")?;
        let value = tag.get(at + "href=".len()..)?;
        let quote = value
            .chars()
            .next()
            .filter(|sign| matches!(sign, '"' | '\''))?;
        value.get(1..)?.split_once(quote).map(|(value, _)| value)
    })
}

/// The name that a link has, if it leads to something directly below the folder.
fn name_below(folder: &Url, link: &str) -> Option<String> {
    let target = folder.join(&link.replace("&amp;", "&")).ok()?;
    let is_near = target.origin() == folder.origin()
        && target.query().is_none()
        && target.fragment().is_none();
    let below = target
        .path()
        .strip_prefix(folder.path())
        .filter(|_| is_near)?;
    let bare = below.strip_suffix('/').unwrap_or(below);
    let name = percent_decode_str(bare).decode_utf8().ok()?;
    let is_name = !bare.contains('/')
        && super::is_plain(&name)
        && !name.contains(['/', '<', '>', '"'])
        && folder.path().ends_with('/');
    is_name.then(|| {
        let slash = if below.ends_with('/') { "/" } else { "" };
        format!("{name}{slash}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(page: &str) -> Vec<String> {
        let folder = Url::parse("https://example.org/pub/foo/").unwrap();
        links(page)
            .filter_map(|link| name_below(&folder, link))
            .collect()
    }

    #[test]
    fn only_what_lies_below_counts() {
        let page = r##"<HTML><body><a href="?C=N;O=D">Name</a> <a href="/pub/">Parent</a><a href="../">Up</a>
            <A HREF='foo-1.0.tar.gz'>foo</A> <a class="x" href="1.2/">1.2/</a><a href="/pub/foo/foo%2b1.zip">z</a>
            <a href="https://example.org/pub/foo/foo-2.0.tar.gz">same</a><a href="https://evil.example/pub/foo/foo-9.0.tar.gz">other</a>
            <a href="//evil.example/pub/foo/foo-8.0.tar.gz">other</a><a href="deep/foo-7.0.tar.gz">deep</a><a href="#x">x</a>
            <a href="javascript:alert(1)">js</a><a href="foo-6%00.tar.gz">nul</a><a href="foo-5%1b.tar.gz">escape</a>
            <img href="foo-4.0.tar.gz"><a href=foo-3.0.tar.gz>bare</a><a href="unended"##;
        assert_eq!(
            names(page),
            ["foo-1.0.tar.gz", "1.2/", "foo+1.zip", "foo-2.0.tar.gz"]
        );
        assert!(names("").is_empty());
        assert!(names(&"<a href=\"".repeat(1000)).is_empty());
    }
}
