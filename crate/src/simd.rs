//! Four float32 lanes: WebAssembly's simd128, with fused multiply-add where relaxed SIMD is compiled in, or plain
//! Rust on any other target, which rounds as simd128 does.

#[cfg(not(target_arch = "wasm32"))]
mod portable;
#[cfg(target_arch = "wasm32")]
mod wasm;

#[cfg(not(target_arch = "wasm32"))]
pub use portable::Lanes;
#[cfg(target_arch = "wasm32")]
pub use wasm::Lanes;

/// How many float32 a [`Lanes`] holds.
pub const LANES: usize = 4;

impl Lanes {
    /// Turns four rows of a 4x4 block into its four columns.
    #[inline(always)]
    pub fn transpose([a, b, c, d]: [Lanes; 4]) -> [Lanes; 4] {
        let (ab_low, ab_high) = a.interleave(b);
        let (cd_low, cd_high) = c.interleave(d);
        let (first, second) = ab_low.pair_halves(cd_low);
        let (third, fourth) = ab_high.pair_halves(cd_high);
        [first, second, third, fourth]
    }
}

/// The multipliers of [`draw`].
/// Source: Chris Wellons, Prospecting for Hash Functions (lowbias32).
const DRAW: [u32; 2] = [0x7FEB_352D, 0x846C_A68B];

/// The random number of a unit under a key. Its upper bits are the better ones.
#[cfg(any(test, not(target_arch = "wasm32")))]
fn draw(key: [u32; 2], unit: u32) -> i32 {
    let mixed = unit.wrapping_add(key[0]).wrapping_mul(DRAW[0]);
    ((mixed ^ (mixed >> 15)) ^ key[1]).wrapping_mul(DRAW[1]) as i32
}

/// For each mask of four lanes, the numbers of the lanes it names, lowest first.
const LANES_OF_MASK: [[u32; LANES]; 16] = lanes_of_mask();

const fn lanes_of_mask() -> [[u32; LANES]; 16] {
    let mut table = [[0; LANES]; 16];
    let mut mask = 0;
    while mask < 16 {
        let (mut lane, mut count) = (0, 0);
        while lane < LANES {
            if mask & (1 << lane) != 0 {
                table[mask][count] = lane as u32;
                count += 1;
            }
            lane += 1;
        }
        mask += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sparse::Element;
    #[cfg(target_family = "wasm")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn lanes(values: [f32; 4]) -> Lanes {
        Lanes::load(&values)
    }

    fn values(lanes: Lanes) -> [f32; 4] {
        let mut values = [0.0; 4];
        lanes.store(&mut values);
        values
    }

    #[test]
    fn transposes_a_block() {
        let rows = [[0., 1., 2., 3.], [4., 5., 6., 7.], [8., 9., 10., 11.], [12., 13., 14., 15.]];
        let columns = Lanes::transpose(rows.map(lanes)).map(values);
        assert_eq!(columns[1], [1., 5., 9., 13.]);
        assert_eq!(Lanes::transpose(columns.map(lanes)).map(values), rows);
    }

    #[test]
    fn stores_the_lanes_that_are_not_zero() {
        for mask in 0..16 {
            let source: [f32; 4] =
                std::array::from_fn(|lane| if mask & (1 << lane) != 0 { lane as f32 + 1.0 } else { 0.0 });
            let source_lanes = lanes(source);
            assert_eq!(source_lanes.nonzero_mask(), mask);
            let mut stored = [Element::default(); LANES];
            source_lanes.store_elements(mask, 100, &mut stored);
            let elements = (100..).zip(source).map(|(column, value)| Element::new(column, value));
            let kept: Vec<Element> = elements.filter(|element| element.value != 0.0).collect();
            assert_eq!(stored[..kept.len()], kept);
        }
    }

    #[test]
    fn lanes_are_kept_by_their_units_numbers() {
        for (key, first) in [([0, 0], 0), ([u32::MAX, 17], 96), ([123_456_789, 0xFFFF_0000], 65_532)] {
            for threshold in [i32::MIN, -1_000_000_000, 0, 1_000_000_000] {
                let kept = values(lanes([1.0, 2.0, 3.0, 4.0]).where_drawn(key, first, threshold));
                let expected = [1.0, 2.0, 3.0, 4.0];
                for (lane, unit) in (first..first + 4).enumerate() {
                    assert_eq!(kept[lane], if draw(key, unit) >= threshold { expected[lane] } else { 0.0 });
                }
            }
        }
    }

    #[test]
    fn relu_keeps_nan_and_the_gate_closes_at_zero() {
        let gate = values(lanes([-1.0, 0.0, 2.0, f32::NAN]).relu());
        assert_eq!(gate[..3], [0.0, 0.0, 2.0]);
        assert!(gate[3].is_nan());
        let gated = lanes([1.0; 4]).where_positive(lanes([-1.0, 0.0, 2.0, 0.5]));
        assert_eq!(values(gated), [0.0, 0.0, 1.0, 1.0]);
    }
}
