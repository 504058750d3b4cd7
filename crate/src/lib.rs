//! Training a multilayer perceptron on sparse rows with SIMD: the modules do it, and this file is the surface that
//! JavaScript sees, conversions only.

use crate::team::Arc;
use wasm_bindgen::prelude::*;

pub mod augment;
mod batch;
pub mod clock;
pub mod digits;
mod dropout;
pub mod error;
pub mod examples;
pub mod initialize;
pub mod kernel;
pub mod limits;
pub mod loss;
pub mod network;
pub mod optimizer;
pub mod panel;
mod random;
pub mod schedule;
pub mod simd;
pub mod sparse;
mod step;
pub mod team;
pub mod trainer;

/// Examples, kept as compressed rows.
#[wasm_bindgen]
pub struct CompressedExamples(examples::CompressedExamples);

#[wasm_bindgen]
impl CompressedExamples {
    /// An empty set that is going to hold `expected` examples of `inputs` numbers in `classes` classes.
    #[wasm_bindgen(constructor)]
    pub fn new(inputs: usize, classes: usize, expected: usize) -> Result<Self, JsError> {
        Ok(Self(examples::CompressedExamples::new(inputs, classes, expected)?))
    }

    /// Adds examples of 8-bit pixels, which count as `pixel / 255`.
    #[wasm_bindgen(js_name = appendPixels)]
    pub fn append_pixels(&mut self, pixels: &[u8], labels: &[u16]) -> Result<(), JsError> {
        Ok(self.0.append_pixels(pixels, labels)?)
    }

    /// Adds examples of float32, used as they are.
    #[wasm_bindgen(js_name = appendValues)]
    pub fn append_values(&mut self, values: &[f32], labels: &[u16]) -> Result<(), JsError> {
        Ok(self.0.append_floats(values, labels)?)
    }

    /// The images from `start` to `end`, of so many pixels a row, as an epoch sees them that changes images by these amounts.
    pub fn augmented(
        &self,
        augment: &AugmentOptions,
        seed: f64,
        epoch: u32,
        start: usize,
        end: usize,
    ) -> Result<Vec<f32>, JsError> {
        let trainer::Augment { amounts, width } = augment.into();
        let augmentation = augment::Augmentation::new(amounts, width, self.0.inputs(), seed as u64)?;
        Ok(augmentation.images(&self.0, epoch, start..end)?)
    }

    /// The number of examples.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.0.len()
    }
}

/// What turns the last layer's sums into scores.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum OutputActivation {
    Linear = "linear",
    Relu = "relu",
}

impl From<OutputActivation> for network::Activation {
    fn from(activation: OutputActivation) -> Self {
        match activation {
            OutputActivation::Relu => Self::Relu,
            _ => Self::Linear,
        }
    }
}

/// What a network is trained to make small.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum Loss {
    MeanSquaredError = "mse",
    CrossEntropy = "cross-entropy",
}

impl From<Loss> for loss::Loss {
    fn from(loss: Loss) -> Self {
        match loss {
            Loss::CrossEntropy => Self::CrossEntropy,
            _ => Self::MeanSquaredError,
        }
    }
}

/// How the learning rate changes over a run.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum Schedule {
    Constant = "constant",
    OneCycle = "one-cycle",
}

impl From<Schedule> for schedule::Schedule {
    fn from(schedule: Schedule) -> Self {
        match schedule {
            Schedule::OneCycle => Self::OneCycle,
            _ => Self::Constant,
        }
    }
}

/// How gradients change parameters.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum Optimizer {
    Sgd = "sgd",
    Adam = "adam",
}

/// The distribution that weights start from; a truncated normal one takes a standard deviation.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum Initialization {
    TruncatedNormal = "truncated-normal",
    He = "he",
}

/// A multilayer perceptron.
#[wasm_bindgen]
pub struct Network(network::Network);

