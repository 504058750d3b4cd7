//! What makes each digit another: the way it is written, and how the hand that writes it slants, stretches, bends and
//! trembles.

use super::glyphs::{Form, LIFT, Way};
use super::random::Random;
use super::raster::Dot;

/// How much digits vary, as standard deviations; lengths are in heights of a digit.
mod spread {
    /// The height's, against the width.
    pub const ASPECT: f32 = 0.19;
    /// Of the horizontal shift from a digit's middle to its top, in half heights.
    pub const SLANT: f32 = 0.24;
    pub const MEAN_SLANT: f32 = 0.12;
    /// Of a line's rise over its length.
    pub const ROTATION: f32 = 0.12;
    /// Of each coefficient of the polynomials that bend the whole digit.
    pub const BEND: f32 = 0.05;
    /// Of each point of a stroke.
    pub const TREMBLE: f32 = 0.06;
    /// How much of a point's tremble goes over to the next.
    pub const INERTIA: f32 = 0.6;
    /// The length's of a stroke's first and last piece.
    pub const ENDS: f32 = 0.25;
    /// The pen's width.
    pub const PEN: f32 = 0.25;
    /// The pen's width along a stroke.
    pub const PRESSURE: f32 = 0.32;
    /// How far outside two forms a digit may lie, against their distance.
    pub const BEYOND: f32 = 0.2;
    /// A curve's tangents.
    pub const ROUNDNESS: f32 = 0.2;
}

/// A digit's mean width, against the glyphs'.
const MEAN_WIDTH: f32 = 0.94;
/// Half the mean width of a line, in pixels of the finished image.
const PEN_RADIUS: f32 = 1.2;
/// A curve's tangent in a point, against the way from the point before to the one after.
const TENSION: f32 = 0.57;
/// How many dots a curve has on a digit's height, at least.
const DOTS: f32 = 16.0;

type Point = [f32; 2];

/// Writes digits. It keeps its memory from one to the next.
#[derive(Default)]
pub(super) struct Hand {
    points: Vec<Point>,
    dots: Vec<Dot>,
}

impl Hand {
    /// Writes a digit in one of the ways.
    pub fn write(&mut self, ways: &[Way], random: &mut Random) -> &mut [Dot] {
        let way = choose(ways, random);
        let blend = Blend::new(way.forms, random);
        let warp = Warp::new(random);
        let pen = PEN_RADIUS * random.factor(spread::PEN);
        let tension = TENSION * random.factor(spread::ROUNDNESS);
        self.dots.clear();
        let strokes = |form: Form| form.split(|&point| point == LIFT);
        for (one, other) in strokes(blend.one).zip(strokes(blend.other)) {
            self.points.clear();
            self.points.extend(one.iter().zip(other).map(|(&one, &other)| blend.mix(one, other)));
            tremble(&mut self.points, random);
            stretch_ends(&mut self.points, random);
            for point in &mut self.points {
                *point = warp.apply(*point);
            }
            let pressure = Pressure::new(pen, random);
            self.trace(tension, &pressure);
        }
        &mut self.dots
    }

    /// Draws a curve through the points: a cardinal spline.
    fn trace(&mut self, tension: f32, pressure: &Pressure) {
        let points = &self.points;
        let last = points.len() - 1;
        let dot = |place, along: f32, first| Dot { place, radius: pressure.at(along / last as f32), first };
        self.dots.push(dot(points[0], 0.0, true));
        for i in 0..last {
            let (from, to) = (points[i], points[i + 1]);
            if from == to {
                continue;
            }
            let before = if i > 0 { points[i - 1] } else { from };
            let after = points[(i + 2).min(last)];
            let steps = 2 + ((to[0] - from[0]).abs().max((to[1] - from[1]).abs()) * DOTS / 2.0) as usize;
            for step in 1..=steps {
                let t = step as f32 / steps as f32;
                let place = std::array::from_fn(|axis| {
                    let leaving = tension * (to[axis] - before[axis]);
                    let arriving = tension * (after[axis] - from[axis]);
                    hermite(from[axis], leaving, to[axis], arriving, t)
                });
                self.dots.push(dot(place, i as f32 + t, false));
            }
        }
    }
}

