//! Training: back-propagation and the update of the parameters, a chunk of steps a call.

use crate::batch::{Batch, Batches};
use crate::clock;
use crate::error::Error;
use crate::examples::CompressedExamples;
use crate::initialize::shuffled;
use crate::kernel::{self, Epilogue};
use crate::loss::Loss;
use crate::network::{Activate, Network, to_parameters};
use crate::optimizer::{Schedule, Sgd, Update};
use crate::panel::{Band, PanelMatrix, PanelRow, Segment, Stretch};
use crate::simd::{LANES, Lanes};
use crate::sparse::SparseRows;
use crate::team::{Team, part};
use std::ops::Range;
use std::{array, iter};

/// A batch has at most so many examples.
const MAX_BATCH_SIZE: usize = 1 << 16;

/// Keeping batches makes an epoch slower by what it saves in two or three later ones.
const EPOCHS_WORTH_KEEPING: usize = 3;

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
    /// The order of the epoch's examples, whether it is its own, and whether enough epochs follow to keep batches for.
    order: Vec<usize>,
    shuffled: bool,
    repeats: bool,
    /// How many of the epoch's examples have been used.
    position: usize,
    batches: Batches,
    /// Of each layer its outputs, and the gradient of the loss with respect to its sums: `[batch, units]`.
    outputs: Vec<PanelMatrix>,
    gradients: Vec<PanelMatrix>,
    /// Of each layer but the first its weights `[outputs, inputs]`: its gradient times these is that of the layer below.
    transposed_weights: Vec<PanelMatrix>,
    /// Of each layer the momentum of its parameters, where there is momentum.
    velocities: Vec<PanelMatrix>,
    /// Of each thread what it works with alone.
    scratch: Vec<Scratch>,
}

