//! A team of threads that shares the work of a step by fork and join: the caller hands a task to each worker, does one
//! itself, and waits for the others. How the work is split never changes the order in which a number's terms are added,
//! so the number of threads changes no bit of any result.

use crate::clock;
use crate::limits::MAX_THREADS;
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

/// How often a waiting thread looks before it sleeps. In WebAssembly this takes some 0.1 ms, about as long as waking up,
/// and most waits are shorter.
const SPINS: usize = if cfg!(target_family = "wasm") { 50_000 } else { 1 };

/// The caller sleeps in naps while it waits for a worker, and after so many gives the worker up as lost: a worker of
/// JavaScript can be terminated from outside, a native thread can't. Naps are counted rather than time, as the whole
/// machine may be suspended meanwhile.
const MIN_NAPS: Option<usize> = if cfg!(target_family = "wasm") { Some(30) } else { None };
const NAP: Duration = Duration::from_millis(100);
/// A worker is waited for at least so many times as long as the caller took for its own task, which is as large: there may
/// be many more threads than cores, and slower cores.
const PATIENCE: usize = 100;

const LOST: &str = "a thread of the team has stopped";

/// The chunk of number `number` when `length` things are split into `chunks` chunks of as many. Number 0, the caller's, is
/// among the largest: what it takes for its own tells it how long to wait for the others.
pub fn chunk(length: usize, chunks: usize, number: usize) -> Range<usize> {
    (number * length).div_ceil(chunks)..((number + 1) * length).div_ceil(chunks)
}

/// The caller's thread and the workers'.
#[derive(Default)]
pub struct Team {
    workers: Vec<Arc<Worker>>,
}

impl Team {
    /// The caller alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a worker, whose thread must be in [`Worker::run`] or on its way there. It may be in several teams that take
    /// turns.
    ///
    /// # Panics
    /// When the team has [`MAX_THREADS`] already.
    pub fn add(&mut self, worker: Arc<Worker>) {
        assert!(self.threads() < MAX_THREADS, "a team has at most {MAX_THREADS} threads");
        self.workers.push(worker);
    }

    /// How many threads there are, the caller included.
    pub fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Calls `work` with each of `shares`, every one on a thread of its own, and returns when all are done.
    ///
    /// # Panics
    /// When there are more shares than threads, or a worker has failed. In WebAssembly the latter throws a JavaScript
    /// error, [`Worker::has_failed`] tells which one it was, and the instance can't be used any more.
    pub fn fork_join<Share: Send>(&mut self, shares: impl IntoIterator<Item = Share>, work: impl Fn(Share) + Sync) {
        let shares: Vec<_> = shares.into_iter().map(|share| Mutex::new(Some(share))).collect();
        assert!(shares.len() <= self.threads(), "more shares than threads");
        self.call(shares.len(), &|thread| {
            let share = shares[thread].lock().expect("nobody panics while taking a share").take();
            work(share.expect("each thread is called once"));
        });
    }

    /// Calls `work` with 0 to `threads` - 1, each on its thread.
    fn call(&mut self, threads: usize, work: &(dyn Fn(usize) + Sync)) {
        let workers = &self.workers[..threads.max(1) - 1];
        // SAFETY: only the lifetime changes, and no thread uses the borrow longer: `join`, when it is dropped at this
        // function's end or by a panic of `work`, waits until every worker has finished. Where nothing unwinds, as in
        // WebAssembly, a panic and `lost` leave this frame and its callers' where they are.
        let work = unsafe { mem::transmute::<&(dyn Fn(usize) + Sync), &'static (dyn Fn(usize) + Sync)>(work) };
        let mut join = Join { workers, naps: MIN_NAPS };
        for (worker, thread) in workers.iter().zip(1..) {
            worker.start(Some(Task { work, thread }));
        }
        clock::lap("fork");
        let begun = clock::now();
        work(0);
        let patience = (PATIENCE as f64 * (clock::now() - begun) / NAP.as_millis() as f64) as usize;
        join.naps = MIN_NAPS.map(|naps| naps.max(patience));
        drop(join);
        clock::lap("join");
        if workers.iter().any(|worker| worker.has_failed()) {
            lost();
        }
    }
}

/// Waits for the workers when it is dropped.
struct Join<'a> {
    workers: &'a [Arc<Worker>],
    /// How many naps each of them is waited for.
    naps: Option<usize>,
}

impl Drop for Join<'_> {
    fn drop(&mut self) {
        for worker in self.workers {
            worker.join(self.naps);
        }
    }
}

/// What a worker is to do: `work(thread)`.
#[derive(Clone, Copy)]
struct Task {
    work: &'static (dyn Fn(usize) + Sync),
    thread: usize,
}

