//! The batches of an epoch: gathered from the examples and transposed, or kept from an epoch before.

use crate::augment::{Augmentation, Canvas};
use crate::examples::CompressedExamples;
use crate::sparse::{Element, SparseBlocks, SparseRows};
use std::hint::black_box;
use std::mem;
use std::ops::Range;

/// An epoch's batches are kept if all of them take at most so many bytes. MNIST's, of 128, take 150 million.
const MAX_KEPT_BYTES: u64 = 1 << 28;

/// A batch's examples, each followed by a 1 for the biases, and their transpose for the update of the first layer. Each
/// thread makes a block of both.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    pub examples: SparseBlocks,
    pub transposed: SparseBlocks,
}

/// The examples as an epoch sees them.
#[derive(Clone, Copy)]
pub(crate) struct EpochExamples<'a> {
    pub examples: &'a CompressedExamples,
    pub epoch: u32,
    /// None: as they are.
    pub augmentation: Option<&'a Augmentation>,
}

impl EpochExamples<'_> {
    /// Overwrites `block` with the named examples, and the ones for the biases behind their inputs.
    pub fn gather(&self, examples: &[usize], canvas: &mut Canvas, block: &mut SparseRows) {
        match self.augmentation {
            Some(augmentation) => augmentation.gather(self.examples, self.epoch, examples, canvas, block),
            None => self.examples.gather(examples, block),
        }
    }
}

/// What becomes of an epoch's batches when their step is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// They are kept for the epochs to come, if memory allows.
    All,
    /// Those that an epoch before has kept stay.
    Kept,
    /// None stays: the epoch's order is its own.
    None,
}

/// The batch of the current step, the next one, and those that are kept.
#[derive(Debug, Default)]
pub(crate) struct Batches {
    pub current: Batch,
    /// The examples of the next step, unless its batch is kept.
    pub next: SparseBlocks,
    /// The batch of each step of an epoch, once it is kept; empty when none is to be.
    kept: Vec<Option<Batch>>,
    source: Source,
}

impl Batches {
    /// Prepares for an epoch of the first `count` examples, or for the rest of one.
    pub fn prepare(&mut self, examples: &CompressedExamples, count: usize, batch_size: usize, keep: Keep) {
        let source = Source { examples: examples.id(), count, batch_size };
        if keep == Keep::None || self.source != source {
            self.kept.clear();
            self.source = source;
        }
        let bytes = bytes(examples, count, batch_size);
        if keep == Keep::All && bytes <= MAX_KEPT_BYTES && (!self.kept.is_empty() || grow_memory(bytes)) {
            self.kept.resize(count.div_ceil(batch_size), None);
        }
    }

    /// Whether the batch of a step is kept, and needn't be gathered.
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

    /// Ends a step: keeps its batch, if any are to be.
    pub fn end(&mut self, step: usize) {
        if let Some(place) = self.kept.get_mut(step) {
            *place = Some(mem::take(&mut self.current));
        }
    }
}

/// What batches were gathered from.
#[derive(Debug, Default, PartialEq, Eq)]
struct Source {
    /// The id of the set.
    examples: usize,
    count: usize,
    batch_size: usize,
}

/// Grows the memory by so many bytes at once, and returns whether it could. Growing with each batch would make V8's garbage
/// collector mark its heap hundreds of times, which takes a second on one core.
fn grow_memory(bytes: u64) -> bool {
    let mut room: Vec<u8> = Vec::new();
    let fits = room.try_reserve_exact(bytes as usize).is_ok();
    black_box(&room);
    fits
}

/// The size of the batches of the first `count` examples: their elements and the ones, each of them twice, and the rows.
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
        let steps_kept = |batch_size, keep| {
            let mut batches = Batches::default();
            batches.prepare(&examples, count, batch_size, keep);
            batches.kept.len()
        };
        assert_eq!(steps_kept(4, Keep::All), 150);
        // Each batch of one example has a row for each of its columns: 315 million bytes in WebAssembly.
        assert_eq!(steps_kept(1, Keep::All), 0);
        assert_eq!(steps_kept(4, Keep::Kept), 0);
        assert_eq!(steps_kept(4, Keep::None), 0);
    }

    #[test]
    fn an_epoch_of_nothing_keeps_nothing() {
        let examples = CompressedExamples::new(3, 1, 0).expect("the sizes are possible");
        let mut batches = Batches::default();
        batches.prepare(&examples, 0, 8, Keep::All);
        assert!(!batches.holds(0));
    }
}
