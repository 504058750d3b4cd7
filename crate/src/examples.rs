//! A set of examples, kept as compressed rows: a 16-bit column and an 8-bit pixel (or a float32) for each element that
//! isn't zero. MNIST's training images take 27 MB this way instead of 47, and a batch need not be compressed again.

use crate::augment::{Canvas, Ink, Size};
use crate::error::Error;
use crate::limits::MAX_LAYER_SIZE;
use crate::sparse::SparseRows;
use std::collections::TryReserveError;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// From so many examples on, their density is taken for that of all the examples.
const SAMPLE: usize = 256;

/// A pixel of 255 counts as 1.
const PIXEL_SCALE: f32 = 255.0;

#[derive(Debug)]
enum Values {
    Pixels(Vec<u8>),
    Floats(Vec<f32>),
}

/// Examples of `inputs` numbers in `classes` classes.
#[derive(Debug)]
pub struct CompressedExamples {
    /// A number of this set alone.
    id: usize,
    inputs: usize,
    classes: usize,
    expected: usize,
    /// Where each example's elements end in `indices` and `values`; they begin where those of the one before it end.
    ends: Vec<usize>,
    indices: Vec<u16>,
    values: Values,
    labels: Vec<u16>,
}

impl CompressedExamples {
    /// An empty set that is going to hold `expected` examples.
    ///
    /// # Errors
    /// When the inputs or the classes aren't 1 to [`MAX_LAYER_SIZE`].
    pub fn new(inputs: usize, classes: usize, expected: usize) -> Result<Self, Error> {
        if !(1..=MAX_LAYER_SIZE).contains(&inputs) {
            return Err(Error::InputCount { inputs });
        }
        if !(1..=MAX_LAYER_SIZE).contains(&classes) {
            return Err(Error::ClassCount { classes });
        }
        let values = Values::Pixels(Vec::new());
        let ends = Vec::with_capacity(expected);
        let labels = Vec::with_capacity(expected);
        static SETS: AtomicUsize = AtomicUsize::new(0);
        let id = SETS.fetch_add(1, Ordering::Relaxed);
        Ok(Self { id, inputs, classes, expected, ends, indices: Vec::new(), values, labels })
    }

    /// A number of this set alone. Examples are only ever added, so it also names each of the set's beginnings.
    pub fn id(&self) -> usize {
        self.id
    }

    /// How many elements of the first `examples` examples aren't zero.
    pub fn element_count(&self, examples: usize) -> usize {
        self.ends[..examples].last().copied().unwrap_or(0)
    }

    pub fn inputs(&self) -> usize {
        self.inputs
    }

    pub fn classes(&self) -> usize {
        self.classes
    }

