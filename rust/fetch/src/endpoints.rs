//! The one table of public services. Every row can be replaced: by a private mirror, by a forge of one's own, by a test server.
//!
//! No other file names these hosts. A loopback or private address is reachable only if it is the origin of a replacement.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use url::{Origin, Url};

/// One row of the table. `Display` and `FromStr` use the name in `NIXSMITH_ENDPOINT_<NAME>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Endpoint {
    /// GitHub's pages, archives and git repositories.
    Github,
    /// GitHub's REST interface.
    GithubApi,
    /// GitLab's pages, archives, repositories and, below `/api/v4`, REST interface.
    Gitlab,
    /// Codeberg's pages, archives, repositories and, below `/api/v1`, REST interface.
    Codeberg,
    /// SourceHut's git service.
    Sourcehut,
    /// Bitbucket's pages, archives, repositories and, below `/2.0`, REST interface.
    Bitbucket,
    /// The pages, archives and git repositories of repo.or.cz.
    RepoOrCz,
    /// Where released Rust crates are downloaded: `/crates/NAME/VERSION/download`.
    Crates,
    /// The sparse index of Rust crates.
    CratesIndex,
    /// The Python package index: `/simple/NAME/` and `/pypi/NAME/json`.
    Pypi,
    /// Where Python files are downloaded: `/packages/…`.
    PypiFiles,
    /// The npm registry.
    Npm,
    /// The Go module proxy.
    GoProxy,
    /// Maven's central repository.
    Maven,
    /// The gem registry.
    Rubygems,
    /// Composer's registry.
    Packagist,
    /// The Hex package repository.
    Hex,
    /// Hex's pages and, below `/api`, what it knows of packages.
    HexApi,
    /// Where CPAN's distributions are downloaded: `/authors/id/…`.
    Cpan,
    /// What MetaCPAN knows of CPAN's distributions.
    CpanApi,
    /// The repository of R packages.
    Cran,
    /// The repository of Haskell packages.
    Hackage,
    /// GNU's releases, one folder for each package.
    Gnu,
    /// Savannah's releases, one folder for each project.
    Savannah,
    /// GNOME's releases: `/sources/NAME`.
    Gnome,
    /// KDE's releases.
    Kde,
    /// SourceForge's pages: `/projects/NAME`.
    Sourceforge,
    /// Where SourceForge's files are downloaded.
    SourceforgeFiles,
    /// NixOS' build farm.
    Hydra,
    /// NixOS' binary cache.
    CacheNixos,
    /// The cross-distribution version index.
    Repology,
    /// The OSV vulnerability database.
    Osv,
    /// The NVD vulnerability database.
    Nvd,
    /// The Cachix service.
    Cachix,
}

