//! Maven repositories: where artifacts lie.
//!
//! Source: Maven's "repository layout 2".

use url::Url;

use crate::endpoints::{Endpoint, Endpoints, segment};

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
