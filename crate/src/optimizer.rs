//! Stochastic gradient descent, as PyTorch defines it.

use crate::kernel::{self, Epilogue};
use crate::panel::{PanelMatrix, PanelRow, Tile};
use crate::simd::{LANES, Lanes};
use crate::sparse::SparseRows;
use std::array;
use std::ops::Range;

/// Plain when both are 0; else, for each parameter p of gradient g:
/// `g += weight_decay * p; v = momentum * v + g; p -= rate * v`.
/// Source: PyTorch's torch.optim.SGD, with dampening 0 and without Nesterov.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    pub momentum: f32,
    pub weight_decay: f32,
}

/// How the learning rate changes over a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    Constant,
    /// Rises linearly to the learning rate over the first fifth of the run, then falls linearly to 0, which the step after
    /// the last would have.
    OneCycle,
}

/// The fraction of a run that one-cycle's warm-up takes.
const WARM_UP: f64 = 0.2;

impl Schedule {
    /// The rate of step `step` (from 0) of `steps`.
    pub fn rate(self, learning_rate: f64, step: usize, steps: usize) -> f64 {
        match self {
            Self::Constant => learning_rate,
            Self::OneCycle => {
                let (step, steps) = (step as f64, steps as f64);
                let peak = WARM_UP * steps;
                let rising = (step + 1.0) / peak;
                let falling = (steps - step) / (steps - peak);
                learning_rate * rising.min(falling).min(1.0)
            }
        }
    }
}

/// Stochastic gradient descent, and what it remembers of each parameter.
#[derive(Debug)]
pub(crate) struct Optimizer {
    sgd: Sgd,
    /// The momentum of each layer's parameters; none without momentum.
    pub velocities: Vec<PanelMatrix>,
}

impl Optimizer {
    pub fn new(sgd: Sgd, parameters: &[PanelMatrix]) -> Self {
        let zeros_like = |layer: &PanelMatrix| PanelMatrix::zeros(layer.rows(), layer.columns());
        let with_momentum = if sgd.momentum == 0.0 { &[] } else { parameters };
        Self { sgd, velocities: with_momentum.iter().map(zeros_like).collect() }
    }

    /// The update of a step with learning rate `rate`.
    pub fn update(&self, rate: f32) -> Update {
        Update { rate, sgd: self.sgd }
    }

    /// Splits the parameters and what is remembered of them for `threads` threads: of each thread its tiles of each layer.
    /// The first layer, the largest, is split by its panels, so that they stay in the caches of their threads; the others
    /// by rows, a multiple of four but for the last.
    pub fn split<'a>(
        &'a mut self,
        parameters: &'a mut [PanelMatrix],
        threads: usize,
    ) -> Vec<Vec<Vec<ParameterTile<'a>>>> {
        let mut split: Vec<Vec<_>> = Vec::new();
        split.resize_with(threads, Vec::new);
        let mut velocities = self.velocities.iter_mut();
        for (layer, parameters) in parameters.iter_mut().enumerate() {
            let split_matrix = if layer == 0 { PanelMatrix::tiles } else { split_by_rows };
            let mut velocities = velocities.next().map(|velocities| split_matrix(velocities, threads).into_iter());
            for (of_thread, parameters) in split.iter_mut().zip(split_matrix(parameters, threads)) {
                let mut velocities = velocities.as_mut().and_then(Iterator::next).into_iter().flatten();
                let tiles = parameters.into_iter();
                of_thread.push(
                    tiles
                        .map(|parameters| ParameterTile {
                            parameters,
                            velocities: velocities.next().map(|tile| tile.rows),
                        })
                        .collect(),
                );
            }
        }
        split
    }
}

fn split_by_rows(matrix: &mut PanelMatrix, threads: usize) -> Vec<Vec<Tile<'_>>> {
    matrix.row_tiles(threads, LANES)
}

/// A tile of parameters, and the velocities of these, where there are such.
#[derive(Debug)]
pub(crate) struct ParameterTile<'a> {
    parameters: Tile<'a>,
    velocities: Option<&'a mut [PanelRow]>,
}

impl ParameterTile<'_> {
    pub fn panel(&self) -> usize {
        self.parameters.panel
    }

    /// Where the rows lie in the panel.
    pub fn range(&self) -> Range<usize> {
        self.parameters.range.clone()
    }
}

/// The update of a step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Update {
    rate: f32,
    sgd: Sgd,
}

