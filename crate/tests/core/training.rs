//! Networks against an oracle in float64: scores, losses, gradients against finite differences, whole runs.

use crate::oracle::{OracleNetwork, Random, optimize, random, random_matrix};
use approx::assert_relative_eq;
use digitrain::augment::{Amounts, Augmentation};
use digitrain::error::Error;
use digitrain::examples::CompressedExamples;
use digitrain::loss::Loss;
use digitrain::network::{Activation, Network};
use digitrain::optimizer::{Adam, Method, Sgd};
use digitrain::schedule::Schedule;
use digitrain::team::Team;
use digitrain::trainer::{Augment, Trainer, TrainerOptions};
use ndarray::{Array2, s};
use rand::RngExt;
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const PLAIN: Method = sgd(0.0, 0.0);
const LOSSES: [Loss; 2] = [Loss::MeanSquaredError, Loss::CrossEntropy];

const fn sgd(momentum: f32, weight_decay: f32) -> Method {
    Method::Sgd(Sgd { momentum, weight_decay })
}

const fn adam(weight_decay: f32) -> Method {
    Method::Adam(Adam { weight_decay })
}

/// A network and examples for it, on both sides.
struct Case {
    sizes: Vec<usize>,
    output_activation: Activation,
    layers: Vec<Array2<f32>>,
    examples: Array2<f32>,
    labels: Vec<u16>,
}

impl Case {
    fn new(random: &mut Random, sizes: &[usize], output_activation: Activation, examples: usize, density: f64) -> Self {
        let layers = sizes.windows(2).map(|pair| random_matrix(random, pair[0] + 1, pair[1], 1.0)).collect();
        let (inputs, classes) = (sizes[0], sizes[sizes.len() - 1]);
        Self {
            sizes: sizes.to_vec(),
            output_activation,
            layers,
            examples: random_matrix(random, examples, inputs, density),
            labels: (0..examples).map(|_| random.random_range(0..classes as u16)).collect(),
        }
    }

    fn network(&self) -> Network {
        let parameters: Vec<f32> = self.layers.iter().flatten().copied().collect();
        Network::from_parameters(&self.sizes, self.output_activation, &parameters).expect("the parameters fit")
    }

    fn compressed(&self) -> CompressedExamples {
        let (inputs, classes) = (self.sizes[0], self.sizes[self.sizes.len() - 1]);
        let mut examples = CompressedExamples::new(inputs, classes, self.labels.len()).expect("the sizes are possible");
        let values: Vec<f32> = self.examples.iter().copied().collect();
        examples.append_floats(&values, &self.labels).expect("the examples are well formed");
        examples
    }

    fn oracle(&self) -> OracleNetwork {
        OracleNetwork::new(&self.layers, self.output_activation)
    }

    /// The first `count` examples.
    fn batch(&self, from: usize, to: usize) -> (Array2<f64>, &[u16]) {
        (self.examples.slice(s![from..to, ..]).mapv(f64::from), &self.labels[from..to])
    }
}

fn training(loss: Loss, batch_size: usize, learning_rate: f64, method: Method) -> TrainerOptions {
    let schedule = Schedule::Constant;
    TrainerOptions {
        loss,
        batch_size,
        learning_rate,
        schedule,
        total_steps: 1,
        method,
        dropout: 0.0,
        seed: 0,
        augment: None,
    }
}

/// Amounts of all kinds, for images that are so many pixels wide.
fn augment(width: usize) -> Augment {
    let amounts = Amounts { rotation: 15.0, scale: 0.2, shear: 0.2, shift: 1.0, elastic: 0.5, thickness: 0.5 };
    Augment { amounts, width }
}

/// Runs one epoch in file order and returns its losses.
fn run_epoch(trainer: &mut Trainer, network: &mut Network, examples: &CompressedExamples) -> Vec<f32> {
    trainer.begin_epoch(examples.len(), 0, None, 0);
    let mut losses = vec![0.0; examples.len()];
    let steps = trainer.run(network, examples, &mut losses, &mut Team::new()).expect("the examples fit");
    losses.truncate(steps);
    losses
}