#[wasm_bindgen]
impl Network {
    /// A network of random weights. `layers`: the inputs first, the classes last.
    pub fn random(
        layers: &[u32],
        output_activation: OutputActivation,
        seed: u64,
        initialization: Initialization,
        standard_deviation: f64,
    ) -> Result<Self, JsError> {
        let initialization = match initialization {
            Initialization::He => initialize::Initialization::He,
            _ => initialize::Initialization::TruncatedNormal { standard_deviation },
        };
        Ok(Self(network::Network::random(&sizes(layers), output_activation.into(), seed, initialization)?))
    }

    /// A network of given parameters: of each layer the weights `[inputs, outputs]` row by row, then the biases.
    #[wasm_bindgen(js_name = fromParameters)]
    pub fn from_parameters(
        layers: &[u32],
        output_activation: OutputActivation,
        parameters: &[f32],
    ) -> Result<Self, JsError> {
        Ok(Self(network::Network::from_parameters(&sizes(layers), output_activation.into(), parameters)?))
    }

    /// The parameters, in the order that `fromParameters` takes.
    pub fn parameters(&self) -> Vec<f32> {
        self.0.parameters()
    }

    /// The scores of the examples from `start` to `end`, row by row.
    pub fn predict(
        &self,
        examples: &CompressedExamples,
        start: usize,
        end: usize,
        team: &mut Team,
    ) -> Result<Vec<f32>, JsError> {
        Ok(self.0.predict(&examples.0, start..end, &mut team.0)?)
    }

    /// Adds the losses of the examples from `start` on, one for each of `predicted`, to `sum`, and returns it. `predicted`
    /// gets their classes.
    pub fn evaluate(
        &self,
        examples: &CompressedExamples,
        start: usize,
        loss: Loss,
        predicted: &mut [u16],
        sum: f64,
        team: &mut Team,
    ) -> Result<f64, JsError> {
        let range = start..start.saturating_add(predicted.len());
        Ok(self.0.evaluate(&examples.0, range, loss.into(), predicted, sum, &mut team.0)?)
    }
}

/// The threads that share a run's work: the caller and its workers.
#[wasm_bindgen]
#[derive(Default)]
pub struct Team(team::Team);

#[wasm_bindgen]
impl Team {
    /// The caller alone.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a worker, whose thread must be in `runWorker` or on its way there.
    pub fn add(&mut self, worker: &TeamWorker) {
        self.0.add(Arc::clone(&worker.0));
    }
}

/// A worker's side of its teams.
#[wasm_bindgen]
#[derive(Default)]
pub struct TeamWorker(Arc<team::Worker>);

#[wasm_bindgen]
impl TeamWorker {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the thread that shares this memory hands to `runWorker`. The memory there is never freed.
    pub fn address(&self) -> usize {
        Arc::into_raw(Arc::clone(&self.0)) as usize
    }

    /// Whether the thread has failed, or didn't finish its work in time.
    #[wasm_bindgen(getter, js_name = hasFailed)]
    pub fn has_failed(&self) -> bool {
        self.0.has_failed()
    }
}

/// Does the work of a worker's teams on the calling thread. It doesn't return.
///
/// # Safety
/// `address` must come from [`TeamWorker::address`] in the same memory.
#[wasm_bindgen(js_name = runWorker)]
pub unsafe fn run_worker(address: usize) {
    // SAFETY: the address is that of a worker which is never freed, says the caller.
    unsafe { &*(address as *const team::Worker) }.run();
}

/// Tells a worker's teams that its thread has failed.
///
/// # Safety
/// As for [`run_worker`].
#[wasm_bindgen(js_name = failWorker)]
pub unsafe fn fail_worker(address: usize) {
    // SAFETY: as in run_worker.
    unsafe { &*(address as *const team::Worker) }.fail();
}

