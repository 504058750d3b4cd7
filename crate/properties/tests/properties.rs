//! What is true of any matrices and any run, against ndarray in float64: inputs that proptest makes, and makes smaller
//! where they fail.

use digitrain::examples::CompressedExamples;
use digitrain::loss::Loss;
use digitrain::network::{Activation, Network};
use digitrain::optimizer::{Adam, Method, Sgd};
use digitrain::panel::PanelMatrix;
use digitrain::schedule::Schedule;
use digitrain::sparse::{SparseBlocks, SparseRows};
use digitrain::team::{Team, chunk};
use digitrain::trainer::{Trainer, TrainerOptions};
use digitrain_properties::{OracleNetwork, multiply, optimize};
use ndarray::{Array2, Zip, s};
use proptest::collection::vec;
use proptest::num::f32::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
use proptest::prelude::*;

/// Zeros of either sign, subnormal numbers, and others of which no sum of products overflows.
fn entry() -> BoxedStrategy<f32> {
    let subnormal = SUBNORMAL | POSITIVE | NEGATIVE;
    prop_oneof![2 => ZERO | POSITIVE | NEGATIVE, 3 => -1.0f32..1.0, 1 => -1e15f32..1e15, 1 => subnormal].boxed()
}

fn matrix(rows: usize, columns: usize, entry: BoxedStrategy<f32>) -> impl Strategy<Value = Array2<f32>> {
    vec(entry, rows * columns)
        .prop_map(move |values| Array2::from_shape_vec((rows, columns), values).expect("as many as there are places"))
}

/// A matrix of at most 40 rows and 80 columns.
fn any_matrix(entry: BoxedStrategy<f32>) -> impl Strategy<Value = Array2<f32>> {
    (1..=40usize, 1..=80usize).prop_flat_map(move |(rows, columns)| matrix(rows, columns, entry.clone()))
}

/// Two matrices that can be multiplied.
fn factors() -> impl Strategy<Value = (Array2<f32>, Array2<f32>)> {
    (1..=12usize, 1..=80usize, 1..=80usize)
        .prop_flat_map(|(rows, inner, columns)| (matrix(rows, inner, entry()), matrix(inner, columns, entry())))
}

fn in_blocks(matrix: &Array2<f32>, count: usize) -> SparseBlocks {
    let mut rows = SparseBlocks::default();
    let mut packed = PanelMatrix::from_array(matrix.view());
    let blocks = packed.row_blocks(matrix.nrows(), count, 1);
    rows.blocks_mut(count).iter_mut().zip(blocks).for_each(|(rows, block)| rows.compress(&block));
    rows
}

fn compressed(matrix: &Array2<f32>) -> SparseRows {
    let mut rows = SparseRows::default();
    rows.compress(&PanelMatrix::from_array(matrix.view()).row_blocks(matrix.nrows(), 1, 1)[0]);
    rows
}

/// The bits of the rows' elements, in places of a matrix of zeros.
fn bits(rows: &SparseRows) -> Array2<u32> {
    let mut matrix = Array2::zeros((rows.len(), rows.columns()));
    for row in 0..rows.len() {
        for element in rows.row(row) {
            matrix[[row, element.column()]] = element.value.to_bits();
        }
    }
    matrix
}

/// A number's bits; of a zero those of a positive one, as zeros of either sign are left out.
fn kept_bits(value: &f32) -> u32 {
    if *value == 0.0 { 0 } else { value.to_bits() }
}

/// Everything about a run of three steps with one batch, from random parameters.
#[derive(Clone, Debug)]
struct Setting {
    layers: Vec<Array2<f32>>,
    examples: Array2<f32>,
    labels: Vec<u16>,
    loss: Loss,
    method: Method,
    rate: f64,
}

fn any_method() -> impl Strategy<Value = Method> {
    prop_oneof![
        (prop_oneof![Just(0.0), 0.1f32..0.95], prop_oneof![Just(0.0), 0.0f32..0.2])
            .prop_map(|(momentum, weight_decay)| Method::Sgd(Sgd { momentum, weight_decay })),
        (0.0f32..0.5).prop_map(|weight_decay| Method::Adam(Adam { weight_decay })),
    ]
}

/// Linear models: where there is no relu, a step's loss has a gradient everywhere.
fn any_setting() -> impl Strategy<Value = Setting> {
    (1..=6usize, 2..=7usize, 1..=9usize)
        .prop_flat_map(|(inputs, classes, count)| {
            let layer = matrix(inputs + 1, classes, (-1.0f32..1.0).boxed());
            let examples = matrix(count, inputs, prop_oneof![Just(0.0), -1.0f32..1.0].boxed());
            let loss = prop_oneof![Just(Loss::MeanSquaredError), Just(Loss::CrossEntropy)];
            (layer, examples, vec(0..classes as u16, count), loss, any_method(), 0.001f64..0.1)
        })
        .prop_map(|(layer, examples, labels, loss, method, rate)| Setting {
            layers: vec![layer],
            examples,
            labels,
            loss,
            method,
            rate,
        })
}

