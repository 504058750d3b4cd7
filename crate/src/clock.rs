//! The time, and where a step's goes, by thread: the latter is compiled in by the feature `clock`, for profiling alone.

#[cfg(target_family = "wasm")]
mod performance {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = performance)]
        pub fn now() -> f64;
    }
}

/// The time in milliseconds from any moment on, for the team's callers: the other threads have no JavaScript beside them.
#[cfg(target_family = "wasm")]
pub fn now() -> f64 {
    performance::now()
}

/// There is nothing that natively needs it.
#[cfg(not(target_family = "wasm"))]
pub fn now() -> f64 {
    0.0
}

/// A phase has ended: it took the calling thread's time since the last one ended.
#[cfg(not(feature = "clock"))]
#[inline(always)]
pub fn lap(_phase: &'static str) {}

#[cfg(feature = "clock")]
pub use on::lap;

#[cfg(feature = "clock")]
mod on {
    use super::now;
    use std::cell::RefCell;
    use std::mem;
    use std::sync::Mutex;
    use wasm_bindgen::prelude::*;

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
