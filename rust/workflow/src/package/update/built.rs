//! What only a build can tell: the hash of a fixed-output derivation that is not computed here, and whether the package still builds.

use nixsmith_expr::edit::AttributePath;
use nixsmith_store::hash::{Algorithm, Hash};

use super::shadow::Shadow;
use super::target::{self, Target};
use crate::context::Context;
use crate::error::Problem;
use crate::nixpkgs::test::{PackageTest, Tested, Verdict};
use crate::{nix, nixpkgs};

/// Builds the derivation at these attributes of the package with a hash that nothing has, and reads the right one out of what nix says.
///
/// # Errors
/// When the build ends in any other way.
pub(super) fn hash(
    names: &[String],
    target: &Target,
    shadow: &Shadow,
    context: &Context,
) -> anyhow::Result<Hash> {
    let wrong = Hash::new(Algorithm::Sha256, &[0; 32])?;
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
    got(&said).ok_or_else(|| {
        Problem::user(format!(
            "the hash of `{shown}` is not computed here, and building it told none"
        ))
        .source(tail(&said))
        .into()
    })
}

/// The hash behind the last `got:` of a mismatch.
fn got(said: &str) -> Option<Hash> {
    let words = said.lines().rev().find_map(|line| {
        let (_, hash) = line.split_once("got:")?;
        Hash::parse(hash.trim(), None).ok()
    });
    words.filter(|hash| hash.digest().iter().any(|byte| *byte != 0))
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
    use super::got;

    #[test]
    fn the_hash_that_nix_got() {
        let said = "error: hash mismatch in fixed-output derivation '/nix/store/x.drv':\n         \
                    specified: sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n            \
                    got:    sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\n";
        assert_eq!(
            got(said).map(|hash| hash.to_string()).as_deref(),
            Some("sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
        );
        assert_eq!(got("error: builder failed"), None);
        assert_eq!(got("got: nothing"), None);
    }
}
