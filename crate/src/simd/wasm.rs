use super::{DRAW, LANES, LANES_OF_MASK};
use crate::sparse::{BYTES_PER_COLUMN, Element};
use core::arch::wasm32::*;

/// Four float32 in one WebAssembly vector.
#[derive(Clone, Copy, Debug)]
pub struct Lanes(v128);

impl Lanes {
    #[inline(always)]
    pub fn splat(value: f32) -> Self {
        Self(f32x4_splat(value))
    }

    #[inline(always)]
    pub fn load(source: &[f32; LANES]) -> Self {
        // SAFETY: the reference covers 16 readable bytes, and v128.load takes any alignment.
        Self(unsafe { v128_load(source.as_ptr().cast()) })
    }

    #[inline(always)]
    pub fn store(self, target: &mut [f32; LANES]) {
        // SAFETY: the reference covers 16 writable bytes, and v128.store takes any alignment.
        unsafe { v128_store(target.as_mut_ptr().cast(), self.0) }
    }

    /// `self * factor + sum`: rounded once where relaxed SIMD runs on a machine with fused multiply-add, else twice.
    #[inline(always)]
    pub fn multiply_add(self, factor: Self, sum: Self) -> Self {
        #[cfg(target_feature = "relaxed-simd")]
        return Self(f32x4_relaxed_madd(self.0, factor.0, sum.0));
        #[cfg(not(target_feature = "relaxed-simd"))]
        Self(f32x4_add(f32x4_mul(self.0, factor.0), sum.0))
    }

    /// `self - factor * other`, rounded twice on every machine.
    #[inline(always)]
    pub fn subtract_product(self, factor: Self, other: Self) -> Self {
        Self(f32x4_sub(self.0, f32x4_mul(factor.0, other.0)))
    }

    /// `self + factor * other`, rounded twice on every machine.
    #[inline(always)]
    pub fn add_product(self, factor: Self, other: Self) -> Self {
        Self(f32x4_add(self.0, f32x4_mul(factor.0, other.0)))
    }

    #[inline(always)]
    pub fn plus(self, other: Self) -> Self {
        Self(f32x4_add(self.0, other.0))
    }

    #[inline(always)]
    pub fn minus(self, other: Self) -> Self {
        Self(f32x4_sub(self.0, other.0))
    }

    #[inline(always)]
    pub fn multiply(self, other: Self) -> Self {
        Self(f32x4_mul(self.0, other.0))
    }

    #[inline(always)]
    pub fn divide(self, divisor: Self) -> Self {
        Self(f32x4_div(self.0, divisor.0))
    }

    #[inline(always)]
    pub fn square_root(self) -> Self {
        Self(f32x4_sqrt(self.0))
    }

    /// The lanes of four units from `first` on whose random numbers, by [`draw`](super::draw), are at least `threshold`;
    /// zero in place of the others.
    #[inline(always)]
    pub fn where_drawn(self, key: [u32; 2], first: u32, threshold: i32) -> Self {
        let mixed =
            i32x4_mul(i32x4_add(u32x4_splat(first.wrapping_add(key[0])), i32x4(0, 1, 2, 3)), u32x4_splat(DRAW[0]));
        let mixed = v128_xor(v128_xor(mixed, u32x4_shr(mixed, 15)), u32x4_splat(key[1]));
        let drawn = i32x4_mul(mixed, u32x4_splat(DRAW[1]));
        Self(v128_and(self.0, i32x4_ge(drawn, i32x4_splat(threshold))))
    }

    /// Each lane rounded down to a whole number.
    #[inline(always)]
    pub fn floor(self) -> Self {
        Self(f32x4_floor(self.0))
    }

    /// The larger of the lanes of both.
    #[inline(always)]
    pub fn larger(self, other: Self) -> Self {
        Self(f32x4_pmax(self.0, other.0))
    }

    /// The smaller of the lanes of both.
    #[inline(always)]
    pub fn smaller(self, other: Self) -> Self {
        Self(f32x4_pmin(self.0, other.0))
    }

    /// Each lane where its absolute value is at least as large as the other's, else zero.
    #[inline(always)]
    pub fn where_as_large(self, least: Self) -> Self {
        Self(v128_and(self.0, f32x4_ge(f32x4_abs(self.0), least.0)))
    }