/// Networks of every depth from the linear model on, widths around the panel's and the vector's.
fn cases() -> impl Iterator<Item = Case> {
    let hidden: [&[usize]; 9] = [&[], &[1], &[3], &[31], &[33], &[4, 65], &[64, 7], &[5, 6, 7], &[2, 40, 3, 9]];
    hidden.into_iter().enumerate().flat_map(|(seed, hidden)| {
        let sizes = |inputs, classes| [&[inputs], hidden, &[classes]].concat();
        let mut random = random(seed as u64);
        let mut case = |inputs, classes, output_activation, examples, density| {
            Case::new(&mut random, &sizes(inputs, classes), output_activation, examples, density)
        };
        [
            case(7, 10, Activation::Linear, 5, 0.5),
            case(34, 3, Activation::Relu, 1, 1.0),
            case(19, 33, Activation::Linear, 13, 0.1),
            case(1, 2, Activation::Linear, 3, 0.0),
        ]
    })
}

#[test]
fn scores_and_losses_are_the_oracles() {
    for case in cases() {
        let (network, compressed, oracle) = (case.network(), case.compressed(), case.oracle());
        let count = case.labels.len();
        let (examples, labels) = case.batch(0, count);
        let scores = network.predict(&compressed, 0..count, &mut Team::new()).expect("the examples fit");
        let expected = oracle.scores(&examples);
        for (score, &expected) in scores.iter().zip(&expected) {
            assert_relative_eq!(f64::from(*score), expected, epsilon = 1e-4, max_relative = 1e-5);
        }
        for loss in LOSSES {
            let mut predicted = vec![0; count];
            let sum = network
                .evaluate(&compressed, 0..count, loss, &mut predicted, 0.0, &mut Team::new())
                .expect("the examples fit");
            assert_relative_eq!(sum, oracle.losses(&examples, labels, loss).sum(), epsilon = 1e-4, max_relative = 1e-5);
            for (row, &class) in predicted.iter().enumerate() {
                let scores = &scores[row * network.classes()..][..network.classes()];
                let first_largest = scores.iter().position(|&score| scores.iter().all(|&other| score >= other));
                assert_eq!(Some(usize::from(class)), first_largest);
            }
        }
    }
}

#[test]
fn gradients_are_those_of_finite_differences() {
    for case in cases() {
        let count = case.labels.len();
        let (examples, labels) = case.batch(0, count);
        for loss in LOSSES {
            let mut network = case.network();
            // A rate of 1 makes the change of the parameters the gradient itself.
            let mut trainer = Trainer::new(&network, training(loss, count, 1.0, PLAIN)).expect("a batch is possible");
            run_epoch(&mut trainer, &mut network, &case.compressed());
            let expected = case.oracle().gradients(&examples, labels, loss);
            let old = case.layers.iter().flatten();
            for ((old, new), expected) in old.zip(network.parameters()).zip(expected.iter().flatten()) {
                assert_relative_eq!(f64::from(old - new), *expected, epsilon = 2e-5, max_relative = 1e-4);
            }
        }
    }
}

/// Every optimizer, weight decay, a last partial batch and several epochs, against the definition step by step.
#[test]
fn runs_are_the_oracles() {
    let methods = [PLAIN, sgd(0.9, 0.0), sgd(0.0, 0.1), sgd(0.5, 0.01), adam(0.0), adam(0.5)];
    for (seed, method) in methods.into_iter().enumerate() {
        for loss in LOSSES {
            let case = Case::new(&mut random(seed as u64), &[6, 9, 5, 4], Activation::Linear, 11, 0.6);
            let (mut network, compressed, mut oracle) = (case.network(), case.compressed(), case.oracle());
            let options = TrainerOptions { total_steps: 9, ..training(loss, 4, 0.05, method) };
            let mut trainer = Trainer::new(&network, options).expect("a batch is possible");
            let zeros = |layer: &Array2<f64>| [(); 2].map(|()| Array2::zeros(layer.raw_dim()));
            let mut moments: Vec<_> = oracle.layers.iter().map(zeros).collect();
            for epoch in 0..3 {
                trainer.begin_epoch(11, epoch, None, 0);
                let mut losses = [0.0; 3];
                let steps = trainer.run(&mut network, &compressed, &mut losses, &mut Team::new());
                assert_eq!(steps, Ok(3));
                for (step, measured) in losses.into_iter().enumerate() {
                    let (examples, labels) = case.batch(step * 4, (step * 4 + 4).min(11));
                    let expected = oracle.losses(&examples, labels, loss).mean().expect("a batch has examples");
                    assert_relative_eq!(f64::from(measured), expected, max_relative = 1e-4);
                    let gradients = oracle.gradients(&examples, labels, loss);
                    let step = epoch as i32 * 3 + step as i32 + 1;
                    for ((layer, moments), gradient) in oracle.layers.iter_mut().zip(&mut moments).zip(gradients) {
                        optimize(method, 0.05, step, layer, gradient, moments);
                    }
                }
            }
            for (parameter, expected) in network.parameters().iter().zip(oracle.layers.iter().flatten()) {
                assert_relative_eq!(f64::from(*parameter), *expected, epsilon = 1e-4);
            }
        }
    }
}

