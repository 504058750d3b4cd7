//! Sparse rows: of each row the columns and values that are not zero, as in the CSR format. Everything on the left of
//! a product is kept this way: pixels, activations behind a relu, gradients behind its mask, and their transposes.

use crate::panel::{PANEL_WIDTH, PanelMatrix, PanelRow};
use crate::simd::{LANES, LANES_OF_MASK, Lanes};
use std::ops::Range;

/// A column index has 16 bits, so a matrix has at most this many columns.
pub const MAX_COLUMNS: usize = 1 << 16;

/// A matrix given by its elements that are not zero.
///
/// Invariant: every range of `rows` lies within `indices` and `values`, and every index in it is less than `columns`.
#[derive(Clone, Debug)]
pub struct SparseRows {
    columns: usize,
    rows: Vec<Range<usize>>,
    indices: Vec<u16>,
    values: Vec<f32>,
}

impl SparseRows {
    /// A matrix of no rows yet.
    pub fn new(columns: usize) -> Self {
        assert!(columns <= MAX_COLUMNS, "{columns} columns do not fit 16-bit indices");
        Self { columns, rows: Vec::new(), indices: Vec::new(), values: Vec::new() }
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A row's columns and values, in the order of the columns.
    #[inline(always)]
    pub fn row(&self, row: usize) -> (&[u16], &[f32]) {
        let range = self.rows[row].clone();
        (&self.indices[range.clone()], &self.values[range])
    }

    /// Removes all rows.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.indices.clear();
        self.values.clear();
    }

    /// Adds a row, and in the last column the 1 that a bias is multiplied by.
    ///
    /// # Panics
    /// When an index isn't less than the last column.
    pub fn push_row_and_one(&mut self, indices: &[u16], values: impl Iterator<Item = f32>) {
        let last_column = self.columns - 1;
        assert!(indices.iter().max().is_none_or(|&index| usize::from(index) < last_column));
        let start = self.indices.len();
        self.indices.extend_from_slice(indices);
        self.indices.push(last_column as u16);
        self.values.extend(values);
        self.values.push(1.0);
        assert_eq!(self.indices.len(), self.values.len());
        self.rows.push(start..self.indices.len());
    }

    /// Overwrites this matrix with the transpose of `source`, whose rows are at most [`MAX_COLUMNS`]: a counting sort
    /// by column.
    pub fn transpose_from(&mut self, source: &SparseRows) {
        assert!(source.len() <= MAX_COLUMNS);
        self.columns = source.len();
        self.make_room(source.rows.iter().map(Range::len).sum());
        let mut counts = vec![0; source.columns];
        for row in 0..source.len() {
            for &column in source.row(row).0 {
                counts[usize::from(column)] += 1;
            }
        }
        self.rows.clear();
        let mut start = 0;
        self.rows.extend(counts.iter().map(|&count| {
            start += count;
            start - count..start - count
        }));
        for row in 0..source.len() {
            let (columns, values) = source.row(row);
            for (&column, &value) in columns.iter().zip(values) {
                let end = &mut self.rows[usize::from(column)].end;
                self.indices[*end] = row as u16;
                self.values[*end] = value;
                *end += 1;
            }
        }
    }

    /// Overwrites this matrix with the first `rows` rows of `source`.
    pub fn compress(&mut self, source: &PanelMatrix, rows: usize) {
        self.columns = source.columns();
        self.compress_rows(source, rows);
    }

    /// Overwrites this matrix with the first `rows` rows of `source` and one more column of ones, for the biases.
    pub fn compress_and_ones(&mut self, source: &PanelMatrix, rows: usize) {
        self.columns = source.columns() + 1;
        self.compress_rows(source, rows);
        for range in &mut self.rows {
            self.indices[range.end] = source.columns() as u16;
            self.values[range.end] = 1.0;
            range.end += 1;
        }
    }

    fn compress_rows(&mut self, source: &PanelMatrix, rows: usize) {
        // Each row has a place of its own, wide enough for all columns, a one, and whole vectors written at its end.
        let room = source.columns() + 2 * LANES;
        self.make_room(rows * room);
        self.rows.clear();
        for row in 0..rows {
            let mut writer = self.writer(row * room, room);
            for panel in 0..source.panel_count() {
                let lanes = source.panel(panel)[row].lanes();
                let groups = source.panel_width(panel).div_ceil(LANES);
                for (group, lanes) in lanes[..groups].iter().enumerate() {
                    writer.append(Lanes::load(lanes), panel * PANEL_WIDTH + group * LANES);
                }
            }
            let range = writer.range();
            self.rows.push(range);
        }
    }

