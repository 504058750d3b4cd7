//! Training: the epochs of a run, a chunk of steps a call.

use crate::augment::{Amounts, Augmentation};
use crate::batch::{Batch, Batches, EpochExamples, Keep};
use crate::clock;
use crate::dropout::Dropout;
use crate::error::Error;
use crate::examples::CompressedExamples;
use crate::limits::MAX_BATCH_SIZE;
use crate::loss::Loss;
use crate::network::{Network, to_parameters};
use crate::optimizer::{Method, Optimizer};
use crate::panel::PanelMatrix;
use crate::random::shuffled;
use crate::schedule::Schedule;
use crate::step::Step;
use crate::team::Team;
use std::ops::Range;

/// Keeping batches makes an epoch slower by what it saves in two or three later ones.
const EPOCHS_WORTH_KEEPING: usize = 3;

/// How a network is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainerOptions {
    pub loss: Loss,
    pub batch_size: usize,
    pub learning_rate: f64,
    pub schedule: Schedule,
    /// The number of steps of the whole run, which the schedule spans.
    pub total_steps: usize,
    pub method: Method,
    /// The fraction of the hidden layers' outputs that are dropped, from 0 to less than 1.
    pub dropout: f32,
    /// Decides, with the step, what is dropped, and with the epoch, how images are changed.
    pub seed: u64,
    pub augment: Option<Augment>,
}

/// Each epoch changes the images anew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Augment {
    pub amounts: Amounts,
    /// Of an image, in pixels.
    pub width: usize,
}

/// A run: how far it is, and the memory that its steps need.
#[derive(Debug)]
pub struct Trainer {
    options: TrainerOptions,
    /// The steps done since the run began.
    steps_done: usize,
    augmentation: Option<Augmentation>,
    epoch: u32,
    /// The order of the epoch's examples.
    order: Vec<usize>,
    /// How many of the epoch's examples have been used.
    position: usize,
    /// What becomes of the epoch's batches.
    keep: Keep,
    batches: Batches,
    step: Step,
    optimizer: Optimizer,
}

impl Trainer {
    /// # Errors
    /// When the batch size isn't 1 to [`MAX_BATCH_SIZE`], or images to be changed can't be of this width.
    pub fn new(network: &Network, options: TrainerOptions) -> Result<Self, Error> {
        let batch_size = options.batch_size;
        if !(1..=MAX_BATCH_SIZE).contains(&batch_size) {
            return Err(Error::BatchSize { batch_size });
        }
        let augment = |Augment { amounts, width }| Augmentation::new(amounts, width, network.inputs(), options.seed);
        Ok(Self {
            options,
            steps_done: 0,
            augmentation: options.augment.map(augment).transpose()?,
            epoch: 0,
            order: Vec::new(),
            position: 0,
            keep: Keep::None,
            batches: Batches::default(),
            step: Step::new(network, batch_size, Dropout::new(options.dropout, options.seed)),
            optimizer: Optimizer::new(options.method, &network.parameters),
        })
    }

    /// Begins an epoch over `examples` examples: as they are stored, or in an order that depends on a seed and the epoch's
    /// number. Its first `done` steps count as done, as do the epochs before it, so that a run can be resumed.
    pub fn begin_epoch(&mut self, examples: usize, epoch: u32, shuffle_seed: Option<u64>, done: usize) {
        let TrainerOptions { batch_size, total_steps, .. } = self.options;
        let steps = examples.div_ceil(batch_size);
        let repeats = (epoch as usize + 1 + EPOCHS_WORTH_KEEPING) * steps <= total_steps;
        (self.order, self.keep) = match shuffle_seed {
            Some(seed) => (shuffled(examples, seed, epoch), Keep::None),
            None if self.augmentation.is_some() => ((0..examples).collect(), Keep::None),
            None => ((0..examples).collect(), if repeats { Keep::All } else { Keep::Kept }),
        };
        self.epoch = epoch;
        self.position = examples.min(done * batch_size);
        self.steps_done = epoch as usize * steps + done;
    }

    /// How many moments the optimizer has: momentum one, Adam two, which are the means of the gradients and of their squares.
    pub fn moment_count(&self) -> usize {
        self.optimizer.moments.len()
    }

    /// One of the moments, one number a parameter and in their order.
    ///
    /// # Errors
    /// When the optimizer has no such moment.
    pub fn moment(&self, number: usize) -> Result<Vec<f32>, Error> {
        let moment = self.optimizer.moments.get(number).ok_or(Error::Moment { number })?;
        Ok(to_parameters(moment))
    }

    /// Continues with a moment of another run, given as the parameters of a network.
    ///
    /// # Errors
    /// When the optimizer has no such moment, or the network isn't of these layers.
    pub fn set_moment(&mut self, number: usize, network: Network) -> Result<(), Error> {
        let shape = |layer: &PanelMatrix| (layer.rows(), layer.columns());
        let moment = self.optimizer.moments.get_mut(number).ok_or(Error::Moment { number })?;
        if !moment.iter().map(shape).eq(network.parameters.iter().map(shape)) {
            return Err(Error::MomentShape);
        }
        *moment = network.parameters;
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
        self.step.prepare(team.threads());
        self.batches.prepare(examples, self.order.len(), self.options.batch_size, self.keep);
        let mut batch = self.batch_at(self.position);
        let missing = self.missing(batch.clone());
        let seen = EpochExamples { examples, epoch: self.epoch, augmentation: self.augmentation.as_ref() };
        self.step.gather(seen, &self.order[missing], &mut self.batches.next, team);
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
        position..self.order.len().min(position + self.options.batch_size)
    }

    /// What of a batch is still to be gathered: all of it, or nothing where it is kept.
    fn missing(&self, batch: Range<usize>) -> Range<usize> {
        if self.batches.holds(batch.start / self.options.batch_size) { batch.end..batch.end } else { batch }
    }

    /// One step on a batch that is gathered already; gathers `next`, what is missing of the next one. Returns the loss.
    fn step(
        &mut self,
        network: &mut Network,
        examples: &CompressedExamples,
        batch: Range<usize>,
        next: Range<usize>,
        team: &mut Team,
    ) -> f32 {
        let TrainerOptions { loss, batch_size, learning_rate, schedule, total_steps, .. } = self.options;
        let (count, number) = (batch.len(), batch.start / batch_size);
        let rate = schedule.rate(learning_rate, self.steps_done, total_steps);
        let update = self.optimizer.update(rate, self.steps_done);
        let (batch, next) = (&self.order[batch], &self.order[next]);
        let Self { batches, step, optimizer, .. } = self;
        let seen = EpochExamples { examples, epoch: self.epoch, augmentation: self.augmentation.as_ref() };

        step.begin(self.steps_done, batch);
        let is_transposed = batches.begin(number);
        let Batch { examples: inputs, transposed } = &mut batches.current;
        step.forward_first(network, inputs, (!is_transposed).then_some(&mut *transposed), team);
        step.propagate(network, loss, seen, batch, (next, &mut batches.next), team);
        step.update(network, transposed, count, (optimizer, update), team);
        batches.end(number);
        self.steps_done += 1;
        (step.loss() / count as f64) as f32
    }
}