/// Name, public URL without trailing slash, further public URLs that the same replacement serves.
type Row = (
    Endpoint,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const TABLE: &[Row] = &[
    (
        Endpoint::Github,
        "GITHUB",
        "https://github.com",
        &["https://www.github.com"],
    ),
    (
        Endpoint::GithubApi,
        "GITHUB_API",
        "https://api.github.com",
        &[],
    ),
    (Endpoint::Gitlab, "GITLAB", "https://gitlab.com", &[]),
    (Endpoint::Codeberg, "CODEBERG", "https://codeberg.org", &[]),
    (
        Endpoint::Sourcehut,
        "SOURCEHUT",
        "https://git.sr.ht",
        &["https://hg.sr.ht"],
    ),
    (
        Endpoint::Bitbucket,
        "BITBUCKET",
        "https://bitbucket.org",
        &["https://api.bitbucket.org"],
    ),
    (Endpoint::RepoOrCz, "REPO_OR_CZ", "https://repo.or.cz", &[]),
    (
        Endpoint::Crates,
        "CRATES",
        "https://static.crates.io",
        &["https://crates.io/api/v1"],
    ),
    (
        Endpoint::CratesIndex,
        "CRATES_INDEX",
        "https://index.crates.io",
        &[],
    ),
    (
        Endpoint::Pypi,
        "PYPI",
        "https://pypi.org",
        &["https://pypi.io"],
    ),
    (
        Endpoint::PypiFiles,
        "PYPI_FILES",
        "https://files.pythonhosted.org",
        &[],
    ),
    (
        Endpoint::Npm,
        "NPM",
        "https://registry.npmjs.org",
        &["https://registry.yarnpkg.com"],
    ),
    (
        Endpoint::GoProxy,
        "GO_PROXY",
        "https://proxy.golang.org",
        &[],
    ),
    (
        Endpoint::Maven,
        "MAVEN",
        "https://repo1.maven.org/maven2",
        &["https://repo.maven.apache.org/maven2"],
    ),
    (Endpoint::Rubygems, "RUBYGEMS", "https://rubygems.org", &[]),
    (
        Endpoint::Packagist,
        "PACKAGIST",
        "https://repo.packagist.org",
        &["https://packagist.org"],
    ),
    (Endpoint::Hex, "HEX", "https://repo.hex.pm", &[]),
    (Endpoint::HexApi, "HEX_API", "https://hex.pm", &[]),
    (
        Endpoint::Cpan,
        "CPAN",
        "https://cpan.metacpan.org",
        &["https://www.cpan.org", "https://cpan.org"],
    ),
    (
        Endpoint::CpanApi,
        "CPAN_API",
        "https://fastapi.metacpan.org",
        &[],
    ),
    (Endpoint::Cran, "CRAN", "https://cran.r-project.org", &[]),
    (
        Endpoint::Hackage,
        "HACKAGE",
        "https://hackage.haskell.org",
        &[],
    ),
    (
        Endpoint::Gnu,
        "GNU",
        "https://ftp.gnu.org/gnu",
        &["https://ftpmirror.gnu.org/gnu", "https://ftpmirror.gnu.org"],
    ),
    (
        Endpoint::Savannah,
        "SAVANNAH",
        "https://download.savannah.gnu.org/releases",
        &["https://download.savannah.nongnu.org/releases"],
    ),
    (Endpoint::Gnome, "GNOME", "https://download.gnome.org", &[]),
    (Endpoint::Kde, "KDE", "https://download.kde.org", &[]),
    (
        Endpoint::Sourceforge,
        "SOURCEFORGE",
        "https://sourceforge.net",
        &["https://www.sourceforge.net"],
    ),
    (
        Endpoint::SourceforgeFiles,
        "SOURCEFORGE_FILES",
        "https://downloads.sourceforge.net",
        &[
            "https://download.sourceforge.net",
            "https://prdownloads.sourceforge.net",
        ],
    ),
    (Endpoint::Hydra, "HYDRA", "https://hydra.nixos.org", &[]),
    (
        Endpoint::CacheNixos,
        "CACHE_NIXOS",
        "https://cache.nixos.org",
        &[],
    ),
    (Endpoint::Repology, "REPOLOGY", "https://repology.org", &[]),
    (Endpoint::Osv, "OSV", "https://api.osv.dev", &[]),
    (Endpoint::Nvd, "NVD", "https://services.nvd.nist.gov", &[]),
    (Endpoint::Cachix, "CACHIX", "https://cachix.org", &[]),
];

/// The registry of Rust crates as lock files name it.
///
/// Source: `cargo`'s `CRATES_IO_REGISTRY` and `CRATES_IO_INDEX`; nixpkgs' `fetchCargoVendor` accepts the first alone.
pub const CRATES_LOCK_SOURCES: [&str; 2] = [
    "registry+https://github.com/rust-lang/crates.io-index",
    "sparse+https://index.crates.io/",
];

/// Forges of one's own that many packages come from, by host, and which software they run.
pub(crate) const KNOWN_FORGES: &[(&str, &str)] = &[
    ("framagit.org", "gitlab"),
    ("gitea.com", "gitea"),
    ("git.pleroma.social", "gitlab"),
    ("git.sr.ht", "sourcehut"),
    ("hg.sr.ht", "sourcehut"),
    ("invent.kde.org", "gitlab"),
    ("notabug.org", "gitea"),
    ("salsa.debian.org", "gitlab"),
    ("source.puri.sm", "gitlab"),
];

/// How the names of the public hosts that run Gitiles end.
pub(crate) const GITILES_HOSTS: &str = ".googlesource.com";

/// First choices for `mirror://SITE/…`, as `pkgs/build-support/fetchurl/mirrors.nix` lists them.
const MIRRORS: &[(&str, &str)] = &[
    ("alsa", "https://www.alsa-project.org/files/pub/"),
    ("apache", "https://dlcdn.apache.org/"),
    (
        "bioc",
        "https://bioconductor.statistik.tu-dortmund.de/packages/",
    ),
    ("bitlbee", "https://get.bitlbee.org/"),
    ("centos", "https://vault.centos.org/"),
    ("cpan", "https://cpan.metacpan.org/"),
    ("cran", "https://cran.r-project.org/src/contrib/"),
    ("debian", "https://httpredir.debian.org/debian/"),
    ("dub", "https://code.dlang.org/packages/"),
    ("fedora", "https://archives.fedoraproject.org/pub/fedora/"),
    ("gcc", "https://mirror.koddos.net/gcc/"),
    ("gentoo", "https://ftp.snt.utwente.nl/pub/os/linux/gentoo/"),
    ("gnome", "https://download.gnome.org/"),
    ("gnu", "https://ftpmirror.gnu.org/"),
    ("gnupg", "https://gnupg.org/ftp/gcrypt/"),
    ("hackage", "https://hackage.haskell.org/package/"),
    ("ibiblioPubLinux", "https://www.ibiblio.org/pub/Linux/"),
    ("imagemagick", "https://www.imagemagick.org/download/"),
    ("kde", "https://download.kde.org/"),
    ("kernel", "https://cdn.kernel.org/pub/"),
    ("luarocks", "https://luarocks.org/"),
    ("maven", "https://repo1.maven.org/maven2/"),
    (
        "mozilla",
        "https://download.cdn.mozilla.net/pub/mozilla.org/",
    ),
    ("mysql", "https://cdn.mysql.com/Downloads/"),
    ("openbsd", "https://ftp.openbsd.org/pub/OpenBSD/"),
    ("opensuse", "https://opensuse.hro.nl/opensuse/distribution/"),
    ("osdn", "https://osdn.dl.osdn.jp/"),
    ("postgresql", "https://ftp.postgresql.org/pub/"),
    ("pypi", "https://files.pythonhosted.org/packages/source/"),
    ("qt", "https://download.qt.io/"),
    (
        "sageupstream",
        "https://sagemath.mirror.ac.za/spkg/upstream/",
    ),
    ("samba", "https://download.samba.org/pub/"),
    ("savannah", "https://download.savannah.gnu.org/releases/"),
    ("sourceforge", "https://downloads.sourceforge.net/"),
    ("steamrt", "https://repo.steampowered.com/steamrt/"),
    ("tcsh", "https://astron.com/pub/tcsh/"),
    ("testpypi", "https://test.pypi.io/packages/source/"),
    ("texhistoric", "https://ftp.math.utah.edu/pub/tex/historic/"),
    ("ubuntu", "https://nl.archive.ubuntu.com/ubuntu/"),
    ("xfce", "https://archive.xfce.org/"),
    ("xorg", "https://xorg.freedesktop.org/releases/"),
];

/// The address that `mirror://SITE/PATH` stands for first; `None` for another scheme or a site that is not in nixpkgs' list
/// or not in ours.
#[must_use]
pub fn resolve_mirror(url: &Url) -> Option<Url> {
    if url.scheme() != "mirror" {
        return None;
    }
    let site = url.host_str()?;
    let (_, base) = MIRRORS.iter().find(|(name, _)| *name == site)?;
    let path = url.path().trim_start_matches('/');
    let query = url
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    Url::parse(&format!("{base}{path}{query}")).ok()
}

impl Endpoint {
    /// Every row, in table order.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    fn row(self) -> &'static Row {
        let found = TABLE.iter().find(|row| row.0 == self);
        #[expect(
            clippy::expect_used,
            reason = "a test walks every variant through this function"
        )]
        found.expect("every endpoint has a row")
    }

    /// The name in `NIXSMITH_ENDPOINT_<NAME>` and in the configuration file.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The public service, whatever replaces it now; no trailing slash. For text that others will read, such as generated Nix.
    #[must_use]
    pub fn public_url(self) -> &'static str {
        self.row().2
    }

    /// A second public address of the same service; the first one where there is none.
    pub(crate) fn second_url(self) -> &'static str {
        let row = self.row();
        row.3.first().copied().unwrap_or(row.2)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A name that is no row of the endpoint table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no endpoint `{0}`")]