/// With dropout the loss of a step is a function of the parameters too: its gradient, by finite differences. In this case no
/// sum lies so near 0 that a changed parameter opens or closes its relu.
#[test]
fn gradients_with_dropout_are_those_of_the_loss() {
    let case = Case::new(&mut random(2), &[5, 9, 37, 4], Activation::Linear, 6, 0.8);
    let compressed = case.compressed();
    let step = |parameters: &[f32], learning_rate: f64, dropout: f32| {
        let mut network = Network::from_parameters(&case.sizes, Activation::Linear, parameters).expect("they fit");
        let options = TrainerOptions { dropout, ..training(Loss::MeanSquaredError, 6, learning_rate, PLAIN) };
        let losses =
            run_epoch(&mut Trainer::new(&network, options).expect("it is possible"), &mut network, &compressed);
        (f64::from(losses[0]), network.parameters())
    };
    let parameters = case.network().parameters();
    assert_ne!(step(&parameters, 1.0, 0.4).0, step(&parameters, 1.0, 0.0).0);
    let (_, after) = step(&parameters, 1.0, 0.4);
    for place in 0..parameters.len() {
        const STEP: f32 = 1e-3;
        let loss = |change: f32| {
            let mut changed = parameters.clone();
            changed[place] += change;
            step(&changed, 1e-30, 0.4).0
        };
        let expected = (loss(STEP) - loss(-STEP)) / f64::from(2.0 * STEP);
        assert_relative_eq!(f64::from(parameters[place] - after[place]), expected, epsilon = 3e-3, max_relative = 1e-2);
    }
}

#[test]
fn chunks_of_steps_change_nothing() {
    let case = Case::new(&mut random(3), &[20, 12, 4], Activation::Linear, 50, 0.4);
    let options = training(Loss::CrossEntropy, 8, 0.1, sgd(0.9, 1e-3));
    let compressed = case.compressed();
    let run = |chunk: usize| {
        let mut network = case.network();
        let mut trainer = Trainer::new(&network, options).expect("a batch is possible");
        trainer.begin_epoch(50, 4, Some(9), 0);
        let mut all = Vec::new();
        loop {
            let mut losses = vec![0.0; chunk];
            let steps =
                trainer.run(&mut network, &compressed, &mut losses, &mut Team::new()).expect("the examples fit");
            all.extend_from_slice(&losses[..steps]);
            if steps < chunk {
                return (all, network.parameters());
            }
        }
    };
    let whole = run(50);
    assert_eq!(whole.0.len(), 7);
    assert_eq!(run(1), whole);
    assert_eq!(run(3), whole);
}

/// With 1000 steps to come batches are kept, with none they aren't.
#[test]
fn kept_batches_change_nothing() {
    let case = Case::new(&mut random(7), &[20, 33, 4], Activation::Linear, 50, 0.4);
    let (compressed, others) = (case.compressed(), case.compressed());
    let run = |total_steps: usize, chunk: usize, sets: [&CompressedExamples; 4]| {
        let options = TrainerOptions { total_steps, ..training(Loss::CrossEntropy, 8, 0.1, sgd(0.9, 1e-3)) };
        let mut network = case.network();
        let mut trainer = Trainer::new(&network, options).expect("a batch is possible");
        let mut all = Vec::new();
        for (epoch, set) in (0..).zip(sets) {
            // The second epoch is shuffled, the third one begins in its middle.
            trainer.begin_epoch(50, epoch, (epoch == 1).then_some(9), if epoch == 2 { 3 } else { 0 });
            loop {
                let mut losses = vec![0.0; chunk];
                let steps = trainer.run(&mut network, set, &mut losses, &mut Team::new()).expect("the examples fit");
                all.extend_from_slice(&losses[..steps]);
                if steps < chunk {
                    break;
                }
            }
        }
        (all, network.parameters())
    };
    let expected = run(0, 50, [&compressed; 4]);
    assert_eq!(expected.0.len(), 25);
    for chunk in [1, 2, 50] {
        assert_eq!(run(1000, chunk, [&compressed; 4]), expected);
        assert_eq!(run(1000, chunk, [&compressed, &others, &compressed, &others]), expected);
    }
}

