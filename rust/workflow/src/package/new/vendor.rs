//! The hash of the vendored dependencies, from a lock in the source or one given by the user.

use std::borrow::Cow;

use anyhow::Context as _;
use nixsmith_ecosystem::{Ecosystem, EcosystemError, VendorRequest, cargo, vendor_hash};
use nixsmith_store::tree::{Contents, Node, Tree};

use super::draft::{Draft, Lock, Subject, Value, Vendor};
use crate::error::Problem;

/// No lock of cargo is longer; its reader has the same bound.
const LOCK_BYTES_MAX: u64 = 8 << 20;

/// Computes the hash and writes it into the draft; returns the tree that holds the lock.
///
/// # Errors
/// When there is no lock, or a locked dependency cannot be fetched or is not what the lock says.
pub(super) fn compute<'a>(
    draft: &mut Draft,
    subject: &Subject<'a>,
    ecosystem: Ecosystem,
) -> anyhow::Result<Cow<'a, Tree>> {
    let lock = lock(draft, subject, ecosystem)?;
    let tree = with_lock(subject, lock.as_deref())?;
    let vendor = vendor_hash(
        &request(subject, &tree, ecosystem),
        subject.context.fetch()?,
    )
    .map_err(problem)?;
    let evidence = match (subject.lock, &lock) {
        (Some(_), _) => format!("{} given by `--lock`", vendor.lock_file),
        (None, Some(_)) => format!("{} in its new version", vendor.lock_file),
        (None, None) => vendor.lock_file.clone(),
    };
    draft.decide(vendor.attribute, vendor.hash.to_string(), evidence);
    draft.requests += vendor.requests;
    if ecosystem == Ecosystem::Npm && vendor.files == 0 {
        let evidence = format!("{} names nothing to download", vendor.lock_file);
        draft.decide("forceEmptyCache", "true", evidence);
        draft
            .attributes
            .push(("forceEmptyCache".to_owned(), Value::Bool(true)));
    }
    draft.vendor = Some(Vendor {
        attribute: vendor.attribute,
        hash: Some(vendor.hash),
    });
    draft.replaces_lock = lock
        .as_ref()
        .is_some_and(|lock| subject.tree.get(&subject.path(&lock.name)).is_some());
    let git_trees = vendor.git_trees.into_iter();
    draft.output_hashes = git_trees
        .map(|tree| (tree.package, tree.hash.to_string()))
        .collect();
    draft.lock = lock.map(Cow::into_owned);
    Ok(tree)
}

/// The request for a tree that holds the lock.
pub(super) fn request<'t>(
    subject: &'t Subject<'_>,
    tree: &'t Tree,
    ecosystem: Ecosystem,
) -> VendorRequest<'t> {
    let mut request = VendorRequest::new(tree, subject.directory, ecosystem);
    // The expression then says so: `forceEmptyCache = true`.
    request.npm.force_empty_cache = true;
    request
}

/// The lock that lies beside the expression: the user's, or the source's own where it must be written anew.
fn lock<'a>(
    draft: &mut Draft,
    subject: &Subject<'a>,
    ecosystem: Ecosystem,
) -> anyhow::Result<Option<Cow<'a, Lock>>> {
    let given = subject.lock.map(Cow::Borrowed);
    if ecosystem != Ecosystem::Cargo {
        return Ok(given);
    }
    let path = subject.path("Cargo.lock");
    let contents = match &given {
        Some(lock) => Cow::Borrowed(&lock.contents),
        None => match subject.tree.read(&path, LOCK_BYTES_MAX)? {
            Some(contents) => Cow::Owned(contents),
            None => return Ok(None),
        },
    };
    let Some(text) = cargo::upgrade(&path, &contents).map_err(problem)? else {
        return Ok(given);
    };
    draft.note(
        "`Cargo.lock` is of version 1, whose checksums fetchCargoVendor does not find; the same lock in version 3 lies beside the expression",
    );
    Ok(Some(Cow::Owned(Lock {
        name: "Cargo.lock".to_owned(),
        contents: text.into_bytes(),
    })))
}

/// The source's tree, with `lock` in place of one in it.
fn with_lock<'a>(subject: &Subject<'a>, lock: Option<&Lock>) -> anyhow::Result<Cow<'a, Tree>> {
    let Some(lock) = lock else {
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
