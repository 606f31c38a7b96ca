//! The line of the source that a finding is about, short enough to be shown.

use nixsmith_expr::position::{Lines, Position};

use crate::finding::Excerpt;

/// Longer lines are cut around the place.
const WIDTH: usize = 140;

/// How much of a cut line stands before the place.
const BEFORE: usize = 40;

/// The line where the place begins.
pub(crate) fn of(lines: &Lines<'_>, start: Position, end: Position) -> Option<Excerpt> {
    let line = lines.line(start.line)?.trim_end();
    let length = line.chars().count();
    let last = if end.line == start.line {
        end.column
    } else {
        length + 1
    };
    let marked = last.saturating_sub(start.column).max(1);
    if length <= WIDTH {
        return Some(Excerpt {
            line: line.to_owned(),
            column: start.column,
            marked: marked.min((length + 1).saturating_sub(start.column).max(1)),
        });
    }
    let skipped = (start.column - 1).saturating_sub(BEFORE);
    let shown: String = line.chars().skip(skipped).take(WIDTH).collect();
    let lead = if skipped > 0 { "…" } else { "" };
    let tail = if skipped + WIDTH < length { "…" } else { "" };
    let column = start.column - skipped + lead.chars().count();
    let marked = marked.min((WIDTH + 2).saturating_sub(column).max(1));
    Some(Excerpt {
        line: format!("{lead}{shown}{tail}"),
        column,
        marked,
    })
}
