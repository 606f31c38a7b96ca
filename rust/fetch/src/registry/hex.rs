//! The Hex repository: where packages lie.

use url::Url;

use crate::endpoints::{Endpoint, Endpoints, segment};

/// Where the outer tarball is, as nixpkgs' `fetchHex` spells it.
#[must_use]
pub fn tarball_url(endpoints: &Endpoints, name: &str, version: &str) -> Url {
    endpoints.join(
        Endpoint::Hex,
        &format!("tarballs/{}-{}.tar", segment(name), segment(version)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tarballs_are_named_by_package_and_version() {
        let url = tarball_url(&Endpoints::default(), "jason", "1.4.4");
        assert_eq!(url.path(), "/tarballs/jason-1.4.4.tar");
    }
}