/// A worker's side of the team, in memory that its thread and the caller share: the task that it was handed, and how many
/// tasks it has started and finished. Neither count is ever reset, so a late thread can't mistake one task for another.
#[derive(Default)]
pub struct Worker {
    /// None stops it.
    task: Mutex<Option<Task>>,
    started: EventCount,
    finished: EventCount,
    failed: AtomicBool,
}

impl Worker {
    /// Does the team's tasks on the calling thread, until [`Worker::stop`].
    pub fn run(&self) {
        let fail_on_panic = FailOnDrop(self);
        let mut done: u32 = 0;
        loop {
            self.started.wait_past(done, None);
            done = done.wrapping_add(1);
            let Some(Task { work, thread }) = *self.task.lock().expect("nobody panics with a task") else { break };
            clock::lap("wait for a task");
            work(thread);
            self.finished.advance();
        }
        mem::forget(fail_on_panic);
    }

    /// Lets the thread return from [`Worker::run`]. No team may call it any more.
    pub fn stop(&self) {
        self.start(None);
    }

    /// Tells the team that the thread has failed.
    pub fn fail(&self) {
        self.failed.store(true, Ordering::Relaxed);
        self.finished.advance();
    }

    /// Whether the thread has failed, or didn't finish a task in time.
    pub fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    fn start(&self, task: Option<Task>) {
        if self.has_failed() {
            lost();
        }
        *self.task.lock().expect("nobody panics with a task") = task;
        self.started.advance();
    }

    /// Waits until the thread has finished every task that was started: one of a caller that was lost before its join, too.
    fn join(&self, naps: Option<usize>) {
        let started = self.started.now();
        let mut finished = self.finished.now();
        while finished != started {
            if !self.finished.wait_past(finished, naps) {
                self.failed.store(true, Ordering::Relaxed);
                lost();
            }
            finished = self.finished.now();
        }
    }
}

/// Leaves without unwinding, as the lost thread may still use what the caller's frames hold.
#[cfg(target_family = "wasm")]
fn lost() -> ! {
    wasm_bindgen::throw_str(LOST)
}

#[cfg(not(target_family = "wasm"))]
fn lost() -> ! {
    panic!("{LOST}")
}

/// A worker whose thread panics has failed.
struct FailOnDrop<'a>(&'a Worker);

impl Drop for FailOnDrop<'_> {
    fn drop(&mut self) {
        self.0.fail();
    }
}

/// A number that one thread advances and one other waits for.
#[derive(Default)]
struct EventCount {
    value: AtomicU32,
    asleep: AtomicBool,
    lock: Mutex<()>,
    advanced: Condvar,
}

impl EventCount {
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

    fn spawn(worker: &Arc<Worker>) -> thread::JoinHandle<()> {
        let worker = Arc::clone(worker);
        thread::spawn(move || worker.run())
    }

    #[test]
    fn each_share_is_done_before_fork_join_returns() {
        loom::model(|| {
            let worker = Arc::new(Worker::default());
            let mut team = Team::new();
            team.add(Arc::clone(&worker));
            let thread = spawn(&worker);
            for _call in 0..2 {
                let done = [AtomicUsize::new(0), AtomicUsize::new(0)];
                // Relaxed: it is the team that orders this before what follows the call.
                team.fork_join(&done, |done| {
                    done.fetch_add(1, Ordering::Relaxed);
                });
                assert!(done.iter().all(|done| done.load(Ordering::Relaxed) == 1));
            }
            worker.stop();
            thread.join().expect("the thread was stopped");
        });
    }

    #[test]
    fn every_started_task_is_joined() {
        // Of the standard library's, which loom knows nothing of, as it outlives each of its runs.
        static DONE: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        loom::model(|| {
            DONE.store(0, Ordering::Relaxed);
            let worker = Arc::new(Worker::default());
            let thread = spawn(&worker);
            // A caller that is lost before its join, and another one.
            for _caller in 0..2 {
                let work = &|_| drop(DONE.fetch_add(1, Ordering::Relaxed));
                worker.start(Some(Task { work, thread: 1 }));
            }
            worker.join(None);
            assert_eq!(DONE.load(Ordering::Relaxed), 2);
            worker.stop();
            thread.join().expect("the thread was stopped");
        });
    }

    #[test]
    fn a_failed_worker_lets_the_caller_go() {
        loom::model(|| {
            let worker = Arc::new(Worker::default());
            let failing = Arc::clone(&worker);
            let thread = thread::spawn(move || {
                failing.started.wait_past(0, None);
                failing.fail();
            });
            worker.start(None);
            worker.join(None);
            assert!(worker.has_failed());
            thread.join().expect("the thread has nothing to fail at");
        });
    }
}