    /// Overwrites this matrix with the transpose of the first `rows` rows of `source`, at most [`MAX_COLUMNS`], and one
    /// more row of ones, for the biases.
    pub fn compress_transposed_and_ones(&mut self, source: &PanelMatrix, rows: usize) {
        assert!(rows <= MAX_COLUMNS);
        let room = rows + LANES;
        self.columns = rows;
        self.make_room((source.columns() + LANES) * room);
        self.rows.clear();
        for panel in 0..source.panel_count() {
            let panel_rows = &source.panel(panel)[..rows];
            for group in 0..source.panel_width(panel).div_ceil(LANES) {
                self.compress_four_columns(panel_rows, group, room);
            }
        }
        self.rows.truncate(source.columns());
        let start = source.columns() * room;
        for row in 0..rows {
            self.indices[start + row] = row as u16;
            self.values[start + row] = 1.0;
        }
        self.rows.push(start..start + rows);
    }

    /// Adds four columns of a panel as rows.
    fn compress_four_columns(&mut self, panel_rows: &[PanelRow], group: usize, room: usize) {
        let first = self.rows.len();
        let mut ends: [usize; LANES] = std::array::from_fn(|lane| (first + lane) * room);
        for (block, rows) in panel_rows.chunks(LANES).enumerate() {
            let row = |index: usize| rows.get(index).map_or(Lanes::splat(0.0), |row| Lanes::load(&row.lanes()[group]));
            for (end, column) in ends.iter_mut().zip(Lanes::transpose(std::array::from_fn(row))) {
                let mut writer = self.writer(*end, LANES);
                writer.append(column, block * LANES);
                *end = writer.range().end;
            }
        }
        self.rows.extend((0..LANES).map(|lane| (first + lane) * room..ends[lane]));
    }

    fn make_room(&mut self, elements: usize) {
        if self.indices.len() < elements {
            self.indices.resize(elements, 0);
            self.values.resize(elements, 0.0);
        }
    }

    fn writer(&mut self, start: usize, room: usize) -> RowWriter<'_> {
        RowWriter {
            start,
            length: 0,
            indices: &mut self.indices[start..start + room],
            values: &mut self.values[start..start + room],
        }
    }
}

/// Appends elements to a row, in steps of four lanes.
struct RowWriter<'a> {
    start: usize,
    length: usize,
    indices: &'a mut [u16],
    values: &'a mut [f32],
}

impl RowWriter<'_> {
    /// Appends the lanes that are not zero, as columns from `first` on.
    #[inline(always)]
    fn append(&mut self, lanes: Lanes, first: usize) {
        let mask = lanes.nonzero_mask();
        // Four 16-bit sums in one 64-bit addition: no lane carries, as no column exceeds 16 bits.
        let columns = first as u64 * EACH_LANE + COLUMNS_OF_MASK[mask];
        let place = self.length..self.length + LANES;
        self.indices[place.clone()].copy_from_slice(&bytemuck::must_cast::<u64, [u16; LANES]>(columns.to_le()));
        let values: &mut [f32; LANES] = (&mut self.values[place]).try_into().expect("a place is four lanes long");
        lanes.compact(mask).store(values);
        self.length += mask.count_ones() as usize;
    }

    fn range(&self) -> Range<usize> {
        self.start..self.start + self.length
    }
}

/// 1 in each of four 16-bit lanes.
const EACH_LANE: u64 = 0x0001_0001_0001_0001;

/// For each mask of four lanes, the numbers of the lanes it names in four 16-bit lanes.
const COLUMNS_OF_MASK: [u64; 16] = columns_of_mask();

const fn columns_of_mask() -> [u64; 16] {
    let mut table = [0; 16];
    let mut mask = 0;
    while mask < 16 {
        let mut lane = 0;
        while lane < LANES {
            table[mask] |= (LANES_OF_MASK[mask][lane] as u64) << (16 * lane);
            lane += 1;
        }
        mask += 1;
    }
    table
}
