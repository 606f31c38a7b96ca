//! What is said of a file that no rule can look at.

use nixsmith_expr::lint::Level;

/// One such finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Its name, as a rule's.
    pub name: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// What it means and what helps: Markdown, the first line is a summary.
    pub explanation: &'static str,
}

/// The file is not UTF-8.
pub const ENCODING: Code = Code {
    name: "encoding",
    level: Level::Error,
    explanation: "The file is not UTF-8.\n\nNix reads bytes, but every tool that shows or changes Nix files reads UTF-8. No rule \
                  looks at such a\nfile and no fix touches it. Save it as UTF-8.\n",
};

/// The file cannot be read.
pub const UNREADABLE: Code = Code {
    name: "unreadable",
    level: Level::Error,
    explanation: "The file cannot be read.\n\nIts permissions forbid it, it went away meanwhile, it is no regular file, or the \
                  disk failed: the\nsentence says which. Other files are still judged.\n",
};

/// A link leads out of what is judged.
pub const LINK: Code = Code {
    name: "link-outside",
    level: Level::Note,
    explanation: "A link leads out of the folder that is judged, or nowhere.\n\nIt is not followed: what lies there belongs to \
                  someone else. Name the file itself to have it judged.\n",
};

/// The mended text could not be written.
pub const NOT_WRITTEN: Code = Code {
    name: "not-written",
    level: Level::Error,
    explanation: "The mended text could not be written.\n\nThe file is read-only, was changed by someone else while it was mended, \
                  or the disk is full: the\nsentence says which. The file is as it was; other files are still mended.\n",
};

/// The rules undo each other's fixes.
pub const ENDLESS: Code = Code {
    name: "endless-fixes",
    level: Level::Error,
    explanation: "The fixes of some rules undo each other.\n\nThat is a defect of nixsmith; please report it with the file. The \
                  file is as it was; name single rules\nwith `--rule` until it is mended.\n",
};

/// All of them.
pub const ALL: &[Code] = &[ENCODING, UNREADABLE, LINK, NOT_WRITTEN, ENDLESS];