#[wasm_bindgen(typescript_custom_section)]
const TRAINER_OPTIONS: &str = "
/** How a network is trained. */
export interface TrainerOptions {
    loss: Loss;
    batchSize: number;
    learningRate: number;
    schedule: Schedule;
    /** The number of steps of the whole run, which the schedule spans. */
    totalSteps: number;
    optimizer: Optimizer;
    /** Adam ignores it. */
    momentum: number;
    weightDecay: number;
    /** The fraction of the hidden layers' outputs that are dropped, from 0 to less than 1. */
    dropout: number;
    /** Decides, with the step, what is dropped, and with the epoch, how images are changed. */
    seed: number;
    /** Each epoch changes the images anew. */
    augment?: AugmentOptions | undefined;
}

/** How much images may change, at most. */
export interface AugmentOptions {
    /** Of an image, in pixels. */
    width: number;
    rotation: number;
    scale: number;
    shear: number;
    shift: number;
    elastic: number;
    thickness: number;
}
";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "TrainerOptions")]
    pub type TrainerOptions;
    #[wasm_bindgen(method, getter)]
    fn loss(this: &TrainerOptions) -> Loss;
    #[wasm_bindgen(method, getter, js_name = batchSize)]
    fn batch_size(this: &TrainerOptions) -> usize;
    #[wasm_bindgen(method, getter, js_name = learningRate)]
    fn learning_rate(this: &TrainerOptions) -> f64;
    #[wasm_bindgen(method, getter)]
    fn schedule(this: &TrainerOptions) -> Schedule;
    #[wasm_bindgen(method, getter, js_name = totalSteps)]
    fn total_steps(this: &TrainerOptions) -> usize;
    #[wasm_bindgen(method, getter)]
    fn optimizer(this: &TrainerOptions) -> Optimizer;
    #[wasm_bindgen(method, getter)]
    fn momentum(this: &TrainerOptions) -> f32;
    #[wasm_bindgen(method, getter, js_name = weightDecay)]
    fn weight_decay(this: &TrainerOptions) -> f32;
    #[wasm_bindgen(method, getter)]
    fn dropout(this: &TrainerOptions) -> f32;
    #[wasm_bindgen(method, getter)]
    fn seed(this: &TrainerOptions) -> f64;
    #[wasm_bindgen(method, getter)]
    fn augment(this: &TrainerOptions) -> Option<AugmentOptions>;
    #[wasm_bindgen(typescript_type = "AugmentOptions")]
    pub type AugmentOptions;
    #[wasm_bindgen(method, getter)]
    fn width(this: &AugmentOptions) -> usize;
    #[wasm_bindgen(method, getter)]
    fn rotation(this: &AugmentOptions) -> f32;
    #[wasm_bindgen(method, getter)]
    fn scale(this: &AugmentOptions) -> f32;
    #[wasm_bindgen(method, getter)]
    fn shear(this: &AugmentOptions) -> f32;
    #[wasm_bindgen(method, getter)]
    fn shift(this: &AugmentOptions) -> f32;
    #[wasm_bindgen(method, getter)]
    fn elastic(this: &AugmentOptions) -> f32;
    #[wasm_bindgen(method, getter)]
    fn thickness(this: &AugmentOptions) -> f32;
}

impl From<&AugmentOptions> for trainer::Augment {
    fn from(augment: &AugmentOptions) -> Self {
        let amounts = augment::Amounts {
            rotation: augment.rotation(),
            scale: augment.scale(),
            shear: augment.shear(),
            shift: augment.shift(),
            elastic: augment.elastic(),
            thickness: augment.thickness(),
        };
        Self { amounts, width: augment.width() }
    }
}

