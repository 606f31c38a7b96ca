//! What the codes of nixpkgs' own checks mean.
//!
//! Sources: nixpkgs-vet (`src/problem/`, July 2026) for `NPV-…`; nixpkgs' `ci/github-script/lint-commits.js`,
//! `check-target-branch.js`, `prepare.js` and `manual-file-edits.js` for the others.

use nixsmith_expr::lint::Level;

use crate::nix_files::codes::Code;

macro_rules! codes {
    ($($name:literal, $level:ident: $($line:literal)+;)+) => {
        /// All of them, in the order of names.
        pub const ALL: &[Code] = &[$(Code {
            name: $name,
            level: Level::$level,
            explanation: concat!($($line, "\n"),+),
        }),+];
    };
}

codes! {
    "NPV-100", Error: "A package of `pkgs/by-name` is no attribute of nixpkgs."
        "" "Every folder there becomes the attribute of its name by itself; something later takes it away again."
        "Look for an overlay or a file of the top level that removes or renames it.";
    "NPV-101", Error: "A package of `pkgs/by-name` is no derivation."
        "" "`package.nix` must evaluate to one. Functions, sets of packages and plain data belong elsewhere.";
    "NPV-109", Error: "Something in `pkgs/by-name` is no folder."
        "" "Only folders of two characters lie there, and a README.";
    "NPV-110", Error: "A folder of `pkgs/by-name` has a name that no package's can begin with."
        "" "It is the first two characters of the packages' names in lower case: a to z, 0 to 9, `_` and `-`.";
    "NPV-111", Error: "Two package folders differ in the case of letters alone."
        "" "On file systems that do not tell them apart one of them would be lost. Rename one.";
    "NPV-120", Error: "nixpkgs does not evaluate."
        "" "Nix stopped with an error before it could tell what the packages are; its message says where.";
    "NPV-121", Error: "A package of `pkgs/by-name` has a path with an interpolation."
        "" "Where such a path leads is known only when it is evaluated, and it may lead out of the package's folder."
        "Write the paths out.";
    "NPV-122", Error: "A package of `pkgs/by-name` has a search path such as `<nixpkgs>`."
        "" "What it means depends on the caller's NIX_PATH. Take what is needed as an argument.";
    "NPV-123", Error: "A path of a package of `pkgs/by-name` leads out of its folder."
        "" "A package there consists of its own folder alone, so that it can be moved. Take other packages as arguments, and"
        "what several packages share from elsewhere by name.";
    "NPV-124", Error: "A path of a package of `pkgs/by-name` leads to nothing.";
    "NPV-125", Error: "A link in a package of `pkgs/by-name` leads out of its folder."
        "" "A package there consists of its own folder alone.";
    "NPV-126", Error: "A link in a package of `pkgs/by-name` leads to nothing.";
    "NPV-127", Error: "A package of `pkgs/by-name` has an absolute path."
        "" "It exists on some machines only, and pure evaluation refuses it.";
    "NPV-128", Error: "A package of `pkgs/by-name` has a path below the home folder."
        "" "It exists for one user only, and pure evaluation refuses it.";
    "NPV-140", Error: "Something beside the packages of `pkgs/by-name` is no folder.";
    "NPV-141", Error: "A package folder of `pkgs/by-name` has a name that no attribute may have."
        "" "Letters a to z in both cases, digits, `_` and `-`.";
    "NPV-142", Error: "A package of `pkgs/by-name` lies in the folder of other letters."
        "" "It belongs into the one named after the first two characters of its name, in lower case.";
    "NPV-143", Error: "A package folder of `pkgs/by-name` has no `package.nix`.";
    "NPV-144", Error: "The `package.nix` of a package folder is no file.";
    "NPV-145", Error: "A Nix file is executable and has no `#!` line."
        "" "Take the mode away (`chmod -x`): nothing could run it.";
    "NPV-146", Error: "A Nix file has a `#!` line and is not executable."
        "" "Give it the mode (`chmod +x`), or take the line away.";
    "NPV-160", Error: "A package was moved out of `pkgs/by-name`."
        "" "Once there, packages stay; where a definition by hand is really needed, `callPackage` may name arguments in"
        "`all-packages.nix` while the file stays where it is.";
    "NPV-162", Error: "A new package is defined by hand in `all-packages.nix`."
        "" "New packages go to `pkgs/by-name`, which needs no other line. `nixsmith package new … --nixpkgs .` writes there.";
    "NPV-164", Error: "A new package does not set `strictDeps = true`."
        "" "Only so do tools for the build stay apart from libraries for the result, and cross compilation works.";
    "NPV-165", Error: "A package no longer has `strictDeps = true`.";
    "NPV-166", Error: "A new package does not set `__structuredAttrs = true`."
        "" "Only so do lists and sets reach the builder as such, whatever characters they hold.";
    "NPV-167", Error: "A package no longer has `__structuredAttrs = true`.";
    "NPV-170", Error: "A string has an escape that changes nothing."
        "" "`\\.` in a string is `.`, and `''\\.` in an indented one as well; the backslash is lost. What was meant is perhaps two.";
    "branch-all-tests", Error: "The change rebuilds every NixOS test."
        "" "It belongs on `staging-nixos`, or on `staging` where it rebuilds many packages too.";
    "branch-base", Warning: "The branch holds commits that the base does not have and that are not its own."
        "" "It was begun on another development branch. `git rebase --onto` the right base, keeping the own commits.";
    "branch-channel", Error: "The base is a channel."
        "" "Channels follow the development branches by themselves; changes go to `master` or a release branch.";
    "branch-large-rebuild", Warning: "The change rebuilds 500 packages or more."
        "" "Consider whether it belongs on `staging`.";
    "branch-mass-rebuild", Error: "The change rebuilds 1,000 packages or more."
        "" "It belongs on `staging`.";
    "commit-author-email", Error: "The author's address is missing, or has no `@`."
        "" "`git config user.email` sets it for commits to come, `git commit --amend --reset-author` for the last one.";
    "commit-author-name", Error: "The author's name is missing."
        "" "`git config user.name` sets it for commits to come, `git commit --amend --reset-author` for the last one.";
    "commit-committer-email", Error: "The committer's address is missing, or has no `@`."
        "" "`git config user.email` sets it; `git rebase` then makes the commits anew.";
    "commit-committer-name", Error: "The committer's name is missing."
        "" "`git config user.name` sets it; `git rebase` then makes the commits anew.";
    "commit-conventional", Error: "The subject begins with a word of conventional commits, such as `fix:`."
        "" "nixpkgs names what is changed: `hello: 2.12 -> 2.13`, `nixos/nginx: fix the health check`. The word is right where"
        "the commit touches a path of that name.";
    "commit-fixup", Error: "The commit is meant for another one: its subject begins with `fixup!`, `squash!` or `amend!`."
        "" "`git rebase -i --autosquash` puts them together.";
    "commit-manual-edit", Warning: "The commit changes by hand what a script writes."
        "" "The next run of the script would undo it. Change the script or its input.";
    "commit-subject-colon", Error: "The subject does not say what is changed: it has no `: `."
        "" "`hello: 2.12 -> 2.13`, `nixos/nginx: fix the health check`.";
    "commit-subject-period", Error: "The subject ends with a period.";
    "test-broken", Warning: "The package is marked as broken."
        "" "It was built all the same, since it was asked for by name. Take the mark away if it works.";
    "test-build", Error: "The package does not build."
        "" "The message says what failed: its own build, or one of its dependencies; the report has the end of the log.";
    "test-check", Error: "A second build of the package did not make the same."
        "" "Builds should not depend on the time, the number of processors or the order of files.";
    "test-description", Warning: "`meta.description` is missing or not in nixpkgs' form."
        "" "One short sentence without a final period, which does not begin with the package's name.";
    "test-evaluation", Error: "The attribute does not evaluate.";
    "test-homepage", Warning: "`meta.homepage` is missing.";
    "test-license", Warning: "`meta.license` is missing or none of `lib.licenses`.";
    "test-main-program", Error: "`meta.mainProgram` is not the name of a program of the package."
        "" "It is what `nix run` and `lib.getExe` start. A package with one program should name it.";
    "test-maintainers", Warning: "Nobody maintains the package.";
    "test-not-built", Error: "The package was not built."
        "" "Nix did not try: mostly because no machine builds for the system. See `--builders`.";
    "test-platforms", Warning: "`meta.platforms` is missing or does not have the system that was tested.";
    "test-program", Error: "A program of the package does not start."
        "" "It was run with `--version` and `--help` in an empty HOME, and was ended by a signal, or its interpreter is missing.";
    "test-reference", Warning: "The package refers to something that should not be there at run time."
        "" "Tools of the build and outputs for development make its closure large; folders of the build do not exist later."
        "See nixpkgs' `removeReferencesTo`, `disallowedReferences` and `patchShebangs`.";
    "test-tests", Error: "A test of the package fails.";
    "test-update-script", Error: "`passthru.updateScript` does not evaluate.";
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `"NPV-…"`, `"commit-…"` `"branch-…"` and `"test-…"` of this folder's files.
    fn used(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                used(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let words = text.split('"').map(str::to_owned);
                found.extend(words.filter(|word| {
                    let rest = ["NPV-", "commit-", "branch-", "test-"]
                        .iter()
                        .find_map(|prefix| word.strip_prefix(prefix));
                    rest.is_some_and(|rest| {
                        !rest.is_empty()
                            && rest
                                .chars()
                                .all(|it| it.is_ascii_alphanumeric() || it == '-')
                    })
                }));
            }
        }
    }

    #[test]
    fn every_code_is_explained() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/nixpkgs");
        let mut found = Vec::new();
        used(&folder, &mut found);
        found.sort();
        found.dedup();
        assert!(found.len() >= 36, "{found:?}");
        let known: Vec<&str> = ALL.iter().map(|code| code.name).collect();
        assert!(known.is_sorted(), "{known:?}");
        for code in found {
            assert!(known.contains(&code.as_str()), "{code}");
        }
        for code in ALL {
            let first = code.explanation.lines().next().unwrap();
            assert!(first.ends_with('.'), "{}", code.name);
        }
    }
}
