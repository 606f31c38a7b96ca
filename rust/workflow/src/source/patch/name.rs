//! The file that a diff is about, as patchutils reads its two header lines.

/// The name in a `---` or `+++` line, without what looks like a date.
pub(super) fn file_name(header: &[u8]) -> &[u8] {
    let text = header.get(4..).unwrap_or_default();
    let until = |from: usize| {
        text.iter()
            .skip(from)
            .position(|byte| matches!(byte, b' ' | b'\t' | b'\n'))
            .map_or(text.len(), |at| from + at)
    };
    let first_space = until(0);
    let mut end = first_space;
    while text.get(end) == Some(&b' ') {
        let rest = text.get(end..).unwrap_or_default();
        let blanks = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        let rest = rest.get(blanks..).unwrap_or_default();
        if rest.is_empty() || is_timestamp(rest) {
            break;
        }
        end = until(end + blanks + 1);
    }
    if text.get(end) == Some(&b'\n') && end > first_space {
        end = first_space;
    }
    text.get(..end).unwrap_or_default()
}

/// Whether the text starts with a date in one of the three forms patchutils knows.
fn is_timestamp(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let mut words = text.split_ascii_whitespace();
    let (Some(first), Some(second)) = (words.next(), words.next()) else {
        return false;
    };
    if is_numbers(first, '-', 3) {
        let seconds = second.split(['.', '+', 'Z']).next().unwrap_or_default();
        return is_numbers(seconds, ':', 3);
    }
    let third = words.next().unwrap_or_default();
    if is_month(first) {
        return is_numbers(second, ':', 1) && is_numbers(third, ':', 3);
    }
    let (fourth, fifth) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    is_weekday(first)
        && is_month(second)
        && is_numbers(third, ':', 1)
        && is_numbers(fourth, ':', 3)
        && fifth.starts_with(|sign: char| sign.is_ascii_digit())
}

fn is_numbers(text: &str, separator: char, count: usize) -> bool {
    text.split(separator).count() == count
        && text.split(separator).all(|part| {
            !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit())
        })
}

fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    is_name_of(word, &MONTHS)
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    is_name_of(word, &DAYS)
}

fn is_name_of(word: &str, names: &[&str]) -> bool {
    names.iter().any(|name| {
        word.eq_ignore_ascii_case(name)
            || name
                .get(..3)
                .is_some_and(|short| word.eq_ignore_ascii_case(short))
    })
}

/// Of two names, the one with fewer directories, then the shorter last component, then the shorter name.
pub(super) fn best_name<'a>(old: &'a [u8], new: &'a [u8]) -> &'a [u8] {
    const ABSENT: &[u8] = b"/dev/null";
    if old == ABSENT {
        return if new == ABSENT { old } else { new };
    }
    if new == ABSENT {
        return old;
    }
    let rank = |name: &[u8]| {
        let mut directories = 0_usize;
        let mut previous = 0_u8;
        for byte in name {
            directories += usize::from(*byte == b'/' && previous != b'/');
            previous = *byte;
        }
        let last = name.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        (directories, last.len(), name.len())
    };
    if rank(new) < rank(old) { new } else { old }
}
