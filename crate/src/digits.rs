//! Digits that look handwritten, as many as one likes, in MNIST's own form. A digit depends on a seed and its number
//! alone, and has the same bits on every machine: nothing here but `+ - * /` and square roots, which IEEE 754 rounds.

mod glyphs;
mod random;
mod raster;
mod variation;

use random::{Purpose, Random};
use raster::Raster;
use variation::Hand;

/// The pixels of one digit's image, 28 rows of 28.
pub const PIXELS: usize = raster::SIDE * raster::SIDE;

/// Writes digits, one a label: those of a seed from number `first` on.
///
/// # Panics
/// Where `pixels` don't hold [`PIXELS`] for each label.
pub fn write(seed: u64, first: u64, pixels: &mut [u8], labels: &mut [u8]) {
    assert_eq!(pixels.len(), PIXELS * labels.len(), "every label has an image");
    let mut hand = Hand::default();
    let mut raster = Raster::default();
    for ((number, image), label) in (first..).zip(pixels.chunks_exact_mut(PIXELS)).zip(labels) {
        *label = label_of(seed, number);
        let mut random = Random::new(seed, number, Purpose::Digit);
        let strokes = hand.write(glyphs::DIGITS[usize::from(*label)], &mut random);
        raster.draw(strokes, image.try_into().expect("a chunk has an image's pixels"));
    }
}

/// Each ten digits in a row have the ten labels, in an order of their own.
fn label_of(seed: u64, number: u64) -> u8 {
    let mut random = Random::new(seed, number / 10, Purpose::Labels);
    let mut labels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    for i in (1..labels.len()).rev() {
        labels.swap(i, random.below(i + 1));
    }
    labels[(number % 10) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_family = "wasm")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn made(seed: u64, first: u64, count: usize) -> (Vec<u8>, Vec<u8>) {
        let (mut pixels, mut labels) = (vec![7; count * PIXELS], vec![7; count]);
        write(seed, first, &mut pixels, &mut labels);
        (pixels, labels)
    }

    /// FNV-1a, of 32 bits.
    fn checksum(bytes: impl Iterator<Item = u8>) -> u32 {
        bytes.fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    }

    #[test]
    fn a_seed_gives_the_same_bits_everywhere() {
        let (pixels, labels) = made(3, 0, 1000);
        // test/unit/data/synthetic.test.ts has the same number.
        assert_eq!(checksum(pixels.into_iter().chain(labels)), 0xC37A_8970);
    }

    #[test]
    fn a_digit_depends_on_its_seed_and_number_alone() {
        let (pixels, labels) = made(9, 0, 100);
        for (first, count) in [(0, 1), (1, 36), (37, 0), (37, 63)] {
            let (some_pixels, some_labels) = made(9, first as u64, count);
            assert_eq!(some_pixels, pixels[first * PIXELS..(first + count) * PIXELS]);
            assert_eq!(some_labels, labels[first..first + count]);
        }
        let (others, _) = made(10, 0, 100);
        let mut images: Vec<_> = pixels.chunks(PIXELS).chain(others.chunks(PIXELS)).collect();
        images.sort_unstable();
        images.dedup();
        assert_eq!(images.len(), 200);
    }

    #[test]
    fn any_ten_in_a_row_from_a_multiple_of_ten_have_ten_labels() {
        let (_, labels) = made(1, 0, 1000);
        let mut orders: Vec<_> = labels.chunks(10).collect();
        for order in &orders {
            let mut sorted = order.to_vec();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        }
        orders.sort_unstable();
        orders.dedup();
        assert_eq!(orders.len(), 100);
    }

    #[test]
    fn ink_fills_a_box_of_20_and_its_centre_is_the_middle() {
        for seed in [0, u64::MAX] {
            let (pixels, labels) = made(seed, 1 << 40, 2000);
            for (image, label) in pixels.chunks(PIXELS).zip(labels) {
                let ink = |x: usize, y: usize| u32::from(image[y * 28 + x]);
                let columns: Vec<u32> = (0..28).map(|x| (0..28).map(|y| ink(x, y)).sum()).collect();
                let rows: Vec<u32> = (0..28).map(|y| (0..28).map(|x| ink(x, y)).sum()).collect();
                let extents = [&columns, &rows].map(|sums| {
                    let first = sums.iter().position(|&sum| sum > 0).expect("there is ink");
                    sums.iter().rposition(|&sum| sum > 0).expect("there is ink") + 1 - first
                });
                let larger = extents[0].max(extents[1]);
                assert!((19..=20).contains(&larger), "a {label} of {extents:?}");
                for sums in [columns, rows] {
                    let moment: u32 = sums.iter().zip(0..).map(|(sum, position)| sum * position).sum();
                    let centre = f64::from(moment) / f64::from(sums.iter().sum::<u32>());
                    assert!((13.5..=14.5).contains(&centre), "a {label} around {centre}");
                }
            }
        }
    }
}
