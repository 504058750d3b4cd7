//! A dense matrix packed in panels of 32 columns, so that one row of a panel fills the kernel's registers.

use crate::simd::{LANES, Lanes};
use crate::team::part;
use ndarray::{Array2, ArrayView2};
use std::ops::Range;
use std::{array, mem};

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
        (self.columns - panel * PANEL_WIDTH).min(PANEL_WIDTH)
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

    /// Shares the matrix out in `parts`, each of as many rows: those of one panel, then of the next.
    pub fn stretches(&mut self, parts: usize) -> impl Iterator<Item = Stretch<'_>> {
        let Self { rows: height, columns, ref mut panels } = *self;
        let total = panels.len();
        let mut rest = &mut panels[..];
        (0..parts).map(move |number| {
            let places = part(total, parts, number);
            let (rows, others) = mem::take(&mut rest).split_at_mut(places.len());
            rest = others;
            Stretch { height, columns, first: places.start, rows }
        })
    }

    /// Shares the first `rows` rows out in `parts`, each of as many, and all their columns. What a part begins with is a
    /// multiple of `unit`.
    pub fn bands(&mut self, rows: usize, parts: usize, unit: usize) -> Vec<Band<'_>> {
        assert!(rows <= self.rows, "{rows} rows of a matrix of {}", self.rows);
        let units = rows.div_ceil(unit);
        let mut bands = Vec::with_capacity(parts);
        for number in 0..parts {
            let units = part(units, parts, number);
            let rows = units.start * unit..rows.min(units.end * unit);
            bands.push(Band { columns: self.columns, rows, panels: Vec::new() });
        }
        for panel in self.panels.chunks_mut(self.rows) {
            let mut rest = panel;
            for band in &mut bands {
                let (rows, others) = mem::take(&mut rest).split_at_mut(band.rows.len());
                band.panels.push(rows);
                rest = others;
            }
        }
        bands
    }
}

/// Consecutive rows of a matrix, all their columns, to write.
#[derive(Debug)]
pub struct Band<'a> {
    columns: usize,
    /// Where the rows lie in the matrix.
    rows: Range<usize>,
    /// The rows' part of each panel.
    panels: Vec<&'a mut [PanelRow]>,
}

impl Band<'_> {
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
        for (part, panel) in target.chunks_mut(PANEL_WIDTH).zip(&self.panels) {
            part.copy_from_slice(&panel[row].values()[..part.len()]);
        }
    }

    /// Overwrites one of its rows.
    pub fn write_row(&mut self, row: usize, source: &[f32]) {
        assert_eq!(source.len(), self.columns);
        for (part, panel) in source.chunks(PANEL_WIDTH).zip(&mut self.panels) {
            panel[row].values_mut()[..part.len()].copy_from_slice(part);
        }
    }
}

/// Consecutive rows of a matrix's panels, to write: those of one panel, then of the next.
#[derive(Debug)]
pub struct Stretch<'a> {
    height: usize,
    columns: usize,
    /// The place of the first row, counted over all panels.
    first: usize,
    rows: &'a mut [PanelRow],
}

/// The part of a stretch that lies in one panel.
#[derive(Debug)]
pub struct Segment<'a> {
    pub panel: usize,
    /// How many of the panel's columns are in use.
    pub width: usize,
    /// Where the rows lie in the panel.
    pub range: Range<usize>,
    pub rows: &'a mut [PanelRow],
}

impl<'a> Stretch<'a> {
    /// Its parts, panel after panel.
    pub fn segments(self) -> impl Iterator<Item = Segment<'a>> {
        let Self { height, columns, mut first, rows: mut rest } = self;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (panel, start) = (first / height, first % height);
            let length = rest.len().min(height - start);
            let (rows, others) = mem::take(&mut rest).split_at_mut(length);
            rest = others;
            first += rows.len();
            let width = (columns - panel * PANEL_WIDTH).min(PANEL_WIDTH);
            Some(Segment { panel, width, range: start..start + rows.len(), rows })
        })
    }

    /// Overwrites its part of a matrix `[columns, rows]` with the transpose of the first rows of `source`, as many as the
    /// matrix has columns.
    pub fn transpose_from(self, source: &PanelMatrix) {
        assert!(source.columns == self.height && source.rows >= self.columns);
        self.segments().for_each(|segment| transpose_segment(source, segment));
    }
}

/// Overwrites a segment with the transpose of `source`, in blocks of four by four.
fn transpose_segment(source: &PanelMatrix, Segment { panel, width, range, rows }: Segment) {
    let first_source_row = panel * PANEL_WIDTH;
    let first_group = range.start / LANES;
    for group in first_group..range.end.div_ceil(LANES) {
        let source_panel = source.panel(group * LANES / PANEL_WIDTH);
        let source_rows = &source_panel[first_source_row..first_source_row + width];
        let source_group = group % PANEL_LANES;
        // The first and the last four rows may lie partly in the stretches of other threads.
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
