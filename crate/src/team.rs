//! Threads that share the work of a step. The caller is one of them and hands each of the others its part. A part is
//! done by one thread, in the same order whatever the number of threads, so that number changes no bit of any result.

use crate::clock;
use std::mem;
use std::ops::Range;
use std::time::Duration;
pub use sync::Arc;
use sync::atomic::{AtomicBool, AtomicU32, Ordering, fence};
use sync::{Condvar, Mutex};

#[cfg(loom)]
use loom::{hint::spin_loop, sync};
#[cfg(not(loom))]
use std::{hint::spin_loop, sync};

/// More threads than this are refused.
pub const MAX_THREADS: usize = 64;

/// How often a thread looks for news before it sleeps. In WebAssembly this takes some 0.1 ms: waking takes as long, and
/// what one thread does alone between two shared parts is mostly done sooner.
const SPINS: usize = if cfg!(target_family = "wasm") { 50_000 } else { 1 };

/// How many naps the caller takes at least, when its own part is done, before it takes another thread for lost. A native
/// thread can't vanish, but a worker can be terminated from outside.
const NAPS: Option<usize> = if cfg!(target_family = "wasm") { Some(8) } else { None };
const NAP: Duration = Duration::from_millis(100);
/// How many times as long as the caller a thread may take for its part, which is as large: there may be many more
/// threads than cores, and slower cores.
const PATIENCE: usize = 100;

const LOST: &str = "a thread of the team has stopped";

/// What is the part of number `number` when `length` things are shared out in `parts`, each of as many.
pub fn part(length: usize, parts: usize, number: usize) -> Range<usize> {
    number * length / parts..(number + 1) * length / parts
}

/// The threads of a run: the caller, and one for each [`Seat`].
#[derive(Default)]
pub struct Team {
    seats: Vec<Arc<Seat>>,
}

impl Team {
    /// The caller alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a thread, which must be in [`Seat::serve`] or on its way there. It may be in several teams that take turns.
    ///
    /// # Panics
    /// When the team has [`MAX_THREADS`] already.
    pub fn add(&mut self, seat: Arc<Seat>) {
        assert!(self.threads() < MAX_THREADS, "a team has at most {MAX_THREADS} threads");
        self.seats.push(seat);
    }

    /// How many threads there are, the caller included.
    pub fn threads(&self) -> usize {
        self.seats.len() + 1
    }

    /// Calls `work` with each of `parts`, every one on a thread of its own, and returns when all are done.
    ///
    /// # Panics
    /// When there are more parts than threads, or a thread has stopped. In WebAssembly the latter throws a JavaScript
    /// error, and the instance can't be used any more.
    pub fn share<Part: Send>(&mut self, parts: impl Iterator<Item = Part>, work: impl Fn(Part) + Sync) {
        let parts: Vec<_> = parts.map(|part| Mutex::new(Some(part))).collect();
        assert!(parts.len() <= self.threads(), "more parts than threads");
        self.call(parts.len(), &|thread| {
            let part = parts[thread].lock().expect("nobody panics while taking a part").take();
            work(part.expect("each thread is called once"));
        });
    }

    /// Calls `work` with 0 to `threads` - 1, each on its thread.
    fn call(&mut self, threads: usize, work: &(dyn Fn(usize) + Sync)) {
        let seats = &self.seats[..threads.max(1) - 1];
        // SAFETY: only the lifetime changes, and no thread uses the borrow longer: `calls`, when it is dropped at this
        // function's end or by a panic of `work`, waits until every thread has returned. Where nothing unwinds, as in
        // WebAssembly, a panic and `lost` leave this frame and its callers' where they are.
        let work = unsafe { mem::transmute::<&(dyn Fn(usize) + Sync), &'static (dyn Fn(usize) + Sync)>(work) };
        let mut calls = Calls { seats, naps: NAPS };
        for (seat, thread) in seats.iter().zip(1..) {
            seat.call(Some(Call { work, thread }));
        }
        clock::lap("calling");
        let begun = clock::now();
        work(0);
        let patience = (PATIENCE as f64 * (clock::now() - begun) / NAP.as_millis() as f64) as usize;
        calls.naps = NAPS.map(|naps| naps.max(patience));
        drop(calls);
        clock::lap("waiting for the others");
        if seats.iter().any(|seat| seat.abandoned.load(Ordering::Relaxed)) {
            lost();
        }
    }
}

/// Calls under way.
struct Calls<'a> {
    seats: &'a [Arc<Seat>],
    /// How many naps each of them is waited for.
    naps: Option<usize>,
}

impl Drop for Calls<'_> {
    fn drop(&mut self) {
        for seat in self.seats {
            seat.await_return(self.naps);
        }
    }
}

/// What a thread is to do: `work(thread)`.
#[derive(Clone, Copy)]
struct Call {
    work: &'static (dyn Fn(usize) + Sync),
    thread: usize,
}

/// A thread's place in a team: where it is called, and where it tells that it has returned. Neither count is ever set
/// back, so that a thread which is late can't take one call for another.
#[derive(Default)]
pub struct Seat {
    call: Mutex<Option<Call>>,
    calls: Count,
    returns: Count,
    abandoned: AtomicBool,
}

impl Seat {
    /// Answers the team's calls, until [`Seat::dismiss`].
    pub fn serve(&self) {
        let abandon_on_panic = Abandon(self);
        let mut served: u32 = 0;
        loop {
            self.calls.wait_past(served, None);
            served = served.wrapping_add(1);
            let Some(Call { work, thread }) = *self.call.lock().expect("nobody panics with a call") else { break };
            clock::lap("waiting for a call");
            work(thread);
            self.returns.advance();
        }
        mem::forget(abandon_on_panic);
    }