    /// The numbers at four places of `source`, those that follow them, and those that lie `stride` behind both. Lanes that
    /// are no such places read any.
    ///
    /// # Panics
    /// When there are no such four numbers at all.
    #[inline(always)]
    pub fn neighbours(source: &[f32], stride: usize, places: Self) -> [Self; 4] {
        let last = source.len().checked_sub(stride + 2).expect("there are two rows");
        // Added to this number, a whole one stands in the lowest bits; a negative one becomes a large one.
        let whole = i32x4_sub(f32x4_add(places.0, f32x4_splat(WHOLE)), f32x4_splat(WHOLE));
        let places = u32x4_min(whole, u32x4_splat(last as u32));
        let (a, b) = (u32x4_extract_lane::<0>(places), u32x4_extract_lane::<1>(places));
        let (c, d) = (u32x4_extract_lane::<2>(places), u32x4_extract_lane::<3>(places));
        let load = |start: usize| {
            let pair = |place: u32| source.as_ptr().wrapping_add(start + place as usize).cast::<u64>();
            // SAFETY: no place is larger than `last`, so that `stride + 1` numbers follow it; the loads take any alignment.
            let [ab, cd] = unsafe { [v128_load64_zero(pair(a)), v128_load64_zero(pair(c))] };
            // SAFETY: as above.
            let [ab, cd] = unsafe { [v128_load64_lane::<1>(ab, pair(b)), v128_load64_lane::<1>(cd, pair(d))] };
            [Self(i32x4_shuffle::<0, 2, 4, 6>(ab, cd)), Self(i32x4_shuffle::<1, 3, 5, 7>(ab, cd))]
        };
        let ([here, right], [below, opposite]) = (load(0), load(stride));
        [here, right, below, opposite]
    }

    /// The larger of each lane and zero; NaN stays NaN.
    #[inline(always)]
    pub fn relu(self) -> Self {
        // pmax(a, b) is `a < b ? b : a`: one instruction on x86, where f32x4.max takes several.
        Self(f32x4_pmax(self.0, f32x4_splat(0.0)))
    }

    /// Each lane where `gate` is greater than zero, else zero.
    #[inline(always)]
    pub fn where_positive(self, gate: Self) -> Self {
        Self(v128_and(self.0, f32x4_gt(gate.0, f32x4_splat(0.0))))
    }

    /// Bit i is set where lane i is not zero (a NaN is not).
    #[inline(always)]
    pub fn nonzero_mask(self) -> usize {
        usize::from(i32x4_bitmask(f32x4_ne(self.0, f32x4_splat(0.0))))
    }

    /// Writes the lanes that `mask` names, lowest first, with their columns, counted from `first`. What follows them is
    /// unspecified.
    #[inline(always)]
    pub fn store_elements(self, mask: usize, first: u32, target: &mut [Element; LANES]) {
        // SAFETY: the references cover 16 readable bytes each.
        let (shuffle, lanes) = unsafe {
            (v128_load(COMPACTING_BYTES[mask].as_ptr().cast()), v128_load(LANES_OF_MASK[mask].as_ptr().cast()))
        };
        #[cfg(target_feature = "relaxed-simd")]
        let values = i8x16_relaxed_swizzle(self.0, shuffle);
        #[cfg(not(target_feature = "relaxed-simd"))]
        let values = i8x16_swizzle(self.0, shuffle);
        let columns = i32x4_add(u32x4_splat(first), lanes);
        let offsets = i32x4_shl(columns, BYTES_PER_COLUMN.ilog2());
        let (low, high) = Self(values).interleave(Self(offsets));
        let target: *mut v128 = target.as_mut_ptr().cast();
        // SAFETY: the reference covers 32 writable bytes, and v128.store takes any alignment.
        unsafe {
            v128_store(target, low.0);
            v128_store(target.add(1), high.0);
        }
    }

    /// The lower lanes of both in turns, and the upper ones.
    #[inline(always)]
    pub(super) fn interleave(self, other: Self) -> (Self, Self) {
        let (a, b) = (self.0, other.0);
        (Self(i32x4_shuffle::<0, 4, 1, 5>(a, b)), Self(i32x4_shuffle::<2, 6, 3, 7>(a, b)))
    }

    /// The lower halves of both, and the upper ones.
    #[inline(always)]
    pub(super) fn pair_halves(self, other: Self) -> (Self, Self) {
        let (a, b) = (self.0, other.0);
        (Self(i64x2_shuffle::<0, 2>(a, b)), Self(i64x2_shuffle::<1, 3>(a, b)))
    }
}

/// 2^23: from here on float32 are whole numbers, each with the next one's bits plus one.
const WHOLE: f32 = 8_388_608.0;

/// For each mask of four lanes, the byte shuffle that moves the lanes it names to the front.
const COMPACTING_BYTES: [[u8; 16]; 16] = compacting_bytes();

const fn compacting_bytes() -> [[u8; 16]; 16] {
    let mut table = [[0; 16]; 16];
    let mut mask = 0;
    while mask < 16 {
        let mut byte = 0;
        while byte < 16 {
            table[mask][byte] = (LANES_OF_MASK[mask][byte / 4] as usize * 4 + byte % 4) as u8;
            byte += 1;
        }
        mask += 1;
    }
    table
}
