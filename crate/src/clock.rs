//! Where a step's time goes: for each call that shares work among the threads, the time before it that one thread works
//! alone, the caller's own part, and its wait for the others. Compiled in by the feature `clock`, for profiling alone.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// The milliseconds of each call of a step, summed over steps.
#[derive(Default)]
pub struct Clock {
    /// Of each call: alone before it, its own part, waiting.
    pub laps: Vec<[f64; 3]>,
    call: usize,
    last: f64,
}

impl Clock {
    /// A step begins: the next call is the first.
    pub fn restart(&mut self) {
        self.call = 0;
        self.last = now();
    }

    pub fn begin(&mut self) {
        if self.laps.len() <= self.call {
            self.laps.push([0.0; 3]);
        }
        self.lap(0);
    }

    pub fn own_part_done(&mut self) {
        self.lap(1);
    }

    pub fn all_parts_done(&mut self) {
        self.lap(2);
        self.call += 1;
    }

    fn lap(&mut self, part: usize) {
        let now = now();
        self.laps[self.call][part] += now - self.last;
        self.last = now;
    }
}
