//! Augmentation against its definition in float64, pixel by pixel.

use crate::oracle::random;
use approx::assert_relative_eq;
use digitrain::augment::{Amounts, Augmentation};
use digitrain::error::Error;
use digitrain::examples::CompressedExamples;
use rand::RngExt;
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const NONE: Amounts = Amounts { rotation: 0.0, scale: 0.0, shear: 0.0, shift: 0.0, elastic: 0.0, thickness: 0.0 };
const ALL: Amounts = Amounts { rotation: 15.0, scale: 0.18, shear: 0.2, shift: 1.5, elastic: 1.5, thickness: 0.7 };

/// The errors of coordinates, times a pixel's largest change.
const EPSILON: f64 = 2e-3;

/// SplitMix64, and the streams that it makes of three numbers.
struct Stream(u64);

impl Stream {
    fn new(numbers: [u64; 3]) -> Self {
        Self(numbers.into_iter().fold(0, |state: u64, number| Self(state.wrapping_add(number)).bits()))
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn within(&mut self, most: f32) -> f64 {
        f64::from(most) * (2.0 * (self.bits() >> 40) as f64 / f64::from(1 << 24) - 1.0)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.bits() >> 32) as usize % end
    }
}

/// A field of displacements: noise smoothed by three running means along each axis, of mean 0 and mean square 1.
struct Field {
    period: usize,
    values: Vec<f64>,
}

impl Field {
    fn new(seed: u64, pixels: usize) -> Self {
        let mut period = 16;
        while (period as f64) < (2.0 * (pixels as f64).sqrt()).floor() {
            period *= 2;
        }
        let mut stream = Stream::new([seed, 0, 0]);
        let mut values: Vec<f64> = (0..period * period).map(|_| stream.within(1.0)).collect();
        let length = period / 8;
        for step in [(0, 1), (1, 0)] {
            for _pass in 0..3 {
                let at = |row: usize, column: usize| values[row % period * period + column % period];
                let mean = |row, column| {
                    (0..length).map(|i| at(row + i * step.0, column + i * step.1)).sum::<f64>() / length as f64
                };
                values = (0..period * period).map(|place| mean(place / period, place % period)).collect();
            }
        }
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
        Self { period, values: values.into_iter().map(|value| (value - mean) / deviation).collect() }
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row % self.period * self.period + column % self.period]
    }
}

struct Image {
    width: usize,
    height: usize,
    pixels: Vec<f32>,
}

impl Image {
    /// A pixel; 0 outside.
    fn at(&self, x: i32, y: i32) -> f64 {
        let is_inside = (0..self.width as i32).contains(&x) && (0..self.height as i32).contains(&y);
        if is_inside { f64::from(self.pixels[y as usize * self.width + x as usize]) } else { 0.0 }
    }

    /// A pixel of the image with thicker strokes.
    fn thickened(&self, x: i32, y: i32, change: f64) -> f64 {
        let four = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(right, down)| self.at(x + right, y + down));
        let extreme = four.into_iter().fold(four[0], if change > 0.0 { f64::max } else { f64::min });
        self.at(x, y) + change.abs() * (extreme - self.at(x, y))
    }

    fn augmented(&self, amounts: &Amounts, seed: u64, epoch: u64, example: u64) -> Vec<f64> {
        let field = Field::new(seed, self.pixels.len());
        let mut stream = Stream::new([seed, epoch, example]);
        let angle = stream.within(amounts.rotation).to_radians();
        let (stretch_x, stretch_y) = (1.0 + stream.within(amounts.scale), 1.0 + stream.within(amounts.scale));
        let shear = stream.within(amounts.shear);
        let shift = [stream.within(amounts.shift), stream.within(amounts.shift)];
        let bend = [stream.within(amounts.elastic), stream.within(amounts.elastic)];
        let views = [(); 4].map(|()| stream.below(field.period));
        let thickness = stream.within(amounts.thickness);
        let middle = [(self.width as f64 - 1.0) / 2.0, (self.height as f64 - 1.0) / 2.0];
        let pixel = |place: usize| {
            let (column, row) = (place % self.width, place / self.width);
            // Back from where it comes to lie: shift, rotation, shear, stretching.
            let (x, y) = (column as f64 - middle[0] - shift[0], row as f64 - middle[1] - shift[1]);
            let (x, y) = (x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin());
            let (x, y) = ((x + shear * y) / stretch_x, y / stretch_y);
            let x = x + middle[0] + bend[0] * field.at(views[0] + row, views[1] + column) - thickness.abs() / 2.0;
            let y = y + middle[1] + bend[1] * field.at(views[2] + row, views[3] + column) - thickness.abs() / 2.0;
            let (left, top, right, down) = (x.floor() as i32, y.floor() as i32, x - x.floor(), y - y.floor());
            let at = |x, y| self.thickened(x, y, thickness);
            let above = at(left, top) * (1.0 - right) + at(left + 1, top) * right;
            let below = at(left, top + 1) * (1.0 - right) + at(left + 1, top + 1) * right;
            above * (1.0 - down) + below * down
        };
        (0..self.pixels.len()).map(pixel).collect()
    }
}

