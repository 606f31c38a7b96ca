//! Versions from file and folder names: walks from the folder above the first part of the address that changes with the version
//! down to the files.

use std::cmp::Ordering;

use nixsmith_expr::version;
use nixsmith_fetch::endpoints::{Endpoint, Endpoints};
use nixsmith_fetch::registry::{folder, sourceforge};
use nixsmith_fetch::{Fetch, FetchError};
use percent_encoding::percent_decode_str;
use url::Url;

use super::offer::{Offer, is_version};
use super::place::without_ending;
use super::shape::Shape;
use super::{Query, Wanted, words};

/// How many folders of one level are looked into: the newest ones.
const MOST_FOLDERS: usize = 4;

/// How many pages are asked for one package.
const MOST_PAGES: usize = 16;

/// A part of the path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Fixed(String),
    /// A folder named after the first numbers of the version, or all of them.
    Versioned {
        shape: Shape,
        current: String,
    },
}

/// What the address says about where versions lie.
#[derive(Debug)]
struct Layout {
    folders: Vec<Part>,
    /// How the file is named; none: its name does not change.
    file: Option<Shape>,
}

/// Who publishes the folder.
pub(super) fn kind(url: &Url) -> &'static str {
    match Endpoints::default().locate(url) {
        Some((Endpoint::Gnu, _)) => "GNU",
        Some((Endpoint::Savannah, _)) => "Savannah",
        Some((Endpoint::Kde, _)) => "KDE",
        _ => "folder",
    }
}

/// The versions of the files and folders that are named like those of the current version.
pub(super) fn offers(url: &Url, query: &Query, fetch: &dyn Fetch) -> anyhow::Result<Vec<Offer>> {
    let layout = Layout::of(url.path(), &query.current)
        .ok_or_else(|| FetchError::Missing(format!("no part of `{url}` names the version")))?;
    let mut walk = Walk {
        query,
        fetch,
        layout: &layout,
        pages: 0,
        found: Vec::new(),
    };
    let mut root = url.clone();
    root.set_path("/");
    root.set_query(None);
    walk.enter(&root, 0, None)?;
    Ok(walk.found)
}

/// The versions of the files in a project that are named like the current one.
pub(super) fn sourceforge_offers(
    project: &str,
    path: &str,
    query: &Query,
    fetch: &dyn Fetch,
) -> anyhow::Result<Vec<Offer>> {
    let layout = Layout::of(path, &query.current);
    let fixed: Vec<&str> = layout
        .iter()
        .flat_map(|layout| &layout.folders)
        .map_while(|part| match part {
            Part::Fixed(name) => Some(name.as_str()),
            Part::Versioned { .. } => None,
        })
        .collect();
    let shape = layout
        .as_ref()
        .and_then(|layout| layout.file.clone())
        .or_else(|| {
            Shape::of(
                &format!("{}-{}", query.pname, query.current),
                &query.current,
            )
        });
    let files = sourceforge::files(fetch, project, &fixed.join("/"))?;
    let versions = files.iter().filter_map(|path| {
        let name = path.rsplit('/').next()?;
        file_version(name, shape.as_ref()?, &query.current)
    });
    Ok(versions.map(Offer::named).collect())
}

/// The version in the name of a file like the current one; its archive may have another ending.
fn file_version(name: &str, shape: &Shape, current: &str) -> Option<String> {
    let version = shape.version(name, current).or_else(|| {
        let bare = Shape {
            suffix: without_ending(&shape.suffix).to_owned(),
            ..shape.clone()
        };
        let stem = without_ending(name);
        (stem != name && bare.suffix != shape.suffix)
            .then(|| bare.version(stem, current))
            .flatten()
    })?;
    is_version(&version).then_some(version)
}

impl Layout {
    /// `None`: nothing in the path changes with the version.
    fn of(path: &str, current: &str) -> Option<Self> {
        let parts: Vec<String> = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect();
        let (file, folders) = parts.split_last()?;
        let layout = Self {
            folders: folders
                .iter()
                .map(|folder| Part::of(folder, current))
                .collect(),
            file: Shape::of(file, current),
        };
        let changes = layout.file.is_some()
            || layout
                .folders
                .iter()
                .any(|part| matches!(part, Part::Versioned { .. }));
        changes.then_some(layout)
    }

    /// Whether a folder above `depth` has the whole version in its name.
    fn whole_version(&self, query: &Query) -> bool {
        self.folders.iter().any(
            |part| matches!(part, Part::Versioned { current, .. } if *current == query.current),
        )
    }
}

impl Part {
    fn of(folder: &str, version: &str) -> Self {
        let pieces: Vec<&str> = version.split('.').collect();
        let versioned = (1..=pieces.len()).rev().find_map(|count| {
            let current = pieces.get(..count)?.join(".");
            let shape = Shape::of(folder, &current)?;
            // A single number alone may be anything, unless it is all there is.
            let is_sure = count > 1
                || (shape.suffix.is_empty() && matches!(shape.prefix.as_str(), "" | "v"))
                || version == current && !current.is_empty();
            (is_sure && shape.suffix.is_empty()).then_some(Self::Versioned { shape, current })
        });
        versioned.unwrap_or_else(|| Self::Fixed(folder.to_owned()))
    }
}

struct Walk<'a> {
    query: &'a Query,
    fetch: &'a dyn Fetch,
    layout: &'a Layout,
    pages: usize,
    found: Vec<Offer>,
}