    /// The number of examples.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    pub fn label(&self, example: usize) -> usize {
        usize::from(self.labels[example])
    }

    /// Adds examples of 8-bit pixels, which count as `pixel / 255`.
    ///
    /// # Errors
    /// When a label isn't below `classes`, when there isn't one label for every `inputs` pixels, when the set holds
    /// floats already, or when there is no memory for them.
    pub fn append_pixels(&mut self, pixels: &[u8], labels: &[u16]) -> Result<(), Error> {
        self.check(pixels.len(), labels)?;
        let added = pixels.iter().filter(|&&pixel| pixel != 0).count();
        // One more: every pixel of a group is written, and overwritten by the next one if it was 0.
        self.reserve(added + 1, labels.len())?;
        let Values::Pixels(values) = &mut self.values else { return Err(Error::MixedValues) };
        let mut end = self.indices.len();
        self.indices.resize(end + added + 1, 0);
        values.resize(end + added + 1, 0);
        for image in pixels.chunks_exact(self.inputs) {
            let (groups, rest) = image.as_chunks::<8>();
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            for (group, first) in groups.iter().chain([&last]).zip((0..).step_by(8)) {
                // Most groups of eight are blank.
                let mut word = u64::from_le_bytes(*group);
                let mut column: usize = first;
                while word != 0 {
                    self.indices[end] = column as u16;
                    values[end] = word as u8;
                    end += usize::from(word as u8 != 0);
                    word >>= 8;
                    column += 1;
                }
            }
            self.ends.push(end);
        }
        self.indices.truncate(end);
        values.truncate(end);
        self.labels.extend_from_slice(labels);
        Ok(())
    }

    /// Adds examples of float32, used as they are.
    ///
    /// # Errors
    /// As [`append_pixels`](Self::append_pixels), and when a value is NaN or infinite.
    pub fn append_floats(&mut self, floats: &[f32], labels: &[u16]) -> Result<(), Error> {
        self.check(floats.len(), labels)?;
        if let Some(position) = floats.iter().position(|value| !value.is_finite()) {
            let example = self.len() + position / self.inputs;
            return Err(Error::NotFinite { example, input: position % self.inputs });
        }
        if self.is_empty() {
            self.values = Values::Floats(Vec::new());
        }
        let added = floats.iter().filter(|&&value| value != 0.0).count();
        self.reserve(added, labels.len())?;
        let Values::Floats(values) = &mut self.values else { return Err(Error::MixedValues) };
        for row in floats.chunks_exact(self.inputs) {
            for (column, &value) in row.iter().enumerate() {
                if value != 0.0 {
                    self.indices.push(column as u16);
                    values.push(value);
                }
            }
            self.ends.push(self.indices.len());
        }
        self.labels.extend_from_slice(labels);
        Ok(())
    }

    /// Overwrites `batch` with the named examples, and the ones for the biases behind their inputs.
    pub fn gather(&self, examples: &[usize], batch: &mut SparseRows) {
        let elements = examples.iter().map(|&example| self.range(example).len() + 1).sum();
        batch.clear(self.inputs + 1, elements);
        for range in examples.iter().map(|&example| self.range(example)) {
            let columns = &self.indices[range.clone()];
            match &self.values {
                Values::Pixels(values) => {
                    batch.push_and_one(columns, values[range].iter().map(|&pixel| f32::from(pixel) / PIXEL_SCALE));
                }
                Values::Floats(values) => batch.push_and_one(columns, values[range].iter().copied()),
            }
        }
    }

    /// Draws an example, which is an image of this size.
    pub(crate) fn draw(&self, example: usize, size: Size, canvas: &mut Canvas) -> Option<Ink> {
        let range = self.range(example);
        let places = self.indices[range.clone()].iter().map(|&column| usize::from(column));
        match &self.values {
            Values::Pixels(values) => {
                canvas.draw(size, places.zip(values[range].iter().map(|&pixel| f32::from(pixel) / PIXEL_SCALE)))
            }
            Values::Floats(values) => canvas.draw(size, places.zip(values[range].iter().copied())),
        }
    }

    fn range(&self, example: usize) -> Range<usize> {
        let start = if example == 0 { 0 } else { self.ends[example - 1] };
        start..self.ends[example]
    }

    fn check(&self, values: usize, labels: &[u16]) -> Result<(), Error> {
        if labels.len().checked_mul(self.inputs) != Some(values) {
            return Err(Error::Size { values, examples: labels.len(), inputs: self.inputs });
        }
        match labels.iter().position(|&label| usize::from(label) >= self.classes) {
            Some(position) => {
                Err(Error::Label { example: self.len() + position, label: labels[position], classes: self.classes })
            }
            None => Ok(()),
        }
    }

    /// Makes room for `added` elements and, judging by the density so far, for those of all the expected examples: growing
    /// by doubling would leave WebAssembly's memory, which never shrinks, three times too large.
    fn reserve(&mut self, added: usize, examples: usize) -> Result<(), Error> {
        let needed = self.indices.len() + added;
        if needed <= self.indices.capacity() {
            return Ok(());
        }
        let known = self.len() + examples;
        let density = needed as f64 / known as f64;
        let estimate = if known < SAMPLE { needed } else { (density * self.expected as f64 * 1.03) as usize };
        // The estimate may be too large for the memory where what is needed is not.
        let fits =
            [estimate.max(needed), needed].iter().any(|room| self.try_reserve(room - self.indices.len()).is_ok());
        if fits { Ok(()) } else { Err(Error::Memory) }
    }

    fn try_reserve(&mut self, additional: usize) -> Result<(), TryReserveError> {
        self.indices.try_reserve_exact(additional)?;
        match &mut self.values {
            Values::Pixels(values) => values.try_reserve_exact(additional),
            Values::Floats(values) => values.try_reserve_exact(additional),
        }
    }
}
