//! Questions to a person, without knowing a terminal.

/// Someone who can be asked. `cli` implements it on a terminal; without one the context holds none.
pub trait Ask: Send + Sync {
    /// The answer to a yes/no question.
    ///
    /// # Errors
    /// When the terminal goes away or the person interrupts.
    fn confirm(&self, question: &str, default: bool) -> anyhow::Result<bool>;

    /// One line of text; an empty answer means `default`.
    ///
    /// # Errors
    /// When the terminal goes away or the person interrupts.
    fn text(&self, question: &str, default: &str) -> anyhow::Result<String>;

    /// The index into `choices` that was chosen; `default` is an index too.
    ///
    /// # Errors
    /// When the terminal goes away or the person interrupts.
    fn choose(&self, question: &str, choices: &[String], default: usize) -> anyhow::Result<usize>;
}
