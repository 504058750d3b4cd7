//! Digits that look handwritten, as many as one likes, in MNIST's own form. A digit depends on a seed and its number
//! alone, and has the same bits on every machine: nothing here but `+ - * /` and square roots, which IEEE 754 rounds.

mod glyphs;
mod random;
mod raster;
mod variation;

use random::Random;
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
        let mut random = Random::new(seed, number, "a digit");
        let strokes = hand.write(&glyphs::DIGITS[usize::from(*label)], &mut random);
        raster.draw(strokes, image.try_into().expect("a chunk has an image's pixels"));
    }
}

/// Each ten digits in a row have the ten labels, in an order of their own.
fn label_of(seed: u64, number: u64) -> u8 {
    let mut random = Random::new(seed, number / 10, "an order of labels");
    let mut labels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    for i in (1..labels.len()).rev() {
        labels.swap(i, random.below(i + 1));
    }
    labels[(number % 10) as usize]
}
