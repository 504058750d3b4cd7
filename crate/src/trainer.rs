//! Training: back-propagation and the update of the parameters, a chunk of steps a call.

use crate::error::Error;
use crate::examples::CompressedExamples;
use crate::initialize::shuffled;
use crate::kernel::{self, Epilogue};
use crate::loss::Loss;
use crate::network::{ForwardPass, Network, to_parameters};
use crate::optimizer::{Schedule, Sgd};
use crate::panel::{PanelMatrix, PanelRow, Segment};
use crate::simd::Lanes;
use crate::sparse::SparseRows;
use crate::team::Team;
use std::array;

/// A batch has at most so many examples.
const MAX_BATCH_SIZE: usize = 1 << 16;

/// How a network is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Training {
    pub loss: Loss,
    pub batch_size: usize,
    pub learning_rate: f64,
    pub schedule: Schedule,
    /// The number of steps of the whole run, which the schedule spans.
    pub total_steps: usize,
    pub sgd: Sgd,
}

/// A run: where it stands, and the room that its steps need.
#[derive(Debug)]
pub struct Trainer {
    training: Training,
    /// The steps done since the run began.
    steps_done: usize,
    /// The order of the epoch's examples.
    order: Vec<usize>,
    /// How many of the epoch's examples have been used.
    position: usize,
    pass: ForwardPass,
    /// Of each layer, its inputs by column, for the update.
    transposed_inputs: Vec<SparseRows>,
    /// Of each layer, the gradient of the loss with respect to its sums, `[batch, units]`.
    gradients: Vec<PanelMatrix>,
    /// Of each layer but the first, its gradient as rows, and its weights `[outputs, inputs]`: the product of the two
    /// is the gradient of the layer below.
    gradient_rows: SparseRows,
    transposed_weights: Vec<PanelMatrix>,
    /// Of each layer the momentum of its parameters, where there is momentum.
    velocities: Vec<PanelMatrix>,
}

impl Trainer {
    /// # Errors
    /// When the batch size isn't 1 to 65,536.
    pub fn new(network: &Network, training: Training) -> Result<Self, Error> {
        let batch_size = training.batch_size;
        if !(1..=MAX_BATCH_SIZE).contains(&batch_size) {
            return Err(Error::BatchSize { batch_size });
        }
        let parameters = &network.parameters;
        let zeros_like = |layer: &PanelMatrix| PanelMatrix::zeros(layer.rows(), layer.columns());
        let transposed = |layer: &PanelMatrix| PanelMatrix::zeros(layer.columns(), layer.rows() - 1);
        let with_momentum = if training.sgd.momentum == 0.0 { &[] } else { parameters.as_slice() };
        Ok(Self {
            training,
            steps_done: 0,
            order: Vec::new(),
            position: 0,
            pass: ForwardPass::new(network, batch_size),
            transposed_inputs: parameters.iter().map(|_| SparseRows::new(batch_size)).collect(),
            gradients: parameters.iter().map(|layer| PanelMatrix::zeros(batch_size, layer.columns())).collect(),
            gradient_rows: SparseRows::new(0),
            transposed_weights: parameters[1..].iter().map(transposed).collect(),
            velocities: with_momentum.iter().map(zeros_like).collect(),
        })
    }

    /// Begins an epoch over `examples` examples: as they are stored, or in the order of a seed and the epoch's number.
    /// Its first `done` steps count as done, as do the epochs before it: so a run goes on where another one stood.
    pub fn begin_epoch(&mut self, examples: usize, epoch: u32, shuffle_seed: Option<u64>, done: usize) {
        let Training { batch_size, .. } = self.training;
        self.order = match shuffle_seed {
            Some(seed) => shuffled(examples, seed, epoch),
            None => (0..examples).collect(),
        };
        self.position = examples.min(done * batch_size);
        self.steps_done = epoch as usize * examples.div_ceil(batch_size) + done;
    }

    /// What momentum has gathered, one number a parameter and in their order; nothing without momentum.
    pub fn velocities(&self) -> Vec<f32> {
        to_parameters(&self.velocities)
    }