/// What a thread works with alone.
#[derive(Clone, Debug, Default)]
struct Scratch {
    /// The left side of the product that it computes.
    rows: SparseRows,
    /// The losses of its examples.
    losses: Vec<f64>,
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
        let for_batch = |layer: &PanelMatrix| PanelMatrix::zeros(batch_size, layer.columns());
        let transposed = |layer: &PanelMatrix| PanelMatrix::zeros(layer.columns(), layer.rows() - 1);
        let with_momentum = if training.sgd.momentum == 0.0 { &[] } else { parameters.as_slice() };
        Ok(Self {
            training,
            steps_done: 0,
            order: Vec::new(),
            shuffled: false,
            repeats: false,
            position: 0,
            batches: Batches::default(),
            outputs: parameters.iter().map(for_batch).collect(),
            gradients: parameters.iter().map(for_batch).collect(),
            transposed_weights: parameters[1..].iter().map(transposed).collect(),
            velocities: with_momentum.iter().map(zeros_like).collect(),
            scratch: Vec::new(),
        })
    }

    /// Begins an epoch over `examples` examples: as they are stored, or in the order of a seed and the epoch's number.
    /// Its first `done` steps count as done, as do the epochs before it: so a run goes on where another one stood.
    pub fn begin_epoch(&mut self, examples: usize, epoch: u32, shuffle_seed: Option<u64>, done: usize) {
        let Training { batch_size, total_steps, .. } = self.training;
        let steps = examples.div_ceil(batch_size);
        self.shuffled = shuffle_seed.is_some();
        self.repeats = (epoch as usize + 1 + EPOCHS_WORTH_KEEPING) * steps <= total_steps;
        self.order = match shuffle_seed {
            Some(seed) => shuffled(examples, seed, epoch),
            None => (0..examples).collect(),
        };
        self.position = examples.min(done * batch_size);
        self.steps_done = epoch as usize * steps + done;
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
        clock::lap("between runs");
        self.scratch.resize(team.threads(), Scratch::default());
        self.batches.prepare(examples, self.order.len(), self.training.batch_size, !self.shuffled, self.repeats);
        let mut batch = self.batch_at(self.position);
        self.gather(examples, self.missing(batch.clone()), team);
        let mut done = 0;
        while done < losses.len() && !batch.is_empty() {
            self.position = batch.end;
            let next = if done + 1 < losses.len() { self.batch_at(batch.end) } else { batch.end..batch.end };
            losses[done] = self.step(network, examples, batch, self.missing(next.clone()), team);
            done += 1;
            if !losses[done - 1].is_finite() {
                break;
            }
            batch = next;
        }
        Ok(done)
    }

    /// Where the batch that begins at a position lies in the epoch's order.
    fn batch_at(&self, position: usize) -> Range<usize> {
        position..self.order.len().min(position + self.training.batch_size)
    }

    /// What of a batch is still to be gathered: all of it or, where it is kept, nothing.
    fn missing(&self, batch: Range<usize>) -> Range<usize> {
        if self.batches.holds(batch.start / self.training.batch_size) { batch.end..batch.end } else { batch }
    }

    fn gather(&mut self, examples: &CompressedExamples, batch: Range<usize>, team: &mut Team) {
        let threads = team.threads();
        let order = &self.order[batch];
        team.share(self.batches.next.pieces_mut(threads).iter_mut().enumerate(), |(thread, piece)| {
            examples.gather(&order[part(order.len(), threads, thread)], piece);
        });
    }

    /// One step on a batch that is gathered already; gathers `next`, what is missing of the next one. Returns the loss.
    ///
    /// The threads meet three times only. The first layer, the largest, is shared out by its outputs' panels, so that its
    /// parameters stay in the cache of one thread; what lies between its outputs and its gradient, by examples.
    fn step(
        &mut self,
        network: &mut Network,
        examples: &CompressedExamples,
        batch: Range<usize>,
        next: Range<usize>,
        team: &mut Team,
    ) -> f32 {
        let (count, number) = (batch.len(), batch.start / self.training.batch_size);
        let transposed = self.batches.begin(number);
        self.forward_first(network, transposed, team);
        self.propagate(network, examples, batch, next, team);
        self.update(network, count, team);
        self.batches.end(number);
        self.steps_done += 1;
        let losses = self.scratch.iter().flat_map(|scratch| &scratch.losses);
        (losses.sum::<f64>() / count as f64) as f32
    }

    /// Computes the outputs of the first layer, and transposes what the rest of the step needs transposed: the weights,
    /// and the batch unless it is `transposed` already.
    fn forward_first(&mut self, network: &Network, transposed: bool, team: &mut Team) {
        let threads = team.threads();
        let (parameters, relu) = (&network.parameters, network.relu_after(0));
        let Batch { examples: batch, transposed: transposed_batch } = &mut self.batches.current;
        let batch = &*batch;
        let inputs = parameters[0].rows();
        let mut transposed_weights: Vec<Vec<_>> = Vec::new();
        transposed_weights.resize_with(threads, Vec::new);
        for weights in &mut self.transposed_weights {
            let stretches = weights.stretches(threads);
            transposed_weights.iter_mut().zip(stretches).for_each(|(of_thread, stretch)| of_thread.push(stretch));
        }
        let transposed_batch = if transposed { &mut [] } else { transposed_batch.pieces_mut(threads) };
        let mut transposed_batch = transposed_batch.iter_mut();
        let transposed_batch = iter::from_fn(|| Some(transposed_batch.next())).enumerate();
        let parts = self.outputs[0].stretches(threads).zip(transposed_weights).zip(transposed_batch);
        team.share(parts, |((outputs, transposed_weights), (thread, transposed_batch))| {
            for (transposed, weights) in transposed_weights.into_iter().zip(&parameters[1..]) {
                transposed.transpose_from(weights);
            }
            clock::lap("transpose weights");
            if let Some(transposed) = transposed_batch {
                transposed.transpose_from(batch, part(inputs, threads, thread));
            }
            clock::lap("transpose batch");
            for Segment { panel, width, range, rows: outputs } in outputs.segments() {
                for (piece, range, places) in batch.within(range) {
                    let mut epilogue = Activate { relu, outputs: &mut outputs[places] };
                    kernel::multiply(piece, range, parameters[0].panel(panel), width, &mut epilogue);
                }
            }
            clock::lap("forward 1");
        });
    }

    /// From the outputs of the first layer to its gradient, and gathers the next batch.
    fn propagate(
        &mut self,
        network: &Network,
        examples: &CompressedExamples,
        batch: Range<usize>,
        next: Range<usize>,
        team: &mut Team,
    ) {
        let (count, threads) = (batch.len(), team.threads());
        let (batch, next) = (&self.order[batch], &self.order[next]);
        let (training, transposed_weights) = (&self.training, &self.transposed_weights);
        let outputs = bands(&mut self.outputs, count, threads, 1);
        let gradients = bands(&mut self.gradients, count, threads, 1);
        let parts = self.scratch.iter_mut().zip(self.batches.next.pieces_mut(threads)).zip(outputs).zip(gradients);
        team.share(parts.enumerate(), |(thread, (((scratch, piece), mut outputs), mut gradients))| {
            let Scratch { rows, losses } = scratch;
            network.forward_above_first(rows, &mut outputs);
            let labels = batch[part(count, threads, thread)].iter().map(|&example| examples.label(example));
            let last = network.parameters.len() - 1;
            differentiate_loss(training.loss, network, labels, count, &outputs[last], &mut gradients[last], losses);
            clock::lap("loss");
            for below in (0..last).rev() {
                rows.compress(&gradients[below + 1]);
                clock::lap("compress gradients");
                let panels = outputs[below].panels().zip(gradients[below].panels_mut());
                for ((weights, width), (outputs, gradients)) in transposed_weights[below].panels().zip(panels) {
                    kernel::multiply(rows, 0..rows.len(), weights, width, &mut Gate { outputs, gradients });
                }
                clock::lap("backward");
            }
            examples.gather(&next[part(next.len(), threads, thread)], piece);
            clock::lap("gather");
        });
    }

    /// Updates the parameters by the gradients of a batch of `count` examples.
    fn update(&mut self, network: &mut Network, count: usize, team: &mut Team) {
        let threads = team.threads();
        let Training { learning_rate, schedule, total_steps, sgd, .. } = self.training;
        let update = Update { rate: schedule.rate(learning_rate, self.steps_done, total_steps) as f32, sgd };
        let (batch, outputs, gradients) = (&self.batches.current.transposed, &self.outputs, &self.gradients);

        let (first, above) = network.parameters.split_first_mut().expect("a network has a layer");
        let (first_velocities, velocities_above) = match self.velocities.split_first_mut() {
            Some((first, above)) => (Some(first), above),
            None => (None, &mut [][..]),
        };
        let above = bands(above, usize::MAX, threads, LANES).into_iter();
        let above = above.zip(bands(velocities_above, usize::MAX, threads, LANES));
        let mut first_velocities = first_velocities.map(|velocities| velocities.stretches(threads));
        let first_velocities = iter::from_fn(|| Some(first_velocities.as_mut().and_then(Iterator::next)));
        let parts = self.scratch.iter_mut().zip(above).zip(first.stretches(threads).zip(first_velocities));
        team.share(parts, |((scratch, (above, velocities_above)), (first, first_velocities))| {
            let rows = &mut scratch.rows;
            let mut velocities_above = velocities_above.into_iter();
            for (mut parameters, layer) in above.into_iter().zip(1..) {
                rows.compress_columns_and_ones(&outputs[layer - 1], count, parameters.rows());
                clock::lap("compress columns");
                let mut velocities = velocities_above.next();
                let mut velocities = velocities.iter_mut().flat_map(Band::panels_mut);
                for ((gradients, width), parameters) in gradients[layer].panels().zip(parameters.panels_mut()) {
                    update.rows(rows, 0..rows.len(), gradients, width, parameters, velocities.next());
                }
                clock::lap("update above 1");
            }
            let mut velocities = first_velocities.into_iter().flat_map(Stretch::segments);
            for Segment { panel, width, range, rows: parameters } in first.segments() {
                let mut velocities = velocities.next();
                for (piece, range, places) in batch.within(range) {
                    let velocities = velocities.as_mut().map(|velocities| &mut velocities.rows[places.clone()]);
                    update.rows(piece, range, gradients[0].panel(panel), width, &mut parameters[places], velocities);
                }
            }
            clock::lap("update 1");
        });
    }
}