impl Update {
    /// Updates those rows of a tile that `rows` names, counted from its first. Their gradients are
    /// `inputs[range] * gradients`, with the tile's panel of the gradients of the layer's sums.
    pub fn apply(
        self,
        inputs: &SparseRows,
        range: Range<usize>,
        gradients: &[PanelRow],
        tile: &mut ParameterTile,
        rows: Range<usize>,
    ) {
        let Self { rate, sgd } = self;
        let width = tile.parameters.width;
        let parameters = &mut tile.parameters.rows[rows.clone()];
        if let Some(velocities) = &mut tile.velocities {
            let mut epilogue = Accelerate { rate, sgd, velocities: &mut velocities[rows], parameters };
            kernel::multiply(inputs, range, gradients, width, &mut epilogue);
        } else if sgd.weight_decay == 0.0 {
            kernel::multiply(inputs, range, gradients, width, &mut Descend { rate, parameters });
        } else {
            let mut epilogue = Decay { rate, weight_decay: sgd.weight_decay, parameters };
            kernel::multiply(inputs, range, gradients, width, &mut epilogue);
        }
    }
}

// The update rounds each product and each sum by itself, as TensorFlow and PyTorch do: a fused multiply-add would gain no
// time here, and training would diverge from theirs sooner.

/// `p -= rate * g`, which leaves parameters without a gradient as they are.
struct Descend<'a> {
    rate: f32,
    parameters: &'a mut [PanelRow],
}

impl Epilogue for Descend<'_> {
    const EMPTY_ROWS: bool = false;

    #[inline(always)]
    fn finish<const COUNT: usize>(&mut self, row: usize, gradients: [Lanes; COUNT]) {
        let rate = Lanes::splat(self.rate);
        let old: [Lanes; COUNT] = self.parameters[row].load();
        let new: [_; COUNT] = array::from_fn(|lane| old[lane].subtract_product(rate, gradients[lane]));
        self.parameters[row].store(new);
    }
}

/// `p -= rate * (g + weight_decay * p)`.
struct Decay<'a> {
    rate: f32,
    weight_decay: f32,
    parameters: &'a mut [PanelRow],
}

impl Epilogue for Decay<'_> {
    const EMPTY_ROWS: bool = true;

    #[inline(always)]
    fn finish<const COUNT: usize>(&mut self, row: usize, gradients: [Lanes; COUNT]) {
        let (rate, decay) = (Lanes::splat(self.rate), Lanes::splat(self.weight_decay));
        let old: [Lanes; COUNT] = self.parameters[row].load();
        let gradients: [_; COUNT] = array::from_fn(|lane| gradients[lane].add_product(decay, old[lane]));
        let new: [_; COUNT] = array::from_fn(|lane| old[lane].subtract_product(rate, gradients[lane]));
        self.parameters[row].store(new);
    }
}

/// `g += weight_decay * p; v = momentum * v + g; p -= rate * v`.
struct Accelerate<'a> {
    rate: f32,
    sgd: Sgd,
    velocities: &'a mut [PanelRow],
    parameters: &'a mut [PanelRow],
}

impl Epilogue for Accelerate<'_> {
    const EMPTY_ROWS: bool = true;

    #[inline(always)]
    fn finish<const COUNT: usize>(&mut self, row: usize, gradients: [Lanes; COUNT]) {
        let (rate, decay) = (Lanes::splat(self.rate), Lanes::splat(self.sgd.weight_decay));
        let momentum = Lanes::splat(self.sgd.momentum);
        let old: [Lanes; COUNT] = self.parameters[row].load();
        let gradients: [_; COUNT] = array::from_fn(|lane| gradients[lane].add_product(decay, old[lane]));
        let velocities: [Lanes; COUNT] = self.velocities[row].load();
        let velocities: [_; COUNT] = array::from_fn(|lane| gradients[lane].add_product(momentum, velocities[lane]));
        self.velocities[row].store(velocities);
        let new: [_; COUNT] = array::from_fn(|lane| old[lane].subtract_product(rate, velocities[lane]));
        self.parameters[row].store(new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    #[cfg(target_family = "wasm")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn one_cycle_peaks_after_a_fifth_and_ends_low() {
        let rate = |step| Schedule::OneCycle.rate(0.2, step, 1000);
        assert_relative_eq!(rate(0), 0.2 / 200.0);
        assert_relative_eq!(rate(199), 0.2);
        assert_relative_eq!(rate(600), 0.1);
        assert_relative_eq!(rate(999), 0.2 / 800.0);
        let highest = (0..1000).map(rate).fold(0.0, f64::max);
        assert_relative_eq!(highest, 0.2);
    }

    #[test]
    fn one_cycle_of_a_single_step_has_a_rate() {
        let rate = Schedule::OneCycle.rate(0.2, 0, 1);
        assert!(rate > 0.0 && rate <= 0.2);
    }

    #[test]
    fn constant_stays() {
        assert_eq!(Schedule::Constant.rate(0.5, 17, 20), 0.5);
    }
}
