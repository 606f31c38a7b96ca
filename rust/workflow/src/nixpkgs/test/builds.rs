//! Building a package and its tests and nothing more, whatever tree they lie in.

use nixsmith_expr::edit::AttributePath;
use schemars::JsonSchema;
use serde::Serialize;

use super::facts::Asking;
use super::gather::gather;
use super::judge::{package_test, with_dependency_log};
use super::{Machines, PackageTest, Request, wanted};
use crate::context::Context;
use crate::error::Problem;
use crate::nix::build::{self, Built};

/// A package and its tests after a build.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tested {
    /// What became of the package.
    pub build: Built,
    /// What became of its tests; empty where it has none.
    pub tests: Vec<PackageTest>,
}

/// Builds the package at a path of a set, which is Nix text for a variable `system` in scope, and its tests.
///
/// # Errors
/// Without nix, when it was interrupted, and when the package or the list of its tests does not evaluate. A build that fails is part
/// of the answer.
pub(crate) fn build_with_tests(
    set: &str,
    path: &AttributePath,
    system: &str,
    context: &Context,
) -> anyhow::Result<Tested> {
    let subject = gather(&Asking {
        set,
        path,
        system,
        settings: &[],
        context,
    })?;
    let failed = |what: String, reason: &String| Problem::user(what).source(reason.clone());
    let package = match &subject.package {
        Ok(package) => package.of.derivation.clone(),
        Err(reason) => return Err(failed(format!("could not evaluate `{path}`"), reason).into()),
    };
    if let Some(reason) = &subject.tests_problem {
        return Err(failed(format!("could not list the tests of `{path}`"), reason).into());
    }
    let request = Request::default();
    let machines = Machines::of(&request);
    let subjects = [subject];
    let builds = build::build(&wanted(&subjects, &machines), &request.settings, context)?;
    let missing = || Problem::bug("a package was built and nothing is known of it");
    let built = builds.results.get(&package).cloned();
    let [subject] = &subjects;
    let tests = subject.tests.iter();
    Ok(Tested {
        build: with_dependency_log(built.ok_or_else(missing)?, &builds),
        tests: tests
            .map(|(name, test)| package_test(name, test, &builds, &machines))
            .collect(),
    })
}
