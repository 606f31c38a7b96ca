//! Which addresses may be asked: no credentials, no other scheme, and nothing of the local network unless the user set it as an endpoint.
//!
//! A lock file or a redirect could otherwise make us speak to services that trust whoever can reach them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::endpoints::Endpoints;
use crate::error::FetchError;

/// `Err` says why `url` is not asked. Names are judged again when they are resolved: see [`is_private`].
pub(crate) fn check(url: &Url, endpoints: &Endpoints) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!(
            "the scheme `{}` is not http or https",
            url.scheme()
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it contains a user name or password".to_owned());
    }
    if endpoints.allows_private(url) {
        return Ok(());
    }
    let is_local = match url.host() {
        None => return Err("it has no host".to_owned()),
        Some(Host::Domain(name)) => is_local_name(name),
        Some(Host::Ipv4(address)) => is_private(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_private(IpAddr::V6(address)),
    };
    if is_local {
        Err(PRIVATE.to_owned())
    } else {
        Ok(())
    }
}

/// The same rules for an address that another program is handed, whatever its scheme: no password, no host that looks like an option, none
/// of the local network. A `file` URL is its owner's business.
///
/// # Errors
/// [`FetchError::Refused`], with the address.
pub fn check_for_program(url: &Url, endpoints: &Endpoints) -> Result<(), FetchError> {
    if url.scheme() == "file" {
        return Ok(());
    }
    let refused = |reason: String| FetchError::Refused {
        url: without_password(url),
        reason,
    };
    if url.password().is_some() {
        return Err(refused("it contains a password".to_owned()));
    }
    let host = url.host_str().unwrap_or_default();
    if host.starts_with('-') || url.username().starts_with('-') {
        return Err(refused("its host or user starts with `-`".to_owned()));
    }
    let port = url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    let plain = Url::parse(&format!("http://{host}{port}/"))
        .map_err(|_| refused("its host cannot be read".to_owned()))?;
    check(&plain, endpoints).map_err(refused)
}

fn without_password(url: &Url) -> String {
    let mut url = url.clone();
    // The error says that there is none to take away.
    let _ = url.set_password(None);
    url.into()
}

/// Why a private address is refused.
pub(crate) const PRIVATE: &str = "a loopback or private address is asked only if it is set as an endpoint (`NIXSMITH_ENDPOINT_<NAME>`)";

fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether `url` names this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_local_name(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether an address belongs to this machine or a network behind it rather than to the public internet.
///
/// Source: the IANA special-purpose registries (RFC 6890) without the documentation networks, which name nobody.
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(embedded) => is_private_v4(embedded),
            None => is_private_v6(address),
        },
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || first == 0
        || first >= 240
        || (first == 100 && (64..128).contains(&second))
        || (first == 198 && (18..20).contains(&second))
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let [first, ..] = address.segments();
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || (first & 0xfe00) == 0xfc00
        || (first & 0xffc0) == 0xfe80
        || (first & 0xffc0) == 0xfec0
}

/// The IPv4 address inside an IPv4-mapped, NAT64 or 6to4 address.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, high, low] = address.segments();
    let join = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff) | (0x64, 0xff9b, 0, 0, 0, 0) => Some(join(high, low)),
        (0x2002, ..) => Some(join(b, c)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_behind_the_public_internet_are_private() {
        for text in [
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
        ] {
            assert!(is_private(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn public_addresses_are_not() {
        for text in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "203.0.113.80",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
        ] {
            assert!(!is_private(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn every_spelling_of_loopback_is_refused() {
        for text in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://localhost/",
            "http://LOCALHOST./",
            "http://a.localhost/",
            "http://0/",
        ] {
            let url = Url::parse(text).unwrap();
            assert_eq!(
                check(&url, &Endpoints::default()),
                Err(PRIVATE.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn programs_are_sent_to_public_hosts_alone() {
        let said = |text: &str| {
            check_for_program(&Url::parse(text).unwrap(), &Endpoints::default())
                .map_err(|error| error.to_string())
        };
        for text in [
            "svn://example.org/x",
            "svn+ssh://me@example.org/x",
            "https://example.org:8080/x",
            "file:///srv/x",
        ] {
            assert_eq!(said(text), Ok(()), "{text}");
        }
        for (text, reason) in [
            ("svn://127.0.0.1:3690/x", PRIVATE),
            ("http://localhost/x", PRIVATE),
            ("svn+ssh://10.0.0.1/x", PRIVATE),
            (
                "svn+ssh://-oProxyCommand=x/y",
                "its host or user starts with `-`",
            ),
        ] {
            assert_eq!(said(text), Err(format!("`{text}` is refused: {reason}")));
        }
        let secret = said("svn://me:secret@example.org/x").unwrap_err();
        assert_eq!(
            secret,
            "`svn://me@example.org/x` is refused: it contains a password"
        );
    }

    #[test]
    fn other_schemes_and_credentials_are_refused() {
        for text in [
            "file:///etc/passwd",
            "ftp://example.org/x",
            "data:,x",
            "https://user@example.org/",
            "https://:pw@example.org/",
        ] {
            assert!(
                check(&Url::parse(text).unwrap(), &Endpoints::default()).is_err(),
                "{text}"
            );
        }
        for text in ["https://example.org/x", "http://example.org:8080/x"] {
            assert_eq!(
                check(&Url::parse(text).unwrap(), &Endpoints::default()),
                Ok(()),
                "{text}"
            );
        }
    }
}