/// Kept batches of one set are none of another one.
#[test]
fn other_examples_are_gathered_anew() {
    let case = Case::new(&mut random(8), &[12, 4], Activation::Linear, 20, 0.5);
    let other = Case::new(&mut random(9), &[12, 4], Activation::Linear, 20, 0.5);
    let losses_of_other = |first: &CompressedExamples| {
        let mut network = case.network();
        let options = TrainerOptions { total_steps: 1000, ..training(Loss::CrossEntropy, 4, 1e-30, PLAIN) };
        let mut trainer = Trainer::new(&network, options).expect("a batch is possible");
        run_epoch(&mut trainer, &mut network, first);
        run_epoch(&mut trainer, &mut network, &other.compressed())
    };
    assert_eq!(losses_of_other(&case.compressed()), losses_of_other(&other.compressed()));
}

#[test]
fn a_run_is_resumed_where_another_one_stood() {
    let case = Case::new(&mut random(4), &[20, 33, 4], Activation::Linear, 50, 0.4);
    let compressed = case.compressed();
    for method in [PLAIN, sgd(0.9, 1e-3), adam(1e-3)] {
        let options = TrainerOptions {
            schedule: Schedule::OneCycle,
            total_steps: 14,
            dropout: 0.2,
            augment: Some(augment(4)),
            ..training(Loss::CrossEntropy, 8, 0.1, method)
        };
        let run = |trainer: &mut Trainer, network: &mut Network, steps: usize| {
            let mut losses = vec![0.0; steps];
            trainer.run(network, &compressed, &mut losses, &mut Team::new()).expect("the examples fit");
            losses
        };
        let mut network = case.network();
        let mut trainer = Trainer::new(&network, options).expect("a batch is possible");
        for epoch in 0..2 {
            trainer.begin_epoch(50, epoch, Some(9), 0);
            run(&mut trainer, &mut network, if epoch == 0 { 7 } else { 3 });
        }
        let resumed = |parameters: &[f32]| {
            Network::from_parameters(&case.sizes, Activation::Linear, parameters).expect("the parameters fit")
        };
        let mut other = resumed(&network.parameters());
        let mut heir = Trainer::new(&other, options).expect("a batch is possible");
        let moments = |trainer: &Trainer| -> Vec<_> {
            (0..trainer.moment_count()).map(|number| trainer.moment(number)).collect()
        };
        for (number, moment) in moments(&trainer).into_iter().enumerate() {
            let moment = resumed(&moment.expect("there is such a moment"));
            heir.set_moment(number, moment).expect("it is of the same layers");
        }
        heir.begin_epoch(50, 1, Some(9), 3);
        assert_eq!(run(&mut heir, &mut other, 4), run(&mut trainer, &mut network, 4));
        assert_eq!(other.parameters(), network.parameters());
        assert_eq!(moments(&heir), moments(&trainer));
    }
}

