//! Known answers of patchutils 0.3.3 and 0.4.2, run as `pkgs/build-support/fetchpatch/default.nix` runs them in the C
//! locale: `lsdiff`, `sort -u`, one `filterdiff --include … --strip=0 --clean` for each name, `filterdiff -p1`.

use std::path::Path;

use super::*;

#[test]
fn normalised_patches_equal_patchutils() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/patch");
    let mut cases = 0;
    for case in std::fs::read_dir(folder).unwrap() {
        let case = case.unwrap().path();
        let input = std::fs::read(case.join("input.patch")).unwrap();
        for (version, name) in [
            (Patchutils::V0_3_3, "fetchpatch"),
            (Patchutils::V0_4_2, "fetchpatch2"),
        ] {
            let expected = std::fs::read(case.join(name).with_extension("patch")).unwrap();
            let found = normalise(&input, version).unwrap();
            assert!(
                found == expected,
                "{} {name}:\n{}",
                case.display(),
                String::from_utf8_lossy(&found)
            );
            cases += 1;
        }
    }
    assert!(cases >= 18, "{cases} cases");
}

#[test]
fn what_is_no_patch_has_no_normal_form() {
    for version in [Patchutils::V0_3_3, Patchutils::V0_4_2] {
        assert_eq!(normalise(b"", version), Err(PatchError::Empty));
        assert_eq!(
            normalise(b"<html>\n--- not\n</html>\n", version),
            Err(PatchError::NothingLeft)
        );
        assert_eq!(
            normalise(b"--- a/x\n+++ b/x\n", version),
            Err(PatchError::NothingLeft)
        );
        let hunk = b"--- a/x\n+++ b/x\n@@ nothing @@\n";
        assert_eq!(
            normalise(hunk, version),
            Err(PatchError::HunkHeader { line: 3 })
        );
        let context = b"*** a/x\n--- b/x\nnothing\n";
        assert_eq!(normalise(context, version), Err(PatchError::NothingLeft));
    }
}

#[test]
fn short_git_hashes_are_seen() {
    assert!(has_short_index(
        b"diff --git a/x b/x\nindex 0c97fcc35..f533e464a 100644\n"
    ));
    assert!(has_short_index(b"index 0c97fcc35..f533e464a\r\n"));
    let full = format!("index {}..{} 100644\n", "0".repeat(40), "a".repeat(40));
    assert!(!has_short_index(full.as_bytes()));
    assert!(!has_short_index(b"index of contents\nindex a..b\n"));
}

#[test]
fn bracket_expressions_are_read_as_fnmatch_reads_them() {
    for (pattern, name, expected) in [
        ("a/[x].txt", "a/[x].txt", false),
        ("a/[x].txt", "a/x.txt", true),
        ("[!x]", "y", true),
        ("[a-c]", "b", true),
        ("[]]", "]", true),
        ("[x", "[x", true),
        ("\\*", "*", true),
        ("a\\b", "ab", true),
        ("a\\b", "a\\b", false),
    ] {
        assert_eq!(
            matches_pattern(pattern.as_bytes(), name.as_bytes()),
            expected,
            "{pattern} {name}"
        );
    }
}

proptest::proptest! {
    #[test]
    fn any_lines_have_a_verdict(lines in proptest::collection::vec(0_usize..LINES.len(), 0..40)) {
        let patch: Vec<u8> = lines.iter().filter_map(|line| LINES.get(*line)).flat_map(|line| line.bytes()).collect();
        for version in [Patchutils::V0_3_3, Patchutils::V0_4_2] {
            if let Ok(normal) = normalise(&patch, version) {
                proptest::prop_assert!(!normal.is_empty());
            }
        }
    }
}

const LINES: [&str; 16] = [
    "--- a/x\n",
    "+++ b/x\n",
    "--- /dev/null\n",
    "*** a/x 2020-01-01 01:01:01\n",
    "***************\n",
    "*** 1,3 ****\n",
    "--- 1,18446744073709551615 ----\n",
    "@@ -1 +1 @@\n",
    "@@ -18446744073709551615,99999999999999999999 +1,2 @@ x\n",
    "+a\n",
    "-b\n",
    " \n",
    "\\ No newline at end of file\n",
    "diff --git a/[x b/[x\n",
    "index 0..1\n",
    "+++ b/y z",
];