pub struct UnknownEndpoint(pub String);

impl FromStr for Endpoint {
    type Err = UnknownEndpoint;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let row = TABLE.iter().find(|row| row.1 == name);
        row.map(|row| row.0)
            .ok_or_else(|| UnknownEndpoint(name.to_owned()))
    }
}

/// Why a replacement is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not an absolute `http` or `https` URL with a host.
    #[error("endpoint `{0}` needs an http or https URL with a host, not `{1}`")]
    NotHttp(Endpoint, String),
    /// A user name or password in the URL would land in messages and lock files.
    #[error("endpoint `{0}` must not contain a user name or password")]
    Credentials(Endpoint),
    /// A query or fragment cannot be a base of other addresses.
    #[error("endpoint `{0}` must not have a query or fragment")]
    NotABase(Endpoint),
}

/// The table with its replacements.
#[derive(Debug, Clone)]
pub struct Endpoints {
    urls: BTreeMap<Endpoint, Url>,
    overridden: BTreeMap<Endpoint, Url>,
}

impl Default for Endpoints {
    fn default() -> Self {
        let parsed = TABLE
            .iter()
            .filter_map(|row| Some((row.0, Url::parse(row.2).ok()?)));
        Self {
            urls: parsed.collect(),
            overridden: BTreeMap::new(),
        }
    }
}

