//! Augmentation: each epoch sees each image changed anew, as another hand might have written it.
//!
//! An example is changed as its batch is gathered. What happens to it depends on the seed, the epoch and the example alone,
//! and is computed with `+ - * /` and floors only, each rounded by itself: the same bits on every thread, engine and machine.
//! Sources: Simard, Steinkraus and Platt, Best Practices for Convolutional Neural Networks Applied to Visual Document
//! Analysis, 2003; Cireşan, Meier, Gambardella and Schmidhuber, Deep, Big, Simple Neural Nets for Handwritten Digit
//! Recognition, 2010.

mod canvas;
mod field;
mod warp;

use crate::error::Error;
use crate::examples::CompressedExamples;
use crate::random::Stream;
use crate::sparse::SparseRows;
pub(crate) use canvas::{Canvas, Ink, Size};
use field::Field;
use std::ops::Range;
use warp::Warp;

/// How much images may change: each amount is the most that is drawn, all values up to it being as likely.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Amounts {
    /// Degrees, to either side: at most 180.
    pub rotation: f32,
    /// The fraction by which the width and, apart from it, the height grows or shrinks: less than 1.
    pub scale: f32,
    /// How far the upper edge of a square of side 1 moves to either side, against its lower one.
    pub shear: f32,
    /// Pixels, along each axis.
    pub shift: f32,
    /// Of an elastic displacement, pixels r.m.s. along each axis.
    pub elastic: f32,
    /// By how many pixels strokes become thicker or thinner: at most 1.
    pub thickness: f32,
}

/// How the images of a run are changed.
#[derive(Debug)]
pub struct Augmentation {
    amounts: Amounts,
    seed: u64,
    size: Size,
    field: Field,
}

impl Augmentation {
    /// Of images that are `width` pixels wide, and have `pixels` in all.
    ///
    /// # Errors
    /// When an image isn't whole rows of pixels.
    pub fn new(amounts: Amounts, width: usize, pixels: usize, seed: u64) -> Result<Self, Error> {
        if width == 0 || !pixels.is_multiple_of(width) {
            return Err(Error::Width { width, inputs: pixels });
        }
        let size = Size { width, height: pixels / width };
        Ok(Self { amounts, seed, size, field: Field::new(seed, size) })
    }

    /// Some images as an epoch sees them, row by row.
    ///
    /// # Errors
    /// When they are not of this size, or not there.
    pub fn images(&self, examples: &CompressedExamples, epoch: u32, range: Range<usize>) -> Result<Vec<f32>, Error> {
        let (inputs, count) = (examples.inputs(), examples.len());
        if inputs != self.size.width * self.size.height {
            return Err(Error::Width { width: self.size.width, inputs });
        }
        if range.start > range.end || range.end > count {
            return Err(Error::Range { start: range.start, end: range.end, examples: count });
        }
        let (mut canvas, mut rows) = (Canvas::default(), SparseRows::default());
        let mut images = vec![0.0; range.len() * inputs];
        for (example, image) in range.zip(images.chunks_exact_mut(inputs)) {
            self.gather(examples, epoch, &[example], &mut canvas, &mut rows);
            let (_one, pixels) = rows.row(0).split_last().expect("a row ends with a one");
            pixels.iter().for_each(|pixel| image[pixel.column()] = pixel.value);
        }
        Ok(images)
    }

    /// As [`CompressedExamples::gather`], with the examples as an epoch sees them.
    pub(crate) fn gather(
        &self,
        examples: &CompressedExamples,
        epoch: u32,
        gathered: &[usize],
        canvas: &mut Canvas,
        batch: &mut SparseRows,
    ) {
        if (Amounts { shift: 0.0, ..self.amounts }) == Amounts::default() {
            return self.gather_shifted(examples, epoch, gathered, batch);
        }
        batch.clear(examples.inputs() + 1, 0);
        for &example in gathered {
            let mut random = Stream::new([self.seed, epoch.into(), example as u64]);
            let warp = Warp::draw(&self.amounts, self.size, &self.field, &mut random);
            let ink = examples.draw(example, self.size, canvas);
            batch.push_written_and_one(|row| {
                if let Some(ink) = ink {
                    canvas.thicken(&ink, warp.thickness);
                    warp.apply(self.size, &ink, canvas, &self.field, row);
                }
            });
        }
    }

    /// Gathers examples of images that only move, by whole pixels.
    fn gather_shifted(&self, examples: &CompressedExamples, epoch: u32, gathered: &[usize], batch: &mut SparseRows) {
        examples.gather(gathered, batch);
        let Size { width, height } = self.size;
        let rows_per_place = self.size.rows_per_place();
        for (row, &example) in gathered.iter().enumerate() {
            let mut random = Stream::new([self.seed, epoch.into(), example as u64]);
            // Each whole number of pixels is as likely. The conversion saturates.
            let [right, down] = [(); 2].map(|()| (random.within(self.amounts.shift + 0.5) + 0.5).floor() as i32);
            batch.move_inputs(row, |place| {
                let y = self.size.row_of(place, rows_per_place);
                let x = place - y * width;
                let (x, y) = (x.wrapping_add_signed(right as isize), y.wrapping_add_signed(down as isize));
                (x < width && y < height).then(|| y * width + x)
            });
        }
    }
}