    /// Goes on with velocities that another run gave, as the parameters of a network.
    ///
    /// # Errors
    /// When they aren't the parameters of a network of these layers, or there is no momentum.
    pub fn set_velocities(&mut self, velocities: Network) -> Result<(), Error> {
        let shape = |layer: &PanelMatrix| (layer.rows(), layer.columns());
        let (old, new) = (&self.velocities, &velocities.parameters);
        if !old.iter().map(shape).eq(new.iter().map(shape)) {
            return Err(Error::Velocities);
        }
        self.velocities = velocities.parameters;
        Ok(())
    }

    /// Runs the next steps of the epoch, at most `losses.len()`, and writes each batch's loss before its update.
    /// Returns how many were run: fewer when the epoch ends, or after a loss that isn't finite.
    ///
    /// # Errors
    /// When the examples aren't of the network's shape, or fewer than the epoch was begun with.
    pub fn run(
        &mut self,
        network: &mut Network,
        examples: &CompressedExamples,
        losses: &mut [f32],
        team: &mut Team,
    ) -> Result<usize, Error> {
        network.check_examples(examples)?;
        if self.order.len() > examples.len() {
            return Err(Error::Range { start: 0, end: self.order.len(), examples: examples.len() });
        }
        let mut done = 0;
        while done < losses.len() && self.position < self.order.len() {
            losses[done] = self.step(network, examples, team);
            done += 1;
            if !losses[done - 1].is_finite() {
                break;
            }
        }
        Ok(done)
    }

    /// One step on the next batch; returns its loss.
    fn step(&mut self, network: &mut Network, examples: &CompressedExamples, team: &mut Team) -> f32 {
        #[cfg(feature = "clock")]
        team.clock.restart();
        let start = self.position;
        self.position = self.order.len().min(start + self.training.batch_size);
        let batch = &self.order[start..self.position];
        self.pass.run(network, examples, batch, team);
        let loss =
            differentiate_loss(&self.training, network, examples, batch, self.pass.scores(), &mut self.gradients);
        for layer in (0..network.parameters.len()).rev() {
            self.backward(network, layer, team);
            self.update(network, layer, team);
        }
        self.steps_done += 1;
        loss
    }

    /// Computes the gradient of the layer below `layer`, if there is one.
    fn backward(&mut self, network: &Network, layer: usize, team: &mut Team) {
        let Some(below) = layer.checked_sub(1) else { return };
        self.gradient_rows.compress(&self.gradients[layer], self.pass.inputs[0].len(), team);
        self.transposed_weights[below].transpose_from(&network.parameters[layer], team);
        let (rows, weights) = (&self.gradient_rows, &self.transposed_weights[below]);
        let outputs = &self.pass.outputs[below];
        let threads = team.threads();
        team.share(self.gradients[below].stretches(threads), |stretch| {
            for Segment { panel, width, range, rows: gradients } in stretch.segments() {
                let outputs = &outputs.panel(panel)[range.clone()];
                kernel::multiply(rows, range, weights.panel(panel), width, &mut Gate { outputs, gradients });
            }
        });
    }

    /// Updates the parameters of a layer.
    fn update(&mut self, network: &mut Network, layer: usize, team: &mut Team) {
        let inputs = &mut self.transposed_inputs[layer];
        match layer.checked_sub(1) {
            None => inputs.transpose_from(&self.pass.inputs[0], team),
            Some(below) => {
                inputs.compress_transposed_and_ones(&self.pass.outputs[below], self.pass.inputs[0].len(), team);
            }
        }
        let Training { learning_rate, schedule, total_steps, sgd, .. } = self.training;
        let rate = schedule.rate(learning_rate, self.steps_done, total_steps) as f32;
        let (inputs, gradients) = (&*inputs, &self.gradients[layer]);
        let threads = team.threads();
        let parameters = network.parameters[layer].stretches(threads);
        if let Some(velocities) = self.velocities.get_mut(layer) {
            team.share(parameters.zip(velocities.stretches(threads)), |(parameters, velocities)| {
                for (parameters, velocities) in parameters.segments().zip(velocities.segments()) {
                    let Segment { panel, width, range, rows: parameters } = parameters;
                    let mut epilogue = Accelerate { rate, sgd, velocities: velocities.rows, parameters };
                    kernel::multiply(inputs, range, gradients.panel(panel), width, &mut epilogue);
                }
            });
            return;
        }
        team.share(parameters, |stretch| {
            for Segment { panel, width, range, rows: parameters } in stretch.segments() {
                let gradients = gradients.panel(panel);
                if sgd.weight_decay == 0.0 {
                    kernel::multiply(inputs, range, gradients, width, &mut Descend { rate, parameters });
                } else {
                    let mut epilogue = Decay { rate, weight_decay: sgd.weight_decay, parameters };
                    kernel::multiply(inputs, range, gradients, width, &mut epilogue);
                }
            }
        });
    }
}

