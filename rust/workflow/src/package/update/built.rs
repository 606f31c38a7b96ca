//! What only a build can tell: the hash of a fixed-output derivation that is not computed here, and whether the package still builds.

use nixsmith_expr::edit::AttributePath;
use nixsmith_store::hash::{Algorithm, Hash, hash_bytes};

use super::shadow::Shadow;
use super::target::{self, Target};
use crate::context::Context;
use crate::error::Problem;
use crate::nixpkgs::test::{PackageTest, Tested, Verdict};
use crate::{nix, nixpkgs};

/// What the wrong hash is the hash of. No output has it, and no other derivation of the package states it.
const NOBODYS: &[u8] = b"the hash that only a build tells";

/// Builds the derivation at these attributes of the package with a hash that nothing has, and reads the right one out of what nix says.
///
/// # Errors
/// When the build ends in any other way.
pub(super) fn hash(
    names: &[String],
    algorithm: Algorithm,
    target: &Target,
    shadow: &Shadow,
    context: &Context,
) -> anyhow::Result<Hash> {
    let wrong = hash_bytes(algorithm, NOBODYS);
    let package = target.package(&shadow.root())?;
    let names_text = target::list(names)?;
    let expression = format!(
        "(builtins.foldl' (set: name: set.${{name}}) {package} {names_text}).overrideAttrs \
         (_: {{ outputHash = \"{wrong}\"; outputHashAlgo = null; }})"
    );
    let shown = names.join(".");
    context.progress().note(&format!(
        "building `{shown}` of `{}` for its hash",
        target.attribute
    ));
    let output = nix::program(context)
        .args(["build", "--impure", "--no-link", "--expr"])
        .arg(expression)
        .run_any_status()
        .map_err(nix::missing)?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    got(&said, &wrong).ok_or_else(|| {
        Problem::user(format!(
            "the hash of `{shown}` is not computed here, and building it told none"
        ))
        .source(tail(&said))
        .into()
    })
}

/// The hash that came instead of the wrong one. A mismatch of something else, which the derivation needs, is none of it.
fn got(said: &str, wrong: &Hash) -> Option<Hash> {
    let after = |line: &str, word: &str| {
        let (_, hash) = line.split_once(word)?;
        Hash::parse(hash.trim(), None).ok()
    };
    let is_ours = |line: &&str| after(line, "specified:").as_ref() == Some(wrong);
    let mut lines = said.lines().skip_while(|line| !is_ours(line)).skip(1);
    after(lines.next()?, "got:")
}

/// Builds the package as it is to be, and what it names as its tests.
///
/// # Errors
/// When one does not evaluate or does not build.
pub(super) fn test(target: &Target, shadow: &Shadow, context: &Context) -> anyhow::Result<Tested> {
    let system = match &target.system {
        Some(system) => system.clone(),
        None => nixpkgs::test::systems(&[], context)?
            .pop()
            .unwrap_or_default(),
    };
    let set = target.set(&shadow.root(), Some(&system))?;
    let path = AttributePath::new(target.names().to_vec())?;
    let tested = nixpkgs::test::build_with_tests(&set, &path, &system, context)?;
    let attribute = &target.attribute;
    let built = &tested.build;
    if !built.outcome.is_there() {
        let problem = Problem::user(format!("`{attribute}` does not build; nothing was changed"));
        return Err(problem
            .source(failure(&built.outcome.phrase(), &built.log))
            .into());
    }
    let failed: Vec<(&PackageTest, &String)> = tested
        .tests
        .iter()
        .filter_map(|test| match &test.verdict {
            Verdict::Failed { reason } => Some((test, reason)),
            Verdict::Passed | Verdict::Skipped { .. } => None,
        })
        .collect();
    let Some((first, reason)) = failed.first() else {
        return Ok(tested);
    };
    let names: Vec<String> = failed
        .iter()
        .map(|(test, _)| format!("`{}`", test.name))
        .collect();
    Err(Problem::user(format!(
        "`{attribute}` does not pass its tests {}; nothing was changed",
        names.join(", ")
    ))
    .source(failure(&format!("`{}`: {reason}", first.name), &first.log))
    .into())
}

/// Why something failed, and below it the end of its log.
fn failure(reason: &str, log: &[String]) -> String {
    let lines = std::iter::once(reason).chain(log.iter().map(String::as_str));
    lines.collect::<Vec<&str>>().join("\n")
}

/// The last lines of what nix said.
fn tail(said: &str) -> String {
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let from = lines.len().saturating_sub(20);
    lines.get(from..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_that_nix_got() {
        let wrong = hash_bytes(Algorithm::Sha256, NOBODYS);
        let zeros = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let right = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
        let mismatch = |specified: &str, got: &str| {
            format!(
                "error: hash mismatch in fixed-output derivation '/nix/store/x.drv':\n         \
                 specified: {specified}\n            got:    {got}\n"
            )
        };
        let (ours, other) = (mismatch(&wrong.to_string(), right), mismatch(zeros, zeros));
        for said in [
            ours.clone(),
            format!("{other}{ours}"),
            format!("{ours}{other}error: 1 dependencies of derivation failed\n"),
        ] {
            let found = got(&said, &wrong).map(|hash| hash.to_string());
            assert_eq!(found.as_deref(), Some(right), "{said}");
        }
        for said in [other.as_str(), "error: builder failed", "got: nothing", ""] {
            assert_eq!(got(said, &wrong), None, "{said}");
        }
    }
}
