//! The network: its parameters, and how scores are computed from examples.

use crate::error::Error;
use crate::examples::{CompressedExamples, MAX_INPUTS};
use crate::kernel::{self, Epilogue};
use crate::loss::Loss;
use crate::panel::{PanelMatrix, PanelRow, Segment};
use crate::simd::Lanes;
use crate::sparse::SparseRows;
use crate::team::Team;
use ndarray::{Array2, ArrayView2};
use std::ops::Range;

/// The numbers of matrices, one matrix after another, row by row.
pub(crate) fn to_parameters(layers: &[PanelMatrix]) -> Vec<f32> {
    layers.iter().flat_map(|layer| layer.to_array().into_iter()).collect()
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
        let expected = sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum();
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
        let mut scores = vec![0.0; range.len() * self.classes()];
        let mut rows = scores.chunks_exact_mut(self.classes());
        self.each_scores(examples, range, team, |_, row| {
            rows.next().expect("there is a row for each example").copy_from_slice(row);
        })?;
        Ok(scores)
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
        let mut places = predicted.iter_mut();
        self.each_scores(examples, range, team, |example, scores| {
            *places.next().expect("there is a place for each example") = class_of(scores) as u16;
            sum += loss.differentiate(scores, examples.label(example), 1);
        })?;
        Ok(sum)
    }

    /// Hands each example of a range, and its scores, to `visit`.
    fn each_scores(
        &self,
        examples: &CompressedExamples,
        range: Range<usize>,
        team: &mut Team,
        mut visit: impl FnMut(usize, &mut [f32]),
    ) -> Result<(), Error> {
        self.check_examples(examples)?;
        if range.start > range.end || range.end > examples.len() {
            return Err(Error::Range { start: range.start, end: range.end, examples: examples.len() });
        }
        let batch_size = EVALUATION_BATCH.min(range.len().max(1));
        let mut pass = ForwardPass::new(self, batch_size);
        let mut scores = vec![0.0; self.classes()];
        for start in range.clone().step_by(batch_size) {
            let batch: Vec<usize> = (start..range.end.min(start + batch_size)).collect();
            pass.run(self, examples, &batch, team);
            for (row, &example) in batch.iter().enumerate() {
                pass.scores().read_row(row, &mut scores);
                visit(example, &mut scores);
            }
        }
        Ok(())
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

/// What a batch becomes on its way through a network.
#[derive(Debug)]
pub(crate) struct ForwardPass {
    /// The inputs of each layer and a 1 for its biases: the examples, then the outputs of the layer below.
    pub inputs: Vec<SparseRows>,
    /// The outputs of each layer, `[batch, units]`.
    pub outputs: Vec<PanelMatrix>,
}

impl ForwardPass {
    /// Room for batches of up to `batch_size` examples.
    pub fn new(network: &Network, batch_size: usize) -> Self {
        let parameters = &network.parameters;
        Self {
            inputs: parameters.iter().map(|layer| SparseRows::new(layer.rows())).collect(),
            outputs: parameters.iter().map(|layer| PanelMatrix::zeros(batch_size, layer.columns())).collect(),
        }
    }

    /// Computes the outputs of the examples that `batch` names.
    pub fn run(&mut self, network: &Network, examples: &CompressedExamples, batch: &[usize], team: &mut Team) {
        examples.gather(batch, &mut self.inputs[0], team);
        for (layer, parameters) in network.parameters.iter().enumerate() {
            forward(&self.inputs[layer], parameters, network.relu_after(layer), &mut self.outputs[layer], team);
            if let Some(inputs_above) = self.inputs.get_mut(layer + 1) {
                inputs_above.compress_and_ones(&self.outputs[layer], batch.len(), team);
            }
        }
    }

    /// The outputs of the last layer, `[batch, classes]`.
    pub fn scores(&self) -> &PanelMatrix {
        &self.outputs[self.outputs.len() - 1]
    }
}

/// `outputs = inputs * parameters`, through a relu if asked for.
fn forward(inputs: &SparseRows, parameters: &PanelMatrix, relu: bool, outputs: &mut PanelMatrix, team: &mut Team) {
    let threads = team.threads();
    team.share(outputs.stretches(threads), |stretch| {
        for Segment { panel, width, range, rows } in stretch.segments() {
            let mut epilogue = Activate { relu, outputs: rows };
            kernel::multiply(inputs, range, parameters.panel(panel), width, &mut epilogue);
        }
    });
}

/// Stores sums, through a relu if asked for.
struct Activate<'a> {
    relu: bool,
    outputs: &'a mut [PanelRow],
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
