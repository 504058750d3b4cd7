//! The network: its parameters, and how scores are computed from examples.

use crate::clock;
use crate::error::Error;
use crate::examples::{CompressedExamples, MAX_INPUTS};
use crate::kernel::{self, Epilogue};
use crate::loss::Loss;
use crate::panel::{Band, PanelMatrix, PanelRow};
use crate::simd::Lanes;
use crate::sparse::SparseRows;
use crate::team::{Team, part};
use ndarray::{Array2, ArrayView2};
use std::mem;
use std::ops::Range;

/// The numbers of matrices, one matrix after another, row by row.
pub(crate) fn to_parameters(layers: &[PanelMatrix]) -> Vec<f32> {
    let count = layers.iter().map(|layer| layer.rows() * layer.columns()).sum();
    let mut parameters = Vec::with_capacity(count);
    for layer in layers {
        parameters.extend_from_slice(layer.to_array().as_slice().expect("it was made row by row"));
    }
    parameters
}

/// A multilayer perceptron: relu between its layers, and after the last one if asked for.
#[derive(Clone, Debug)]
pub struct Network {
    sizes: Vec<usize>,
    relu_output: bool,
    /// Each layer's weights `[inputs, outputs]` and below them its biases, as one more row: every example ends with a 1
    /// in that place, so that biases need no code of their own.
    pub(crate) parameters: Vec<PanelMatrix>,
}

impl Network {
    /// A network of layers of `sizes` units, the inputs first and the classes last, with the parameters
    /// `[inputs + 1, outputs]` that `layer(inputs, outputs)` returns, the biases in the last row.
    ///
    /// # Errors
    /// When there are fewer than two sizes, or one isn't 1 to [`MAX_INPUTS`].
    pub fn new(
        sizes: &[usize],
        relu_output: bool,
        mut layer: impl FnMut(usize, usize) -> Array2<f32>,
    ) -> Result<Self, Error> {
        if sizes.len() < 2 {
            return Err(Error::LayerCount { layers: sizes.len() });
        }
        if let Some(layer) = sizes.iter().position(|size| !(1..=MAX_INPUTS).contains(size)) {
            return Err(Error::LayerSize { layer, units: sizes[layer] });
        }
        let pairs = sizes.windows(2);
        let parameters = pairs.map(|pair| PanelMatrix::from_array(layer(pair[0], pair[1]).view())).collect();
        Ok(Self { sizes: sizes.to_vec(), relu_output, parameters })
    }

    /// A network of given parameters: of each layer the weights `[inputs, outputs]` row by row, then the biases.
    ///
    /// # Errors
    /// As [`Network::new`], and when there aren't as many parameters as the sizes need.
    pub fn from_parameters(sizes: &[usize], relu_output: bool, parameters: &[f32]) -> Result<Self, Error> {
        // The sizes have not been checked yet.
        let counts = sizes.windows(2).map(|pair| pair[0].saturating_add(1).saturating_mul(pair[1]));
        let expected = counts.fold(0, usize::saturating_add);
        if parameters.len() != expected {
            return Err(Error::ParameterCount { expected, parameters: parameters.len() });
        }
        let mut rest = parameters;
        Self::new(sizes, relu_output, |inputs, outputs| {
            let shape = (inputs + 1, outputs);
            let (layer, others) = rest.split_at(shape.0 * shape.1);
            rest = others;
            ArrayView2::from_shape(shape, layer).expect("the layer was cut to its shape").to_owned()
        })
    }

    /// The parameters, in the order that [`Network::from_parameters`] takes.
    pub fn parameters(&self) -> Vec<f32> {
        to_parameters(&self.parameters)
    }