/// Each step is one on the augmented images, in every epoch, be the order the stored one or not: no batch is kept.
#[test]
fn augmented_runs_are_plain_runs_on_augmented_images() {
    let case = Case::new(&mut random(3), &[20, 12, 4], Activation::Linear, 50, 0.4);
    let compressed = case.compressed();
    let plain = TrainerOptions { total_steps: 1000, seed: 5, ..training(Loss::CrossEntropy, 8, 0.1, sgd(0.9, 1e-3)) };
    let Augment { amounts, width } = augment(4);
    let augmentation = Augmentation::new(amounts, width, 20, 5).expect("it is an image");
    for shuffle_seed in [None, Some(9)] {
        let (mut network, mut expected) = (case.network(), case.network());
        let mut trainer =
            Trainer::new(&network, TrainerOptions { augment: Some(augment(4)), ..plain }).expect("it fits");
        let mut oracle = Trainer::new(&expected, plain).expect("it fits");
        for epoch in 0..3 {
            let mut changed = CompressedExamples::new(20, 4, 50).expect("the sizes are possible");
            let images = augmentation.images(&compressed, epoch, 0..50).expect("they are there");
            changed.append_floats(&images, &case.labels).expect("the examples are well formed");
            let run = |trainer: &mut Trainer, network: &mut Network, examples: &CompressedExamples| {
                let mut losses = [0.0; 7];
                trainer.begin_epoch(50, epoch, shuffle_seed, 0);
                // In two calls, as the first batch of a call is gathered apart.
                let (first, rest) = losses.split_at_mut(3);
                for losses in [first, rest] {
                    trainer.run(network, examples, losses, &mut Team::new()).expect("the examples fit");
                }
                losses
            };
            assert_eq!(run(&mut trainer, &mut network, &compressed), run(&mut oracle, &mut expected, &changed));
        }
        assert_eq!(network.parameters(), expected.parameters());
    }
}

#[test]
fn moments_that_do_not_fit_are_refused() {
    let case = Case::new(&mut random(4), &[3, 2], Activation::Linear, 5, 0.4);
    for (method, count) in [(PLAIN, 0), (sgd(0.9, 0.0), 1), (adam(0.0), 2)] {
        let options = training(Loss::MeanSquaredError, 8, 0.1, method);
        let mut trainer = Trainer::new(&case.network(), options).expect("a batch is possible");
        assert_eq!(trainer.moment_count(), count);
        assert_eq!(trainer.moment(count), Err(Error::Moment { number: count }));
        assert_eq!(trainer.set_moment(count, case.network()), Err(Error::Moment { number: count }));
        let other = Network::from_parameters(&[2, 3], Activation::Linear, &[0.0; 9]).expect("the parameters fit");
        if count > 0 {
            assert_eq!(trainer.set_moment(count - 1, other), Err(Error::MomentShape));
        }
    }
}

#[test]
fn pixels_count_as_their_255th_part() {
    let pixels = [0, 255, 51, 0, 1, 254];
    let mut examples = CompressedExamples::new(3, 2, 2).expect("the sizes are possible");
    examples.append_pixels(&pixels, &[0, 1]).expect("the pixels fit");
    let identity = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.5, 0.0];
    let network = Network::from_parameters(&[3, 2], Activation::Linear, &identity).expect("the parameters fit");
    let scores = network.predict(&examples, 0..2, &mut Team::new()).expect("the examples fit");
    assert_eq!(scores, [0.5, 1.0, 0.5, 1.0 / 255.0]);
}

#[test]
fn a_loss_that_is_not_finite_ends_the_run() {
    let case = Case::new(&mut random(5), &[10, 8, 3], Activation::Linear, 40, 0.5);
    let mut network = case.network();
    let mut trainer =
        Trainer::new(&network, training(Loss::MeanSquaredError, 4, 1e6, PLAIN)).expect("a batch is possible");
    let losses = run_epoch(&mut trainer, &mut network, &case.compressed());
    assert!(losses.len() < 10, "the run went on for {} steps", losses.len());
    let (last, others) = losses.split_last().expect("there was a step");
    assert!(!last.is_finite() && others.iter().all(|loss| loss.is_finite()));
}

#[test]
fn one_cycle_ends_where_it_says() {
    let case = Case::new(&mut random(6), &[4, 3], Activation::Linear, 10, 1.0);
    let options =
        TrainerOptions { schedule: Schedule::OneCycle, total_steps: 10, ..training(LOSSES[0], 1, 0.5, PLAIN) };
    let (mut network, mut oracle) = (case.network(), case.oracle());
    let mut trainer = Trainer::new(&network, options).expect("a batch is possible");
    run_epoch(&mut trainer, &mut network, &case.compressed());
    for step in 0..10 {
        let (examples, labels) = case.batch(step, step + 1);
        let rate = Schedule::OneCycle.rate(0.5, step, 10);
        let gradients = oracle.gradients(&examples, labels, LOSSES[0]);
        oracle.layers[0] -= &(rate * &gradients[0]);
    }
    for (parameter, expected) in network.parameters().iter().zip(&oracle.layers[0]) {
        assert_relative_eq!(f64::from(*parameter), *expected, epsilon = 1e-5);
    }
}

