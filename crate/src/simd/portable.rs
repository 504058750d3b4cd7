use super::{LANES, LANES_OF_MASK, draw};
use crate::sparse::Element;

/// Four float32 as a plain array.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
pub struct Lanes([f32; LANES]);

impl Lanes {
    #[inline(always)]
    pub fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    pub fn load(source: &[f32; LANES]) -> Self {
        Self(*source)
    }

    #[inline(always)]
    pub fn store(self, target: &mut [f32; LANES]) {
        *target = self.0;
    }

    /// `self * factor + sum`, rounded twice, as simd128 without relaxed SIMD does.
    #[inline(always)]
    pub fn multiply_add(self, factor: Self, sum: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] * factor.0[lane] + sum.0[lane]))
    }

    /// `self - factor * other`, rounded twice on every machine.
    #[inline(always)]
    pub fn subtract_product(self, factor: Self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] - factor.0[lane] * other.0[lane]))
    }

    /// `self + factor * other`, rounded twice on every machine.
    #[inline(always)]
    pub fn add_product(self, factor: Self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] + factor.0[lane] * other.0[lane]))
    }

    #[inline(always)]
    pub fn plus(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] + other.0[lane]))
    }

    #[inline(always)]
    pub fn minus(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] - other.0[lane]))
    }

    #[inline(always)]
    pub fn multiply(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] * other.0[lane]))
    }

    #[inline(always)]
    pub fn divide(self, divisor: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] / divisor.0[lane]))
    }

    #[inline(always)]
    pub fn square_root(self) -> Self {
        Self(self.0.map(f32::sqrt))
    }

    /// The lanes of four units from `first` on whose random numbers, by [`draw`], are at least `threshold`; zero in place
    /// of the others.
    #[inline(always)]
    pub fn where_drawn(self, key: [u32; 2], first: u32, threshold: i32) -> Self {
        let drawn = |lane| draw(key, first + lane as u32) >= threshold;
        Self(std::array::from_fn(|lane| if drawn(lane) { self.0[lane] } else { 0.0 }))
    }

    /// Each lane rounded down to a whole number.
    #[inline(always)]
    pub fn floor(self) -> Self {
        Self(self.0.map(f32::floor))
    }

    /// The larger of the lanes of both.
    #[inline(always)]
    pub fn larger(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| if self.0[lane] < other.0[lane] { other.0[lane] } else { self.0[lane] }))
    }

    /// The smaller of the lanes of both.
    #[inline(always)]
    pub fn smaller(self, other: Self) -> Self {
        Self(std::array::from_fn(|lane| if other.0[lane] < self.0[lane] { other.0[lane] } else { self.0[lane] }))
    }

    /// Each lane where its absolute value is at least as large as the other's, else zero.
    #[inline(always)]
    pub fn where_as_large(self, least: Self) -> Self {
        Self(std::array::from_fn(|lane| if self.0[lane].abs() >= least.0[lane] { self.0[lane] } else { 0.0 }))
    }

    /// The numbers at four places of `source`, those that follow them, and those that lie `stride` behind both. Lanes that
    /// are no such places read any.
    ///
    /// # Panics
    /// When there are no such four numbers at all.
    #[inline(always)]
    pub fn neighbours(source: &[f32], stride: usize, places: Self) -> [Self; 4] {
        let last = source.len().checked_sub(stride + 2).expect("there are two rows");
        [0, 1, stride, stride + 1].map(|way| Self(places.0.map(|place| source[(place as usize).min(last) + way])))
    }

    /// The larger of each lane and zero; NaN stays NaN.
    #[inline(always)]
    pub fn relu(self) -> Self {
        Self(self.0.map(|value| if value < 0.0 { 0.0 } else { value }))
    }

    /// Each lane where `gate` is greater than zero, else zero.
    #[inline(always)]
    pub fn where_positive(self, gate: Self) -> Self {
        Self(std::array::from_fn(|lane| if gate.0[lane] > 0.0 { self.0[lane] } else { 0.0 }))
    }

    /// Bit i is set where lane i is not zero (a NaN is not).
    #[inline(always)]
    pub fn nonzero_mask(self) -> usize {
        (0..LANES).map(|lane| usize::from(self.0[lane] != 0.0) << lane).sum()
    }

    /// Writes the lanes that `mask` names, lowest first, with their columns, counted from `first`. What follows them is
    /// unspecified.
    #[inline(always)]
    pub fn store_elements(self, mask: usize, first: u32, target: &mut [Element; LANES]) {
        *target = LANES_OF_MASK[mask].map(|lane| Element::new(first + lane, self.0[lane as usize]));
    }

    /// The lower lanes of both in turns, and the upper ones.
    #[inline(always)]
    pub(super) fn interleave(self, other: Self) -> (Self, Self) {
        let (a, b) = (self.0, other.0);
        (Self([a[0], b[0], a[1], b[1]]), Self([a[2], b[2], a[3], b[3]]))
    }

    /// The lower halves of both, and the upper ones.
    #[inline(always)]
    pub(super) fn pair_halves(self, other: Self) -> (Self, Self) {
        let (a, b) = (self.0, other.0);
        (Self([a[0], a[1], b[0], b[1]]), Self([a[2], a[3], b[2], b[3]]))
    }
}
