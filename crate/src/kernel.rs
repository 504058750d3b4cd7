//! The one product: sparse rows times a packed panel. The forward pass, the gradient handed to the layer below and the
//! update of the weights are this product with three different epilogues.

use crate::panel::{PANEL_LANES, PANEL_WIDTH, PanelRow};
use crate::simd::{LANES, Lanes};
use crate::sparse::{BYTES_PER_COLUMN, SparseRows};
use std::ops::Range;

/// What becomes of each row of a product, while its sums are still in registers.
pub trait Epilogue {
    /// Whether rows without a single element are finished too; if not, they are left as they are.
    const EMPTY_ROWS: bool;

    /// Takes the sums of one row of the range, counted from its start: the panel's columns in groups of four.
    fn finish<const COUNT: usize>(&mut self, row: usize, sums: [Lanes; COUNT]);
}

/// Computes `rows[range] * panel` for the panel's first `width` columns. Each row's sum starts at 0 and adds the
/// elements in their order, whatever range and width. What the range has beyond the last row is left out.
///
/// # Panics
/// When the panel has fewer rows than `rows` has columns, or `width` isn't 1 to [`PANEL_WIDTH`].
pub fn multiply<E: Epilogue>(
    rows: &SparseRows,
    range: Range<usize>,
    panel: &[PanelRow],
    width: usize,
    epilogue: &mut E,
) {
    assert!(rows.columns() <= panel.len(), "a panel of {} rows for {} columns", panel.len(), rows.columns());
    match width.div_ceil(LANES) {
        1 => multiply_lanes::<1, E>(rows, range, panel, epilogue),
        2..=3 => multiply_lanes::<3, E>(rows, range, panel, epilogue),
        4 => multiply_lanes::<4, E>(rows, range, panel, epilogue),
        // The columns beyond the width are zeros: cheaper to compute with than kernels for each width to ship.
        5..=PANEL_LANES => multiply_lanes::<PANEL_LANES, E>(rows, range, panel, epilogue),
        _ => panic!("a width of {width}, not 1 to {PANEL_WIDTH}"),
    }
}

#[inline(never)]
fn multiply_lanes<const COUNT: usize, E: Epilogue>(
    rows: &SparseRows,
    range: Range<usize>,
    panel: &[PanelRow],
    epilogue: &mut E,
) {
    let start = range.start;
    let half = if COUNT == PANEL_LANES { COUNT / 2 } else { 0 };
    let end = rows.columns() as u32 * BYTES_PER_COLUMN;
    for row in start..range.end.min(rows.len()) {
        let elements = rows.row(row);
        if elements.is_empty() && !E::EMPTY_ROWS {
            continue;
        }
        let mut sums = [Lanes::splat(0.0); COUNT];
        for element in elements {
            let value = Lanes::splat(element.value);
            // SAFETY: every column is less than rows.columns(), by its invariant, and multiply() has checked that the
            // panel has at least so many rows.
            let factors = unsafe { &*panel.as_ptr().byte_add(element.offset() as usize) }.lanes();
            for lane in 0..half {
                sums[lane] = value.multiply_add(Lanes::load(&factors[lane]), sums[lane]);
            }
            // V8 before 13 (Node 20 and 22) computes a block's products after all of its loads: eight vectors and eight
            // sums are more than it has registers, and take twice the time. This branch, never taken, ends the block
            // half-way. A like case: https://github.com/llvm/llvm-project/issues/98631.
            if half > 0 && element.offset() >= end {
                break;
            }
            for lane in half..COUNT {
                sums[lane] = value.multiply_add(Lanes::load(&factors[lane]), sums[lane]);
            }
        }
        epilogue.finish(row - start, sums);
    }
}
