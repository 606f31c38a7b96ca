//! A binary cache, asked what it has: the narinfo of a store path, nothing of its contents.
//!
//! Absent is what the cache says so of (status 404). An answer that is no narinfo, or one of another path, is an error: a sign-in page must
//! not look like a cached package.

use nixsmith_store::narinfo::{LIMIT_BYTES, NarInfo};
use nixsmith_store::store_path::{StoreDir, StorePath};
use url::Url;

use crate::endpoints::Endpoint;
use crate::error::FetchError;
use crate::request::{Fetch, FileRequest};

/// What NixOS' binary cache says of a store path; `None`: it has not got it.
///
/// # Errors
/// When it cannot be asked, and when the answer is not the narinfo of this path.
pub fn narinfo(fetch: &dyn Fetch, path: &StorePath) -> Result<Option<NarInfo>, FetchError> {
    let cache = fetch.endpoints().url(Endpoint::CacheNixos).clone();
    narinfo_at(fetch, &cache, path)
}

/// What the binary cache at this address says of a store path; `None`: it has not got it.
///
/// # Errors
/// When it cannot be asked, and when the answer is not the narinfo of this path.
pub fn narinfo_at(
    fetch: &dyn Fetch,
    cache: &Url,
    path: &StorePath,
) -> Result<Option<NarInfo>, FetchError> {
    let base = cache.as_str().trim_end_matches('/');
    let text = format!("{base}/{}.narinfo", path.digest());
    let url = Url::parse(&text).map_err(|error| FetchError::Refused {
        url: text,
        reason: error.to_string(),
    })?;
    let malformed = |reason: String| FetchError::Malformed {
        url: url.clone().into(),
        reason,
    };
    let file = match fetch.file(&FileRequest::new(url.clone()).limit_bytes(LIMIT_BYTES)) {
        Err(error) if error.is_not_found() => return Ok(None),
        other => other?,
    };
    let text = String::from_utf8(file.bytes()?)
        .map_err(|_| malformed("it is no text, so no narinfo".to_owned()))?;
    let info = NarInfo::parse(&text, &StoreDir::default())
        .map_err(|error| malformed(format!("it is no narinfo: {error}")))?;
    // The name of an output may differ from what was asked for only if the digest does.
    if info.store_path == *path {
        Ok(Some(info))
    } else {
        Err(malformed(format!("it is about `{}`", info.store_path)))
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;
    use crate::client::{Client, ClientOptions};
    use crate::testing::faults::{Access, Cell, UNREADABLE, chain, check};
    use crate::testing::{Reply, TestServer};

    const PATH: &str = "syd87l2rxw8cbsxmxl853h0r6pdwhwjr-curl-7.82.0-bin";

    fn text(path: &str) -> String {
        format!(
            "StorePath: /nix/store/{path}\nURL: nar/x.nar.xz\nCompression: xz\n\
             NarHash: sha256:1b4sb93wp679q4zx9k1ignby1yna3z7c4c2ri3wphylbc2dwsys0\nNarSize: 196040\n"
        )
    }

    #[test]
    fn present_absent_and_junk_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let server = TestServer::start();
        let client = server.client(folder.path());
        let path = StorePath::parse(PATH).unwrap();
        let target = "/syd87l2rxw8cbsxmxl853h0r6pdwhwjr.narinfo";
        let ask = || narinfo(&client, &path);
        assert_eq!(ask().unwrap(), None);
        server.on(target, Reply::ok(text(PATH)));
        assert_eq!(ask().unwrap().unwrap().nar_size_bytes, 196_040);
        for (junk, reason) in [
            (
                "<html>sign in</html>".to_owned(),
                "it is no narinfo: line 1 is no `Key: value`",
            ),
            (String::new(), "it is no narinfo: it has no `StorePath`"),
            (
                text(&PATH.replace("curl", "wget")),
                "it is about `syd87l2rxw8cbsxmxl853h0r6pdwhwjr-wget-7.82.0-bin`",
            ),
        ] {
            server.on(target, Reply::ok(junk));
            let error = ask().unwrap_err().to_string();
            assert!(error.ends_with(reason), "{error}");
        }
        server.on(target, Reply::ok(vec![0xff, 0xfe]));
        assert!(
            ask()
                .unwrap_err()
                .to_string()
                .ends_with("it is no text, so no narinfo")
        );
        server.on(target, Reply::status(403));
        assert!(ask().is_err());
        assert!(server.targets().iter().all(|asked| asked == target));
    }

    #[test]
    fn a_narinfo_against_every_fault() {
        let path = StorePath::parse(PATH).unwrap();
        let request = |options: ClientOptions| {
            let said = |error: FetchError| chain(&error as &(dyn Error + 'static));
            let client = Client::new(options).map_err(said)?;
            narinfo(&client, &path).map(drop).map_err(said)
        };
        check(&[Cell {
            name: "a narinfo",
            target: "/syd87l2rxw8cbsxmxl853h0r6pdwhwjr.narinfo",
            good: Reply::ok(text(PATH)),
            access: Access::Read,
            absent: None,
            junk: Some(UNREADABLE),
            with_large: true,
            others: Vec::new(),
            request: &request,
        }]);
    }
}