impl Endpoints {
    /// The table with some rows replaced. A trailing slash of a replacement does not matter.
    pub fn new(overrides: BTreeMap<Endpoint, Url>) -> Result<Self, EndpointError> {
        let mut endpoints = Self::default();
        for (endpoint, mut url) in overrides {
            if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty)
            {
                return Err(EndpointError::NotHttp(endpoint, url.into()));
            }
            if !url.username().is_empty() || url.password().is_some() {
                return Err(EndpointError::Credentials(endpoint));
            }
            if url.query().is_some() || url.fragment().is_some() {
                return Err(EndpointError::NotABase(endpoint));
            }
            let path = url.path().trim_end_matches('/').to_owned();
            url.set_path(&path);
            endpoints.urls.insert(endpoint, url.clone());
            endpoints.overridden.insert(endpoint, url);
        }
        Ok(endpoints)
    }

    /// Where the service is now.
    #[must_use]
    pub fn url(&self, endpoint: Endpoint) -> &Url {
        let url = self.urls.get(&endpoint);
        #[expect(clippy::expect_used, reason = "a test parses every row")]
        url.expect("every row is a URL")
    }

    /// The address of `path` at the service; `path` is taken literally after one slash and may hold a query.
    ///
    /// Characters that an address cannot hold are percent-encoded; `..` and `//` stay below the base only if the caller
    /// has encoded outside text (see [`segment`]).
    #[must_use]
    pub fn join(&self, endpoint: Endpoint, path: &str) -> Url {
        let base = self.url(endpoint);
        let text = format!(
            "{}/{}",
            base.as_str().trim_end_matches('/'),
            path.trim_start_matches('/')
        );
        Url::parse(&text).unwrap_or_else(|_| base.clone())
    }

    /// Whether the row was replaced.
    #[must_use]
    pub fn is_overridden(&self, endpoint: Endpoint) -> bool {
        self.overridden.contains_key(&endpoint)
    }

    /// The address to ask for `url`: a public address of a replaced row moves to its replacement, everything else stays.
    #[must_use]
    pub fn rewrite(&self, url: &Url) -> Url {
        self.rewrites()
            .find_map(|(public, replacement)| {
                let rest = below(url.as_str(), public)?;
                Url::parse(&format!(
                    "{}{rest}",
                    replacement.as_str().trim_end_matches('/')
                ))
                .ok()
            })
            .unwrap_or_else(|| url.clone())
    }

    /// Which service `url` lies at, and the rest of the address after the service's own; the public addresses come first, then
    /// the replacements, in table order.
    #[must_use]
    pub fn locate(&self, url: &Url) -> Option<(Endpoint, String)> {
        let public = TABLE.iter().flat_map(|row| {
            std::iter::once(row.2)
                .chain(row.3.iter().copied())
                .map(|base| (row.0, base))
        });
        let replaced = self
            .overridden
            .iter()
            .map(|(endpoint, base)| (*endpoint, base.as_str().trim_end_matches('/')));
        public.chain(replaced).find_map(|(endpoint, base)| {
            let rest = below(url.as_str(), base)?;
            Some((endpoint, rest.trim_start_matches('/').to_owned()))
        })
    }

    /// Public base without trailing slash, and what stands in its place, for each replaced row. git's `insteadOf` is made from it.
    pub fn rewrites(&self) -> impl Iterator<Item = (&'static str, &Url)> {
        self.overridden.iter().flat_map(|(endpoint, replacement)| {
            let row = endpoint.row();
            std::iter::once(row.2)
                .chain(row.3.iter().copied())
                .map(move |public| (public, replacement))
        })
    }

    /// Whether `url` has the origin of a replacement, and so may be loopback, private or plain http.
    #[must_use]
    pub fn allows_private(&self, url: &Url) -> bool {
        let origin = url.origin();
        matches!(origin, Origin::Tuple(..))
            && self
                .overridden
                .values()
                .any(|known| known.origin() == origin)
    }
}

/// The part of `url` after `base`, if `url` is `base` or lies below it.
fn below<'a>(url: &'a str, base: &str) -> Option<&'a str> {
    let rest = url.strip_prefix(base)?;
    (rest.is_empty() || rest.starts_with(['/', '?', '#'])).then_some(rest)
}

/// Characters that may stand for themselves in one segment of a path.
const SEGMENT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'+')
    .remove(b'!')
    .remove(b'@');

/// Outside text as one segment of a URL's path: `/`, `%`, `?`, `#` and the like are percent-encoded. `.` and `..`, which URL parsers take
/// for steps even when encoded once, are encoded twice and so name nothing.
#[must_use]
pub fn segment(text: &str) -> String {
    if matches!(text, "." | "..") {
        return text.replace('.', "%252E");
    }
    percent_encoding::utf8_percent_encode(text, SEGMENT).to_string()
}

#[cfg(test)]
mod tests;
