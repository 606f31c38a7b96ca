//! SourceForge: the files of a project, newest first, from its feed.
//!
//! Source: the site's documentation, "File Release RSS Feeds".

use url::Url;

use super::{document, is_plain, missing, refused};
use crate::endpoints::{Endpoint, segment};
use crate::error::FetchError;
use crate::request::Fetch;

/// Where the feed of a folder in a project is; an empty folder for all of them.
fn feed_url(fetch: &dyn Fetch, project: &str, folder: &str) -> Url {
    let path = format!("projects/{}/rss", segment(project));
    let mut url = fetch.endpoints().join(Endpoint::Sourceforge, &path);
    url.query_pairs_mut()
        .append_pair("path", &format!("/{folder}"));
    url
}

/// The paths of the files below a folder, such as `foo/1.2/foo-1.2.tar.gz`. The feed holds the newest ones alone.
pub fn files(fetch: &dyn Fetch, project: &str, folder: &str) -> Result<Vec<String>, FetchError> {
    if !is_plain(project)
        || !folder
            .split('/')
            .all(|part| part.is_empty() || is_plain(part))
    {
        return Err(refused("a project of SourceForge", project));
    }
    let url = feed_url(fetch, project, folder);
    let (bytes, _) = document(
        fetch,
        url.clone(),
        "application/rss+xml, application/xml, text/xml",
    )
    .map_err(|error| missing(error, || format!("SourceForge has no project `{project}`")))?;
    let text = String::from_utf8_lossy(&bytes);
    if !text.contains("<rss") {
        return Err(FetchError::Malformed {
            url: url.into(),
            reason: "it is no feed".to_owned(),
        });
    }
    Ok(text.split("<item>").skip(1).filter_map(title).collect())
}

/// `<title><![CDATA[/folder/file]]></title>` of one item.
fn title(item: &str) -> Option<String> {
    let (_, rest) = item.split_once("<title>")?;
    let (title, _) = rest.split_once("</title>")?;
    let title = title.trim();
    let path = title
        .strip_prefix("<![CDATA[")
        .and_then(|rest| rest.strip_suffix("]]>"))
        .unwrap_or(title)
        .trim();
    let is_path =
        path.starts_with('/') && !path.contains(['<', '>']) && !path.chars().any(char::is_control);
    is_path.then(|| path.trim_start_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_paths() {
        for (item, expected) in [
            (
                "<title><![CDATA[/a/b-1.0.tar.gz]]></title>",
                Some("a/b-1.0.tar.gz"),
            ),
            ("<title>/b-1.0.zip</title><link>x</link>", Some("b-1.0.zip")),
            ("<title>b</title>", None),
            ("<title>/a<script></title>", None),
            ("<title>/a\u{1b}[2J</title>", None),
            ("<title>", None),
        ] {
            assert_eq!(title(item).as_deref(), expected, "{item}");
        }
    }
}