impl From<&TrainerOptions> for trainer::TrainerOptions {
    fn from(options: &TrainerOptions) -> Self {
        let (momentum, weight_decay) = (options.momentum(), options.weight_decay());
        Self {
            loss: options.loss().into(),
            batch_size: options.batch_size(),
            learning_rate: options.learning_rate(),
            schedule: options.schedule().into(),
            total_steps: options.total_steps(),
            method: match options.optimizer() {
                Optimizer::Adam => optimizer::Method::Adam(optimizer::Adam { weight_decay }),
                _ => optimizer::Method::Sgd(optimizer::Sgd { momentum, weight_decay }),
            },
            dropout: options.dropout(),
            seed: options.seed() as u64,
            augment: options.augment().as_ref().map(Into::into),
        }
    }
}

/// A run that trains a network.
#[wasm_bindgen]
pub struct Trainer(trainer::Trainer);

#[wasm_bindgen]
impl Trainer {
    #[wasm_bindgen(constructor)]
    pub fn new(network: &Network, options: &TrainerOptions) -> Result<Self, JsError> {
        Ok(Self(trainer::Trainer::new(&network.0, options.into())?))
    }

    /// Begins an epoch over `examples` examples: as they are stored, or shuffled by a seed and the epoch's number. Its
    /// first `done` steps count as done.
    #[wasm_bindgen(js_name = beginEpoch)]
    pub fn begin_epoch(&mut self, examples: usize, epoch: u32, shuffle_seed: Option<u64>, done: usize) {
        self.0.begin_epoch(examples, epoch, shuffle_seed, done);
    }

    /// How many moments the optimizer has: momentum one, Adam two, which are the means of the gradients and of their squares.
    #[wasm_bindgen(getter, js_name = momentCount)]
    pub fn moment_count(&self) -> usize {
        self.0.moment_count()
    }

    /// One of the moments, counted from 0: one number a parameter and in their order.
    pub fn moment(&self, number: usize) -> Result<Vec<f32>, JsError> {
        Ok(self.0.moment(number)?)
    }

    /// Continues with a moment of another run, given as the parameters of a network.
    #[wasm_bindgen(js_name = setMoment)]
    pub fn set_moment(&mut self, number: usize, moment: Network) -> Result<(), JsError> {
        Ok(self.0.set_moment(number, moment.0)?)
    }

    /// Runs the epoch's next steps, at most `losses.length`, and writes each batch's loss before its update. Returns how
    /// many were run: fewer when the epoch ends, or after a loss that isn't finite.
    pub fn run(
        &mut self,
        network: &mut Network,
        examples: &CompressedExamples,
        losses: &mut [f32],
        team: &mut Team,
    ) -> Result<usize, JsError> {
        Ok(self.0.run(&mut network.0, &examples.0, losses, &mut team.0)?)
    }
}

/// How much the core can take.
#[wasm_bindgen]
pub struct Limits {
    #[wasm_bindgen(readonly, js_name = MAX_LAYER_SIZE)]
    pub max_layer_size: usize,
    #[wasm_bindgen(readonly, js_name = MAX_BATCH_SIZE)]
    pub max_batch_size: usize,
    #[wasm_bindgen(readonly, js_name = MAX_THREADS)]
    pub max_threads: usize,
    #[wasm_bindgen(readonly, js_name = PANEL_WIDTH)]
    pub panel_width: usize,
}

/// How much the core can take, for scripts/build-wasm to write down.
#[wasm_bindgen]
pub fn limits() -> Limits {
    Limits {
        max_layer_size: limits::MAX_LAYER_SIZE,
        max_batch_size: limits::MAX_BATCH_SIZE,
        max_threads: limits::MAX_THREADS,
        panel_width: panel::PANEL_WIDTH,
    }
}

/// Writes the digits of a stream from number `first` on: 784 pixels and a label each.
#[wasm_bindgen(js_name = writeDigits)]
pub fn write_digits(stream: u64, first: u32, pixels: &mut [u8], labels: &mut [u8]) {
    digits::write(stream, first.into(), pixels, labels);
}

fn sizes(layers: &[u32]) -> Vec<usize> {
    layers.iter().map(|&units| units as usize).collect()
}
