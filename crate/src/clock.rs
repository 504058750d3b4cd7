//! Where a step's time goes, by thread. Compiled in by the feature `clock`, for profiling alone.

/// A phase has ended: it took the calling thread's time since the last one ended.
#[cfg(not(feature = "clock"))]
#[inline(always)]
pub fn lap(_phase: &'static str) {}

#[cfg(feature = "clock")]
pub use on::lap;

#[cfg(feature = "clock")]
mod on {
    use std::cell::RefCell;
    use std::mem;
    use std::sync::Mutex;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = performance)]
        fn now() -> f64;
    }

    /// The threads' phases and their milliseconds, in the order in which the threads had their first lap.
    static THREADS: Mutex<Vec<Vec<(&str, f64)>>> = Mutex::new(Vec::new());

    thread_local! {
        /// The thread's place in that list, and when its last lap ended.
        static LAST: RefCell<(usize, f64)> = RefCell::new((register(), now()));
    }

    fn register() -> usize {
        let mut threads = THREADS.lock().expect("nobody panics with the clock");
        threads.push(Vec::new());
        threads.len() - 1
    }

    /// A phase has ended: it took the calling thread's time since the last one ended.
    pub fn lap(phase: &'static str) {
        LAST.with_borrow_mut(|(thread, last)| {
            let now = now();
            let time = now - mem::replace(last, now);
            let phases = &mut THREADS.lock().expect("nobody panics with the clock")[*thread];
            match phases.iter_mut().find(|(name, _)| *name == phase) {
                Some((_, sum)) => *sum += time,
                None => phases.push((phase, time)),
            }
        });
    }

    /// A line for each phase of each thread: the thread's number, the phase, its milliseconds.
    #[wasm_bindgen]
    pub fn phases() -> String {
        let threads = THREADS.lock().expect("nobody panics with the clock");
        let lines = threads.iter().enumerate().flat_map(|(thread, phases)| {
            phases.iter().map(move |(phase, time)| format!("{thread}\t{phase}\t{time}\n"))
        });
        lines.collect()
    }
}
