//! The one flag that says "the user wants to stop", and who is told when it rises.
//!
//! Knows nothing of signals: `cli` installs the handler and calls [`Interrupt::raise`].

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

/// What a blocked wait registers to be woken by [`Interrupt::raise`].
pub(crate) type Listener = dyn Fn() + Send + Sync;

/// A shared flag; clones speak of the same interruption.
#[derive(Clone, Default)]
pub struct Interrupt {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    raised: AtomicBool,
    listeners: Mutex<Vec<Weak<Listener>>>,
}

/// The operation was stopped on the user's wish. Exit status 130.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

impl Interrupt {
    /// A flag that is down.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises the flag and wakes everything that waits on the network. Idempotent.
    ///
    /// Takes a lock and closes sockets: call it from a thread, as the `ctrlc` crate does, not from a signal handler.
    pub fn raise(&self) {
        self.shared.raised.store(true, Ordering::SeqCst);
        let listeners = match self.shared.listeners.lock() {
            Ok(mut listeners) => std::mem::take(&mut *listeners),
            Err(_) => return,
        };
        for listener in listeners.iter().filter_map(Weak::upgrade) {
            listener();
        }
    }

    /// Whether the flag is up.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.shared.raised.load(Ordering::SeqCst)
    }

    /// `Err(Interrupted)` once the flag is up. Cheap: call it in every loop over outside data.
    pub fn check(&self) -> Result<(), Interrupted> {
        if self.is_raised() {
            Err(Interrupted)
        } else {
            Ok(())
        }
    }

    /// Sleeps for `time`, or less: raising the flag ends it.
    ///
    /// # Errors
    /// When the flag is raised.
    pub fn sleep(&self, time: Duration) -> Result<(), Interrupted> {
        let end = Instant::now() + time;
        loop {
            self.check()?;
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(Duration::from_millis(20)));
        }
    }

    /// Calls `listener` at the next [`raise`](Self::raise), at once if the flag is up already; forgets it when it is dropped.
    pub(crate) fn on_raise(&self, listener: &Arc<Listener>) {
        if let Ok(mut listeners) = self.shared.listeners.lock() {
            listeners.retain(|known| known.strong_count() > 0);
            listeners.push(Arc::downgrade(listener));
        }
        if self.is_raised() {
            listener();
        }
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Interrupt")
            .field("raised", &self.is_raised())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    fn counting() -> (Arc<AtomicUsize>, Arc<Listener>) {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        (
            count,
            Arc::new(move || {
                counted.fetch_add(1, Ordering::SeqCst);
            }),
        )
    }

    #[test]
    fn clones_share_the_flag() {
        let interrupt = Interrupt::new();
        let clone = interrupt.clone();
        assert_eq!(clone.check(), Ok(()));
        interrupt.raise();
        assert_eq!(clone.check(), Err(Interrupted));
    }

    #[test]
    fn a_listener_hears_of_the_first_raise_only() {
        let interrupt = Interrupt::new();
        let (count, listener) = counting();
        interrupt.on_raise(&listener);
        interrupt.raise();
        interrupt.raise();
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_late_listener_is_called_at_once_and_a_dropped_one_never() {
        let interrupt = Interrupt::new();
        let (dropped_count, dropped) = counting();
        interrupt.on_raise(&dropped);
        drop(dropped);
        interrupt.raise();
        let (late_count, late) = counting();
        interrupt.on_raise(&late);
        assert_eq!(dropped_count.load(Ordering::SeqCst), 0);
        assert_eq!(late_count.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn an_interruption_ends_a_pause() {
        let interrupt = Interrupt::new();
        assert_eq!(interrupt.sleep(Duration::from_millis(1)), Ok(()));
        interrupt.raise();
        assert_eq!(interrupt.sleep(Duration::from_secs(3600)), Err(Interrupted));
    }
}
