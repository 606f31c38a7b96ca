//! How long work tells a listener how far it is. The listener (a bar on a terminal, nothing, a test) is chosen by the caller.

/// Receives the start of pieces of work and remarks. Implementations must not block.
pub trait Progress: Send + Sync {
    /// A new piece of work: `what` is a short phrase such as ``fetching `just-1.42.4.crate` ``; `total` its size in the unit of
    /// [`Task::advance`] (bytes for downloads), when known. The work ends when the task is dropped.
    fn start(&self, what: &str, total: Option<u64>) -> Box<dyn Task>;

    /// A remark for the user that is no error: one sentence, lower case, no final period.
    fn note(&self, text: &str);
}

/// One running piece of work; dropping it says that it is over, well or not.
pub trait Task: Send + Sync {
    /// `amount` more is done.
    fn advance(&self, amount: u64);

    /// The size became known, or was wrong.
    fn set_total(&self, total: u64);
}

/// A listener that hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _what: &str, _total: Option<u64>) -> Box<dyn Task> {
        Box::new(Self)
    }

    fn note(&self, _text: &str) {}
}

impl Task for Silent {
    fn advance(&self, _amount: u64) {}

    fn set_total(&self, _total: u64) {}
}
