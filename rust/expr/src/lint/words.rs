//! Words that are nearly other words.

/// The known word that is so near that `word` is probably a slip of it: another case, or few letters amiss for its length. Long words
/// that begin alike may differ by one letter more.
#[must_use]
pub fn closest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let limit = match word.len() {
        0..=4 => 0,
        5..=7 => 1,
        _ => 2,
    };
    let lower = word.to_ascii_lowercase();
    known
        .filter_map(|candidate| {
            let begins_alike = limit == 2 && lower.get(..6) == candidate.get(..6);
            let limit = limit + usize::from(begins_alike);
            let possible = candidate.len().abs_diff(word.len()) <= limit
                && letters_amiss(&lower, candidate) <= limit;
            let distance = possible.then(|| distance(&lower, &candidate.to_ascii_lowercase()))?;
            (distance <= limit).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters one word has that the other lacks, whatever their order: never more than [`distance`], and found faster. `lower` is in
/// small letters.
fn letters_amiss(lower: &str, other: &str) -> usize {
    let mut counts = [0_i8; 32];
    let mut count = |byte: u8, by: i8| {
        if let Some(count) = counts.get_mut(usize::from(byte & 31)) {
            *count = count.saturating_add(by);
        }
    };
    lower.bytes().for_each(|byte| count(byte, 1));
    other
        .bytes()
        .for_each(|byte| count(byte.to_ascii_lowercase(), -1));
    let surplus = |sign: i8| -> usize {
        let signed = counts.iter().map(|count| count.saturating_mul(sign));
        signed.filter_map(|count| usize::try_from(count).ok()).sum()
    };
    surplus(1).max(surplus(-1))
}

/// How many letters have to be added, removed, replaced or swapped with their neighbour.
pub(crate) fn distance(from: &str, to: &str) -> usize {
    let to: Vec<u8> = to.bytes().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, letter) in from.bytes().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let at =
                |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX / 2);
            let mut least = at(&last, column) + usize::from(letter != *other);
            least = least
                .min(at(&last, column + 1) + 1)
                .min(at(&current, column) + 1);
            let swapped = column
                .checked_sub(1)
                .filter(|left| previous == Some(*other) && to.get(*left) == Some(&letter));
            if let Some(left) = swapped {
                least = least.min(at(&before_last, left) + 1);
            }
            current.push(least);
        }
        before_last = last;
        last = current;
        previous = Some(letter);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("", ""), 0);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("buildInputs", "buildInput"), 1);
        assert_eq!(distance("intsall", "install"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn the_fast_count_is_never_too_large() {
        let words = [
            "",
            "abc",
            "cab",
            "kitten",
            "sitting",
            "nativeBuildInputs",
            "buildInputs",
            "aaaa",
        ];
        for from in words {
            for to in words {
                let lower = from.to_ascii_lowercase();
                assert!(
                    letters_amiss(&lower, to) <= distance(&lower, &to.to_ascii_lowercase()),
                    "{from} {to}"
                );
            }
        }
        assert_eq!(letters_amiss("abc", "cab"), 0);
        assert_eq!(letters_amiss("abc", "abd"), 1);
    }

    #[test]
    fn a_short_word_must_be_the_same_but_for_its_case() {
        let known = || ["name", "pname", "platforms"].into_iter();
        assert_eq!(closest("Name", known()), Some("name"));
        assert_eq!(closest("nam", known()), None);
        assert_eq!(closest("platform", known()), Some("platforms"));
        assert_eq!(closest("paltfroms", known()), Some("platforms"));
        assert_eq!(closest("plattffforms", known()), None);
        let passthru = || ["passthru"].into_iter();
        assert_eq!(closest("passthrough", passthru()), Some("passthru"));
        assert_eq!(closest("bassthrough", passthru()), None);
    }
}
