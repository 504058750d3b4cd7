//! Smooth random displacements, for elastic distortion.

use super::canvas::Size;
use crate::random::Stream;
use crate::simd::LANES;

/// How many displacements apart, over the field's period, two of them are nearly independent.
const SMOOTHNESS: usize = 8;

/// How many places along each axis, from which images look at a field, have extremes of their own.
const VIEWS: usize = 8;

/// A field of displacements that repeats itself to all sides: noise, smoothed nearly as by a Gaussian filter, of mean
/// square 1. One field serves all images: each looks at it from two places of its own, for the displacements to the right
/// and down.
/// Source: Simard, Steinkraus and Platt, Best Practices for Convolutional Neural Networks Applied to Visual Document
/// Analysis, 2003. Their noise is drawn anew for each image, and smoothed with a standard deviation of a seventh of its side.
#[derive(Debug)]
pub(super) struct Field {
    period: usize,
    /// Row by row. The first numbers of each row are repeated at its end, so that four can be read from any column on.
    values: Vec<f32>,
    /// The smallest and the largest displacement that an image can meet which looks at the field from one of these places.
    extremes: Vec<[f32; 2]>,
}

impl Field {
    /// A field for images of this size.
    pub fn new(seed: u64, Size { width, height }: Size) -> Self {
        let side = ((width * height) as f64).sqrt();
        let period = ((2.0 * side) as usize).next_power_of_two().max(2 * SMOOTHNESS);
        let mut random = Stream::new([seed, 0, 0]);
        let mut noise: Vec<f32> = (0..period * period).map(|_| random.within(1.0)).collect();
        for _axis in 0..2 {
            noise.chunks_exact_mut(period).for_each(smooth);
            noise = transposed(&noise, period);
        }
        let mean = noise.iter().sum::<f32>() / noise.len() as f32;
        let mean_square = noise.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>() / noise.len() as f32;
        let scale = 1.0 / mean_square.sqrt();
        let row =
            |row: &[f32]| -> Vec<f32> { row.iter().chain(&row[..LANES]).map(|value| (value - mean) * scale).collect() };
        let values = noise.chunks_exact(period).flat_map(row).collect();
        let mut field = Self { period, values, extremes: Vec::new() };
        let step = period / VIEWS;
        let extremes = |view: usize| {
            let (top, left) = (view / VIEWS * step, view % VIEWS * step);
            let rows = (top..top + period.min(height + step)).map(|row| field.row(row));
            let columns = left..left + period.min(width + step);
            let met = rows.flat_map(|row| columns.clone().map(move |column| row.four(column)[0]));
            met.fold([0.0f32; 2], |[low, high], value| [low.min(value), high.max(value)])
        };
        field.extremes = (0..VIEWS * VIEWS).map(extremes).collect();
        field
    }

    /// After so many rows and columns the field repeats itself: a power of two.
    pub fn period(&self) -> usize {
        self.period
    }

    /// The smallest and the largest displacement that an image can meet which looks at the field from this row and column.
    pub fn extremes(&self, [row, column]: [usize; 2]) -> [f32; 2] {
        let step = self.period / VIEWS;
        self.extremes[row / step * VIEWS + column / step]
    }

    /// A row of the field.
    #[inline(always)]
    pub fn row(&self, row: usize) -> Row<'_> {
        let length = self.period + LANES;
        Row { mask: self.period - 1, values: &self.values[(row & (self.period - 1)) * length..][..length] }
    }
}

/// A row of a field.
pub(super) struct Row<'a> {
    mask: usize,
    values: &'a [f32],
}

impl Row<'_> {
    /// Four displacements from a column on.
    #[inline(always)]
    pub fn four(&self, column: usize) -> &[f32; LANES] {
        self.values[column & self.mask..].first_chunk().expect("a row is longer than the period by four")
    }
}

/// Smooths numbers that repeat themselves by three running means in a row, which is nearly a Gaussian filter with a
/// standard deviation of half of a mean's length.
fn smooth(values: &mut [f32]) {
    let length = values.len() / SMOOTHNESS;
    for _pass in 0..3 {
        let original = values.to_vec();
        for (place, value) in values.iter_mut().enumerate() {
            *value = original.iter().cycle().skip(place).take(length).sum::<f32>() / length as f32;
        }
    }
}

fn transposed(values: &[f32], side: usize) -> Vec<f32> {
    (0..side * side).map(|place| values[place % side * side + place / side]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_family = "wasm")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn it_is_smooth_and_repeats_itself() {
        let field = Field::new(1, Size { width: 28, height: 28 });
        assert_eq!(field.period(), 64);
        let field = &field;
        let at = move |row: usize, column: usize| field.row(row).four(column)[0];
        let all = || (0..64).flat_map(|row| (0..64).map(move |column| (row, column)));
        let mean = |product: &dyn Fn(usize, usize) -> f32| {
            all().map(|(row, column)| product(row, column)).sum::<f32>() / 4096.0
        };
        assert!(mean(&at).abs() < 1e-3);
        assert!((mean(&|row, column| at(row, column) * at(row, column)) - 1.0).abs() < 1e-3);
        for view in [[0, 0], [7, 9], [63, 40]] {
            let [low, high] = field.extremes(view);
            let seen = (0..28).flat_map(|y| (0..28).map(move |x| at(view[0] + y, view[1] + x)));
            assert!(
                seen.clone().all(|value| (low..=high).contains(&value)) && seen.clone().any(|value| value > high / 2.0)
            );
        }
        for (down, right) in [(0usize, 1), (1, 0)] {
            let correlation =
                |distance| mean(&|row, column| at(row, column) * at(row + distance * down, column + distance * right));
            // Of noise after a Gaussian filter with a standard deviation of 4: exp(-distance^2 / 64).
            assert!((correlation(4) - 0.78).abs() < 0.1, "{}", correlation(4));
            assert!(correlation(16).abs() < 0.3, "{}", correlation(16));
            assert!((correlation(64) - 1.0).abs() < 1e-3);
        }
        assert_eq!(field.row(5).four(62)[2..], field.row(5 + 64).four(128)[..2]);
    }
}
