//! The optimizers: how a step's gradients change the parameters, and what is remembered of the gradients before.

use crate::kernel::{self, Epilogue};
use crate::panel::{PanelMatrix, PanelRow, Tile};
use crate::simd::{LANES, Lanes};
use crate::sparse::SparseRows;
use std::array;
use std::ops::Range;

/// How gradients change parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    Sgd(Sgd),
    Adam(Adam),
}

/// Stochastic gradient descent: for each parameter p of gradient g,
/// `g += weight_decay * p; v = momentum * v + g; p -= rate * v`.
/// Source: PyTorch's torch.optim.SGD, with dampening 0 and without Nesterov.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    pub momentum: f32,
    pub weight_decay: f32,
}

/// Adam with decoupled weight decay: for each parameter p of gradient g, in the run's step t, counted from 1,
/// `p -= rate * weight_decay * p; m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2;
/// p -= rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)`.
/// Source: PyTorch's torch.optim.AdamW, with its default betas and epsilon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    pub weight_decay: f32,
}

impl Adam {
    const BETAS: [f64; 2] = [0.9, 0.999];
    const EPSILON: f64 = 1e-8;
}

impl Method {
    /// How many numbers it remembers of each parameter.
    fn moment_count(self) -> usize {
        match self {
            Self::Sgd(Sgd { momentum: 0.0, .. }) => 0,
            Self::Sgd(_) => 1,
            Self::Adam(_) => 2,
        }
    }
}

/// A method, and what it remembers of each parameter.
#[derive(Debug)]
pub(crate) struct Optimizer {
    method: Method,
    /// Moving averages of the gradients, of the shape of each layer's parameters: momentum's v, or Adam's m and v.
    pub moments: Vec<Vec<PanelMatrix>>,
}

impl Optimizer {
    pub fn new(method: Method, parameters: &[PanelMatrix]) -> Self {
        let zeros_like = |layer: &PanelMatrix| PanelMatrix::zeros(layer.rows(), layer.columns());
        let moment = |_| parameters.iter().map(zeros_like).collect();
        Self { method, moments: (0..method.moment_count()).map(moment).collect() }
    }

    /// The update of a run's step, counted from 0, with its learning rate.
    pub fn update(&self, rate: f64, step: usize) -> Update {
        match self.method {
            Method::Sgd(sgd) => Update::Sgd { rate: rate as f32, sgd },
            Method::Adam(adam) => Update::Adam(AdamUpdate::new(adam, rate, step)),
        }
    }

    /// Splits the parameters and their moments for `threads` threads: each thread's tiles of each layer. The first layer,
    /// the largest, is split by its panels, so that they stay in the caches of their threads; the others by rows, four at
    /// a time.
    pub fn split<'a>(
        &'a mut self,
        parameters: &'a mut [PanelMatrix],
        threads: usize,
    ) -> Vec<Vec<Vec<ParameterTile<'a>>>> {
        let mut split = parameter_tiles(parameters, threads);
        for moments in &mut self.moments {
            let tiles = split.iter_mut().flatten().flatten();
            for (tile, moments) in tiles.zip(parameter_tiles(moments, threads).into_iter().flatten().flatten()) {
                tile.moments.push(moments.parameters.rows);
            }
        }
        split
    }
}

/// Splits matrices of the shapes of the layers' parameters for `threads` threads.
fn parameter_tiles(matrices: &mut [PanelMatrix], threads: usize) -> Vec<Vec<Vec<ParameterTile<'_>>>> {
    let mut split: Vec<Vec<_>> = Vec::new();
    split.resize_with(threads, Vec::new);
    for (layer, matrix) in matrices.iter_mut().enumerate() {
        let tiles = if layer == 0 { matrix.tiles(threads) } else { matrix.row_tiles(threads, LANES) };
        for (layers, tiles) in split.iter_mut().zip(tiles) {
            let without_moments = |parameters| ParameterTile { parameters, moments: Vec::new() };
            layers.push(tiles.into_iter().map(without_moments).collect());
        }
    }
    split
}

