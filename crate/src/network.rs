//! The network: its parameters, and how scores are computed from examples.

use crate::clock;
use crate::dropout::LayerDropout;
use crate::error::Error;
use crate::examples::CompressedExamples;
use crate::kernel::{self, Epilogue};
use crate::limits::MAX_LAYER_SIZE;
use crate::loss::Loss;
use crate::panel::{PANEL_WIDTH, PanelMatrix, PanelRow, RowBlock};
use crate::simd::Lanes;
use crate::sparse::SparseRows;
use crate::team::{Team, chunk};
use ndarray::{Array2, ArrayView2};
use std::ops::Range;

/// How many examples are evaluated at once: enough to use each panel often, few enough to stay in the cache.
const EVALUATION_BATCH: usize = 128;

/// The numbers of matrices, one matrix after another, row by row.
pub(crate) fn to_parameters(layers: &[PanelMatrix]) -> Vec<f32> {
    let count = layers.iter().map(|layer| layer.rows() * layer.columns()).sum();
    let mut parameters = Vec::with_capacity(count);
    for layer in layers {
        parameters.extend_from_slice(layer.to_array().as_slice().expect("it was made row by row"));
    }
    parameters
}

/// What turns a layer's sums into its outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    Linear,
    Relu,
}

/// A multilayer perceptron, with relu between its layers.
#[derive(Clone, Debug)]
pub struct Network {
    sizes: Vec<usize>,
    output_activation: Activation,
    /// Each layer's weights `[inputs, outputs]` with its biases as the last row: every layer's inputs end with a 1 to match,
    /// so that biases need no code of their own.
    pub(crate) parameters: Vec<PanelMatrix>,
}

impl Network {
    /// A network of layers of `sizes` units, the inputs first and the classes last, with the parameters
    /// `[inputs + 1, outputs]` that `layer(inputs, outputs)` returns, the biases in the last row.
    ///
    /// # Errors
    /// When there are fewer than two sizes, or one isn't 1 to [`MAX_LAYER_SIZE`].
    pub fn new(
        sizes: &[usize],
        output_activation: Activation,
        mut layer: impl FnMut(usize, usize) -> Array2<f32>,
    ) -> Result<Self, Error> {
        if sizes.len() < 2 {
            return Err(Error::LayerCount { layers: sizes.len() });
        }
        if let Some(layer) = sizes.iter().position(|size| !(1..=MAX_LAYER_SIZE).contains(size)) {
            return Err(Error::LayerSize { layer, units: sizes[layer] });
        }
        let pairs = sizes.windows(2);
        let parameters = pairs.map(|pair| PanelMatrix::from_array(layer(pair[0], pair[1]).view())).collect();
        Ok(Self { sizes: sizes.to_vec(), output_activation, parameters })
    }