/// A cubic with given values and slopes at 0 and 1.
fn hermite(from: f32, leaving: f32, to: f32, arriving: f32, t: f32) -> f32 {
    let rise = to - from;
    let a = leaving - rise;
    let b = rise - arriving;
    from + t * (rise + (1.0 - t) * (a * (1.0 - t) + b * t))
}

fn choose<'a>(ways: &'a [Way], random: &mut Random) -> &'a Way {
    let mut draw = random.below(100);
    let chosen = ways.iter().find(|way| {
        let here = draw < usize::from(way.share);
        draw = draw.wrapping_sub(usize::from(way.share));
        here
    });
    chosen.expect("the shares add up to 100")
}

/// Between two forms of a way, and a little beyond.
struct Blend {
    one: Form,
    other: Form,
    share: f32,
}

impl Blend {
    fn new(forms: &[Form], random: &mut Random) -> Self {
        let one = forms[random.below(forms.len())];
        let other = forms[random.below(forms.len())];
        Self { one, other, share: random.uniform() * (1.0 + 2.0 * spread::BEYOND) - spread::BEYOND }
    }

    /// A point, with coordinates from -1 to 1.
    fn mix(&self, one: [i8; 2], other: [i8; 2]) -> Point {
        [0, 1].map(|axis| {
            let (one, other) = (f32::from(one[axis]), f32::from(other[axis]));
            (one + self.share * (other - one)) / 50.0 - 1.0
        })
    }
}

/// Moves each point at random, much as the point before it; one that stands twice, as a corner, as one.
fn tremble(points: &mut [Point], random: &mut Random) {
    let mut step = || [0, 1].map(|_| 2.0 * spread::TREMBLE * random.normal());
    let anew = (1.0 - spread::INERTIA * spread::INERTIA).sqrt();
    let mut before = points[0];
    let mut shift = step();
    for point in points {
        if *point != before {
            before = *point;
            let step = step();
            shift = std::array::from_fn(|axis| spread::INERTIA * shift[axis] + anew * step[axis]);
        }
        *point = std::array::from_fn(|axis| point[axis] + shift[axis]);
    }
}

/// Lengthens or shortens a stroke's first and last piece.
fn stretch_ends(points: &mut [Point], random: &mut Random) {
    let last = points.len() - 1;
    for (end, inner) in [(0, 1), (last, last - 1)] {
        let factor = random.factor(spread::ENDS);
        let inner = points[inner];
        points[end] = [0, 1].map(|axis| inner[axis] + factor * (points[end][axis] - inner[axis]));
    }
}

/// What happens to the plane of a digit: an affine map and a smooth bend.
struct Warp {
    bend: [[f32; 7]; 2],
    width: f32,
    slant: f32,
    rotation: f32,
}

impl Warp {
    fn new(random: &mut Random) -> Self {
        let bend = std::array::from_fn(|_| std::array::from_fn(|_| 2.0 * spread::BEND * random.normal()));
        let width = MEAN_WIDTH * random.factor(spread::ASPECT);
        let slant = spread::MEAN_SLANT + spread::SLANT * random.normal();
        let rotation = spread::ROTATION * random.normal();
        Self { bend, width, slant, rotation }
    }

    fn apply(&self, [x, y]: Point) -> Point {
        let terms = [x * x, x * y, y * y, x * x * x, x * x * y, x * y * y, y * y * y];
        let bend = |axis: usize| self.bend[axis].iter().zip(terms).fold(0.0, |sum, (factor, term)| sum + factor * term);
        let (x, y) = (x + bend(0), y + bend(1));
        let x = x * self.width - self.slant * y;
        [x - self.rotation * y, y + self.rotation * x]
    }
}

/// How the pen's radius goes along a stroke.
struct Pressure {
    start: f32,
    middle: f32,
    end: f32,
}

impl Pressure {
    fn new(pen: f32, random: &mut Random) -> Self {
        let mut radius = || pen * random.factor(spread::PRESSURE);
        Self { start: radius(), middle: radius(), end: radius() }
    }

    /// `place`: 0 at the stroke's start, 1 at its end.
    fn at(&self, place: f32) -> f32 {
        let beside = 1.0 - place;
        self.start * beside * beside + 2.0 * self.middle * place * beside + self.end * place * place
    }
}