impl Walk<'_> {
    /// Goes on from `folder`, which is `depth` parts deep; `version` is what the folders above say.
    fn enter(&mut self, folder: &Url, depth: usize, version: Option<&str>) -> anyhow::Result<()> {
        match self.layout.folders.get(depth) {
            Some(Part::Fixed(name)) => match below(folder, name) {
                Some(next) => self.enter(&next, depth + 1, version),
                None => Ok(()),
            },
            Some(Part::Versioned { shape, current }) => {
                self.versioned(folder, depth, shape, current)
            }
            None => self.files(folder, version),
        }
    }

    fn versioned(
        &mut self,
        folder: &Url,
        depth: usize,
        shape: &Shape,
        current: &str,
    ) -> anyhow::Result<()> {
        let mut folders: Vec<(String, String)> = self
            .list(folder)?
            .into_iter()
            .filter_map(|entry| {
                let name = entry.strip_suffix('/')?.to_owned();
                let version = shape
                    .version(&name, current)
                    .filter(|version| is_version(version))?;
                Some((version, name))
            })
            .filter(|(version, _)| self.may_hold(version, current))
            .collect();
        folders.sort_by(|(left, _), (right, _)| words::later(right, left));
        // Prereleases have folders of their own; they must not hide the release before them.
        let (ahead, released): (Vec<_>, Vec<_>) = folders
            .into_iter()
            .partition(|(version, _)| words::is_prerelease(version));
        let chosen = released
            .into_iter()
            .take(MOST_FOLDERS)
            .chain(ahead.into_iter().take(1));
        for (version, name) in chosen {
            if let Some(next) = below(folder, &name) {
                match self.enter(&next, depth + 1, Some(&version)) {
                    Err(error) if is_not_found(&error) => {}
                    other => other?,
                }
            }
        }
        Ok(())
    }

    /// Whether something newer, or what is wanted exactly, may lie in the folder of this version.
    fn may_hold(&self, folder: &str, current: &str) -> bool {
        match &self.query.wanted {
            Wanted::Exact(wanted) => {
                wanted == folder
                    || wanted
                        .strip_prefix(folder)
                        .is_some_and(|rest| rest.starts_with(['.', '-']))
            }
            _ => version::compare(folder, current) != Ordering::Less,
        }
    }

    fn files(&mut self, folder: &Url, version: Option<&str>) -> anyhow::Result<()> {
        let Some(shape) = &self.layout.file else {
            let offer = version.filter(|_| self.layout.whole_version(self.query));
            self.found.extend(offer.map(Offer::named));
            return Ok(());
        };
        let names = self.list(folder)?;
        let versions = names
            .iter()
            .filter_map(|name| file_version(name, shape, &self.query.current));
        self.found.extend(versions.map(Offer::named));
        Ok(())
    }

    fn list(&mut self, folder: &Url) -> anyhow::Result<Vec<String>> {
        self.fetch.interrupt().check()?;
        self.pages += 1;
        if self.pages > MOST_PAGES {
            return Ok(Vec::new());
        }
        Ok(folder::entries(self.fetch, folder)?)
    }
}

fn is_not_found(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<FetchError>()
        .is_some_and(FetchError::is_not_found)
}

/// The folder of this name in a folder.
fn below(folder: &Url, name: &str) -> Option<Url> {
    let mut url = folder.clone();
    url.path_segments_mut()
        .ok()?
        .pop_if_empty()
        .push(name)
        .push("");
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_which_parts_change() {
        let layout = |path: &str, version: &str| Layout::of(path, version).unwrap();
        let names = |layout: &Layout| -> Vec<String> {
            let name = |part: &Part| match part {
                Part::Fixed(name) => name.clone(),
                Part::Versioned { shape, current } => format!("{}<{current}>", shape.prefix),
            };
            layout.folders.iter().map(name).collect()
        };
        for (path, version, folders) in [
            ("/gnu/hello/hello-2.12.tar.gz", "2.12", vec!["gnu", "hello"]),
            (
                "/stable/frameworks/6.5/karchive-6.5.0.tar.xz",
                "6.5.0",
                vec!["stable", "frameworks", "<6.5>"],
            ),
            ("/pub/v2/foo-2.1.tar.gz", "2.1", vec!["pub", "v<2>"]),
            (
                "/pub/foo-1.2/src/foo.tar.gz",
                "1.2",
                vec!["pub", "foo-<1.2>", "src"],
            ),
            (
                "/linux/kernel/v6.x/linux-6.1.tar.xz",
                "6.1",
                vec!["linux", "kernel", "v6.x"],
            ),
        ] {
            assert_eq!(names(&layout(path, version)), folders, "{path}");
        }
        assert!(Layout::of("/pub/foo.tar.gz", "1.2").is_none());
        assert!(Layout::of("/", "1.2").is_none());
    }

    #[test]
    fn files_may_change_their_compression() {
        let shape = Shape::of("foo-1.2.tar.gz", "1.2").unwrap();
        for (name, expected) in [
            ("foo-1.3.tar.gz", Some("1.3")),
            ("foo-1.3.tar.xz", Some("1.3")),
            ("foo-1.3.tar.gz.sig", None),
            ("foo-1.3.txt", None),
            ("foo-bar-1.3.tar.gz", None),
            ("foo-1.3-src.tar.gz", Some("1.3-src")),
        ] {
            assert_eq!(
                file_version(name, &shape, "1.2").as_deref(),
                expected,
                "{name}"
            );
        }
    }
}
