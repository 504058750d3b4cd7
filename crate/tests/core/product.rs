//! The product of sparse rows and packed panels, and all that makes its operands, against ndarray.

use crate::oracle::{multiply, random, random_matrix};
use digitrain::panel::{PanelMatrix, RowBlock};
use digitrain::simd::LANES;
use digitrain::sparse::{SparseBlocks, SparseRows};
use digitrain::team::chunk;
use ndarray::{Array2, Axis, concatenate, s};
use rand::RngExt;
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// All rows of a matrix.
fn whole(matrix: &mut PanelMatrix) -> RowBlock<'_> {
    matrix.row_blocks(matrix.rows(), 1, 1).remove(0)
}

fn compressed(matrix: &Array2<f32>) -> SparseRows {
    let mut rows = SparseRows::default();
    rows.compress(&whole(&mut PanelMatrix::from_array(matrix.view())));
    rows
}

fn dense(rows: &SparseRows) -> Array2<f32> {
    let mut matrix = Array2::zeros((rows.len(), rows.columns()));
    for row in 0..rows.len() {
        let elements = rows.row(row);
        let in_order = elements.is_sorted_by(|left, right| left.column() < right.column());
        assert!(in_order, "row {row} is not in the order of its columns");
        assert!(elements.iter().all(|element| element.value != 0.0), "row {row} holds a zero");
        for element in elements {
            matrix[[row, element.column()]] = element.value;
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
    for_all_sizes(|matrix, _| {
        let mut packed = PanelMatrix::from_array(matrix.view());
        assert_eq!(packed.to_array(), matrix);
        assert_eq!(dense(&compressed(&matrix)), matrix);
        let mut rows = SparseRows::default();
        rows.compress_and_ones(&whole(&mut packed));
        assert_eq!(dense(&rows), with_ones_column(&matrix));
    });
}

#[test]
fn columns_are_compressed_in_chunks() {
    for_all_sizes(|matrix, _| {
        let packed = PanelMatrix::from_array(matrix.view());
        for rows in [matrix.nrows(), matrix.nrows().div_ceil(2)] {
            let expected = with_ones_column(&matrix.slice(s![..rows, ..]).to_owned()).reversed_axes();
            for start in (0..=matrix.ncols()).step_by(LANES) {
                for end in [start, start.next_multiple_of(12).min(matrix.ncols()), matrix.ncols() + 1] {
                    let mut columns = SparseRows::default();
                    columns.compress_columns_and_ones(&packed, rows, start..end);
                    assert_eq!(dense(&columns), expected.slice(s![start..end, ..]));
                }
            }
        }
    });
}

#[test]
fn row_blocks_are_the_rows_in_order() {
    let matrix = random_matrix(&mut random(2), 29, 37, 0.5);
    let mut packed = PanelMatrix::from_array(matrix.view());
    for (rows, threads, unit) in [(29, 1, 1), (29, 3, 1), (17, 2, 1), (29, 4, 4), (29, 40, 1), (3, 5, 4)] {
        let mut next = 0;
        let blocks = packed.row_blocks(rows, threads, unit);
        assert_eq!(blocks.len(), threads);
        for block in blocks {
            assert_eq!(block.rows().start, next);
            assert!(next == rows || next % unit == 0);
            next = block.rows().end;
            let mut compressed = SparseRows::default();
            compressed.compress(&block);
            assert_eq!(dense(&compressed), matrix.slice(s![block.rows(), ..]));
        }
        assert_eq!(next, rows);
    }
}

/// Rows in so many blocks.
fn in_blocks(matrix: &Array2<f32>, count: usize) -> SparseBlocks {
    let mut rows = SparseBlocks::default();
    let mut packed = PanelMatrix::from_array(matrix.view());
    let blocks = packed.row_blocks(matrix.nrows(), count, 1);
    rows.blocks_mut(count).iter_mut().zip(blocks).for_each(|(rows, block)| rows.compress(&block));
    rows
}

#[test]
fn blocks_are_transposed_in_chunks() {
    for_all_sizes(|matrix, _| {
        for blocks in [1, 2, 5] {
            let rows = in_blocks(&matrix, blocks);
            assert_eq!(rows.len(), matrix.nrows());
            for chunks in [1, 3] {
                for number in 0..chunks {
                    let columns = chunk(matrix.ncols(), chunks, number);
                    let mut transposed = SparseRows::default();
                    transposed.transpose_from(&rows, columns.clone());
                    assert_eq!(dense(&transposed), matrix.slice(s![.., columns]).reversed_axes());
                }
            }
        }
    });
}

#[test]
fn a_range_of_rows_lies_in_blocks() {
    let matrix = random_matrix(&mut random(3), 23, 11, 0.5);
    for blocks in [1, 2, 5, 40] {
        let rows = in_blocks(&matrix, blocks);
        for (start, end) in [(0, 23), (0, 30), (4, 5), (3, 19), (7, 7), (22, 23), (23, 30)] {
            let mut next = 0;
            for (block, range, places) in rows.within(start..end) {
                assert_eq!((places.start, places.len()), (next, range.len()));
                next = places.end;
                let lies = start + places.start..start + places.end;
                assert_eq!(dense(block).slice(s![range, ..]), matrix.slice(s![lies, ..]));
            }
            assert_eq!(next, end.min(23).saturating_sub(start));
        }
    }
}

#[test]
fn transposing_is_that_of_ndarray() {
    for_all_sizes(|_, matrix| {
        let packed = PanelMatrix::from_array(matrix.view());
        for (rows, threads) in [(matrix.nrows(), 1), (matrix.nrows(), 3), (matrix.nrows().div_ceil(2), 2)] {
            let mut transposed = PanelMatrix::zeros(matrix.ncols(), rows);
            transposed.tiles(threads).iter_mut().flatten().for_each(|tile| tile.transpose_from(&packed));
            assert_eq!(transposed.to_array(), matrix.slice(s![..rows, ..]).reversed_axes());
        }
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
        whole(&mut packed).read_row(1, &mut row);
        assert_eq!(row, matrix.row(1).to_vec());
        whole(&mut packed).write_row(2, &row);
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
    let mut rows = SparseRows::default();
    rows.clear(5, 0);
    rows.push_and_one(&[1, 4], [1.0, 1.0].into_iter());
}
