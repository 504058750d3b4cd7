//! An image unpacked, in a frame of zeros, and the thickness of its strokes.

use crate::simd::{LANES, Lanes};
use std::ops::Range;

/// How many rows of frame there are above an image, and how many columns, or a few more, between the right edge of a row
/// and the left edge of the next one. Ink may grow into it by a pixel, and what a coordinate beyond it is cut off to is
/// followed by another zero.
pub(crate) const FRAME: usize = 3;

/// The width and height of images.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    pub width: usize,
    pub height: usize,
}

impl Size {
    /// 2^32 / width, rounded up, for [`row_of`](Self::row_of).
    pub fn rows_per_place(self) -> u64 {
        (1 << 32) / self.width as u64 + 1
    }

    /// The row of a pixel: a product instead of a division, exact for the places of an image.
    #[inline(always)]
    pub fn row_of(self, place: usize, rows_per_place: u64) -> usize {
        ((place as u64 * rows_per_place) >> 32) as usize
    }
}

/// An image with space around it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Canvas {
    size: Size,
    /// From one row to the next.
    stride: usize,
    pixels: Vec<f32>,
}

/// Where an image has ink.
#[derive(Clone, Debug)]
pub(crate) struct Ink {
    pub columns: Range<usize>,
    pub rows: Range<usize>,
    /// The largest absolute value of a pixel.
    pub darkest: f32,
}

impl Canvas {
    /// Draws an image: the places and values of its pixels that are not zero, in order. None where there are none.
    #[inline(always)]
    pub(crate) fn draw(&mut self, size: Size, pixels: impl Iterator<Item = (usize, f32)>) -> Option<Ink> {
        if self.size != size {
            self.size = size;
            self.stride = size.width + FRAME + 1;
            // Below an image there are two more rows, and what a vector reads beyond them.
            self.pixels.resize((FRAME + size.height + 2) * self.stride + 2 * LANES, 0.0);
        }
        self.pixels.fill(0.0);
        let rows_per_place = size.rows_per_place();
        let origin = FRAME * self.stride + FRAME;
        let (mut first, mut last) = (None, 0);
        let (mut left, mut right, mut darkest) = (size.width, 0, 0.0f32);
        for (place, value) in pixels {
            let row = size.row_of(place, rows_per_place);
            let column = place - row * size.width;
            first.get_or_insert(row);
            last = row;
            left = left.min(column);
            right = right.max(column);
            darkest = darkest.max(value.abs());
            self.pixels[origin + row * self.stride + column] = value;
        }
        first.map(|first| Ink { columns: left..right + 1, rows: first..last + 1, darkest })
    }

    pub(crate) fn stride(&self) -> usize {
        self.stride
    }

    pub(crate) fn pixels(&self) -> &[f32] {
        &self.pixels
    }

    /// Makes strokes thicker by at most a pixel, or thinner where `change` is negative, and moves them by half of that to
    /// the upper left: a mix of each pixel with the largest (smallest) of it and the next ones to the right and below.
    pub(crate) fn thicken(&mut self, ink: &Ink, change: f32) {
        if change > 0.0 {
            self.mix(ink, change, Lanes::larger);
        } else if change < 0.0 {
            self.mix(ink, -change, Lanes::smaller);
        }
    }

    #[inline(always)]
    fn mix(&mut self, ink: &Ink, share: f32, extreme: impl Fn(Lanes, Lanes) -> Lanes) {
        let share = Lanes::splat(share);
        let groups = (ink.columns.len() + 1).div_ceil(LANES);
        for row in FRAME + ink.rows.start - 1..FRAME + ink.rows.end {
            let start = row * self.stride + FRAME + ink.columns.start - 1;
            // The row, the next one, and a pixel to the right of both.
            let rows = &mut self.pixels[start..][..self.stride + groups * LANES + 1];
            for place in (0..groups * LANES).step_by(LANES) {
                let four = |place: usize| Lanes::load(rows[place..].first_chunk().expect("it lies in the rows"));
                let [here, right, below, opposite] = [0, 1, self.stride, self.stride + 1].map(|way| four(place + way));
                let target = extreme(extreme(here, right), extreme(below, opposite));
                let mixed = here.add_product(share, target.minus(here));
                mixed.store(rows[place..].first_chunk_mut().expect("it lies in the rows"));
            }
        }
    }
}
