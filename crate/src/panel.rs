//! A dense matrix packed in panels of 32 columns, so that one row of a panel fills the kernel's registers, and the parts
//! of it that threads write: row blocks, and tiles (rows of one panel).

use crate::simd::{LANES, Lanes};
use crate::team::chunk;
use ndarray::{Array2, ArrayView2};
use std::array;
use std::ops::Range;

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

    /// The first groups of four.
    #[inline(always)]
    pub fn load<const COUNT: usize>(&self) -> [Lanes; COUNT] {
        array::from_fn(|lane| Lanes::load(&self.0[lane]))
    }

    /// Overwrites the first groups of four.
    #[inline(always)]
    pub fn store<const COUNT: usize>(&mut self, lanes: [Lanes; COUNT]) {
        lanes.into_iter().zip(&mut self.0).for_each(|(lanes, target)| lanes.store(target));
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
        width_of(self.columns, panel)
    }

    /// The rows of a panel.
    pub fn panel(&self, panel: usize) -> &[PanelRow] {
        &self.panels[panel * self.rows..][..self.rows]
    }

    /// Each panel's rows and the number of its columns in use.
    pub fn panels(&self) -> impl Iterator<Item = (&[PanelRow], usize)> {
        (0..self.panel_count()).map(|panel| (self.panel(panel), self.panel_width(panel)))
    }

    /// The rows of a panel, to write.
    pub fn panel_mut(&mut self, panel: usize) -> &mut [PanelRow] {
        &mut self.panels[panel * self.rows..][..self.rows]
    }

    /// Splits the matrix for `threads` threads into chunks of as many rows, counted over all panels: each thread's tiles.
    pub fn tiles(&mut self, threads: usize) -> Vec<Vec<Tile<'_>>> {
        let (height, columns, total) = (self.rows, self.columns, self.panels.len());
        let mut rest = self.panels.as_mut_slice();
        let tiles_of = |thread| {
            let Range { mut start, end } = chunk(total, threads, thread);
            let mut tiles = Vec::new();
            while start < end {
                let (panel, first) = (start / height, start % height);
                let length = (end - start).min(height - first);
                let rows = rest.split_off_mut(..length).expect("the chunks are those of the rows");
                tiles.push(Tile { panel, width: width_of(columns, panel), range: first..first + length, rows });
                start += length;
            }
            tiles
        };
        (0..threads).map(tiles_of).collect()
    }

    /// Splits the matrix for `threads` threads into blocks of as many rows, with all columns: each thread's tiles, one of
    /// every panel. A block begins at a multiple of `unit`.
    pub fn row_tiles(&mut self, threads: usize, unit: usize) -> Vec<Vec<Tile<'_>>> {
        self.row_blocks(self.rows, threads, unit).into_iter().map(RowBlock::into_tiles).collect()
    }

    /// Splits the first `rows` rows for `threads` threads into blocks of as many rows, with all columns. A block begins at
    /// a multiple of `unit`.
    pub fn row_blocks(&mut self, rows: usize, threads: usize, unit: usize) -> Vec<RowBlock<'_>> {
        assert!(rows <= self.rows, "{rows} rows of a matrix of {}", self.rows);
        let block = |thread| {
            let units = chunk(rows.div_ceil(unit), threads, thread);
            let [start, end] = [units.start, units.end].map(|units| rows.min(units * unit));
            RowBlock { columns: self.columns, rows: start..end, panels: Vec::new() }
        };
        let mut blocks: Vec<_> = (0..threads).map(block).collect();
        for mut panel in self.panels.chunks_mut(self.rows) {
            for block in &mut blocks {
                let rows = panel.split_off_mut(..block.rows.len());
                block.panels.push(rows.expect("the blocks are those of the rows"));
            }
        }
        blocks
    }
}

/// How many columns of a panel are in use, in a matrix of `columns`.
fn width_of(columns: usize, panel: usize) -> usize {
    (columns - panel * PANEL_WIDTH).min(PANEL_WIDTH)
}

/// Consecutive rows of a matrix with all their columns, for one thread to write.
#[derive(Debug)]
pub struct RowBlock<'a> {
    columns: usize,
    /// Where the rows lie in the matrix.
    rows: Range<usize>,
    /// These rows of each panel.
    panels: Vec<&'a mut [PanelRow]>,
}

impl<'a> RowBlock<'a> {
    fn into_tiles(self) -> Vec<Tile<'a>> {
        let Self { columns, rows: range, panels } = self;
        let panels = panels.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty());
        let tile = |(panel, rows)| Tile { panel, width: width_of(columns, panel), range: range.clone(), rows };
        panels.map(tile).collect()
    }

    pub fn rows(&self) -> Range<usize> {
        self.rows.clone()
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Each panel's rows.
    pub fn panels(&self) -> impl Iterator<Item = &[PanelRow]> {
        self.panels.iter().map(|rows| &**rows)
    }

    /// Each panel's rows, to write.
    pub fn panels_mut(&mut self) -> impl Iterator<Item = &mut [PanelRow]> {
        self.panels.iter_mut().map(|rows| &mut **rows)
    }

    /// Copies one of its rows, the columns in order.
    pub fn read_row(&self, row: usize, target: &mut [f32]) {
        assert_eq!(target.len(), self.columns);
        for (target, panel) in target.chunks_mut(PANEL_WIDTH).zip(&self.panels) {
            target.copy_from_slice(&panel[row].values()[..target.len()]);
        }
    }

    /// Overwrites one of its rows.
    pub fn write_row(&mut self, row: usize, source: &[f32]) {
        assert_eq!(source.len(), self.columns);
        for (source, panel) in source.chunks(PANEL_WIDTH).zip(&mut self.panels) {
            panel[row].values_mut()[..source.len()].copy_from_slice(source);
        }
    }
}

/// Consecutive rows of one panel, for one thread to write.
#[derive(Debug)]
pub struct Tile<'a> {
    pub panel: usize,
    /// How many of the panel's columns are in use.
    pub width: usize,
    /// Where the rows lie in the panel.
    pub range: Range<usize>,
    pub rows: &'a mut [PanelRow],
}

impl Tile<'_> {
    /// Overwrites the tile with its part of the transpose of `source`, in blocks of four by four.
    ///
    /// # Panics
    /// When `source` has no such columns, or too few rows.
    pub fn transpose_from(&mut self, source: &PanelMatrix) {
        let Self { panel, width, ref range, ref mut rows } = *self;
        let first_source_row = panel * PANEL_WIDTH;
        let first_group = range.start / LANES;
        for group in first_group..range.end.div_ceil(LANES) {
            let source_panel = source.panel(group * LANES / PANEL_WIDTH);
            let source_rows = &source_panel[first_source_row..first_source_row + width];
            let source_group = group % PANEL_LANES;
            // Of the first and the last four rows some may lie in other tiles.
            let targets = (group * LANES).max(range.start)..((group + 1) * LANES).min(range.end);
            for (target_group, source_rows) in source_rows.chunks(LANES).enumerate() {
                let row = |index: usize| source_rows.get(index).unwrap_or(&PanelRow::ZERO);
                let block: [Lanes; LANES] = array::from_fn(|index| Lanes::load(&row(index).lanes()[source_group]));
                let columns = Lanes::transpose(block);
                for target in targets.clone() {
                    columns[target % LANES].store(&mut rows[target - range.start].lanes_mut()[target_group]);
                }
            }
        }
    }
}
