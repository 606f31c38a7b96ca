//! Python projects: `fetchPypi`.

use nixsmith_expr::fetcher::FetcherCall;
use nixsmith_fetch::FetchError;
use nixsmith_fetch::registry::pypi::{self, SimpleFile, Version};

use super::{by_address, file, released_as, wants_address};
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
    let sdist = match pypi::sdist(context.fetch()?, &package.name, package.version.as_deref()) {
        Err(FetchError::Missing(why)) => return wheel(package, options, &why, context),
        sdist => sdist?,
    };
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

/// `fetchPypi` of a wheel for every platform, where there is no source archive. `why` says so.
fn wheel(
    package: &PackageReference,
    options: &Options,
    why: &str,
    context: &Context,
) -> anyhow::Result<Resolved> {
    let project = pypi::project(context.fetch()?, &package.name)?;
    let wanted = package.version.as_deref().map(Version::parse);
    let fits = |version: &Version, file: &SimpleFile| match &wanted {
        Some(wanted) => wanted.as_ref() == Some(version),
        None => !file.is_yanked() && !version.is_prerelease(),
    };
    let wheels = project
        .files
        .iter()
        .filter_map(|file| Some((Wheel::parse(&file.filename)?, file)));
    let fitting = wheels.filter_map(|(wheel, file)| {
        let version = Version::parse(wheel.version)?;
        fits(&version, file).then_some((version, wheel, file))
    });
    let Some((_, wheel, file)) = fitting.max_by(|left, right| left.0.cmp(&right.0)) else {
        let other = project.files.iter().find(|file| {
            let version = file.version(&package.name);
            let version = version.as_deref().and_then(Version::parse);
            file.filename.ends_with(".whl") && version.is_some_and(|version| fits(&version, file))
        });
        return Err(no_wheel(why, other).into());
    };
    let base = pypi::simple_url(context.endpoints(), &package.name);
    let url = base.join(&file.url)?;
    let artifact = released_as(&url, file.known_hashes(), context)?;
    let resolved = if wants_address(options) {
        by_address(&url, artifact, options)?
    } else {
        file::flat(artifact, url.as_str())?.called(wheel.call())
    };
    let requests = resolved.requests + 2;
    let version = Some(wheel.version.to_owned());
    let notes = vec![format!("{why}; the wheel for every platform is taken")];
    Ok(Resolved {
        name: Some(package.name.clone()),
        version,
        requests,
        notes,
        ..resolved
    })
}

/// The error where no wheel can be taken; `other` is one that is there.
fn no_wheel(why: &str, other: Option<&SimpleFile>) -> Problem {
    let Some(file) = other else {
        return Problem::user(why);
    };
    let name = super::shown(&file.filename);
    Problem::user(format!(
        "{why}, and none for Python 3 on every platform: `{name}`"
    ))
    .hint("package the project's repository, from which nixpkgs builds for every platform")
}

/// The name of a wheel for Python 3 on every platform: `NAME-VERSION-PYTHON-none-any.whl`.
struct Wheel<'a> {
    name: &'a str,
    version: &'a str,
    python: &'a str,
}

impl<'a> Wheel<'a> {
    fn parse(filename: &'a str) -> Option<Self> {
        let parts: Vec<&str> = filename.strip_suffix(".whl")?.split('-').collect();
        let is_plain = |text: &&str| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|sign| sign.is_ascii_alphanumeric() || "._+!".contains(sign))
        };
        match parts.as_slice() {
            [name, version, python, "none", "any"]
                if parts.iter().all(is_plain) && is_for_python_3(python) =>
            {
                Some(Self {
                    name,
                    version,
                    python,
                })
            }
            _ => None,
        }
    }

    fn call(&self) -> FetcherCall {
        let call = FetcherCall::new("fetchPypi")
            .argument("pname", self.name)
            .argument("version", self.version)
            .argument("format", "wheel");
        // What the fetcher takes by default.
        if self.python == "py2.py3" {
            return call;
        }
        call.argument("dist", self.python)
            .argument("python", self.python)
    }
}

/// Whether one of the tags between the dots is of Python 3: `py3`, `py310`, `cp313`.
fn is_for_python_3(tags: &str) -> bool {
    tags.split('.')
        .any(|tag| tag.starts_with("py3") || tag.starts_with("cp3"))
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
    use super::{Wheel, split};

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

    #[test]
    fn only_wheels_for_every_platform_are_taken() {
        let call = |name| Wheel::parse(name).map(|wheel| wheel.call().render().unwrap());
        assert_eq!(
            call("a_b-1.0-py3-none-any.whl").as_deref(),
            Some(
                "fetchPypi {\n  pname = \"a_b\";\n  version = \"1.0\";\n  format = \"wheel\";\n  \
                 dist = \"py3\";\n  python = \"py3\";\n}\n"
            )
        );
        assert!(call("a-1.0-py2.py3-none-any.whl").is_some_and(|call| !call.contains("dist")));
        assert_eq!(call("a-1.0-py2-none-any.whl"), None);
        assert!(call("a-1.0-py310-none-any.whl").is_some());
        assert_eq!(call("a-1.0-1-py3-none-any.whl"), None);
        assert_eq!(call("a-1.0-cp313-cp313-linux_x86_64.whl"), None);
        assert_eq!(call("../a-1.0-py3-none-any.whl"), None);
    }
}
