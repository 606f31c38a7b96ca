//! What a workflow left behind: the comparison that nixpkgs' CI makes of both sides of a pull request.

use nixsmith_store::archive::{self, Kind, Limits};
use serde_json::Value;
use url::Url;

use super::{GitHub, RepositoryName, malformed, path, text};
use crate::endpoints::Endpoint;
use crate::error::FetchError;
use crate::request::{Fetch as _, FileRequest};

/// How large an archive, its file, and the archive unpacked may be. The comparison of a mass rebuild has some 10 MB.
const LIMIT_BYTES: u64 = 64 << 20;

/// How many entries it may have.
const MOST_ENTRIES: u64 = 1000;

/// How many runs of a commit are looked at.
const MOST_RUNS: usize = 20;

impl GitHub<'_> {
    /// One file of the archive that a workflow run for `commit` kept under `artifact`; `None` where no run has such an archive (yet, or any
    /// more).
    ///
    /// # Errors
    /// As [`Client::call`](crate::Client::call), and when the archive is none or lacks the file.
    pub fn artifact_file(
        &self,
        repository: &RepositoryName,
        commit: &str,
        artifact: &str,
        file: &str,
    ) -> Result<Option<Vec<u8>>, FetchError> {
        let rest = format!("/actions/runs?head_sha={commit}&per_page={MOST_RUNS}");
        let runs = self.get(&path(repository, &rest))?;
        let Some(listed) = runs
            .body
            .pointer("/workflow_runs")
            .and_then(Value::as_array)
        else {
            return Err(malformed(&runs.url, "it has no `workflow_runs`"));
        };
        for run in listed.iter().take(MOST_RUNS) {
            let is_of_commit = text(run, "/head_sha").as_deref() == Some(commit);
            let Some(run) = run
                .pointer("/id")
                .and_then(Value::as_u64)
                .filter(|_| is_of_commit)
            else {
                continue;
            };
            let rest = format!("/actions/runs/{run}/artifacts?name={artifact}&per_page=100");
            let kept = self.get(&path(repository, &rest))?;
            let Some(kept) = kept.body.pointer("/artifacts").and_then(Value::as_array) else {
                return Err(malformed(&kept.url, "it has no `artifacts`"));
            };
            let is_wanted = |it: &&Value| {
                text(it, "/name").as_deref() == Some(artifact)
                    && it.pointer("/expired").and_then(Value::as_bool) != Some(true)
            };
            let found = kept.iter().find(is_wanted);
            if let Some(id) = found.and_then(|it| it.pointer("/id")?.as_u64()) {
                return self.unpacked(repository, id, file).map(Some);
            }
        }
        Ok(None)
    }

    fn unpacked(
        &self,
        repository: &RepositoryName,
        id: u64,
        file: &str,
    ) -> Result<Vec<u8>, FetchError> {
        let rest = path(repository, &format!("/actions/artifacts/{id}/zip"));
        let url = format!("{}/{rest}", Endpoint::GithubApi.public_url());
        let url = Url::parse(&url).map_err(|error| FetchError::Refused {
            url,
            reason: error.to_string(),
        })?;
        // The archive lies with another service; the token does not go there.
        let request = FileRequest::new(url.clone()).limit_bytes(LIMIT_BYTES);
        let fetched = self.client.file(&request)?;
        let limits = Limits {
            unpacked_bytes: LIMIT_BYTES,
            entries: MOST_ENTRIES,
            ..Limits::default()
        };
        let tree = archive::unpack(fetched.open()?, Kind::Zip, &limits)
            .map_err(|error| malformed(&url, &format!("it is no archive: {error}")))?;
        let read = tree.read(file, LIMIT_BYTES);
        let read = read.map_err(|error| malformed(&url, &error.to_string()))?;
        read.ok_or_else(|| malformed(&url, &format!("it has no file `{file}`")))
    }
}
