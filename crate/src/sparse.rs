//! Sparse rows: of each row the columns and values that are not zero, as in the CSR format. Everything on the left of
//! a product is kept this way: pixels, activations behind a relu, gradients behind its mask, and their transposes.

use crate::panel::{PANEL_WIDTH, PanelMatrix, PanelRow};
use crate::simd::{LANES, LANES_OF_MASK, Lanes};
use crate::team::Team;
use std::ops::Range;
use std::{array, iter, mem};

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

    /// Empties the matrix, and gives each of its future rows a place of so many elements.
    fn lay_out(&mut self, columns: usize, places: impl Iterator<Item = usize>) {
        assert!(columns <= MAX_COLUMNS, "{columns} columns do not fit 16-bit indices");
        self.columns = columns;
        let mut end = 0;
        self.rows.clear();
        self.rows.extend(places.map(|place| {
            end += place;
            end - place..end - place
        }));
        if self.indices.len() < end {
            self.indices.resize(end, 0);
            self.values.resize(end, 0.0);
        }
    }

    /// Shares the rows out, about as many for each of `parts`.
    fn parts(&mut self, parts: usize) -> impl Iterator<Item = Part<'_>> {
        // Four columns of a panel are compressed at once.
        let length = self.rows.len().div_ceil(parts).next_multiple_of(LANES);
        let columns = self.columns;
        let (mut rows, mut indices, mut values) = (&mut self.rows[..], &mut self.indices[..], &mut self.values[..]);
        let (mut first_row, mut first_element) = (0, 0);
        iter::from_fn(move || {
            if rows.is_empty() {
                return None;
            }
            let length = length.min(rows.len());
            let (these_rows, other_rows) = mem::take(&mut rows).split_at_mut(length);
            let elements = other_rows.first().map_or(indices.len(), |next| next.start - first_element);
            let (these_indices, other_indices) = mem::take(&mut indices).split_at_mut(elements);
            let (these_values, other_values) = mem::take(&mut values).split_at_mut(elements);
            let part = Part {
                columns,
                first_row,
                first_element,
                rows: these_rows,
                indices: these_indices,
                values: these_values,
            };
            first_row += part.rows.len();
            first_element += elements;
            (rows, indices, values) = (other_rows, other_indices, other_values);
            Some(part)
        })
    }

    /// Overwrites this matrix with `rows` rows, of which `row(number)` tells the columns and values, and in the last of
    /// `columns` columns the 1 that a bias is multiplied by.
    ///
    /// # Panics
    /// When a row's index isn't less than the last column.
    pub fn gather_and_ones<'a, Values: Iterator<Item = f32>>(
        &mut self,
        columns: usize,
        rows: usize,
        row: impl Fn(usize) -> (&'a [u16], Values) + Sync,
        team: &mut Team,
    ) {
        self.lay_out(columns, (0..rows).map(|number| row(number).0.len() + 1));
        let threads = team.threads();
        team.share(self.parts(threads), |mut part| {
            for place in 0..part.rows.len() {
                let (indices, values) = row(part.first_row + place);
                part.set_row_and_one(place, indices, values);
            }
        });
    }

    /// Overwrites this matrix with the transpose of `source`, whose rows are at most [`MAX_COLUMNS`]: a counting sort
    /// by column.
    pub fn transpose_from(&mut self, source: &SparseRows, team: &mut Team) {
        let mut counts = vec![0; source.columns];
        for row in 0..source.len() {
            for &column in source.row(row).0 {
                counts[usize::from(column)] += 1;
            }
        }
        self.lay_out(source.len(), counts.into_iter());
        let threads = team.threads();
        team.share(self.parts(threads), |mut part| part.transpose_from(source));
    }

    /// Overwrites this matrix with the first `rows` rows of `source`.
    pub fn compress(&mut self, source: &PanelMatrix, rows: usize, team: &mut Team) {
        // Whole vectors are written at a row's end.
        self.lay_out(source.columns(), iter::repeat_n(source.columns() + LANES, rows));
        let threads = team.threads();
        team.share(self.parts(threads), |mut part| part.compress(source));
    }

    /// Overwrites this matrix with the first `rows` rows of `source` and one more column of ones, for the biases.
    pub fn compress_and_ones(&mut self, source: &PanelMatrix, rows: usize, team: &mut Team) {
        self.lay_out(source.columns() + 1, iter::repeat_n(source.columns() + 1 + LANES, rows));
        let threads = team.threads();
        team.share(self.parts(threads), |mut part| {
            part.compress(source);
            part.append_ones();
        });
    }

    /// Overwrites this matrix with the transpose of the first `rows` rows of `source`, at most [`MAX_COLUMNS`], and one
    /// more row of ones, for the biases.
    pub fn compress_transposed_and_ones(&mut self, source: &PanelMatrix, rows: usize, team: &mut Team) {
        self.lay_out(rows, iter::repeat_n(rows + LANES, source.columns() + 1));
        let threads = team.threads();
        team.share(self.parts(threads), |mut part| part.compress_transposed_and_ones(source));
    }
}

