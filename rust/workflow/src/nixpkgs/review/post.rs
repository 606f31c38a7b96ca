//! The report below the pull request: one comment of ours for each commit, written anew when there is one.

use nixsmith_fetch::FetchError;
use nixsmith_fetch::github::{Comment, GitHub, RepositoryName};

use super::{Report, markdown};
use crate::consent;
use crate::context::Context;
use crate::error::Problem;

/// Refuses before any work what would end in a refusal.
pub(super) fn check(context: &Context) -> anyhow::Result<()> {
    if context.dry_run {
        return Ok(());
    }
    if !context.yes && context.person.is_none() {
        return Err(
            Problem::usage("nobody is there to confirm that the report is posted")
                .hint("`--yes` confirms it, `--dry-run` shows what would happen")
                .into(),
        );
    }
    if !GitHub::new(context.client()?).has_token() {
        return Err(Problem::user("posting takes a token for the forge")
            .hint("set GITHUB_TOKEN, or log in with `gh auth login`")
            .into());
    }
    Ok(())
}

/// What makes a comment ours: invisible on the page.
fn marker(commit: &str) -> String {
    format!("<!-- nixsmith nixpkgs review {commit} -->")
}

/// Posts, after a person or `--yes` has agreed; the page of the comment. In a dry run nothing is asked or sent.
pub(super) fn post(
    report: &Report,
    forge: Option<&RepositoryName>,
    context: &Context,
) -> anyhow::Result<Option<String>> {
    let subject = &report.subject;
    let (Some(forge), Some(number), Some(commit)) = (forge, subject.pull_request, &subject.commit)
    else {
        return Ok(None);
    };
    let marker = marker(commit);
    let body = format!("{marker}\n{}", markdown::comment(report));
    let what = format!("post the report below pull request {number} of `{forge}`");
    if context.dry_run {
        let length = body.len();
        context
            .progress()
            .note(&format!("would {what} ({length} bytes)"));
        return Ok(None);
    }
    consent::ask(&what, context)?;
    let github = GitHub::new(context.client()?);
    let user = github.user()?;
    let own = || -> Result<Option<Comment>, FetchError> {
        let comments = github.comments(forge, number)?;
        Ok(comments.into_iter().find(|comment| {
            comment.body.starts_with(&marker) && comment.author.eq_ignore_ascii_case(&user)
        }))
    };
    let posted = || match own()? {
        Some(comment) => github.update_comment(forge, comment.id, &body),
        None => match github.create_comment(forge, number, &body) {
            // It may have been written: a second one is never.
            Err(error @ FetchError::Unclear { .. }) => own()?.ok_or(error),
            other => other,
        },
    };
    let comment = posted().map_err(|error| {
        let what = format!("the report is written, but not posted below pull request {number}");
        super::super::forge::failed(what, error)
    })?;
    Ok(Some(comment.url))
}
