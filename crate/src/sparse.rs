//! Sparse rows: of each row the columns and values that are not zero, as in the CSR format. Everything on the left of
//! a product is kept this way: pixels, activations behind a relu, gradients behind its mask, and their transposes.

use crate::panel::{PANEL_WIDTH, PanelMatrix, PanelRow};
use crate::simd::{LANES, Lanes};
use crate::team::Team;
use std::ops::Range;
use std::{array, iter, mem};

/// An element that is not zero. Column and value lie side by side, so that one pointer runs through a row.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Element {
    pub column: u32,
    pub value: f32,
}

/// A matrix given by its elements that are not zero.
///
/// Invariant: every range of `rows` lies within `elements`, and every column in it is less than `columns`.
#[derive(Clone, Debug)]
pub struct SparseRows {
    columns: usize,
    rows: Vec<Range<usize>>,
    elements: Vec<Element>,
}

impl SparseRows {
    /// A matrix of no rows yet.
    pub fn new(columns: usize) -> Self {
        Self { columns, rows: Vec::new(), elements: Vec::new() }
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

    /// A row's elements, in the order of their columns.
    #[inline(always)]
    pub fn row(&self, row: usize) -> &[Element] {
        &self.elements[self.rows[row].clone()]
    }

    /// Empties the matrix, and gives each of its future rows a place of so many elements.
    fn lay_out(&mut self, columns: usize, places: impl Iterator<Item = usize>) {
        self.columns = columns;
        let mut end = 0;
        self.rows.clear();
        self.rows.extend(places.map(|place| {
            end += place;
            end - place..end - place
        }));
        if self.elements.len() < end {
            self.elements.resize(end, Element::default());
        }
    }

    /// Shares the rows out, about as many for each of `parts`.
    fn parts(&mut self, parts: usize) -> impl Iterator<Item = Part<'_>> {
        // Four columns of a panel are compressed at once.
        let length = self.rows.len().div_ceil(parts).next_multiple_of(LANES);
        let columns = self.columns;
        let (mut rows, mut elements) = (&mut self.rows[..], &mut self.elements[..]);
        let (mut first_row, mut first_element) = (0, 0);
        iter::from_fn(move || {
            if rows.is_empty() {
                return None;
            }
            let length = length.min(rows.len());
            let (part_rows, other_rows) = mem::take(&mut rows).split_at_mut(length);
            let end = other_rows.first().map_or(first_element + elements.len(), |next| next.start);
            let (part_elements, other_elements) = mem::take(&mut elements).split_at_mut(end - first_element);
            let part = Part { columns, first_row, first_element, rows: part_rows, elements: part_elements };
            (first_row, first_element) = (first_row + length, end);
            (rows, elements) = (other_rows, other_elements);
            Some(part)
        })
    }

    /// Overwrites this matrix with `rows` rows, of which `row(number)` tells the columns and values, and in the last of
    /// `columns` columns the 1 that a bias is multiplied by.
    ///
    /// # Panics
    /// When a row's column isn't less than the last one.
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
                let (columns, values) = row(part.first_row + place);
                part.set_row(place, columns, values);
            }
            part.append_ones();
        });
    }

    /// Overwrites this matrix with the transpose of `source`: a counting sort by column.
    pub fn transpose_from(&mut self, source: &SparseRows, team: &mut Team) {
        let mut counts = vec![0; source.columns];
        for row in 0..source.len() {
            for element in source.row(row) {
                counts[element.column as usize] += 1;
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

    /// Overwrites this matrix with the transpose of the first `rows` rows of `source` and one more row of ones, for the
    /// biases.
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
    /// Where `elements` begins in the matrix.
    first_element: usize,
    rows: &'a mut [Range<usize>],
    elements: &'a mut [Element],
}

impl Part<'_> {
    fn set_row(&mut self, place: usize, columns: &[u16], values: impl Iterator<Item = f32>) {
        assert!(columns.iter().max().is_none_or(|&column| usize::from(column) < self.columns - 1));
        let row = &mut self.rows[place];
        let elements = &mut self.elements[row.start - self.first_element..][..columns.len()];
        for ((element, &column), value) in elements.iter_mut().zip(columns).zip(values) {
            *element = Element { column: column.into(), value };
        }
        row.end = row.start + columns.len();
    }

    fn append_ones(&mut self) {
        let one = Element { column: (self.columns - 1) as u32, value: 1.0 };
        for row in self.rows.iter_mut() {
            self.elements[row.end - self.first_element] = one;
            row.end += 1;
        }
    }

    fn transpose_from(&mut self, source: &SparseRows) {
        let columns = self.first_row..self.first_row + self.rows.len();
        for number in 0..source.len() {
            let row = source.row(number);
            let start = row.partition_point(|element| (element.column as usize) < columns.start);
            for &Element { column, value } in &row[start..] {
                let Some(target) = self.rows.get_mut(column as usize - columns.start) else { break };
                self.elements[target.end - self.first_element] = Element { column: number as u32, value };
                target.end += 1;
            }
        }
    }

    fn compress(&mut self, source: &PanelMatrix) {
        for (number, row) in (self.first_row..).zip(self.rows.iter_mut()) {
            let target = &mut self.elements[row.start - self.first_element..];
            let mut length = 0;
            for panel in 0..source.panel_count() {
                let lanes = source.panel(panel)[number].lanes();
                let groups = source.panel_width(panel).div_ceil(LANES);
                for (group, lanes) in lanes[..groups].iter().enumerate() {
                    length += append(Lanes::load(lanes), panel * PANEL_WIDTH + group * LANES, &mut target[length..]);
                }
            }
            row.end = row.start + length;
        }
    }

    fn compress_transposed_and_ones(&mut self, source: &PanelMatrix) {
        for (rows, first) in self.rows.chunks_mut(LANES).zip((self.first_row..).step_by(LANES)) {
            if first < source.columns() {
                let panel_rows = &source.panel(first / PANEL_WIDTH)[..self.columns];
                compress_four_columns(panel_rows, first % PANEL_WIDTH / LANES, rows, self.first_element, self.elements);
            }
        }
        if let Some(ones) = self.rows.get_mut(source.columns() - self.first_row) {
            let elements = &mut self.elements[ones.start - self.first_element..][..self.columns];
            for (element, column) in elements.iter_mut().zip(0..) {
                *element = Element { column, value: 1.0 };
            }
            ones.end = ones.start + self.columns;
        }
    }
}

/// Writes up to four columns of a panel as rows.
fn compress_four_columns(
    panel_rows: &[PanelRow],
    group: usize,
    rows: &mut [Range<usize>],
    first_element: usize,
    elements: &mut [Element],
) {
    for (block, block_rows) in panel_rows.chunks(LANES).enumerate() {
        let load =
            |index: usize| block_rows.get(index).map_or(Lanes::splat(0.0), |row| Lanes::load(&row.lanes()[group]));
        for (row, column) in rows.iter_mut().zip(Lanes::transpose(array::from_fn(load))) {
            row.end += append(column, block * LANES, &mut elements[row.end - first_element..]);
        }
    }
}

/// Writes the lanes that are not zero, as columns from `first` on, and returns how many they are.
///
/// # Panics
/// When `target` has no room for four elements: what follows those that count is unspecified.
#[inline(always)]
fn append(lanes: Lanes, first: usize, target: &mut [Element]) -> usize {
    let mask = lanes.nonzero_mask();
    lanes.store_elements(mask, first as u32, target.first_chunk_mut().expect("there is room for four elements"));
    mask.count_ones() as usize
}
