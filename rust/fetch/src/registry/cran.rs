//! CRAN: the description of an R package's newest release.
//!
//! Source: "Writing R Extensions", "The DESCRIPTION file"; every package has `web/packages/NAME/DESCRIPTION`.

use super::{Listed, document, missing, refused};
use crate::endpoints::Endpoint;
use crate::error::FetchError;
use crate::request::Fetch;

/// The newest release of a package.
pub fn latest(fetch: &dyn Fetch, name: &str) -> Result<Listed, FetchError> {
    let is_name = (1..=128).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        && name.starts_with(|sign: char| sign.is_ascii_alphabetic());
    if !is_name {
        return Err(refused("the name of an R package", name));
    }
    let path = format!("web/packages/{name}/DESCRIPTION");
    let url = fetch.endpoints().join(Endpoint::Cran, &path);
    let (bytes, _) = document(fetch, url.clone(), "text/plain")
        .map_err(|error| missing(error, || format!("there is no R package `{name}`")))?;
    let text = String::from_utf8_lossy(&bytes);
    let field = |field: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))
            .map(str::trim)
    };
    match (field("Package"), field("Version")) {
        (Some(package), Some(version)) if package == name => Ok(Listed::new(version)),
        _ => Err(FetchError::Malformed {
            url: url.into(),
            reason: "it is no description of the package".to_owned(),
        }),
    }
}