/// What each part has of several matrices: the bands of their first `rows` rows, or of all where there are fewer.
fn bands(matrices: &mut [PanelMatrix], rows: usize, parts: usize, unit: usize) -> Vec<Vec<Band<'_>>> {
    let mut of_parts: Vec<Vec<_>> = Vec::new();
    of_parts.resize_with(parts, Vec::new);
    for matrix in matrices {
        let bands = matrix.bands(rows.min(matrix.rows()), parts, unit);
        of_parts.iter_mut().zip(bands).for_each(|(of_part, band)| of_part.push(band));
    }
    of_parts
}

/// Turns the scores of some examples of a batch of `count` into the gradient with respect to the last layer's sums, and
/// puts their losses into `losses`.
fn differentiate_loss(
    loss: Loss,
    network: &Network,
    labels: impl Iterator<Item = usize>,
    count: usize,
    scores: &Band,
    gradients: &mut Band,
    losses: &mut Vec<f64>,
) {
    let mut gradient = vec![0.0; network.classes()];
    let mut closed = vec![false; network.classes()];
    losses.clear();
    for (row, label) in labels.enumerate() {
        scores.read_row(row, &mut gradient);
        closed.iter_mut().zip(&gradient).for_each(|(closed, &score)| *closed = network.relu_output() && score <= 0.0);
        losses.push(loss.differentiate(&mut gradient, label, count));
        gradient.iter_mut().zip(&closed).filter(|(_, closed)| **closed).for_each(|(gradient, _)| *gradient = 0.0);
        gradients.write_row(row, &gradient);
    }
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
        let outputs: [Lanes; COUNT] = self.outputs[row].load();
        let gradients: [_; COUNT] = array::from_fn(|lane| sums[lane].where_positive(outputs[lane]));
        self.gradients[row].store(gradients);
    }
}
