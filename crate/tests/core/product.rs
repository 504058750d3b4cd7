//! The product of sparse rows and packed panels, and all that makes its operands, against ndarray.

use crate::oracle::{random, random_matrix};
use crate::team::for_all_teams;
use digitrain::kernel::{self, Epilogue};
use digitrain::panel::{PanelMatrix, PanelRow};
use digitrain::simd::Lanes;
use digitrain::sparse::SparseRows;
use digitrain::team::Team;
use ndarray::{Array2, Axis, concatenate};
use rand::RngExt;
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

struct Store<'a>(&'a mut [PanelRow]);

impl Epilogue for Store<'_> {
    const EMPTY_ROWS: bool = true;

    fn finish<const COUNT: usize>(&mut self, row: usize, sums: [Lanes; COUNT]) {
        for (target, sum) in self.0[row].lanes_mut().iter_mut().zip(sums) {
            sum.store(target);
        }
    }
}

fn multiply(rows: &SparseRows, matrix: &PanelMatrix) -> Array2<f32> {
    let mut product = PanelMatrix::zeros(rows.len(), matrix.columns());
    for panel in 0..matrix.panel_count() {
        let target = product.panel_mut(panel);
        kernel::multiply(rows, 0..rows.len(), matrix.panel(panel), matrix.panel_width(panel), &mut Store(target));
    }
    product.to_array()
}

fn compressed(matrix: &Array2<f32>) -> SparseRows {
    let mut rows = SparseRows::new(matrix.ncols());
    rows.compress(&PanelMatrix::from_array(matrix.view()), matrix.nrows(), &mut Team::new());
    rows
}

fn dense(rows: &SparseRows) -> Array2<f32> {
    let mut matrix = Array2::zeros((rows.len(), rows.columns()));
    for row in 0..rows.len() {
        let elements = rows.row(row);
        let in_order = elements.is_sorted_by(|left, right| left.column < right.column);
        assert!(in_order, "row {row} is not in the order of its columns");
        assert!(elements.iter().all(|element| element.value != 0.0), "row {row} holds a zero");
        for element in elements {
            matrix[[row, element.column as usize]] = element.value;
        }
    }
    matrix
}

fn with_ones_column(matrix: &Array2<f32>) -> Array2<f32> {
    let ones = Array2::ones((matrix.nrows(), 1));
    concatenate(Axis(1), &[matrix.view(), ones.view()]).expect("the rows agree")
}

/// Every size from 1 to 70 in each dimension, the other two and the density at random.
fn for_all_sizes(mut check: impl FnMut(Array2<f32>, Array2<f32>)) {
    let mut random = random(1);
    for size in 1..=70 {
        for dimension in 0..3 {
            let mut sizes: [usize; 3] = std::array::from_fn(|_| random.random_range(1..=70));
            sizes[dimension] = size;
            let [rows, inner, columns] = sizes;
            for density in [0.0, 0.03, 0.2, 0.5, 0.9, 1.0] {
                let left = random_matrix(&mut random, rows, inner, density);
                let right = random_matrix(&mut random, inner, columns, 1.0);
                check(left, right);
            }
        }
    }
}

#[test]
fn product_is_that_of_ndarray() {
    for_all_sizes(|left, right| {
        let product = multiply(&compressed(&left), &PanelMatrix::from_array(right.view()));
        let expected = left.mapv(f64::from).dot(&right.mapv(f64::from));
        for (place, &expected) in expected.indexed_iter() {
            let difference = (f64::from(product[place]) - expected).abs();
            assert!(difference <= 1e-6 * left.ncols() as f64, "{place:?}: {} for {expected}", product[place]);
        }
    });
}

#[test]
fn compressing_loses_nothing() {
    for_all_teams(|team| {
        for_all_sizes(|matrix, _| {
            let packed = PanelMatrix::from_array(matrix.view());
            assert_eq!(packed.to_array(), matrix);
            let mut rows = SparseRows::new(0);
            rows.compress(&packed, matrix.nrows(), team);
            assert_eq!(dense(&rows), matrix);
            rows.compress_and_ones(&packed, matrix.nrows(), team);
            assert_eq!(dense(&rows), with_ones_column(&matrix));
            let mut transposed = SparseRows::new(0);
            transposed.compress_transposed_and_ones(&packed, matrix.nrows(), team);
            assert_eq!(dense(&transposed), with_ones_column(&matrix).reversed_axes());
            transposed.transpose_from(&rows, team);
            assert_eq!(dense(&transposed), with_ones_column(&matrix).reversed_axes());
        });
    });
}

#[test]
fn compressing_part_of_the_rows_ignores_the_others() {
    let matrix = random_matrix(&mut random(2), 9, 37, 0.5);
    let packed = PanelMatrix::from_array(matrix.view());
    for rows in 1..=9 {
        let part = matrix.slice(ndarray::s![..rows, ..]).to_owned();
        let mut compressed = SparseRows::new(0);
        compressed.compress(&packed, rows, &mut Team::new());
        assert_eq!(dense(&compressed), part);
        compressed.compress_transposed_and_ones(&packed, rows, &mut Team::new());
        assert_eq!(dense(&compressed), with_ones_column(&part).reversed_axes());
    }
}

#[test]
fn transposing_is_that_of_ndarray() {
    for_all_teams(|team| {
        for_all_sizes(|_, matrix| {
            let packed = PanelMatrix::from_array(matrix.view());
            let mut transposed = PanelMatrix::zeros(matrix.ncols(), matrix.nrows());
            transposed.transpose_from(&packed, team);
            assert_eq!(transposed.to_array(), matrix.clone().reversed_axes());
            if matrix.nrows() > 1 {
                let mut without_last_row = PanelMatrix::zeros(matrix.ncols(), matrix.nrows() - 1);
                without_last_row.transpose_from(&packed, team);
                assert_eq!(without_last_row.to_array(), matrix.slice(ndarray::s![..-1, ..]).reversed_axes());
            }
        });
    });
}

#[test]
fn identities_change_nothing() {
    for size in 1..=70 {
        let matrix = random_matrix(&mut random(size as u64), size, size, 0.5);
        let identity = Array2::eye(size);
        assert_eq!(multiply(&compressed(&matrix), &PanelMatrix::from_array(identity.view())), matrix);
        assert_eq!(multiply(&compressed(&identity), &PanelMatrix::from_array(matrix.view())), matrix);
    }
}

#[test]
fn rows_are_read_and_written_over_panels() {
    for columns in 1..=70 {
        let matrix = random_matrix(&mut random(columns as u64), 3, columns, 1.0);
        let mut packed = PanelMatrix::from_array(matrix.view());
        let mut row = vec![0.0; columns];
        packed.read_row(1, &mut row);
        assert_eq!(row, matrix.row(1).to_vec());
        packed.write_row(2, &row);
        assert_eq!(packed.to_array().row(2), matrix.row(1));
    }
}

#[cfg(not(target_family = "wasm"))]
#[test]
#[should_panic(expected = "a panel of 3 rows for 4 columns")]
fn a_panel_of_too_few_rows_is_refused() {
    let rows = compressed(&Array2::ones((2, 4)));
    multiply(&rows, &PanelMatrix::zeros(3, 8));
}

#[cfg(not(target_family = "wasm"))]
#[test]
#[should_panic]
fn an_index_beyond_the_columns_is_refused() {
    let row = |_| (&[1, 4][..], [1.0, 1.0].into_iter());
    SparseRows::new(5).gather_and_ones(5, 1, row, &mut Team::new());
}
