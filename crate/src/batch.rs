//! The batches of an epoch: gathered from the examples and transposed, or kept from an epoch before.

use crate::examples::CompressedExamples;
use crate::sparse::{Element, Pieces};
use std::mem;
use std::ops::Range;

/// Batches are kept for the next epoch where all of them take at most so many bytes. MNIST's, of 128, take 150 million.
const MOST_KEPT_BYTES: usize = 1 << 28;

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
    /// take the examples as they are stored; batches are kept where such an epoch `repeats`, and memory allows.
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
        let steps = count.div_ceil(batch_size);
        let rows = count + steps * (examples.inputs() + 1);
        let elements = 2 * (examples.element_count(count) + count);
        let bytes = rows * size_of::<Range<usize>>() + elements * size_of::<Element>();
        if as_stored && repeats && bytes <= MOST_KEPT_BYTES {
            self.kept.resize(steps, None);
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
