//! Training a multilayer perceptron on sparse rows with SIMD: the modules do it, and this file is the surface that
//! JavaScript sees, conversions only.

use crate::team::Arc;
use wasm_bindgen::prelude::*;

mod batch;
pub mod clock;
pub mod digits;
pub mod error;
pub mod examples;
pub mod initialize;
pub mod kernel;
pub mod loss;
pub mod network;
pub mod optimizer;
pub mod panel;
pub mod simd;
pub mod sparse;
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

    /// The number of examples.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.0.len()
    }
}

/// A multilayer perceptron.
#[wasm_bindgen]
pub struct Network(network::Network);

#[wasm_bindgen]
impl Network {
    /// A network of weights from a truncated normal distribution. `layers`: the inputs first, the classes last.
    pub fn random(layers: &[u32], relu_output: bool, seed: u64, standard_deviation: f64) -> Result<Self, JsError> {
        Ok(Self(network::Network::random(&sizes(layers), relu_output, seed, standard_deviation)?))
    }

    /// A network of given parameters: of each layer the weights `[inputs, outputs]` row by row, then the biases.
    #[wasm_bindgen(js_name = fromParameters)]
    pub fn from_parameters(layers: &[u32], relu_output: bool, parameters: &[f32]) -> Result<Self, JsError> {
        Ok(Self(network::Network::from_parameters(&sizes(layers), relu_output, parameters)?))
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

    /// Adds the losses of the examples from `start` to `end` to `sum`; `predicted` gets the class of each.
    #[expect(clippy::too_many_arguments, reason = "JavaScript hands over the range and the loss in parts")]
    pub fn evaluate(
        &self,
        examples: &CompressedExamples,
        start: usize,
        end: usize,
        cross_entropy: bool,
        predicted: &mut [u16],
        sum: f64,
        team: &mut Team,
    ) -> Result<f64, JsError> {
        Ok(self.0.evaluate(&examples.0, start..end, loss(cross_entropy), predicted, sum, &mut team.0)?)
    }
}

/// The threads that share a run's work: the caller, and those that serve its seats.
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

    /// Adds the thread that serves a seat.
    pub fn add(&mut self, seat: &Seat) {
        self.0.add(Arc::clone(&seat.0));
    }
}

/// A thread's place in teams.
#[wasm_bindgen]
#[derive(Default)]
pub struct Seat(Arc<team::Seat>);

#[wasm_bindgen]
impl Seat {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the thread that shares this memory hands to [`serve`]. The seat is kept for ever after.
    pub fn address(&self) -> usize {
        Arc::into_raw(Arc::clone(&self.0)) as usize
    }
}

/// Serves a seat: does its teams' work, and doesn't return.
///
/// # Safety
/// `address` must come from [`Seat::address`] in the same memory.
#[wasm_bindgen]
pub unsafe fn serve(address: usize) {
    // SAFETY: the address is that of a seat which is never freed, says the caller.
    unsafe { &*(address as *const team::Seat) }.serve();
}

/// Tells a seat's teams that its thread has failed.
///
/// # Safety
/// As for [`serve`].
#[wasm_bindgen]
pub unsafe fn abandon(address: usize) {
    // SAFETY: as in serve.
    unsafe { &*(address as *const team::Seat) }.abandon();
}

/// A run that trains a network.
#[wasm_bindgen]
pub struct Trainer(trainer::Trainer);

#[wasm_bindgen]
impl Trainer {
    /// A run of `total_steps` steps, which the one-cycle schedule spans.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::too_many_arguments, reason = "JavaScript hands over the options one by one")]
    pub fn new(
        network: &Network,
        cross_entropy: bool,
        batch_size: usize,
        learning_rate: f64,
        one_cycle: bool,
        total_steps: usize,
        momentum: f32,
        weight_decay: f32,
    ) -> Result<Self, JsError> {
        let schedule = if one_cycle { optimizer::Schedule::OneCycle } else { optimizer::Schedule::Constant };
        let sgd = optimizer::Sgd { momentum, weight_decay };
        let loss = loss(cross_entropy);
        let training = trainer::Training { loss, batch_size, learning_rate, schedule, total_steps, sgd };
        Ok(Self(trainer::Trainer::new(&network.0, training)?))
    }

    /// Begins an epoch over `examples` examples: as they are stored, or shuffled by the seed and the epoch's number. Its
    /// first `done` steps count as done.
    #[wasm_bindgen(js_name = beginEpoch)]
    pub fn begin_epoch(&mut self, examples: usize, epoch: u32, shuffle: bool, seed: u64, done: usize) {
        self.0.begin_epoch(examples, epoch, shuffle.then_some(seed), done);
    }

    /// What momentum has gathered, one number a parameter and in their order; nothing without momentum.
    pub fn velocities(&self) -> Vec<f32> {
        self.0.velocities()
    }

    /// Goes on with velocities that another run gave, as the parameters of a network.
    #[wasm_bindgen(js_name = setVelocities)]
    pub fn set_velocities(&mut self, velocities: Network) -> Result<(), JsError> {
        Ok(self.0.set_velocities(velocities.0)?)
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

/// Writes the digits of a stream from number `first` on: 784 pixels and a label each.
#[wasm_bindgen(js_name = writeDigits)]
pub fn write_digits(stream: u64, first: u32, pixels: &mut [u8], labels: &mut [u8]) {
    digits::write(stream, first.into(), pixels, labels);
}

fn sizes(layers: &[u32]) -> Vec<usize> {
    layers.iter().map(|&units| units as usize).collect()
}

fn loss(cross_entropy: bool) -> loss::Loss {
    if cross_entropy { loss::Loss::CrossEntropy } else { loss::Loss::MeanSquaredError }
}
