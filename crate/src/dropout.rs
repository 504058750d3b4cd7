//! Dropout: in training each output of a hidden layer is dropped - set to zero - with some probability, and the others are
//! scaled so that their expected value stays the same. Zeros are never compressed, so they cost nothing from then on.
//! Source: Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, 2014.

use crate::random::mix;
use crate::simd::Lanes;

/// The random streams of a run. What a step drops depends on the seed, the step, the example and the unit alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dropout {
    seed: u64,
    /// An output is kept when its random number is at least so large.
    threshold: i32,
    /// What the outputs that are kept are multiplied by.
    pub scale: f32,
}

impl Dropout {
    /// Drops so large a fraction of the outputs, at least 0 and less than 1. None for a fraction of 0.
    pub fn new(fraction: f32, seed: u64) -> Option<Self> {
        let fraction = f64::from(fraction);
        let threshold = (fraction * 2f64.powi(32)) as i64 + i64::from(i32::MIN);
        (fraction > 0.0).then_some(Self { seed, threshold: threshold as i32, scale: (1.0 / (1.0 - fraction)) as f32 })
    }

    /// The key of an example in a step.
    pub fn key(&self, step: usize, example: usize) -> Key {
        let bits = mix(mix(mix(self.seed).wrapping_add(step as u64)).wrapping_add(example as u64));
        Key([bits as u32, (bits >> 32) as u32])
    }
}

/// A number that names an example in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(pub [u32; 2]);

/// What is dropped of a layer's outputs, for the rows of some examples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LayerDropout<'a> {
    pub dropout: Dropout,
    pub layer: usize,
    /// Of each row.
    pub keys: &'a [Key],
}

impl LayerDropout<'_> {
    /// Drops some of the outputs of a row from column `first` on, and scales the others.
    #[inline(always)]
    pub fn apply<const COUNT: usize>(&self, row: usize, first: usize, mut outputs: [Lanes; COUNT]) -> [Lanes; COUNT] {
        let scale = Lanes::splat(self.dropout.scale);
        // A layer has at most 65,536 units.
        let first = (self.layer << 16 | first) as u32;
        for (output, unit) in outputs.iter_mut().zip((first..).step_by(4)) {
            *output = output.multiply(scale).where_drawn(self.keys[row].0, unit, self.dropout.threshold);
        }
        outputs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_family = "wasm")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Which of the units of an example are kept: 0 or the scale.
    fn kept(dropout: Dropout, step: usize, example: usize, layer: usize, units: usize) -> Vec<f32> {
        let keys = [dropout.key(step, example)];
        let layer = LayerDropout { dropout, layer, keys: &keys };
        let four = |first| {
            let mut values = [0.0; 4];
            layer.apply(0, first, [Lanes::splat(1.0)])[0].store(&mut values);
            values
        };
        (0..units).step_by(4).flat_map(four).collect()
    }

    #[test]
    fn the_fraction_is_dropped_and_the_rest_is_scaled() {
        for fraction in [0.001, 0.2, 0.5, 0.9, 0.999] {
            let dropout = Dropout::new(fraction, 7).expect("a fraction above 0 drops something");
            let all: Vec<f32> = (0..400).flat_map(|example| kept(dropout, 3, example, 0, 256)).collect();
            let dropped = all.iter().filter(|&&output| output == 0.0).count() as f64 / all.len() as f64;
            let deviation = (f64::from(fraction) * f64::from(1.0 - fraction) / all.len() as f64).sqrt();
            assert!((dropped - f64::from(fraction)).abs() < 4.0 * deviation, "{dropped} of {fraction}");
            assert!(all.iter().all(|&output| output == 0.0 || output == dropout.scale));
        }
        assert!(Dropout::new(0.0, 7).is_none());
    }

    /// The correlation of two series of dropped or kept, in standard deviations.
    fn correlation(left: &[f32], right: &[f32]) -> f64 {
        let agreeing = left.iter().zip(right).filter(|(left, right)| left == right).count() as f64;
        let count = left.len() as f64;
        (agreeing - count / 2.0) / (count / 4.0).sqrt()
    }

    #[test]
    fn units_examples_steps_layers_and_seeds_are_independent() {
        let stream = |seed, step, layer, from: usize| -> Vec<f32> {
            let dropout = Dropout::new(0.5, seed).expect("a half is dropped");
            (from..from + 200).flat_map(|example| kept(dropout, step, example, layer, 512)).collect()
        };
        let base = stream(1, 10, 0, 0);
        for distance in [1, 2, 3, 4, 8, 16, 32, 256, 512] {
            assert!(correlation(&base[distance..], &base[..base.len() - distance]).abs() < 4.0, "{distance} units");
        }
        let others = [[2, 10, 0, 0], [1, 11, 0, 0], [1, 10, 1, 0], [1, 10, 0, 1], [2, 9, 0, 0], [0, 11, 0, 0]];
        for [seed, step, layer, from] in others {
            let correlation = correlation(&base, &stream(seed as u64, step, layer, from));
            assert!(correlation.abs() < 4.0, "seed {seed}, step {step}, layer {layer}, from {from}: {correlation}");
        }
        assert_eq!(stream(1, 10, 0, 0), base);
    }
}