    /// A network of given parameters: of each layer the weights `[inputs, outputs]` row by row, then the biases.
    ///
    /// # Errors
    /// As [`Network::new`], and when there aren't as many parameters as the sizes need.
    pub fn from_parameters(sizes: &[usize], output_activation: Activation, parameters: &[f32]) -> Result<Self, Error> {
        // The sizes have not been checked yet.
        let counts = sizes.windows(2).map(|pair| pair[0].saturating_add(1).saturating_mul(pair[1]));
        let expected = counts.fold(0, usize::saturating_add);
        if parameters.len() != expected {
            return Err(Error::ParameterCount { expected, parameters: parameters.len() });
        }
        let mut rest = parameters;
        Self::new(sizes, output_activation, |inputs, outputs| {
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

    pub fn output_activation(&self) -> Activation {
        self.output_activation
    }

    /// What becomes of a layer's sums.
    pub(crate) fn activation(&self, layer: usize) -> Activation {
        if layer + 1 < self.parameters.len() { Activation::Relu } else { self.output_activation }
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
        let mut rest = scores.as_mut_slice();
        let shares = (0..threads).map(|thread| {
            let examples = chunk(count, threads, thread);
            let scores = rest.split_off_mut(..examples.len() * self.classes());
            (range.start + examples.start, scores.expect("the chunks are those of the scores"))
        });
        team.fork_join(shares, |(first, scores)| self.predict_share(examples, first, scores));
        Ok(scores)
    }

    /// Computes the scores of the examples from `first` on, on the calling thread.
    fn predict_share(&self, examples: &CompressedExamples, first: usize, scores: &mut [f32]) {
        let mut rows = SparseRows::default();
        let mut outputs: Vec<PanelMatrix> =
            self.parameters.iter().map(|layer| PanelMatrix::zeros(EVALUATION_BATCH, layer.columns())).collect();
        let batches = scores.chunks_mut(EVALUATION_BATCH * self.classes());
        for (scores, first) in batches.zip((first..).step_by(EVALUATION_BATCH)) {
            let count = scores.len() / self.classes();
            let mut outputs: Vec<_> = outputs.iter_mut().flat_map(|outputs| outputs.row_blocks(count, 1, 1)).collect();
            let batch: Vec<usize> = (first..first + count).collect();
            examples.gather(&batch, &mut rows);
            self.forward(0, &rows, &mut outputs[0], None);
            self.forward_above_first(&mut rows, &mut outputs, |_| None);
            for (row, scores) in scores.chunks_exact_mut(self.classes()).enumerate() {
                outputs[self.parameters.len() - 1].read_row(row, scores);
            }
        }
    }

    /// Adds the losses of a range of examples to `sum`, one by one, so that the sum of a whole set is the same in however
    /// many ranges it is evaluated. `predicted` gets the class of each example's largest score, the first of equals.
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
    fn forward(&self, layer: usize, inputs: &SparseRows, outputs: &mut RowBlock, dropout: Option<LayerDropout>) {
        for (panel, outputs) in outputs.panels_mut().enumerate() {
            self.forward_panel(layer, panel, (inputs, 0..inputs.len()), outputs, dropout);
        }
    }

    /// Computes a panel of a layer's outputs of some examples, given by a range of the rows of `inputs`.
    pub(crate) fn forward_panel(
        &self,
        layer: usize,
        panel: usize,
        (inputs, range): (&SparseRows, Range<usize>),
        outputs: &mut [PanelRow],
        dropout: Option<LayerDropout>,
    ) {
        let (parameters, activation) = (&self.parameters[layer], self.activation(layer));
        let (rows, width) = (parameters.panel(panel), parameters.panel_width(panel));
        match dropout {
            None => kernel::multiply(inputs, range, rows, width, &mut Activate { activation, outputs }),
            Some(dropout) => {
                let first = panel * PANEL_WIDTH;
                kernel::multiply(inputs, range, rows, width, &mut ReluAndDrop { dropout, first, outputs });
            }
        }
    }

    /// Computes the outputs of the layers above the first one from its outputs, with what is dropped of each layer's.
    /// `rows` is overwritten.
    pub(crate) fn forward_above_first<'a>(
        &self,
        rows: &mut SparseRows,
        outputs: &mut [RowBlock],
        dropout: impl Fn(usize) -> Option<LayerDropout<'a>>,
    ) {
        for layer in 1..self.parameters.len() {
            rows.compress_and_ones(&outputs[layer - 1]);
            clock::lap("compress outputs");
            self.forward(layer, rows, &mut outputs[layer], dropout(layer));
            clock::lap("forward above 1");
        }
    }
}

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

/// Stores sums as a layer's outputs.
struct Activate<'a> {
    activation: Activation,
    outputs: &'a mut [PanelRow],
}

impl Epilogue for Activate<'_> {
    const EMPTY_ROWS: bool = true;

    #[inline(always)]
    fn finish<const COUNT: usize>(&mut self, row: usize, sums: [Lanes; COUNT]) {
        for (output, sum) in self.outputs[row].lanes_mut().iter_mut().zip(sums) {
            let activated = match self.activation {
                Activation::Linear => sum,
                Activation::Relu => sum.relu(),
            };
            activated.store(output);
        }
    }
}

/// Stores sums as the outputs of a hidden layer, through its relu, but for those that are dropped.
struct ReluAndDrop<'a> {
    dropout: LayerDropout<'a>,
    /// The panel's first column.
    first: usize,
    outputs: &'a mut [PanelRow],
}

impl Epilogue for ReluAndDrop<'_> {
    const EMPTY_ROWS: bool = true;

    #[inline(always)]
    fn finish<const COUNT: usize>(&mut self, row: usize, sums: [Lanes; COUNT]) {
        self.outputs[row].store(self.dropout.apply(row, self.first, sums.map(Lanes::relu)));
    }
}
