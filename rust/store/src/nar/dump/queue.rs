//! Runs jobs ahead of their turn in several threads and joins their pieces in order.

use std::collections::BinaryHeap;
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::{Job, NarError, Piece, write, write_long_file};

/// How many bytes may lie ready before workers pause. A job in progress can add 4 MiB; more would fall out of the cache
/// before it is hashed.
const READY_BYTES_LIMIT: usize = 8 << 20;

/// How many emptied buffers are kept for further jobs, and up to which size. New memory for every job would cost a page
/// fault for every page.
const SPARE_BUFFERS: usize = 32;
const SPARE_BUFFER_BYTES: usize = 512 * 1024;

/// Where a job and then its pieces lie.
pub(super) struct Slot {
    state: Mutex<State>,
    changed: Condvar,
}

enum State {
    Waiting(Job),
    Running,
    Ready(Result<Vec<Piece>, NarError>, usize),
    Taken,
}

impl Slot {
    pub(super) fn new(job: Job) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State::Waiting(job)),
            changed: Condvar::new(),
        })
    }

    fn start(&self) -> Option<Job> {
        let mut state = lock(&self.state);
        match std::mem::replace(&mut *state, State::Running) {
            State::Waiting(job) => Some(job),
            other => {
                *state = other;
                None
            }
        }
    }
}

/// A place in the NAR: the index of the piece in its job, below that of the job's own piece, and so on.
type Place = Vec<u32>;

/// A job that waits for a worker; the earliest in the NAR is the greatest.
struct Waiting {
    place: Place,
    slot: Arc<Slot>,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.place.cmp(&self.place)
    }
}

#[derive(Default)]
struct Shared {
    waiting: BinaryHeap<Waiting>,
    ready_bytes: usize,
    /// Workers that wait for a job, or for room.
    idle: usize,
    finished: bool,
}

/// The jobs of one NAR.
pub(super) struct Queue {
    workers: usize,
    shared: Mutex<Shared>,
    changed: Condvar,
    spare: Mutex<Vec<Vec<u8>>>,
}

impl Queue {
    /// With 0 workers every job runs when its turn comes.
    pub(super) fn new(workers: usize) -> Self {
        Self {
            workers,
            shared: Mutex::default(),
            changed: Condvar::new(),
            spare: Mutex::default(),
        }
    }

    fn buffer(&self) -> Vec<u8> {
        lock(&self.spare).pop().unwrap_or_default()
    }

    fn give_back(&self, mut buffer: Vec<u8>) {
        let mut spare = lock(&self.spare);
        if spare.len() < SPARE_BUFFERS && buffer.capacity() <= SPARE_BUFFER_BYTES {
            buffer.clear();
            spare.push(buffer);
        }
    }

    /// Writes the piece and all that comes of it.
    pub(super) fn run(&self, root: Piece, output: &mut impl Write) -> Result<(), NarError> {
        std::thread::scope(|scope| {
            for _ in 0..self.workers {
                scope.spawn(|| self.work());
            }
            let result = self.write_in_order(root, output);
            lock(&self.shared).finished = true;
            self.changed.notify_all();
            result
        })
    }

    fn write_in_order(&self, root: Piece, output: &mut impl Write) -> Result<(), NarError> {
        let mut open = vec![(vec![root].into_iter(), 0_u32)];
        while let Some((pieces, index)) = open.last_mut() {
            let Some(piece) = pieces.next() else {
                open.pop();
                continue;
            };
            *index += 1;
            match piece {
                Piece::Bytes(bytes) => {
                    write(output, &bytes)?;
                    self.give_back(bytes);
                }
                Piece::LongFile(directory, name) => {
                    write_long_file(&directory, &name, output)?;
                }
                Piece::Later(slot) => {
                    let place = open.iter().map(|(_, index)| index - 1).collect();
                    open.push((self.take(&slot, place)?.into_iter(), 0));
                }
            }
        }
        Ok(())
    }

    /// The pieces of a job whose turn has come: done here, unless a worker has begun.
    fn take(&self, slot: &Slot, place: Place) -> Result<Vec<Piece>, NarError> {
        if let Some(job) = slot.start() {
            let pieces = job.run(self.buffer())?;
            self.announce(&pieces, place);
            return Ok(pieces);
        }
        let mut state = lock(&slot.state);
        loop {
            match std::mem::replace(&mut *state, State::Taken) {
                State::Ready(result, bytes) => {
                    drop(state);
                    self.make_room(bytes);
                    return result;
                }
                other => *state = other,
            }
            state = slot
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn make_room(&self, bytes: usize) {
        let mut shared = lock(&self.shared);
        let was_full = shared.ready_bytes >= READY_BYTES_LIMIT;
        shared.ready_bytes -= bytes;
        let wakes = was_full && shared.ready_bytes < READY_BYTES_LIMIT && shared.idle > 0;
        drop(shared);
        if wakes {
            self.changed.notify_all();
        }
    }

    /// Offers the jobs among these pieces to the workers.
    fn announce(&self, pieces: &[Piece], place: Place) {
        if self.workers == 0 {
            return;
        }
        let mut shared = lock(&self.shared);
        let mut found = 0;
        for (index, piece) in (0_u32..).zip(pieces) {
            if let Piece::Later(slot) = piece {
                let mut place = place.clone();
                place.push(index);
                let slot = Arc::clone(slot);
                shared.waiting.push(Waiting { place, slot });
                found += 1;
            }
        }
        let wakes = found.min(shared.idle);
        drop(shared);
        for _ in 0..wakes {
            self.changed.notify_one();
        }
    }

    fn work(&self) {
        while let Some(Waiting { place, slot }) = self.next() {
            let Some(job) = slot.start() else { continue };
            let result = job.run(self.buffer());
            let bytes = result.as_ref().map_or(0, |pieces| bytes_of(pieces));
            if let Ok(pieces) = &result {
                lock(&self.shared).ready_bytes += bytes;
                self.announce(pieces, place);
            }
            *lock(&slot.state) = State::Ready(result, bytes);
            slot.changed.notify_all();
        }
    }

    /// The earliest waiting job, as soon as there is room for it. None: everything is written.
    fn next(&self) -> Option<Waiting> {
        let mut shared = lock(&self.shared);
        loop {
            if shared.finished {
                return None;
            }
            if shared.ready_bytes < READY_BYTES_LIMIT
                && let Some(waiting) = shared.waiting.pop()
            {
                return Some(waiting);
            }
            shared.idle += 1;
            shared = self
                .changed
                .wait(shared)
                .unwrap_or_else(PoisonError::into_inner);
            shared.idle -= 1;
        }
    }
}

fn bytes_of(pieces: &[Piece]) -> usize {
    let lengths = pieces.iter().map(|piece| match piece {
        Piece::Bytes(bytes) => bytes.capacity(),
        Piece::Later(_) | Piece::LongFile(..) => 0,
    });
    lengths.sum()
}

/// Locks; a panic elsewhere leaves nothing half done in these states.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
