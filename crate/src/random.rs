//! Random numbers by counter: what is drawn for an example depends on the numbers that name it alone, and so neither on
//! the thread that draws nor on what was drawn before. And the order of a shuffled epoch.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

/// Spreads a number's bits over all bits.
/// Source: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014 (SplitMix64).
pub(crate) fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(GOLDEN);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

/// The golden ratio's bits.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// A stream of random numbers: SplitMix64.
pub(crate) struct Stream(u64);

impl Stream {
    /// The stream that these numbers name.
    pub fn new(numbers: [u64; 3]) -> Self {
        Self(numbers.into_iter().fold(0, |state, number| mix(state.wrapping_add(number))))
    }

    fn next(&mut self) -> u64 {
        let drawn = mix(self.0);
        self.0 = self.0.wrapping_add(GOLDEN);
        drawn
    }

    /// A number from 0 up to 1.
    pub fn uniform(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1 << 24) as f32
    }

    /// A number from -`most` up to `most`.
    pub fn within(&mut self, most: f32) -> f32 {
        most * (2.0 * self.uniform() - 1.0)
    }

    /// A whole number below `end`, a power of two.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() >> 32) as usize & (end - 1)
    }
}

/// The numbers 0 to `count` - 1 in an order that depends on the seed and the epoch alone.
pub(crate) fn shuffled(count: usize, seed: u64, epoch: u32) -> Vec<usize> {
    // Keeps the generators of one seed's epochs apart from those of the next seeds.
    let epoch_seed = seed ^ (u64::from(epoch) + 1).wrapping_mul(GOLDEN);
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
    fn streams_are_uniform_and_independent() {
        let drawn = |numbers| {
            let mut stream = Stream::new(numbers);
            [(); 1000].map(|()| stream.within(1.0))
        };
        let base = drawn([1, 2, 3]);
        assert_eq!(base, drawn([1, 2, 3]));
        assert!(base.iter().all(|number| (-1.0..1.0).contains(number)));
        let mean = base.iter().sum::<f32>() / 1000.0;
        let square = base.iter().map(|number| number * number).sum::<f32>() / 1000.0;
        assert!(mean.abs() < 0.06 && (square - 1.0 / 3.0).abs() < 0.04, "mean {mean}, mean square {square}");
        for other in [[2, 2, 3], [1, 3, 3], [1, 2, 4], [2, 1, 3], [1, 3, 2]] {
            let product = base.iter().zip(drawn(other)).map(|(one, other)| one * other).sum::<f32>() / 1000.0;
            assert!(product.abs() < 0.05, "{other:?}: {product}");
        }
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