const STEPS: usize = 3;

/// The parameters after the core's steps.
fn trained(setting: &Setting) -> Vec<f32> {
    let Setting { layers, examples, labels, loss, method, rate } = setting;
    let sizes = [examples.ncols(), layers[0].ncols()];
    let parameters: Vec<f32> = layers.iter().flatten().copied().collect();
    let mut network = Network::from_parameters(&sizes, Activation::Linear, &parameters).expect("the parameters fit");
    let mut given = CompressedExamples::new(sizes[0], sizes[1], labels.len()).expect("the sizes are possible");
    let values: Vec<f32> = examples.iter().copied().collect();
    given.append_floats(&values, labels).expect("the examples are well formed");
    let options = TrainerOptions {
        loss: *loss,
        batch_size: labels.len(),
        learning_rate: *rate,
        schedule: Schedule::Constant,
        total_steps: STEPS,
        method: *method,
        dropout: 0.0,
        seed: 0,
        augment: None,
    };
    let mut trainer = Trainer::new(&network, options).expect("a batch is possible");
    for epoch in 0..STEPS {
        trainer.begin_epoch(labels.len(), epoch as _, None, 0);
        trainer.run(&mut network, &given, &mut [0.0], &mut Team::new()).expect("the examples fit");
    }
    network.parameters()
}

/// The parameters after the same steps, as the optimizers' definitions read, and the size of each one's least gradient.
fn expected(setting: &Setting) -> Array2<(f64, f64)> {
    let Setting { layers, examples, labels, loss, method, rate } = setting;
    let mut oracle = OracleNetwork::new(layers, Activation::Linear);
    let examples = examples.mapv(f64::from);
    let mut moments = [(); 2].map(|()| Array2::zeros(layers[0].raw_dim()));
    let mut least = Array2::from_elem(layers[0].raw_dim(), f64::INFINITY);
    for step in 1..=STEPS as i32 {
        let gradient = oracle.gradients(&examples, labels, *loss).remove(0);
        least.zip_mut_with(&gradient, |least, gradient| *least = least.min(gradient.abs()));
        optimize(*method, *rate, step, &mut oracle.layers[0], gradient, &mut moments);
    }
    Zip::from(&oracle.layers[0]).and(&least).map_collect(|&parameter, &least| (parameter, least))
}

proptest! {
    #[test]
    fn the_product_is_that_of_ndarray((left, right) in factors()) {
        let (rows, matrix) = (compressed(&left), PanelMatrix::from_array(right.view()));
        let product = multiply(&rows, &matrix);
        let (left, right) = (left.mapv(f64::from), right.mapv(f64::from));
        // Rounding grows with the sum of the magnitudes; below the least normal number it is absolute.
        let allowed = left.mapv(f64::abs).dot(&right.mapv(f64::abs)) * (1e-7 * left.ncols() as f64) + 1e-37;
        let difference = (product.mapv(f64::from) - left.dot(&right)).mapv(f64::abs);
        prop_assert!(difference.iter().zip(&allowed).all(|(difference, allowed)| difference <= allowed));
    }

    #[test]
    fn compressing_keeps_every_bit_but_zeros(matrix in any_matrix((NORMAL | SUBNORMAL | ZERO | POSITIVE | NEGATIVE).boxed())) {
        prop_assert_eq!(bits(&compressed(&matrix)), matrix.map(kept_bits));
    }

    #[test]
    fn transposing_moves_every_element(matrix in any_matrix(entry()), blocks in 1..50usize, chunks in 1..6usize) {
        let rows = in_blocks(&matrix, blocks);
        for number in 0..chunks {
            let columns = chunk(matrix.ncols(), chunks, number);
            let mut transposed = SparseRows::default();
            transposed.transpose_from(&rows, columns.clone());
            prop_assert_eq!(bits(&transposed), matrix.slice(s![.., columns]).reversed_axes().map(kept_bits));
        }
    }

    #[test]
    fn steps_are_those_of_the_optimizers_definition(setting in any_setting()) {
        for (found, (expected, gradient)) in trained(&setting).into_iter().zip(expected(&setting)) {
            // Adam divides by the gradient's size: of one near 0, rounding alone decides.
            if gradient < 1e-4 && matches!(setting.method, Method::Adam(_)) {
                continue;
            }
            prop_assert!((f64::from(found) - expected).abs() <= 1e-4, "{found} for {expected}");
        }
    }
}
