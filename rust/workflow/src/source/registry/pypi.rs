//! Python projects: `fetchPypi`.

use nixsmith_expr::fetcher::FetcherCall;
use nixsmith_fetch::registry::pypi;

use super::{by_address, file, wants_address};
use crate::context::Context;
use crate::error::Problem;
use crate::source::{Artifact, Options, PackageReference, Resolved};

/// `fetchPypi` of the source archive.
///
/// The fetcher makes the file's name from `pname`, `version` and `extension`, so they are taken from that name.
pub(super) fn resolve(
    package: &PackageReference,
    options: &Options,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let sdist = pypi::sdist(context.fetch()?, &package.name, package.version.as_deref())?;
    let (pname, version, extension) = split(&sdist.filename, &sdist.version).ok_or_else(|| {
        Problem::user(format!(
            "`fetchPypi` cannot name the file `{}`",
            super::shown(&sdist.filename)
        ))
    })?;
    let artifact = Artifact::from(context.fetch()?.file(&sdist.request())?);
    let resolved = if wants_address(options) {
        by_address(&sdist.url, artifact, options)?
    } else {
        let mut call = FetcherCall::new("fetchPypi")
            .argument("pname", pname)
            .argument("version", version);
        if extension != "tar.gz" {
            call = call.argument("extension", extension);
        }
        file::flat(artifact, &pypi::mirror_url(pname, version, extension))?.called(call)
    };
    let requests = resolved.requests + 1;
    Ok(Resolved {
        name: Some(package.name.clone()),
        version: Some(version.to_owned()),
        requests,
        ..resolved
    })
}

/// `NAME-VERSION.EXTENSION`.
fn split<'a>(filename: &'a str, version: &'a str) -> Option<(&'a str, &'a str, &'static str)> {
    let extension = pypi::sdist_extension(filename)?;
    let stem = filename.strip_suffix(extension)?.strip_suffix('.')?;
    let pname = stem.strip_suffix(version)?.strip_suffix('-')?;
    let is_plain = |text: &str| {
        !text.is_empty() && !text.contains(['/', '\\']) && !text.chars().any(char::is_control)
    };
    (is_plain(pname) && is_plain(version)).then_some((pname, version, extension))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_file_name_tells_the_arguments() {
        assert_eq!(
            split("zope.interface-7.2.tar.gz", "7.2"),
            Some(("zope.interface", "7.2", "tar.gz"))
        );
        assert_eq!(split("a-b-1.0.zip", "1.0"), Some(("a-b", "1.0", "zip")));
        assert_eq!(split("../x-1.0.zip", "1.0"), None);
        assert_eq!(split("x-1.0.whl", "1.0"), None);
    }
}