/// Blobs of ink, some of them at the edges.
fn images(seed: u64, width: usize, height: usize, count: usize) -> Vec<Image> {
    let mut random = random(seed);
    let mut image = || {
        let (left, top) = (random.random_range(0..width), random.random_range(0..height));
        let (right, bottom) = (random.random_range(left..width), random.random_range(top..height));
        let mut pixel = |place| {
            let (x, y) = (place % width, place / width);
            let is_ink = (left..=right).contains(&x) && (top..=bottom).contains(&y) && random.random_bool(0.7);
            if is_ink { random.random_range(0.0..1.0) } else { 0.0 }
        };
        Image { width, height, pixels: (0..width * height).map(&mut pixel).collect() }
    };
    (0..count).map(|_| image()).collect()
}

fn compressed(images: &[Image]) -> CompressedExamples {
    let inputs = images[0].pixels.len();
    let mut examples = CompressedExamples::new(inputs, 1, images.len()).expect("the sizes are possible");
    let pixels: Vec<f32> = images.iter().flat_map(|image| &image.pixels).copied().collect();
    examples.append_floats(&pixels, &vec![0; images.len()]).expect("the examples are well formed");
    examples
}

#[test]
fn images_become_the_oracles() {
    let alone = [
        Amounts { rotation: 180.0, ..NONE },
        Amounts { scale: 0.9, ..NONE },
        Amounts { shear: 1.0, ..NONE },
        Amounts { elastic: 3.0, ..NONE },
        Amounts { thickness: 1.0, ..NONE },
    ];
    for (width, height) in [(28, 28), (8, 8), (5, 9), (33, 2), (1, 7), (70, 40)] {
        let images = images(width as u64, width, height, 8);
        let examples = compressed(&images);
        for amounts in [&[ALL, NONE][..], &alone].concat() {
            let augmentation = Augmentation::new(amounts, width, width * height, 7).expect("it is an image");
            let changed = augmentation.images(&examples, 3, 0..8).expect("they are there");
            for (example, image) in images.iter().enumerate() {
                let expected = image.augmented(&amounts, 7, 3, example as u64);
                let darkest = image.pixels.iter().copied().fold(0.0, f32::max);
                let least = if amounts == NONE { 0.0 } else { f64::from(darkest) / 16.0 };
                for (pixel, expected) in changed[example * width * height..].iter().zip(expected) {
                    let (pixel, expected) = (f64::from(*pixel), if expected >= least { expected } else { 0.0 });
                    // Where it is about as large, it may become either.
                    if (pixel.max(expected) - least).abs() > EPSILON {
                        assert_relative_eq!(pixel, expected, epsilon = EPSILON);
                    }
                }
            }
        }
    }
}

#[test]
fn amounts_of_zero_change_nothing() {
    let images = images(1, 28, 28, 20);
    let augmentation = Augmentation::new(NONE, 28, 784, 7).expect("it is an image");
    let changed = augmentation.images(&compressed(&images), 0, 0..20).expect("they are there");
    assert!(images.iter().flat_map(|image| &image.pixels).eq(&changed));
}

#[test]
fn a_shift_alone_is_by_whole_pixels() {
    let (width, height) = (9, 5);
    let images = images(3, width, height, 200);
    let changed = |shift| {
        let amounts = Amounts { shift, ..NONE };
        let augmentation = Augmentation::new(amounts, width, width * height, 7).expect("it is an image");
        augmentation.images(&compressed(&images), 3, 0..200).expect("they are there")
    };
    let mut counts = [[0; 5]; 5];
    for (example, (image, changed)) in images.iter().zip(changed(2.0).chunks(width * height)).enumerate() {
        let mut stream = Stream::new([7, 3, example as u64]);
        let [right, down] = [(); 2].map(|()| (stream.within(2.5) + 0.5).floor() as i32);
        counts[(right + 2) as usize][(down + 2) as usize] += 1;
        for (place, &pixel) in changed.iter().enumerate() {
            let (x, y) = ((place % width) as i32, (place / width) as i32);
            assert_eq!(f64::from(pixel), image.at(x - right, y - down));
        }
    }
    assert!(counts.as_flattened().iter().all(|&count| count > 0), "{counts:?}");
    assert!(changed(f32::MAX).iter().filter(|&&pixel| pixel != 0.0).count() < 100);
}

#[test]
fn each_epoch_and_example_is_another() {
    let image = || images(2, 28, 28, 1).remove(0);
    let examples = compressed(&[image(), image()]);
    let changed = |seed, epoch| {
        let augmentation = Augmentation::new(ALL, 28, 784, seed).expect("it is an image");
        augmentation.images(&examples, epoch, 0..2).expect("they are there")
    };
    let base = changed(1, 0);
    assert_eq!(base, changed(1, 0));
    assert_ne!(base[..784], base[784..]);
    assert_ne!(base, changed(1, 1));
    assert_ne!(base, changed(2, 0));
}

#[test]
fn what_is_no_image_is_refused() {
    let width = |width| Augmentation::new(ALL, width, 10, 0).map(|_| ()).map_err(|error| error.to_string());
    assert_eq!(width(3), Err("an image of 10 pixels can't be 3 pixels wide".into()));
    assert_eq!(width(0), Err("an image of 10 pixels can't be 0 pixels wide".into()));
    let augmentation = Augmentation::new(ALL, 5, 10, 0).expect("it is an image");
    let examples = compressed(&images(1, 5, 2, 3));
    assert_eq!(augmentation.images(&examples, 0, 2..4), Err(Error::Range { start: 2, end: 4, examples: 3 }));
    let others = compressed(&images(1, 5, 3, 3));
    assert_eq!(augmentation.images(&others, 0, 0..1), Err(Error::Width { width: 5, inputs: 15 }));
}
