//! The gem registry: where gems lie.

use url::Url;

use crate::endpoints::{Endpoint, Endpoints, segment};

/// Where a gem is; `platform` for gems that are not pure Ruby, such as `x86_64-linux`.
#[must_use]
pub fn gem_url(endpoints: &Endpoints, name: &str, version: &str, platform: Option<&str>) -> Url {
    let platform = platform
        .map(|platform| format!("-{}", segment(platform)))
        .unwrap_or_default();
    endpoints.join(
        Endpoint::Rubygems,
        &format!("gems/{}-{}{platform}.gem", segment(name), segment(version)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gems_are_named_by_name_version_and_platform() {
        let endpoints = Endpoints::default();
        assert_eq!(
            gem_url(&endpoints, "rack", "3.1.0", None).path(),
            "/gems/rack-3.1.0.gem"
        );
        let platform = gem_url(&endpoints, "nokogiri", "1.16.0", Some("x86_64-linux"));
        assert_eq!(platform.path(), "/gems/nokogiri-1.16.0-x86_64-linux.gem");
    }
}
