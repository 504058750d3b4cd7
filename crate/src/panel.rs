//! A dense matrix packed in panels of 32 columns, so that one row of a panel fills the kernel's registers.

use crate::simd::{LANES, Lanes};
use ndarray::{Array2, ArrayView2};

/// How many columns a panel has: eight vectors, as many sums as the kernel keeps in registers.
pub const PANEL_WIDTH: usize = 32;

/// How many vectors a full row of a panel has.
pub const PANEL_LANES: usize = PANEL_WIDTH / LANES;

/// One row of a panel.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(16))]
pub struct PanelRow([[f32; LANES]; PANEL_LANES]);

impl PanelRow {
    const ZERO: Self = Self([[0.0; LANES]; PANEL_LANES]);

    /// The row in groups of four.
    #[inline(always)]
    pub fn lanes(&self) -> &[[f32; LANES]; PANEL_LANES] {
        &self.0
    }

    /// The row in groups of four, to write.
    #[inline(always)]
    pub fn lanes_mut(&mut self) -> &mut [[f32; LANES]; PANEL_LANES] {
        &mut self.0
    }

    /// The row's numbers.
    #[inline(always)]
    pub fn values(&self) -> &[f32] {
        self.0.as_flattened()
    }

    /// The row's numbers, to write.
    #[inline(always)]
    pub fn values_mut(&mut self) -> &mut [f32] {
        self.0.as_flattened_mut()
    }
}

/// A matrix `[rows, columns]` whose columns lie in panels of [`PANEL_WIDTH`], one panel after another, each of them row
/// by row. The last panel's unused columns are zero, and every operation keeps them so.
#[derive(Clone, Debug)]
pub struct PanelMatrix {
    rows: usize,
    columns: usize,
    panels: Vec<PanelRow>,
}

impl PanelMatrix {
    /// A matrix of zeros. Neither size may be 0.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        assert!(rows > 0 && columns > 0, "a matrix of {rows}x{columns} has no elements");
        let panels = columns.div_ceil(PANEL_WIDTH);
        Self { rows, columns, panels: vec![PanelRow::ZERO; rows * panels] }
    }

    /// Packs a matrix.
    pub fn from_array(array: ArrayView2<f32>) -> Self {
        let mut matrix = Self::zeros(array.nrows(), array.ncols());
        for ((row, column), &value) in array.indexed_iter() {
            matrix.panel_mut(column / PANEL_WIDTH)[row].values_mut()[column % PANEL_WIDTH] = value;
        }
        matrix
    }

    /// Unpacks the matrix.
    pub fn to_array(&self) -> Array2<f32> {
        Array2::from_shape_fn((self.rows, self.columns), |(row, column)| {
            self.panel(column / PANEL_WIDTH)[row].values()[column % PANEL_WIDTH]
        })
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    pub fn panel_count(&self) -> usize {
        self.panels.len() / self.rows
    }

    /// How many columns of a panel are in use: [`PANEL_WIDTH`], but for the last panel.
    pub fn panel_width(&self, panel: usize) -> usize {
        (self.columns - panel * PANEL_WIDTH).min(PANEL_WIDTH)
    }

    /// The rows of a panel.
    pub fn panel(&self, panel: usize) -> &[PanelRow] {
        &self.panels[panel * self.rows..][..self.rows]
    }

    /// The rows of a panel, to write.
    pub fn panel_mut(&mut self, panel: usize) -> &mut [PanelRow] {
        &mut self.panels[panel * self.rows..][..self.rows]
    }

    /// Copies a row, its columns in order.
    pub fn read_row(&self, row: usize, target: &mut [f32]) {
        assert_eq!(target.len(), self.columns);
        for (panel, part) in target.chunks_mut(PANEL_WIDTH).enumerate() {
            part.copy_from_slice(&self.panel(panel)[row].values()[..part.len()]);
        }
    }

    /// Overwrites a row.
    pub fn write_row(&mut self, row: usize, source: &[f32]) {
        assert_eq!(source.len(), self.columns);
        for (panel, part) in source.chunks(PANEL_WIDTH).enumerate() {
            self.panel_mut(panel)[row].values_mut()[..part.len()].copy_from_slice(part);
        }
    }

    /// Overwrites this matrix `[columns, rows]` with the transpose of the first `columns()` rows of `source`.
    pub fn transpose_from(&mut self, source: &PanelMatrix) {
        assert!(source.columns == self.rows && source.rows >= self.columns);
        for panel in 0..self.panel_count() {
            let first_row = panel * PANEL_WIDTH;
            let source_rows = self.panel_width(panel);
            for source_panel in 0..source.panel_count() {
                let target_row = source_panel * PANEL_WIDTH;
                let target_rows = source.panel_width(source_panel);
                transpose_block(
                    &source.panel(source_panel)[first_row..][..source_rows],
                    &mut self.panel_mut(panel)[target_row..][..target_rows],
                );
            }
        }
    }
}

/// Transposes up to 32 rows of one panel into up to 32 rows of another, in blocks of four by four.
fn transpose_block(source: &[PanelRow], target: &mut [PanelRow]) {
    for (source_group, source) in source.chunks(LANES).enumerate() {
        let row = |index: usize| source.get(index).unwrap_or(&PanelRow::ZERO);
        let rows: [&PanelRow; LANES] = std::array::from_fn(row);
        for (target_group, target) in target.chunks_mut(LANES).enumerate() {
            let columns = Lanes::transpose(rows.map(|row| Lanes::load(&row.lanes()[target_group])));
            for (target, column) in target.iter_mut().zip(columns) {
                column.store(&mut target.lanes_mut()[source_group]);
            }
        }
    }
}
