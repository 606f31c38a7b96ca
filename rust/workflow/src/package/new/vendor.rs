//! The hash of the vendored dependencies, from a lock in the source or one given by the user.

use std::borrow::Cow;

use anyhow::Context as _;
use nixsmith_ecosystem::{Ecosystem, EcosystemError, VendorRequest, vendor_hash};
use nixsmith_store::tree::{Contents, Node, Tree};

use super::draft::{Draft, Subject, Vendor};
use crate::error::Problem;

/// Computes the hash and writes it into the draft; returns the tree that holds the lock.
///
/// # Errors
/// When there is no lock, or a locked dependency cannot be fetched or is not what the lock says.
pub(super) fn compute<'a>(
    draft: &mut Draft,
    subject: &Subject<'a>,
    ecosystem: Ecosystem,
) -> anyhow::Result<Cow<'a, Tree>> {
    let tree = with_lock(subject)?;
    let vendor = vendor_hash(
        &request(subject, &tree, ecosystem),
        subject.context.fetch()?,
    )
    .map_err(problem)?;
    let evidence = match subject.lock {
        Some(_) => format!("{} given by `--lock`", vendor.lock_file),
        None => vendor.lock_file.clone(),
    };
    draft.decide(vendor.attribute, vendor.hash.to_string(), evidence);
    draft.requests += vendor.requests;
    draft.vendor = Some(Vendor {
        attribute: vendor.attribute,
        hash: Some(vendor.hash),
    });
    draft.lock_name = subject.lock.map(|lock| lock.name.clone());
    Ok(tree)
}

/// The request for a tree that holds the lock.
pub(super) fn request<'t>(
    subject: &'t Subject<'_>,
    tree: &'t Tree,
    ecosystem: Ecosystem,
) -> VendorRequest<'t> {
    VendorRequest::new(tree, subject.directory, ecosystem)
}

/// The source's tree, with the user's lock in place of one in it.
fn with_lock<'a>(subject: &Subject<'a>) -> anyhow::Result<Cow<'a, Tree>> {
    let Some(lock) = subject.lock else {
        return Ok(Cow::Borrowed(subject.tree));
    };
    let mut tree = subject.tree.clone();
    let node = Node::file(Contents::from_bytes(lock.contents.clone()));
    tree.insert(subject.path(&lock.name).as_bytes(), node)
        .with_context(|| format!("could not put `{}` into the source", lock.name))?;
    Ok(Cow::Owned(tree))
}

/// The error of an ecosystem with what the user can do about it.
pub(super) fn problem(error: EcosystemError) -> anyhow::Error {
    let hint = match &error {
        EcosystemError::NoLock { expected, .. } => {
            let (name, how) = match expected.contains(&"Cargo.lock") {
                true => ("Cargo.lock", "`cargo generate-lockfile`"),
                false => ("package-lock.json", "`npm install --package-lock-only`"),
            };
            Some(format!(
                "make one with {how} in the source, and pass it with `--lock {name}`"
            ))
        }
        other => other.hint().map(ToOwned::to_owned),
    };
    let problem = Problem::user("could not compute the hash of the dependencies").source(error);
    match hint {
        Some(hint) => problem.hint(hint).into(),
        None => problem.into(),
    }
}
