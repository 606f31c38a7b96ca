//! Shell patterns as C's `fnmatch` reads them, as far as nixpkgs makes them of file names.

/// nixpkgs puts a backslash before `*` and `?`, but not before `[` or a backslash.
pub(super) fn escape_wildcards(name: &[u8]) -> Vec<u8> {
    let mut pattern = Vec::with_capacity(name.len());
    for byte in name {
        if matches!(byte, b'*' | b'?') {
            pattern.push(b'\\');
        }
        pattern.push(*byte);
    }
    pattern
}

/// `fnmatch` for patterns whose `*` and `?` are escaped: literals, `\x` and `[…]` remain.
pub(super) fn matches_pattern(pattern: &[u8], name: &[u8]) -> bool {
    let (mut pattern, mut name) = (pattern, name);
    loop {
        match (pattern, name) {
            ([], rest) => return rest.is_empty(),
            ([b'\\', wanted, more @ ..], [found, rest @ ..]) if wanted == found => {
                (pattern, name) = (more, rest);
            }
            ([b'[', more @ ..], [found, rest @ ..]) => match bracket(more, *found) {
                Some((true, more)) => (pattern, name) = (more, rest),
                Some((false, _)) => return false,
                None if *found == b'[' => (pattern, name) = (more, rest),
                None => return false,
            },
            ([wanted, more @ ..], [found, rest @ ..]) if wanted == found && *wanted != b'\\' => {
                (pattern, name) = (more, rest);
            }
            _ => return false,
        }
    }
}

/// The verdict of a bracket expression and the pattern behind it; `None` where no `]` closes it.
fn bracket(pattern: &[u8], found: u8) -> Option<(bool, &[u8])> {
    let (negated, mut rest) = match pattern {
        [b'!' | b'^', rest @ ..] => (true, rest),
        _ => (false, pattern),
    };
    let mut matched = false;
    let mut first = true;
    loop {
        let (low, more) = match rest {
            [b']', more @ ..] if !first => return Some((matched != negated, more)),
            [b'\\', low, more @ ..] | [low, more @ ..] => (*low, more),
            [] => return None,
        };
        first = false;
        rest = match more {
            [b'-', high, more @ ..] if *high != b']' => {
                matched |= (low..=*high).contains(&found);
                more
            }
            _ => {
                matched |= low == found;
                more
            }
        };
    }
}
