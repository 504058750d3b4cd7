//! The plainest way to compute everything, in float64 with ndarray, and the inputs that tests feed to both sides.

use digitrain::kernel::{self, Epilogue};
use digitrain::loss::Loss;
use digitrain::network::Activation;
use digitrain::optimizer::{Adam, Method, Sgd};
use digitrain::panel::{PanelMatrix, PanelRow};
use digitrain::simd::Lanes;
use digitrain::sparse::SparseRows;
use ndarray::{Array1, Array2, Axis, s};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

pub type Random = Xoshiro256PlusPlus;

pub fn random(seed: u64) -> Random {
    Random::seed_from_u64(seed)
}

/// A matrix of numbers between -1 and 1, of which about `density` are not zero.
pub fn random_matrix(random: &mut Random, rows: usize, columns: usize, density: f64) -> Array2<f32> {
    Array2::from_shape_simple_fn((rows, columns), || {
        if random.random_bool(density) { random.random_range(-1.0..1.0) } else { 0.0 }
    })
}

/// A multilayer perceptron as its definition reads. Each layer's parameters are `[inputs + 1, outputs]`, the biases in
/// the last row.
pub struct OracleNetwork {
    pub layers: Vec<Array2<f64>>,
    pub output_activation: Activation,
}

impl OracleNetwork {
    pub fn new(layers: &[Array2<f32>], output_activation: Activation) -> Self {
        Self { layers: layers.iter().map(|layer| layer.mapv(f64::from)).collect(), output_activation }
    }

    /// The layers' sums before the relu, `[batch, units]` each.
    pub fn sums(&self, examples: &Array2<f64>) -> Vec<Array2<f64>> {
        let mut outputs = examples.clone();
        let mut sums = Vec::new();
        for (index, layer) in self.layers.iter().enumerate() {
            let biases = layer.nrows() - 1;
            let sum = outputs.dot(&layer.slice(s![..biases, ..])) + layer.row(biases);
            outputs = if self.relu_after(index) { sum.mapv(|value| value.max(0.0)) } else { sum.clone() };
            sums.push(sum);
        }
        sums
    }

    pub fn scores(&self, examples: &Array2<f64>) -> Array2<f64> {
        let last = self.sums(examples).pop().expect("a network has layers");
        if self.output_activation == Activation::Relu { last.mapv(|value| value.max(0.0)) } else { last }
    }

    fn relu_after(&self, layer: usize) -> bool {
        layer + 1 < self.layers.len() || self.output_activation == Activation::Relu
    }

    /// Each example's loss.
    pub fn losses(&self, examples: &Array2<f64>, labels: &[u16], loss: Loss) -> Array1<f64> {
        let scores = self.scores(examples);
        Array1::from_iter(scores.axis_iter(Axis(0)).zip(labels).map(|(scores, &label)| {
            let label = usize::from(label);
            match loss {
                Loss::MeanSquaredError => {
                    let error = |(class, score): (usize, &f64)| (f64::from(class == label) - score).powi(2);
                    scores.iter().enumerate().map(error).sum::<f64>() / scores.len() as f64
                }
                Loss::CrossEntropy => scores.mapv(f64::exp).sum().ln() - scores[label],
            }
        }))
    }

    /// The gradient of the mean loss with respect to every parameter, by finite differences.
    pub fn gradients(&mut self, examples: &Array2<f64>, labels: &[u16], loss: Loss) -> Vec<Array2<f64>> {
        const STEP: f64 = 1e-6;
        let mut gradients: Vec<Array2<f64>> = self.layers.iter().map(|layer| Array2::zeros(layer.raw_dim())).collect();
        for (layer, gradients) in gradients.iter_mut().enumerate() {
            for (place, gradient) in gradients.indexed_iter_mut() {
                let old = self.layers[layer][place];
                self.layers[layer][place] = old + STEP;
                let above = self.losses(examples, labels, loss).mean().expect("a batch has examples");
                self.layers[layer][place] = old - STEP;
                let below = self.losses(examples, labels, loss).mean().expect("a batch has examples");
                self.layers[layer][place] = old;
                *gradient = (above - below) / (2.0 * STEP);
            }
        }
        gradients
    }
}

/// A step of an optimizer as its definition reads, on parameters and their moments; `step` counts from 1.
pub fn optimize(
    method: Method,
    rate: f64,
    step: i32,
    parameters: &mut Array2<f64>,
    gradient: Array2<f64>,
    [first, second]: &mut [Array2<f64>; 2],
) {
    match method {
        Method::Sgd(Sgd { momentum, weight_decay }) => {
            let gradient = gradient + f64::from(weight_decay) * &*parameters;
            *first = f64::from(momentum) * &*first + gradient;
            *parameters -= &(rate * &*first);
        }
        Method::Adam(Adam { weight_decay }) => {
            *parameters *= 1.0 - rate * f64::from(weight_decay);
            *first = 0.9 * &*first + 0.1 * &gradient;
            *second = 0.999 * &*second + 0.001 * &gradient * &gradient;
            let (mean, square) = (&*first / (1.0 - 0.9f64.powi(step)), &*second / (1.0 - 0.999f64.powi(step)));
            *parameters -= &(rate * mean / (square.sqrt() + 1e-8));
        }
    }
}

/// Stores the kernel's sums as they are.
struct Store<'a>(&'a mut [PanelRow]);

impl Epilogue for Store<'_> {
    const EMPTY_ROWS: bool = true;

    fn finish<const COUNT: usize>(&mut self, row: usize, sums: [Lanes; COUNT]) {
        for (target, sum) in self.0[row].lanes_mut().iter_mut().zip(sums) {
            sum.store(target);
        }
    }
}

/// The kernel's product of sparse rows and a packed matrix.
pub fn multiply(rows: &SparseRows, matrix: &PanelMatrix) -> Array2<f32> {
    let mut product = PanelMatrix::zeros(rows.len(), matrix.columns());
    for panel in 0..matrix.panel_count() {
        let target = product.panel_mut(panel);
        kernel::multiply(rows, 0..rows.len(), matrix.panel(panel), matrix.panel_width(panel), &mut Store(target));
    }
    product.to_array()
}
