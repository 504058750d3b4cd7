//! How one image is changed: an affine map, an elastic displacement, and the thickness of its strokes.

use super::Amounts;
use super::canvas::{Canvas, FRAME, Ink, Size};
use super::field::Field;
use crate::random::Stream;
use crate::simd::{LANES, Lanes};
use crate::sparse::RowWriter;
use std::ops::Range;

/// Pixels fainter than this fraction of an image's darkest one become white: sampling makes edges wider by such pixels, and
/// the fewer there are, the faster is an epoch.
const FAINT: f32 = 1.0 / 16.0;

/// How much wider the places are taken that ink comes from, for the rounding errors of their coordinates.
const MARGIN: f32 = 0.01;

/// An affine map.
#[derive(Clone, Copy, Debug)]
struct Affine {
    matrix: [[f32; 2]; 2],
    offset: [f32; 2],
}

impl Affine {
    fn apply(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [[a, b], [c, d]] = self.matrix;
        [a * x + b * y + self.offset[0], c * x + d * y + self.offset[1]]
    }

    fn inverse(&self) -> Self {
        let [[a, b], [c, d]] = self.matrix;
        let scale = 1.0 / (a * d - b * c);
        let linear = Self { matrix: [[d * scale, -b * scale], [-c * scale, a * scale]], offset: [0.0; 2] };
        Self { offset: linear.apply(self.offset).map(|offset| -offset), ..linear }
    }
}

/// What happens to one image.
pub(super) struct Warp {
    /// From a place in the image as it was to where it comes to lie.
    affine: Affine,
    /// How far the elastic displacement moves places, in pixels r.m.s.
    bend: [f32; 2],
    /// Where an image looks at the field of displacements: the row and the column.
    views: [[usize; 2]; 2],
    /// By how many pixels strokes become thicker.
    pub thickness: f32,
}

impl Warp {
    pub fn draw(amounts: &Amounts, size: Size, field: &Field, random: &mut Stream) -> Self {
        let [cosine, sine] = direction(random.within(amounts.rotation).to_radians());
        let [width, height] = [(); 2].map(|()| 1.0 + random.within(amounts.scale));
        let shear = random.within(amounts.shear);
        let shift = [(); 2].map(|()| random.within(amounts.shift));
        let bend = [(); 2].map(|()| random.within(amounts.elastic));
        let views = [(); 2].map(|()| [(); 2].map(|()| random.below(field.period())));
        let thickness = random.within(amounts.thickness);
        // The digit is stretched, then sheared, then turned, all around the image's middle; y goes down.
        let matrix =
            [[cosine * width, (cosine * -shear - sine) * height], [sine * width, (sine * -shear + cosine) * height]];
        let middle = [size.width, size.height].map(|length| (length - 1) as f32 / 2.0);
        let around = Affine { matrix, offset: [0.0; 2] }.apply(middle);
        let offset = [0, 1].map(|axis| middle[axis] + shift[axis] - around[axis]);
        Self { affine: Affine { matrix, offset }, bend, views, thickness }
    }

    /// Writes what the image on the canvas, thickened already, becomes.
    #[inline(never)]
    pub fn apply(&self, size: Size, ink: &Ink, canvas: &Canvas, field: &Field, row: &mut RowWriter) {
        let sources = self.sources(ink, field);
        let inverse = self.inverse();
        let [[across_x, _], [across_y, _]] = inverse.matrix;
        let (per_across_x, per_across_y) = (1.0 / across_x, 1.0 / across_y);
        let lanes = Lanes::splat;
        let four = Lanes::load(&[0.0, 1.0, 2.0, 3.0]);
        // Where coordinates are cut off, in the canvas's.
        let [right_edge, lower_edge] = [size.width, size.height].map(|length| lanes((length + FRAME) as f32));
        let stride = lanes(canvas.stride() as f32);
        let least = lanes(FAINT * ink.darkest);
        let [[row_x, column_x], [row_y, column_y]] = self.views;
        for y in self.rows(size, &sources) {
            let [start_x, start_y] = inverse.apply([0.0, y as f32]);
            let columns = [crossing(start_x, per_across_x, sources[0]), crossing(start_y, per_across_y, sources[1])];
            // The conversions saturate at 0.
            let first = columns[0][0].max(columns[1][0]) as usize;
            let end = ((columns[0][1].min(columns[1][1]) + 1.0) as usize).min(size.width);
            let (displacements_x, displacements_y) = (field.row(row_x + y), field.row(row_y + y));
            for x in (first..end).step_by(LANES) {
                let column = lanes(x as f32).plus(four);
                let from_x = lanes(start_x)
                    .add_product(lanes(across_x), column)
                    .add_product(lanes(self.bend[0]), Lanes::load(displacements_x.four(column_x + x)));
                let from_y = lanes(start_y)
                    .add_product(lanes(across_y), column)
                    .add_product(lanes(self.bend[1]), Lanes::load(displacements_y.four(column_y + x)));
                let (floor_x, floor_y) = (from_x.floor(), from_y.floor());
                let (right, down) = (from_x.minus(floor_x), from_y.minus(floor_y));
                let place_x = floor_x.larger(lanes(0.0)).smaller(right_edge);
                let place_y = floor_y.larger(lanes(0.0)).smaller(lower_edge);
                let places = place_x.add_product(stride, place_y);
                let [a, b, c, d] = Lanes::neighbours(canvas.pixels(), canvas.stride(), places);
                let (above, below) = (a.add_product(right, b.minus(a)), c.add_product(right, d.minus(c)));
                let pixels = above.add_product(down, below.minus(above)).where_as_large(least);
                row.append(pixels, (size.width - x).min(LANES), y * size.width + x);
            }
        }
    }