/// Returns the mean loss of a batch; the last of `gradients` becomes its gradient with respect to the last layer's sums.
fn differentiate_loss(
    training: &Training,
    network: &Network,
    examples: &CompressedExamples,
    batch: &[usize],
    scores: &PanelMatrix,
    gradients: &mut [PanelMatrix],
) -> f32 {
    let gradients = gradients.last_mut().expect("a network has a layer");
    let mut gradient = vec![0.0; network.classes()];
    let mut closed = vec![false; network.classes()];
    let mut sum = 0.0;
    for (row, &example) in batch.iter().enumerate() {
        scores.read_row(row, &mut gradient);
        closed.iter_mut().zip(&gradient).for_each(|(closed, &score)| *closed = network.relu_output() && score <= 0.0);
        sum += training.loss.differentiate(&mut gradient, examples.label(example), batch.len());
        gradient.iter_mut().zip(&closed).filter(|(_, closed)| **closed).for_each(|(gradient, _)| *gradient = 0.0);
        gradients.write_row(row, &gradient);
    }
    (sum / batch.len() as f64) as f32
}

#[inline(always)]
fn load<const COUNT: usize>(row: &PanelRow) -> [Lanes; COUNT] {
    array::from_fn(|lane| Lanes::load(&row.lanes()[lane]))
}

#[inline(always)]
fn store<const COUNT: usize>(lanes: [Lanes; COUNT], row: &mut PanelRow) {
    lanes.into_iter().zip(row.lanes_mut()).for_each(|(lanes, target)| lanes.store(target));
}

/// Stores sums where the layer's relu let its output through, else 0: the derivative of relu at 0 is 0.
struct Gate<'a> {
    outputs: &'a [PanelRow],
    gradients: &'a mut [PanelRow],
}

impl Epilogue for Gate<'_> {
    const EMPTY_ROWS: bool = true;

    #[inline(always)]
    fn finish<const COUNT: usize>(&mut self, row: usize, sums: [Lanes; COUNT]) {
        let outputs: [Lanes; COUNT] = load(&self.outputs[row]);
        let gradients: [_; COUNT] = array::from_fn(|lane| sums[lane].where_positive(outputs[lane]));
        store(gradients, &mut self.gradients[row]);
    }
}

// The update rounds each product and each sum by itself, as TensorFlow and PyTorch do: where a sum of a few terms is
// written back to a parameter, a fused multiply-add would lead training away from theirs and gain no time.

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
        let old: [Lanes; COUNT] = load(&self.parameters[row]);
        let new: [_; COUNT] = array::from_fn(|lane| old[lane].subtract_product(rate, gradients[lane]));
        store(new, &mut self.parameters[row]);
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
        let old: [Lanes; COUNT] = load(&self.parameters[row]);
        let gradients: [_; COUNT] = array::from_fn(|lane| gradients[lane].add_product(decay, old[lane]));
        let new: [_; COUNT] = array::from_fn(|lane| old[lane].subtract_product(rate, gradients[lane]));
        store(new, &mut self.parameters[row]);
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
        let old: [Lanes; COUNT] = load(&self.parameters[row]);
        let gradients: [_; COUNT] = array::from_fn(|lane| gradients[lane].add_product(decay, old[lane]));
        let velocities: [Lanes; COUNT] = load(&self.velocities[row]);
        let velocities: [_; COUNT] = array::from_fn(|lane| gradients[lane].add_product(momentum, velocities[lane]));
        store(velocities, &mut self.velocities[row]);
        let new: [_; COUNT] = array::from_fn(|lane| old[lane].subtract_product(rate, velocities[lane]));
        store(new, &mut self.parameters[row]);
    }
}
