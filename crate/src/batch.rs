//! The batches of an epoch: gathered from the examples and transposed, or kept from an epoch before.

use crate::examples::CompressedExamples;
use crate::sparse::{Element, Pieces};
use std::hint::black_box;
use std::mem;
use std::ops::Range;

/// Batches are kept for the next epoch where all of them take at most so many bytes. MNIST's, of 128, take 150 million.
const MOST_KEPT_BYTES: u64 = 1 << 28;

/// A batch's examples, a 1 for the biases behind each, and the same by column for the update of the first layer. Each
/// thread makes a piece of both.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    pub examples: Pieces,
    pub transposed: Pieces,
}

/// The batch of the present step, the next one, and those that are kept.
#[derive(Debug, Default)]
pub(crate) struct Batches {
    pub current: Batch,
    /// The examples of the next step, where its batch isn't kept.
    pub next: Pieces,
    /// Of each step of an epoch its batch, where it was kept; empty where none is going to be.
    kept: Vec<Option<Batch>>,
    /// What the kept ones were gathered from: the set of examples, how many of them, and how many a batch.
    source: (usize, usize, usize),
}

impl Batches {
    /// Gets ready for an epoch of the first `count` examples, or for the rest of one. Kept batches are of use in epochs that
    /// take the examples as they are stored; batches are kept where such an epoch `repeats` often enough, and memory allows.
    pub fn prepare(
        &mut self,
        examples: &CompressedExamples,
        count: usize,
        batch_size: usize,
        as_stored: bool,
        repeats: bool,
    ) {
        let source = (examples.id(), count, batch_size);
        if !as_stored || self.source != source {
            self.kept.clear();
            self.source = source;
        }
        let bytes = bytes(examples, count, batch_size);
        if as_stored && repeats && bytes <= MOST_KEPT_BYTES && (!self.kept.is_empty() || grow_memory(bytes)) {
            self.kept.resize(count.div_ceil(batch_size), None);
        }
    }

    /// Whether the batch of a step needn't be gathered.
    pub fn holds(&self, step: usize) -> bool {
        self.kept.get(step).is_some_and(Option::is_some)
    }

    /// Makes a step's batch the current one. Returns whether it is transposed already.
    pub fn begin(&mut self, step: usize) -> bool {
        match self.kept.get_mut(step).and_then(Option::take) {
            Some(batch) => {
                self.current = batch;
                true
            }
            None => {
                mem::swap(&mut self.current.examples, &mut self.next);
                false
            }
        }
    }

    /// The step is over: keeps its batch, if any are kept.
    pub fn end(&mut self, step: usize) {
        if let Some(place) = self.kept.get_mut(step) {
            *place = Some(mem::take(&mut self.current));
        }
    }
}

/// Makes room for so many bytes at once, and returns whether there is any. Growing with each batch has V8's collector mark
/// its heap hundreds of times, which takes a second where there is one core.
fn grow_memory(bytes: u64) -> bool {
    let mut room: Vec<u8> = Vec::new();
    let fits = room.try_reserve_exact(bytes as usize).is_ok();
    black_box(&room);
    fits
}

/// What the batches of the first `count` examples take: each of their elements, and of the ones, twice.
fn bytes(examples: &CompressedExamples, count: usize, batch_size: usize) -> u64 {
    let elements = 2 * (examples.element_count(count) + count);
    let columns = (examples.inputs() as u64 + 1) * count.div_ceil(batch_size) as u64;
    (count as u64 + columns) * size_of::<Range<usize>>() as u64 + elements as u64 * size_of::<Element>() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_family = "wasm")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn batches_are_kept_where_memory_allows() {
        let (inputs, count) = (1 << 16, 600);
        let mut examples = CompressedExamples::new(inputs, 1, count).expect("the sizes are possible");
        examples.append_pixels(&vec![0; inputs * count], &vec![0; count]).expect("the pixels fit");
        let steps_kept = |batch_size, as_stored, repeats| {
            let mut batches = Batches::default();
            batches.prepare(&examples, count, batch_size, as_stored, repeats);
            batches.kept.len()
        };
        assert_eq!(steps_kept(4, true, true), 150);
        // Each batch of one example has a row for each of its columns: 315 million bytes in WebAssembly.
        assert_eq!(steps_kept(1, true, true), 0);
        assert_eq!(steps_kept(4, true, false), 0);
        assert_eq!(steps_kept(4, false, true), 0);
    }

    #[test]
    fn an_epoch_of_nothing_keeps_nothing() {
        let examples = CompressedExamples::new(3, 1, 0).expect("the sizes are possible");
        let mut batches = Batches::default();
        batches.prepare(&examples, 0, 8, true, true);
        assert!(!batches.holds(0));
    }
}
