//! The lines above the hunks, read and printed as patchutils does.

use super::Patchutils;

/// What stands above each hunk of a context diff.
pub(super) const CONTEXT_HUNK: &[u8] = b"***************";

/// `*** first,last ****` or `--- first,last ----`.
pub(super) struct ContextRange<'a> {
    first: u64,
    last: u64,
    pub(super) count: u64,
    rest: &'a [u8],
}

impl<'a> ContextRange<'a> {
    pub(super) fn parse(line: &'a [u8], is_new: bool) -> Option<Self> {
        let text = line.strip_prefix(if is_new { b"--- " } else { b"*** " })?;
        let (first, mut rest) = number(text)?;
        let (mut last, mut count) = (first, u64::from(first > 0));
        if let Some(text) = rest.strip_prefix(b",") {
            (last, rest) = number(text)?;
            count = last.checked_sub(first)?.saturating_add(1);
        }
        let rest = match rest.iter().position(|byte| *byte == b'*') {
            Some(stars) => rest.get(stars + 4..).unwrap_or_default(),
            None => b"\n",
        };
        Some(Self {
            first,
            last,
            count,
            rest,
        })
    }

    pub(super) fn print(&self, is_new: bool, text: &mut Vec<u8>) {
        let range = if self.first == self.last {
            self.first.to_string()
        } else {
            format!("{},{}", self.first, self.last)
        };
        if is_new {
            text.extend_from_slice(format!("--- {range} ----\n").as_bytes());
        } else {
            text.extend_from_slice(CONTEXT_HUNK);
            text.extend_from_slice(format!("\n*** {range} ****").as_bytes());
            text.extend_from_slice(c_string(self.rest));
        }
    }
}

/// `@@ -old,count +new,count @@ section`.
pub(super) struct HunkHeader<'a> {
    old_start: u64,
    pub(super) old_count: u64,
    new_start: u64,
    pub(super) new_count: u64,
    section: &'a [u8],
}

impl<'a> HunkHeader<'a> {
    pub(super) fn parse(line: &'a [u8]) -> Option<Self> {
        let (old_start, old_count) = range(after(line, b'-')?)?;
        let new = after(line, b'+')?;
        let (new_start, new_count) = range(new)?;
        let end = new
            .iter()
            .position(|byte| matches!(byte, b' ' | b'\n'))
            .unwrap_or(new.len());
        let mut section = new.get(end..).unwrap_or_default();
        section = section.strip_prefix(b" ").unwrap_or(section);
        while let Some(rest) = section.strip_prefix(b"@") {
            section = rest;
        }
        Some(Self {
            old_start,
            old_count,
            new_start,
            new_count,
            section,
        })
    }

    pub(super) fn print(&self, version: Patchutils, clean: bool, text: &mut Vec<u8>) {
        let mut push = |piece: String| text.extend_from_slice(piece.as_bytes());
        push(format!("@@ -{}", self.old_start));
        if self.old_count != 1 {
            push(format!(",{}", self.old_count));
        }
        push(format!(" +{}", self.new_start));
        if self.new_count != 1 {
            push(format!(",{}", self.new_count));
        }
        push(" @@".to_owned());
        match version {
            Patchutils::V0_3_3 => text.extend_from_slice(c_string(self.section)),
            Patchutils::V0_4_2 if clean => text.push(b'\n'),
            Patchutils::V0_4_2 => text.extend_from_slice(self.section),
        }
    }
}

fn after(line: &[u8], mark: u8) -> Option<&[u8]> {
    let position = line.iter().position(|byte| *byte == mark)?;
    line.get(position + 1..)
}

/// `START[,COUNT]`; a missing count is one line.
fn range(text: &[u8]) -> Option<(u64, u64)> {
    let (start, rest) = number(text)?;
    let comma = rest.iter().position(|byte| matches!(byte, b',' | b' '));
    let count = match comma.and_then(|at| rest.get(at..)) {
        Some([b',', digits @ ..]) => number(digits).map_or(0, |(count, _)| count),
        _ => 1,
    };
    Some((start, count))
}

fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return None;
    }
    let (digits, rest) = text.split_at_checked(digits)?;
    let value = digits.iter().fold(0_u64, |value, digit| {
        value
            .saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    });
    Some((value, rest))
}

/// What C's `fputs` prints of a line: nothing behind a NUL.
pub(super) fn c_string(line: &[u8]) -> &[u8] {
    line.split(|byte| *byte == 0).next().unwrap_or_default()
}