/// Some consecutive rows of a matrix, to write.
struct Part<'a> {
    columns: usize,
    /// The number of the first row.
    first_row: usize,
    /// Where `indices` and `values` begin in the matrix.
    first_element: usize,
    rows: &'a mut [Range<usize>],
    indices: &'a mut [u16],
    values: &'a mut [f32],
}

impl Part<'_> {
    fn set_row_and_one(&mut self, place: usize, indices: &[u16], values: impl Iterator<Item = f32>) {
        let last_column = self.columns - 1;
        assert!(indices.iter().max().is_none_or(|&index| usize::from(index) < last_column));
        let row = &mut self.rows[place];
        let (start, end) = (row.start - self.first_element, row.start - self.first_element + indices.len());
        self.indices[start..end].copy_from_slice(indices);
        self.indices[end] = last_column as u16;
        self.values[start..end].iter_mut().zip(values).for_each(|(target, value)| *target = value);
        self.values[end] = 1.0;
        row.end = row.start + indices.len() + 1;
    }

    fn transpose_from(&mut self, source: &SparseRows) {
        let columns = self.first_row..self.first_row + self.rows.len();
        for row in 0..source.len() {
            let (indices, values) = source.row(row);
            let start = indices.partition_point(|&column| usize::from(column) < columns.start);
            let elements = indices[start..].iter().zip(&values[start..]);
            for (&column, &value) in elements.take_while(|&(&column, _)| usize::from(column) < columns.end) {
                let end = &mut self.rows[usize::from(column) - columns.start].end;
                self.indices[*end - self.first_element] = row as u16;
                self.values[*end - self.first_element] = value;
                *end += 1;
            }
        }
    }

    fn compress(&mut self, source: &PanelMatrix) {
        for (row, range) in (self.first_row..).zip(self.rows.iter_mut()) {
            let start = range.start - self.first_element;
            let mut writer = RowWriter::new(&mut self.indices[start..], &mut self.values[start..]);
            for panel in 0..source.panel_count() {
                let lanes = source.panel(panel)[row].lanes();
                let groups = source.panel_width(panel).div_ceil(LANES);
                for (group, lanes) in lanes[..groups].iter().enumerate() {
                    writer.append(Lanes::load(lanes), panel * PANEL_WIDTH + group * LANES);
                }
            }
            range.end = range.start + writer.length;
        }
    }

    fn append_ones(&mut self) {
        let last_column = self.columns - 1;
        for range in self.rows.iter_mut() {
            let place = range.end - self.first_element;
            self.indices[place] = last_column as u16;
            self.values[place] = 1.0;
            range.end += 1;
        }
    }

    fn compress_transposed_and_ones(&mut self, source: &PanelMatrix) {
        let mut first = self.first_row;
        let (first_element, indices, values) = (self.first_element, &mut *self.indices, &mut *self.values);
        for rows in self.rows.chunks_mut(LANES) {
            if first < source.columns() {
                let panel_rows = &source.panel(first / PANEL_WIDTH)[..self.columns];
                let group = first % PANEL_WIDTH / LANES;
                compress_four_columns(panel_rows, group, rows, first_element, indices, values);
            }
            if let Some(range) = source.columns().checked_sub(first).and_then(|last| rows.get_mut(last)) {
                let start = range.start - first_element;
                let numbers = (0..self.columns).map(|row| row as u16);
                indices[start..].iter_mut().zip(numbers).for_each(|(index, number)| *index = number);
                values[start..start + self.columns].fill(1.0);
                range.end = range.start + self.columns;
            }
            first += LANES;
        }
    }
}

/// Writes up to four columns of a panel as rows.
fn compress_four_columns(
    panel_rows: &[PanelRow],
    group: usize,
    rows: &mut [Range<usize>],
    first_element: usize,
    indices: &mut [u16],
    values: &mut [f32],
) {
    for (block, block_rows) in panel_rows.chunks(LANES).enumerate() {
        let load =
            |index: usize| block_rows.get(index).map_or(Lanes::splat(0.0), |row| Lanes::load(&row.lanes()[group]));
        for (range, column) in rows.iter_mut().zip(Lanes::transpose(array::from_fn(load))) {
            let end = range.end - first_element;
            let mut writer = RowWriter::new(&mut indices[end..], &mut values[end..]);
            writer.append(column, block * LANES);
            range.end += writer.length;
        }
    }
}

/// Appends elements to a row, in steps of four lanes.
struct RowWriter<'a> {
    length: usize,
    indices: &'a mut [u16],
    values: &'a mut [f32],
}

impl<'a> RowWriter<'a> {
    fn new(indices: &'a mut [u16], values: &'a mut [f32]) -> Self {
        Self { length: 0, indices, values }
    }

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
