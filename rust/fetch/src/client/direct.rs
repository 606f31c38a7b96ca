//! Which hosts are reached without the proxy: the variable `no_proxy`, as curl reads it.

use std::net::IpAddr;

use url::{Host, Url};

/// The hosts that a `no_proxy` list names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DirectHosts {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    /// `*`
    All,
    /// A name, which stands for those below it as well.
    Name(String),
    /// The addresses whose first bits are those of this one.
    Network(IpAddr, u8),
}

impl DirectHosts {
    /// Reads a list separated by commas or white space: `*`, names with or without a leading dot, addresses with or without the length
    /// of their prefix (`10.0.0.0/8`). What is neither is passed over, as curl does.
    pub(super) fn parse(list: &str) -> Self {
        let words = list.split(|sign: char| sign == ',' || sign.is_whitespace());
        Self {
            entries: words
                .filter(|word| !word.is_empty())
                .filter_map(entry)
                .collect(),
        }
    }

    /// Whether the host of `url` is among them.
    pub(super) fn contains(&self, url: &Url) -> bool {
        let host = url.host().map(|host| host.to_owned());
        self.entries.iter().any(|entry| match (entry, &host) {
            (Entry::All, _) => true,
            (Entry::Name(name), Some(Host::Domain(domain))) => is_below(domain, name),
            (Entry::Network(network, length), Some(Host::Ipv4(address))) => {
                is_in(IpAddr::V4(*address), *network, *length)
            }
            (Entry::Network(network, length), Some(Host::Ipv6(address))) => {
                is_in(IpAddr::V6(*address), *network, *length)
            }
            _ => false,
        })
    }
}

fn entry(word: &str) -> Option<Entry> {
    if word == "*" {
        return Some(Entry::All);
    }
    let (address, length) = match word.split_once('/') {
        Some((address, length)) => (address, Some(length.parse::<u8>().ok()?)),
        None => (word, None),
    };
    let bare = address
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(address);
    if let Ok(address) = bare.parse::<IpAddr>() {
        let most = if address.is_ipv4() { 32 } else { 128 };
        let length = length.unwrap_or(most);
        return (length <= most).then_some(Entry::Network(address, length));
    }
    let name = address.trim_matches('.').to_ascii_lowercase();
    (length.is_none() && !name.is_empty()).then_some(Entry::Name(name))
}

fn is_below(domain: &str, name: &str) -> bool {
    let domain = domain.trim_end_matches('.');
    domain
        .strip_suffix(name)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn is_in(address: IpAddr, network: IpAddr, length: u8) -> bool {
    let first_bits = |bits: u128, width: u8| bits.checked_shr(u32::from(width - length.min(width)));
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            first_bits(address.to_bits().into(), 32) == first_bits(network.to_bits().into(), 32)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            first_bits(address.to_bits(), 128) == first_bits(network.to_bits(), 128)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_as_curl_reads_it() {
        let rows = [
            ("example.org", "https://example.org/", true),
            ("example.org", "https://git.example.org/", true),
            (".example.org", "https://example.org/", true),
            (".example.org", "https://git.example.org/", true),
            ("Example.ORG.", "https://git.example.org./", true),
            ("example.org", "https://badexample.org/", false),
            ("example.org", "https://example.org.evil.net/", false),
            ("a.net, example.org", "https://example.org:8443/", true),
            ("a.net example.org", "https://example.org/", true),
            ("*", "https://anything.example/", true),
            ("203.0.113.7", "https://203.0.113.7/", true),
            ("203.0.113.7", "https://203.0.113.8/", false),
            ("203.0.113.0/24", "https://203.0.113.8/", true),
            ("203.0.112.0/24", "https://203.0.113.8/", false),
            ("0.0.0.0/0", "https://203.0.113.8/", true),
            ("::/0", "https://203.0.113.8/", false),
            ("2001:db8::/32", "https://[2001:db8:1::1]/", true),
            ("[2001:db8::1]", "https://[2001:db8::1]/", true),
            ("2001:db8::1", "https://[2001:db8::2]/", false),
            ("203.0.113.0/33", "https://203.0.113.0/", false),
            ("", "https://example.org/", false),
            (",.,", "https://example.org/", false),
        ];
        for (list, url, expected) in rows {
            assert_eq!(
                DirectHosts::parse(list).contains(&Url::parse(url).unwrap()),
                expected,
                "{list} {url}"
            );
        }
    }
}
