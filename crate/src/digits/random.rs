//! A random number generator for each digit.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// What is decided at random: each has its own generators.
pub(super) enum Purpose {
    Labels,
    Digit,
}

/// Its functions are not inlined: the calls cost nothing here, the copies would cost bytes in WebAssembly.
pub(super) struct Random(Xoshiro256PlusPlus);

impl Random {
    #[inline(never)]
    pub fn new(seed: u64, number: u64, purpose: Purpose) -> Self {
        let key = (number << 1 | purpose as u64).wrapping_mul(0xD1B5_4A32_D192_ED03);
        Self(Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_mul(0xAEF1_7502_108E_F2D9) ^ key))
    }

    /// A number from 0 up to 1.
    pub fn uniform(&mut self) -> f32 {
        (self.0.next_u64() >> 40) as f32 / (1 << 24) as f32
    }

    /// A whole number below `end`.
    #[inline(never)]
    pub fn below(&mut self, end: usize) -> usize {
        (((self.0.next_u64() >> 32) * end as u64) >> 32) as usize
    }

    /// From nearly a normal distribution of mean 0 and standard deviation 1: the sum of four uniform numbers. It ends at
    /// 3.46, so that nothing gets out of hand.
    #[inline(never)]
    pub fn normal(&mut self) -> f32 {
        let bits = self.0.next_u64();
        let sum: u32 = (0..4).map(|i| (bits >> (16 * i)) as u32 & 0xFFFF).sum();
        (sum as f32 / 65536.0 - 2.0) * 1.732_050_8
    }

    /// From nearly a log-normal distribution around 1: positive, and a factor as often as its inverse.
    #[inline(never)]
    pub fn factor(&mut self, deviation: f32) -> f32 {
        let x = 1.0 + self.normal() * deviation / 8.0;
        let x = x * x;
        let x = x * x;
        x * x
    }
}
