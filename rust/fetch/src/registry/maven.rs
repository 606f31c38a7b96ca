//! Maven repositories: where artifacts lie, and which versions there are.
//!
//! Source: Maven's "repository layout 2" and "repository metadata" (`maven-metadata.xml`).

use url::Url;

use super::{Listed, document, is_plain, missing, refused};
use crate::endpoints::{Endpoint, Endpoints, segment};
use crate::error::FetchError;
use crate::request::Fetch;

/// Every version of an artifact.
pub fn versions(fetch: &dyn Fetch, group: &str, artifact: &str) -> Result<Vec<Listed>, FetchError> {
    if !is_plain(group) || !is_plain(artifact) {
        return Err(refused("a Maven artifact", artifact));
    }
    let folder: Vec<String> = group.split('.').map(segment).collect();
    let path = format!(
        "{}/{}/maven-metadata.xml",
        folder.join("/"),
        segment(artifact)
    );
    let url = fetch.endpoints().join(Endpoint::Maven, &path);
    let (bytes, _) =
        document(fetch, url.clone(), "application/xml, text/xml").map_err(|error| {
            missing(error, || {
                format!("there is no Maven artifact `{group}:{artifact}`")
            })
        })?;
    let text = String::from_utf8_lossy(&bytes);
    let versions = text
        .split_once("<versions>")
        .and_then(|(_, rest)| rest.split_once("</versions>"))
        .map(|(versions, _)| versions)
        .filter(|_| text.contains("<metadata"));
    let Some(versions) = versions else {
        return Err(FetchError::Malformed {
            url: url.into(),
            reason: "it lists no versions".to_owned(),
        });
    };
    Ok(versions
        .split("<version>")
        .skip(1)
        .filter_map(|rest| rest.split_once("</version>"))
        .map(|(version, _)| Listed::new(version))
        .collect())
}

/// The coordinates of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// `org.example.group`.
    pub group: String,
    /// The artifact's name.
    pub artifact: String,
    /// The version.
    pub version: String,
    /// Such as `sources`.
    pub classifier: Option<String>,
    /// Such as `jar` or `pom`.
    pub extension: String,
}

/// Where the file is.
#[must_use]
pub fn artifact_url(endpoints: &Endpoints, artifact: &Artifact) -> Url {
    let group: Vec<String> = artifact.group.split('.').map(segment).collect();
    let (name, version) = (segment(&artifact.artifact), segment(&artifact.version));
    let classifier = artifact
        .classifier
        .as_deref()
        .map(|classifier| format!("-{}", segment(classifier)))
        .unwrap_or_default();
    let extension = segment(&artifact.extension);
    let path = format!(
        "{}/{name}/{version}/{name}-{version}{classifier}.{extension}",
        group.join("/")
    );
    endpoints.join(Endpoint::Maven, &path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_group_artifact_version() {
        let artifact = Artifact {
            group: "org.example.deep".to_owned(),
            artifact: "thing".to_owned(),
            version: "1.2".to_owned(),
            classifier: Some("sources".to_owned()),
            extension: "jar".to_owned(),
        };
        let url = artifact_url(&Endpoints::default(), &artifact);
        assert!(
            url.path()
                .ends_with("/org/example/deep/thing/1.2/thing-1.2-sources.jar"),
            "{url}"
        );
    }
}
