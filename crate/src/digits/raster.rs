//! Strokes into pixels, as MNIST was made: the ink fitted to a box of 20x20 pixels with its aspect kept, anti-aliased,
//! and placed so that its centre of mass is the middle of 28x28.

/// The pixels of an image's side.
pub(super) const SIDE: usize = 28;
/// The pixels of the side of the box that the ink is fitted to.
const BOX: usize = 20;
/// Over how many pixels a line's edge goes from ink to paper.
const EDGE: f32 = 1.1;
/// How far the ink that counts reaches beyond the pen's radius.
const BLEED: f32 = EDGE / 2.0 - 0.15;

/// A round dot of a pen that moves.
#[derive(Clone, Copy)]
pub(super) struct Dot {
    /// To the right, and down.
    pub place: [f32; 2],
    /// In pixels of the finished image.
    pub radius: f32,
    /// The pen was lifted before it.
    pub first: bool,
}

/// For each pixel of the box, how far within the ink it is, in pixels; negative outside.
#[derive(Default)]
pub(super) struct Raster {
    depth: [[f32; BOX]; BOX],
}

impl Raster {
    pub fn draw(&mut self, strokes: &mut [Dot], image: &mut [u8; SIDE * SIDE]) {
        fit(strokes);
        self.depth.as_flattened_mut().fill(-(BOX as f32));
        let mut from = strokes[0];
        for &to in &*strokes {
            self.line(if to.first { to } else { from }, to);
            from = to;
        }
        self.place(image);
    }

    /// A line between two dots.
    fn line(&mut self, from: Dot, to: Dot) {
        let radius = (from.radius + to.radius) / 2.0;
        let reach = radius + EDGE;
        let [x0, y0] = from.place;
        let [x1, y1] = to.place;
        let (dx, dy) = (x1 - x0, y1 - y0);
        let length = dx * dx + dy * dy;
        let inverse = if length > 0.0 { 1.0 / length } else { 0.0 };
        // Conversions to integers saturate at 0.
        let columns = (x0.min(x1) - reach) as usize..((x0.max(x1) + reach) as usize + 1).min(BOX);
        let rows = (y0.min(y1) - reach) as usize..((y0.max(y1) + reach) as usize + 1).min(BOX);
        for row in rows {
            let y = row as f32 + 0.5 - y0;
            for column in columns.clone() {
                let x = column as f32 + 0.5 - x0;
                let along = ((x * dx + y * dy) * inverse).clamp(0.0, 1.0);
                let (x, y) = (x - along * dx, y - along * dy);
                let depth = &mut self.depth[row][column];
                *depth = depth.max(radius - (x * x + y * y).sqrt());
            }
        }
    }

    /// Copies the box into the image, its centre of mass in the middle.
    fn place(&self, image: &mut [u8; SIDE * SIDE]) {
        let mut ink = [[0u8; BOX]; BOX];
        let (mut mass, mut moment_x, mut moment_y) = (0, 0, 0);
        for (y, (inks, depths)) in ink.iter_mut().zip(&self.depth).enumerate() {
            for (x, (ink, depth)) in inks.iter_mut().zip(depths).enumerate() {
                *ink = ink_at(*depth);
                mass += usize::from(*ink);
                moment_x += usize::from(*ink) * x;
                moment_y += usize::from(*ink) * y;
            }
        }
        image.fill(0);
        // The ink's centre of mass is never beyond the box's, so what may be cut off at the far side is empty.
        let shift = |moment: usize| SIDE / 2 - (2 * moment + mass) / (2 * mass);
        let (right, down) = (shift(moment_x), shift(moment_y));
        let width = BOX.min(SIDE - right);
        for (row, inks) in image.chunks_exact_mut(SIDE).skip(down).zip(&ink) {
            row[right..right + width].copy_from_slice(&inks[..width]);
        }
    }
}

/// Not inlined, as the loop around it would be unrolled and vectorised to many times its size, for no gain.
#[inline(never)]
fn ink_at(depth: f32) -> u8 {
    // The conversion saturates.
    ((0.5 + depth / EDGE) * 255.0 + 0.5) as u8
}

/// Scales and moves the strokes so that their ink just fits the box.
fn fit(strokes: &mut [Dot]) {
    let mut scale = BOX as f32 / 2.0;
    // The outermost dots depend on the scale, as the pen's width does not grow with it; this soon settles.
    for _ in 0..3 {
        let [across, down] = [0, 1].map(|axis| Extent::new(strokes, scale, axis).fitting_scale(scale));
        scale = across.min(down);
    }
    let start = [0, 1].map(|axis| Extent::new(strokes, scale, axis).start);
    for dot in strokes {
        dot.place = [0, 1].map(|axis| dot.place[axis] * scale - start[axis]);
    }
}

/// Where the ink of scaled strokes starts and ends along one axis, and the places whose ink does so.
struct Extent {
    start: f32,
    end: f32,
    first: f32,
    last: f32,
}

impl Extent {
    #[inline(never)]
    fn new(strokes: &[Dot], scale: f32, axis: usize) -> Self {
        let mut extent = Self { start: f32::MAX, end: f32::MIN, first: 0.0, last: 0.0 };
        for dot in strokes {
            let (place, margin) = (dot.place[axis], dot.radius + BLEED);
            if place * scale - margin < extent.start {
                (extent.start, extent.first) = (place * scale - margin, place);
            }
            if place * scale + margin > extent.end {
                (extent.end, extent.last) = (place * scale + margin, place);
            }
        }
        extent
    }

    /// At which scale these places' ink would fill the box.
    fn fitting_scale(&self, scale: f32) -> f32 {
        let margins = self.end - self.start - scale * (self.last - self.first);
        (BOX as f32 - margins) / (self.last - self.first).max(1e-3)
    }
}
