//! When to ask again, and how long to wait before.

use std::hash::{BuildHasher as _, Hasher as _};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::calendar::days_since_1970;

/// The longest pause that we choose ourselves.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How often a service that answers with errors is asked.
pub(super) const MOST_ATTEMPTS: u32 = 8;

/// How often an address that does not even connect is asked.
pub(super) const MOST_CONNECTS: u32 = 3;

/// A random pause between nothing and twice as much as the last one at most ("full jitter"): clients that failed together do not
/// come back together.
pub(crate) fn pause(base: Duration, attempt: u32) -> Duration {
    let most = base.saturating_mul(1 << attempt.min(16)).min(LONGEST_PAUSE);
    // A fresh `RandomState` is keyed by the system's randomness; its empty hash is a random number.
    let random = std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish();
    let part = u32::try_from(random >> 32).unwrap_or(u32::MAX);
    most.mul_f64(f64::from(part) / f64::from(u32::MAX))
}

/// The wait that a `Retry-After` header asks for: seconds, or a date (RFC 9110, section 10.2.3).
pub(super) fn retry_after(value: &str) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_date(value)?;
    Some(until.duration_since(SystemTime::now()).unwrap_or_default())
}

/// The wait until an `X-RateLimit-Reset` time, in seconds since 1970.
pub(super) fn until_reset(value: &str) -> Option<Duration> {
    let reset = UNIX_EPOCH.checked_add(Duration::from_secs(value.trim().parse().ok()?))?;
    Some(reset.duration_since(SystemTime::now()).unwrap_or_default())
}

/// The time of an IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7). The two obsolete forms are not read.
fn http_date(value: &str) -> Option<SystemTime> {
    let words: Vec<&str> = value.split_ascii_whitespace().collect();
    let [_, day, month, year, time, "GMT"] = words.as_slice() else {
        return None;
    };
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = i64::try_from(months.iter().position(|known| known == month)?).ok()? + 1;
    let (day, year): (i64, i64) = (day.parse().ok()?, year.parse().ok()?);
    let clock: Vec<u64> = time
        .split(':')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let [hour, minute, second] = clock.as_slice() else {
        return None;
    };
    if !(1..=31).contains(&day)
        || !(1970..=9999).contains(&year)
        || *hour > 23
        || *minute > 59
        || *second > 60
    {
        return None;
    }
    let days = u64::try_from(days_since_1970(year, month, day)).ok()?;
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(value: &str) -> Option<u64> {
        let time = http_date(value)?;
        Some(time.duration_since(UNIX_EPOCH).unwrap().as_secs())
    }

    #[test]
    fn dates_are_read() {
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(seconds("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(seconds("Tue, 29 Feb 2000 23:59:59 GMT"), Some(951_868_799));
        for junk in [
            "",
            "soon",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 99 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
        ] {
            assert_eq!(seconds(junk), None, "{junk}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after(" 120 "), Some(Duration::from_secs(120)));
        assert_eq!(
            retry_after("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(Duration::ZERO)
        );
        assert!(
            retry_after("Fri, 31 Dec 9999 23:59:59 GMT").unwrap() > Duration::from_secs(1 << 32)
        );
        assert_eq!(retry_after("-1"), None);
    }

    #[test]
    fn pauses_grow_up_to_a_bound_and_differ() {
        let base = Duration::from_secs(1);
        let pauses: Vec<Duration> = (0..64).map(|attempt| pause(base, attempt)).collect();
        assert!(pauses.first().is_some_and(|first| *first <= base));
        assert!(pauses.iter().all(|pause| *pause <= LONGEST_PAUSE));
        assert!(
            pauses
                .iter()
                .collect::<std::collections::BTreeSet<_>>()
                .len()
                > 32
        );
    }
}