    /// Lets the thread return from [`Seat::serve`]. No team may call it any more.
    pub fn dismiss(&self) {
        self.call(None);
    }

    /// Tells the team that the thread has failed.
    pub fn abandon(&self) {
        self.abandoned.store(true, Ordering::Relaxed);
        self.returns.advance();
    }

    fn call(&self, call: Option<Call>) {
        if self.abandoned.load(Ordering::Relaxed) {
            lost();
        }
        *self.call.lock().expect("nobody panics with a call") = call;
        self.calls.advance();
    }

    /// Waits for the last call's return: where another caller was lost in the midst of its calls, for that one's before.
    fn await_return(&self, naps: Option<usize>) {
        let calls = self.calls.now();
        let mut returns = self.returns.now();
        while returns != calls {
            if !self.returns.wait_past(returns, naps) {
                self.abandoned.store(true, Ordering::Relaxed);
                lost();
            }
            returns = self.returns.now();
        }
    }
}

/// Leaves without unwinding, as the thread that is missing may still use what the caller's frames hold.
#[cfg(target_family = "wasm")]
fn lost() -> ! {
    wasm_bindgen::throw_str(LOST)
}

#[cfg(not(target_family = "wasm"))]
fn lost() -> ! {
    panic!("{LOST}")
}

/// Abandons a seat whose thread panics.
struct Abandon<'a>(&'a Seat);

impl Drop for Abandon<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// A number that one thread advances and one other waits for.
#[derive(Default)]
struct Count {
    value: AtomicU32,
    asleep: AtomicBool,
    lock: Mutex<()>,
    advanced: Condvar,
}

impl Count {
    fn now(&self) -> u32 {
        self.value.load(Ordering::Acquire)
    }

    fn advance(&self) {
        self.value.fetch_add(1, Ordering::Release);
        // With the fence of wait_past: either this sees that the other sleeps, or the other sees the new value.
        fence(Ordering::SeqCst);
        if self.asleep.load(Ordering::Relaxed) {
            // The lock is free only before the other has looked at the value, or when it sleeps.
            drop(self.lock.lock().expect("nobody panics with this lock"));
            self.advanced.notify_one();
        }
    }

    /// Waits until the value is no longer `seen`: for ever, or for some naps, after which it returns false.
    fn wait_past(&self, seen: u32, mut naps: Option<usize>) -> bool {
        for _ in 0..SPINS {
            if self.now() != seen {
                return true;
            }
            spin_loop();
        }
        let mut guard = self.lock.lock().expect("nobody panics with this lock");
        self.asleep.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        while self.now() == seen && naps != Some(0) {
            guard = match &mut naps {
                None => self.advanced.wait(guard).expect("nobody panics with this lock"),
                Some(naps) => {
                    *naps -= 1;
                    self.advanced.wait_timeout(guard, NAP).expect("nobody panics with this lock").0
                }
            };
        }
        self.asleep.store(false, Ordering::Relaxed);
        drop(guard);
        self.now() != seen
    }
}

/// Every order in which two threads may run, up to a number of preemptions.
#[cfg(all(test, loom))]
mod tests {
    use super::*;
    use loom::thread;
    use sync::atomic::AtomicUsize;

    #[test]
    fn each_part_is_done_before_share_returns() {
        loom::model(|| {
            let seat = Arc::new(Seat::default());
            let mut team = Team::new();
            team.add(Arc::clone(&seat));
            let thread = thread::spawn({
                let seat = Arc::clone(&seat);
                move || seat.serve()
            });
            for _call in 0..2 {
                let done = [AtomicUsize::new(0), AtomicUsize::new(0)];
                // Relaxed: it is the team that orders this before what follows the call.
                team.share(done.iter(), |done| {
                    done.fetch_add(1, Ordering::Relaxed);
                });
                assert!(done.iter().all(|done| done.load(Ordering::Relaxed) == 1));
            }
            seat.dismiss();
            thread.join().expect("the thread was dismissed");
        });
    }

    #[test]
    fn the_last_return_is_waited_for() {
        // Of the standard library's, which loom knows nothing of, as it outlives each of its runs.
        static DONE: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        loom::model(|| {
            DONE.store(0, Ordering::Relaxed);
            let seat = Arc::new(Seat::default());
            let thread = thread::spawn({
                let seat = Arc::clone(&seat);
                move || seat.serve()
            });
            // A caller that is lost after its call, and another one.
            for _caller in 0..2 {
                let work = &|_| drop(DONE.fetch_add(1, Ordering::Relaxed));
                seat.call(Some(Call { work, thread: 1 }));
            }
            seat.await_return(None);
            assert_eq!(DONE.load(Ordering::Relaxed), 2);
            seat.dismiss();
            thread.join().expect("the thread was dismissed");
        });
    }

    #[test]
    fn an_abandoned_seat_lets_the_caller_go() {
        loom::model(|| {
            let seat = Arc::new(Seat::default());
            let abandoning = Arc::clone(&seat);
            let thread = thread::spawn(move || {
                abandoning.calls.wait_past(0, None);
                abandoning.abandon();
            });
            seat.call(None);
            seat.await_return(None);
            assert!(seat.abandoned.load(Ordering::Relaxed));
            thread.join().expect("the thread has nothing to fail at");
        });
    }
}