/// A tile of parameters, and the same rows of their moments.
#[derive(Debug)]
pub(crate) struct ParameterTile<'a> {
    parameters: Tile<'a>,
    moments: Vec<&'a mut [PanelRow]>,
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
pub(crate) enum Update {
    Sgd { rate: f32, sgd: Sgd },
    Adam(AdamUpdate),
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
        let width = tile.parameters.width;
        let parameters = &mut tile.parameters.rows[rows.clone()];
        let mut moments = tile.moments.iter_mut().map(|moments| &mut moments[rows.clone()]);
        match (self, moments.next(), moments.next()) {
            (Self::Adam(update), Some(means), Some(squares)) => {
                let mut epilogue = Adapt { update, means, squares, parameters };
                kernel::multiply(inputs, range, gradients, width, &mut epilogue);
            }
            (Self::Sgd { rate, sgd }, Some(velocities), None) => {
                let mut epilogue = Accelerate { rate, sgd, velocities, parameters };
                kernel::multiply(inputs, range, gradients, width, &mut epilogue);
            }
            (Self::Sgd { rate, sgd: Sgd { weight_decay: 0.0, .. } }, ..) => {
                kernel::multiply(inputs, range, gradients, width, &mut Descend { rate, parameters });
            }
            (Self::Sgd { rate, sgd }, ..) => {
                let mut epilogue = Decay { rate, weight_decay: sgd.weight_decay, parameters };
                kernel::multiply(inputs, range, gradients, width, &mut epilogue);
            }
            (Self::Adam(_), ..) => unreachable!("Adam has two moments"),
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

/// Adam's update of a step, the factors that are the same for all parameters multiplied beforehand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AdamUpdate {
    /// `1 - rate * weight_decay`.
    kept: f32,
    /// `rate * sqrt(1 - beta2^t) / (1 - beta1^t)`.
    rate: f32,
    /// `epsilon * sqrt(1 - beta2^t)`.
    epsilon: f32,
}

impl AdamUpdate {
    fn new(adam: Adam, rate: f64, step: usize) -> Self {
        let [first, second] = Adam::BETAS.map(|beta| 1.0 - beta.powi(i32::try_from(step + 1).unwrap_or(i32::MAX)));
        Self {
            kept: (1.0 - rate * f64::from(adam.weight_decay)) as f32,
            rate: (rate * second.sqrt() / first) as f32,
            epsilon: (Adam::EPSILON * second.sqrt()) as f32,
        }
    }
}

/// Added to a mean and taken off again, this leaves 0 of one that is less than 1e-32, and any other as it is. The mean of a
/// parameter without gradients would else end as a number so small that processors take a hundred times as long for it.
const NEGLIGIBLE: f32 = 1e-25;

/// Adam's update.
struct Adapt<'a> {
    update: AdamUpdate,
    means: &'a mut [PanelRow],
    squares: &'a mut [PanelRow],
    parameters: &'a mut [PanelRow],
}

impl Epilogue for Adapt<'_> {
    const EMPTY_ROWS: bool = true;

    #[inline(always)]
    fn finish<const COUNT: usize>(&mut self, row: usize, gradients: [Lanes; COUNT]) {
        let [rest1, rest2] = Adam::BETAS.map(|beta| Lanes::splat((1.0 - beta) as f32));
        let AdamUpdate { kept, rate, epsilon } = self.update;
        let [kept, rate, epsilon, negligible] = [kept, rate, epsilon, NEGLIGIBLE].map(Lanes::splat);
        let [means, squares, parameters] =
            [&mut self.means[row], &mut self.squares[row], &mut self.parameters[row]].map(PanelRow::lanes_mut);
        // One vector after another: the values of all eight, at each stage, would be more than there are registers.
        for (lane, gradient) in gradients.into_iter().enumerate() {
            let mean = Lanes::load(&means[lane]);
            let mean = mean.add_product(rest1, gradient.minus(mean)).plus(negligible).minus(negligible);
            mean.store(&mut means[lane]);
            let square = Lanes::load(&squares[lane]);
            let square = square.add_product(rest2, gradient.multiply(gradient).minus(square));
            square.store(&mut squares[lane]);
            let direction = mean.divide(square.square_root().plus(epsilon));
            let parameter = kept.multiply(Lanes::load(&parameters[lane]));
            parameter.subtract_product(rate, direction).store(&mut parameters[lane]);
        }
    }
}