    /// The layers' sizes, the inputs first and the classes last.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    pub fn inputs(&self) -> usize {
        self.sizes[0]
    }

    pub fn classes(&self) -> usize {
        self.sizes[self.sizes.len() - 1]
    }

    pub fn relu_output(&self) -> bool {
        self.relu_output
    }

    /// Whether a layer's outputs go through a relu.
    pub(crate) fn relu_after(&self, layer: usize) -> bool {
        layer + 1 < self.parameters.len() || self.relu_output
    }

    /// # Errors
    /// When the examples aren't of this network's inputs and classes.
    pub(crate) fn check_examples(&self, examples: &CompressedExamples) -> Result<(), Error> {
        let (expected, expected_classes) = (self.inputs(), self.classes());
        let (inputs, classes) = (examples.inputs(), examples.classes());
        if (inputs, classes) == (expected, expected_classes) {
            Ok(())
        } else {
            Err(Error::Examples { expected, expected_classes, inputs, classes })
        }
    }

    /// The scores of a range of examples, row by row: `[range.len(), classes]`.
    ///
    /// # Errors
    /// When the examples aren't of this network's shape, or the range exceeds them.
    pub fn predict(
        &self,
        examples: &CompressedExamples,
        range: Range<usize>,
        team: &mut Team,
    ) -> Result<Vec<f32>, Error> {
        self.check_examples(examples)?;
        if range.start > range.end || range.end > examples.len() {
            return Err(Error::Range { start: range.start, end: range.end, examples: examples.len() });
        }
        let (count, threads) = (range.len(), team.threads());
        let mut scores = vec![0.0; count * self.classes()];
        let mut rest = &mut scores[..];
        let parts = (0..threads).map(|thread| {
            let examples = part(count, threads, thread);
            let (scores, others) = mem::take(&mut rest).split_at_mut(examples.len() * self.classes());
            rest = others;
            (range.start + examples.start, scores)
        });
        team.share(parts, |(first, scores)| self.predict_alone(examples, first, scores));
        Ok(scores)
    }

    /// Computes the scores of the examples from `first` on.
    fn predict_alone(&self, examples: &CompressedExamples, first: usize, scores: &mut [f32]) {
        let mut rows = SparseRows::default();
        let mut outputs: Vec<PanelMatrix> =
            self.parameters.iter().map(|layer| PanelMatrix::zeros(EVALUATION_BATCH, layer.columns())).collect();
        let batches = scores.chunks_mut(EVALUATION_BATCH * self.classes());
        for (scores, first) in batches.zip((first..).step_by(EVALUATION_BATCH)) {
            let count = scores.len() / self.classes();
            let mut outputs: Vec<Band> = outputs.iter_mut().flat_map(|outputs| outputs.bands(count, 1, 1)).collect();
            let batch: Vec<usize> = (first..first + count).collect();
            examples.gather(&batch, &mut rows);
            self.forward(0, &rows, &mut outputs[0]);
            self.forward_above_first(&mut rows, &mut outputs);
            for (row, scores) in scores.chunks_exact_mut(self.classes()).enumerate() {
                outputs[self.parameters.len() - 1].read_row(row, scores);
            }
        }
    }

    /// Adds the losses of a range of examples to `sum`, one by one, so that it doesn't matter how many ranges a set is
    /// evaluated in; `predicted` gets the class of the largest score of each, the first of equals.
    ///
    /// # Errors
    /// As [`Network::predict`], and when `predicted` isn't as long as the range.
    pub fn evaluate(
        &self,
        examples: &CompressedExamples,
        range: Range<usize>,
        loss: Loss,
        predicted: &mut [u16],
        mut sum: f64,
        team: &mut Team,
    ) -> Result<f64, Error> {
        if predicted.len() != range.len() {
            return Err(Error::Size { values: predicted.len(), examples: range.len(), inputs: 1 });
        }
        let mut scores = self.predict(examples, range.clone(), team)?;
        for ((scores, example), class) in scores.chunks_exact_mut(self.classes()).zip(range).zip(predicted) {
            *class = class_of(scores) as u16;
            sum += loss.differentiate(scores, examples.label(example), 1);
        }
        Ok(sum)
    }

    /// Computes a layer's outputs of some examples.
    fn forward(&self, layer: usize, inputs: &SparseRows, outputs: &mut Band) {
        let relu = self.relu_after(layer);
        for ((panel, width), outputs) in self.parameters[layer].panels().zip(outputs.panels_mut()) {
            kernel::multiply(inputs, 0..inputs.len(), panel, width, &mut Activate { relu, outputs });
        }
    }

    /// Computes the outputs of the layers above the first one, whose outputs are there. `rows` is overwritten.
    pub(crate) fn forward_above_first(&self, rows: &mut SparseRows, outputs: &mut [Band]) {
        for layer in 1..self.parameters.len() {
            rows.compress_and_ones(&outputs[layer - 1]);
            clock::lap("compress outputs");
            self.forward(layer, rows, &mut outputs[layer]);
            clock::lap("forward above 1");
        }
    }
}

/// How many examples are evaluated at once: enough to use each panel often, few enough to stay in the cache.
const EVALUATION_BATCH: usize = 128;

/// The place of the largest score, the first of equals.
fn class_of(scores: &[f32]) -> usize {
    let mut class = 0;
    for (candidate, &score) in scores.iter().enumerate() {
        if score > scores[class] {
            class = candidate;
        }
    }
    class
}

/// Stores sums, through a relu if asked for.
pub(crate) struct Activate<'a> {
    pub relu: bool,
    pub outputs: &'a mut [PanelRow],
}

impl Epilogue for Activate<'_> {
    const EMPTY_ROWS: bool = true;

    #[inline(always)]
    fn finish<const COUNT: usize>(&mut self, row: usize, sums: [Lanes; COUNT]) {
        for (output, sum) in self.outputs[row].lanes_mut().iter_mut().zip(sums) {
            if self.relu { sum.relu() } else { sum }.store(output);
        }
    }
}
