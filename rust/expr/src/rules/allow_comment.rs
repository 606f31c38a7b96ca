//! See [`RULE`].

rule! {
    /// A comment `nixsmith: allow(…)` that does not say what it should.
    ///
    /// The comment names a rule that does not exist, gives no reason, or allows what is not found there: such a comment hides the
    /// next real finding.
    ///
    /// ```nix
    /// # nixsmith: allow(bool-comparison) upstream's generated text is compared with this file
    /// enabled = cfg.enable == true;
    /// ```
    ///
    /// Behind code the comment speaks for its line. On a line of its own it speaks for what follows with everything in it:
    /// the attribute, list element, argument or expression. Above the first expression of a file that is the whole file.
    "allow-comment": Style, Warning, default;
    on [NODE_ROOT] => check
}

/// The engine itself reports, when all other rules have spoken.
fn check(_: &mut crate::lint::document::Checker<'_, '_>, _: &rnix::SyntaxNode) {}