    /// From a place in the changed image to the place on the canvas that it comes from, but for the elastic displacement.
    fn inverse(&self) -> Affine {
        let inverse = self.affine.inverse();
        // The canvas's thickened strokes lie to the upper left by half of what they have grown.
        let shift = FRAME as f32 - self.thickness.abs() / 2.0;
        Affine { offset: inverse.offset.map(|offset| offset + shift), ..inverse }
    }

    /// Between which coordinates on the canvas, along each axis, lie the places that ink comes from, before the elastic
    /// displacement.
    fn sources(&self, ink: &Ink, field: &Field) -> [[f32; 2]; 2] {
        [0, 1].map(|axis| {
            let ink = [&ink.columns, &ink.rows][axis];
            let displacements = field.extremes(self.views[axis]).map(|extreme| extreme * self.bend[axis]);
            // Strokes that are thicker begin a pixel earlier, and a pixel reaches as far as the next ones.
            let start = (ink.start + FRAME) as f32 - 2.0 - displacements[0].max(displacements[1]);
            let end = (ink.end + FRAME) as f32 - displacements[0].min(displacements[1]);
            [start - MARGIN, end + MARGIN]
        })
    }

    /// The rows of the changed image that may have ink.
    fn rows(&self, size: Size, sources: &[[f32; 2]; 2]) -> Range<usize> {
        let middle = sources.map(|[start, end]| (start + end) / 2.0 - FRAME as f32);
        let reach = sources.map(|[start, end]| (end - start) / 2.0 + 1.0);
        let [_, [c, d]] = self.affine.matrix;
        let [_, y] = self.affine.apply(middle);
        let reach = c.abs() * reach[0] + d.abs() * reach[1];
        // The conversions saturate at 0.
        ((y - reach) as usize)..((y + reach + 1.0) as usize).min(size.height)
    }
}

/// Between which columns a row lies between two coordinates, that grow by 1 / `per_unit` a column: from the least on.
fn crossing(start: f32, per_unit: f32, between: [f32; 2]) -> [f32; 2] {
    // Where the coordinate doesn't change, these are infinite; what lies on the bound itself, a NaN, counts as outside.
    let [one, other] = between.map(|bound| (bound - start) * per_unit);
    [one.min(other), one.max(other)]
}

/// The cosine and sine of an angle of at most half a turn, to 7 digits on every machine: the series for a quarter of it,
/// and twice the formulas for a double angle.
fn direction(angle: f32) -> [f32; 2] {
    let quarter = angle / 4.0;
    let square = quarter * quarter;
    let cosine = 1.0 - square / 2.0 * (1.0 - square / 12.0 * (1.0 - square / 30.0 * (1.0 - square / 56.0)));
    let sine = quarter * (1.0 - square / 6.0 * (1.0 - square / 20.0 * (1.0 - square / 42.0)));
    let double = |[cosine, sine]: [f32; 2]| [cosine * cosine - sine * sine, 2.0 * cosine * sine];
    double(double([cosine, sine]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    #[cfg(target_family = "wasm")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn directions_are_cosines_and_sines() {
        for degrees in -180..=180 {
            let angle = (degrees as f32).to_radians();
            let [cosine, sine] = direction(angle);
            assert_relative_eq!(cosine, angle.cos(), epsilon = 2e-6);
            assert_relative_eq!(sine, angle.sin(), epsilon = 2e-6);
        }
    }

    #[test]
    fn an_inverse_leads_back() {
        let affine = Affine { matrix: [[1.2, -0.3], [0.4, 0.9]], offset: [3.0, -2.0] };
        for place in [[0.0, 0.0], [5.0, -7.0]] {
            let back = affine.inverse().apply(affine.apply(place));
            assert_relative_eq!(back[0], place[0], epsilon = 1e-5);
            assert_relative_eq!(back[1], place[1], epsilon = 1e-5);
        }
    }
}