#[test]
fn wrong_input_is_one_sentence() {
    let message = |error: Error| error.to_string();
    let empty = |inputs, classes| CompressedExamples::new(inputs, classes, 0).map(|_| ()).map_err(message);
    assert_eq!(empty(0, 2), Err("an example has 0 inputs, but 1 to 65536 are possible".into()));
    assert_eq!(empty(3, 65_537), Err("there are 65537 classes, but 1 to 65536 are possible".into()));

    let mut examples = CompressedExamples::new(2, 3, 4).expect("the sizes are possible");
    let mut append = |values: &[f32], labels: &[u16]| examples.append_floats(values, labels).map_err(message);
    assert_eq!(append(&[1.0; 3], &[0]), Err("1 examples of 2 inputs need 2 values, got 3".into()));
    assert_eq!(
        append(&[1.0; 4], &[2, 3]),
        Err("the label of example 1 is 3, but there are only classes 0 to 2".into())
    );
    assert_eq!(append(&[1.0, 0.0, 0.5, f32::NAN], &[2, 1]), Err("input 1 of example 1 is not a finite number".into()));
    assert_eq!(append(&[1.0, 0.0], &[2]), Ok(()));
    let mixed = examples.append_pixels(&[1, 2], &[0]).map_err(message);
    assert_eq!(mixed, Err("a set of examples holds either pixels or floats, not both".into()));

    let network = |sizes: &[usize], count| {
        Network::from_parameters(sizes, Activation::Linear, &vec![0.0; count]).map(|_| ()).map_err(message)
    };
    assert_eq!(network(&[2, 0, 3], 3), Err("layer 1 has 0 units, but 1 to 65536 are possible".into()));
    assert_eq!(network(&[2], 0), Err("a network needs an input and an output layer, got 1 layers".into()));
    assert_eq!(network(&[2, 3], 8), Err("these layers have 9 parameters, got 8".into()));

    let network = Network::from_parameters(&[4, 3], Activation::Linear, &[0.0; 15]).expect("the parameters fit");
    assert_eq!(
        network.predict(&examples, 0..1, &mut Team::new()).map_err(message),
        Err("the network takes 4 inputs in 3 classes, but the examples have 2 and 3".into())
    );
    let network = Network::from_parameters(&[2, 3], Activation::Linear, &[0.0; 9]).expect("the parameters fit");
    assert_eq!(
        network.predict(&examples, 0..2, &mut Team::new()).map_err(message),
        Err("examples 0 to 2 were asked for, but there are 1".into())
    );
    let trainer = |options| Trainer::new(&network, options).map(|_| ()).map_err(message);
    let batch = trainer(training(LOSSES[0], 0, 1.0, PLAIN));
    assert_eq!(batch, Err("a batch has 0 examples, but 1 to 65536 are possible".into()));
    let augmented = TrainerOptions { augment: Some(augment(3)), ..training(LOSSES[0], 1, 1.0, PLAIN) };
    assert_eq!(trainer(augmented), Err("an image of 2 pixels can't be 3 pixels wide".into()));
}

/// Infinite sums leave NaN beyond the last column of a panel, where nothing may take it for an element.
#[test]
fn activations_that_overflow_end_the_run() {
    for units in [29, 30, 31, 33, 34] {
        let sizes = [4, units, units, 2];
        let count = sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum();
        let mut network =
            Network::from_parameters(&sizes, Activation::Linear, &vec![2e38; count]).expect("the parameters fit");
        let mut examples = CompressedExamples::new(4, 2, 10).expect("the sizes are possible");
        examples.append_floats(&[1.0; 40], &[0; 10]).expect("the examples are well formed");
        let scores = network.predict(&examples, 0..10, &mut Team::new()).expect("the examples fit");
        assert!(scores.iter().all(|score| !score.is_finite()));
        let mut trainer =
            Trainer::new(&network, training(Loss::MeanSquaredError, 10, 0.1, PLAIN)).expect("it is possible");
        let losses = run_epoch(&mut trainer, &mut network, &examples);
        assert!(losses.len() == 1 && !losses[0].is_finite());
    }
}
