//! Sparse rows: the columns and values of each row's elements that are not zero, as in the CSR format. Every left side
//! of a product is stored this way: pixels, outputs of a relu, gradients that passed its mask, and their transposes.

use crate::panel::{PANEL_WIDTH, PanelMatrix, PanelRow, RowBlock};
use crate::simd::{LANES, Lanes};
use std::ops::Range;
use std::{array, iter};

/// The size of a panel's row.
pub(crate) const BYTES_PER_COLUMN: u32 = size_of::<PanelRow>() as u32;
const _: () = assert!(BYTES_PER_COLUMN.is_power_of_two(), "offsets are computed by shifting");

/// An element that is not zero. Value and column lie side by side, so that the kernel needs one pointer for both.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Element {
    pub value: f32,
    /// Where in a panel the row of this element's column begins, in bytes: the kernel adds it to the panel's address.
    offset: u32,
}

impl Element {
    pub fn new(column: u32, value: f32) -> Self {
        Self { value, offset: column * BYTES_PER_COLUMN }
    }

    #[inline(always)]
    pub fn column(&self) -> usize {
        (self.offset / BYTES_PER_COLUMN) as usize
    }

    /// Where in a panel the row of this element's column begins, in bytes.
    #[inline(always)]
    pub fn offset(&self) -> u32 {
        self.offset
    }
}

/// A matrix given by its elements that are not zero.
///
/// Invariant: every range of `rows` lies within `elements`, and every column in it is less than `columns`.
#[derive(Clone, Debug, Default)]
pub struct SparseRows {
    columns: usize,
    rows: Vec<Range<usize>>,
    elements: Vec<Element>,
}

impl SparseRows {
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

    /// A row's elements from a column on.
    fn row_from(&self, row: usize, first: usize) -> &[Element] {
        let row = self.row(row);
        &row[row.partition_point(|element| element.column() < first)..]
    }

    /// Empties the matrix, and makes room for so many elements.
    ///
    /// # Panics
    /// When there are more columns than an element can name, 33 million.
    pub fn clear(&mut self, columns: usize, elements: usize) {
        assert!(columns <= (u32::MAX / BYTES_PER_COLUMN) as usize, "{columns} columns are too many");
        self.columns = columns;
        self.rows.clear();
        self.make_room(elements);
    }

    fn make_room(&mut self, elements: usize) {
        if self.elements.len() < elements {
            // Growing by doubling would take up to twice the memory, which WebAssembly never gives back.
            self.elements.reserve_exact(elements - self.elements.len());
            self.elements.resize(elements, Element::default());
        }
    }

    /// Adds a row, and in the last column the 1 that a bias is multiplied by.
    ///
    /// # Panics
    /// When one of `columns` isn't less than the last one, or there aren't as many values as columns.
    pub fn push_and_one(&mut self, columns: &[u16], values: impl ExactSizeIterator<Item = f32>) {
        assert!(columns.len() == values.len() && self.columns > 0);
        assert!(columns.iter().max().is_none_or(|&column| usize::from(column) < self.columns - 1));
        let start = self.rows.last().map_or(0, |row| row.end);
        let end = start + columns.len();
        self.make_room(end + 1);
        for ((element, &column), value) in self.elements[start..end].iter_mut().zip(columns).zip(values) {
            *element = Element::new(column.into(), value);
        }
        self.rows.push(start..end);
        self.end_last_row_with_one();
    }

    /// Adds a row that `write` writes, and in the last column the 1 that a bias is multiplied by.
    pub(crate) fn push_written_and_one(&mut self, write: impl FnOnce(&mut RowWriter)) {
        assert!(self.columns > 0);
        let start = self.rows.last().map_or(0, |row| row.end);
        // Whole vectors are written, at the end of the row too.
        self.make_room(start + self.columns + LANES);
        let mut writer = RowWriter { columns: self.columns - 1, elements: &mut self.elements[start..], end: 0 };
        write(&mut writer);
        let end = start + writer.end;
        self.rows.push(start..end);
        self.end_last_row_with_one();
    }

    /// Moves a row's elements, but for the one in the last column, to other columns, or out of the matrix.
    ///
    /// # Panics
    /// When `to` gives the last column, or one beyond it.
    pub(crate) fn move_inputs(&mut self, row: usize, to: impl Fn(usize) -> Option<usize>) {
        let Range { start, end } = self.rows[row];
        let elements = &mut self.elements[start..end];
        let one = elements.len() - 1;
        let mut kept = 0;
        for place in 0..one {
            let Element { value, offset } = elements[place];
            let column = to((offset / BYTES_PER_COLUMN) as usize);
            assert!(column.is_none_or(|column| column < self.columns - 1));
            elements[kept] = Element::new(column.unwrap_or(0) as u32, value);
            kept += usize::from(column.is_some());
        }
        elements[kept] = elements[one];
        self.rows[row].end = start + kept + 1;
    }

    fn end_last_row_with_one(&mut self) {
        let row = self.rows.last_mut().expect("there is a row");
        self.elements[row.end] = Element::new((self.columns - 1) as u32, 1.0);
        row.end += 1;
    }

    /// Empties the matrix, and gives it empty rows with room for so many elements each.
    fn reserve_rows(&mut self, columns: usize, capacities: impl Iterator<Item = usize>) {
        self.clear(columns, 0);
        let mut end = 0;
        self.rows.extend(capacities.map(|capacity| {
            end += capacity;
            end - capacity..end - capacity
        }));
        self.make_room(end);
    }

    /// Overwrites this matrix with some columns of `source`, each as a row: a counting sort.
    pub fn transpose_from(&mut self, source: &SparseBlocks, columns: Range<usize>) {
        let first = columns.start;
        let mut counts = vec![0; columns.len()];
        for block in &source.0 {
            for row in 0..block.len() {
                for element in block.row_from(row, first) {
                    let Some(count) = counts.get_mut(element.column() - first) else { break };
                    *count += 1;
                }
            }
        }
        self.reserve_rows(source.len(), counts.into_iter());
        let mut number = 0;
        for block in &source.0 {
            for row in 0..block.len() {
                for element in block.row_from(row, first) {
                    let Some(target) = self.rows.get_mut(element.column() - first) else { break };
                    self.elements[target.end] = Element::new(number, element.value);
                    target.end += 1;
                }
                number += 1;
            }
        }
    }

    /// Overwrites this matrix with the rows of `source`.
    pub fn compress(&mut self, source: &RowBlock) {
        self.clear(source.columns(), 0);
        self.compress_rows(source, |_| ());
    }

    /// Overwrites this matrix with the rows of `source` and one more column of ones, for the biases.
    pub fn compress_and_ones(&mut self, source: &RowBlock) {
        self.clear(source.columns() + 1, 0);
        self.compress_rows(source, Self::end_last_row_with_one);
    }

    fn compress_rows(&mut self, source: &RowBlock, finish_row: impl Fn(&mut Self)) {
        let rows = source.rows().len();
        // Whole vectors are written, at the end of the last row too.
        self.make_room(rows * self.columns + LANES);
        let mut end = 0;
        for number in 0..rows {
            let start = end;
            for (panel, first) in source.panels().zip((0..).step_by(PANEL_WIDTH)) {
                let groups = (source.columns() - first).min(PANEL_WIDTH).div_ceil(LANES);
                for (lanes, column) in panel[number].lanes()[..groups].iter().zip((first..).step_by(LANES)) {
                    // Beyond the last column a panel may hold anything.
                    let width = (source.columns() - column).min(LANES);
                    end += append(Lanes::load(lanes), width, column, &mut self.elements[end..]);
                }
            }
            self.rows.push(start..end);
            finish_row(self);
            end = self.rows[number].end;
        }
    }

    /// Overwrites this matrix with some columns of the first `rows` rows of `source`, each as a row. The source counts as
    /// having one more column, of ones, for the biases. The first of `columns` must be a multiple of four.
    pub fn compress_columns_and_ones(&mut self, source: &PanelMatrix, rows: usize, columns: Range<usize>) {
        assert!(columns.start.is_multiple_of(LANES) && columns.end <= source.columns() + 1);
        self.reserve_rows(rows, iter::repeat_n(rows + LANES, columns.len()));
        for (targets, first) in self.rows.chunks_mut(LANES).zip(columns.clone().step_by(LANES)) {
            if first < source.columns() {
                let panel_rows = &source.panel(first / PANEL_WIDTH)[..rows];
                compress_four_columns(panel_rows, first % PANEL_WIDTH / LANES, targets, &mut self.elements);
            }
        }
        if columns.contains(&source.columns()) {
            let ones = self.rows.last_mut().expect("there is a row for each column");
            ones.end = ones.start + rows;
            for (element, column) in self.elements[ones.clone()].iter_mut().zip(0..) {
                *element = Element::new(column, 1.0);
            }
        }
    }
}

/// Writes a row, some columns at a time.
pub(crate) struct RowWriter<'a> {
    columns: usize,
    elements: &'a mut [Element],
    end: usize,
}

impl RowWriter<'_> {
    /// Adds those of the first `width` lanes that are not zero, as columns from `first` on, which lie behind all before.
    ///
    /// # Panics
    /// When these are more columns than there are.
    #[inline(always)]
    pub fn append(&mut self, lanes: Lanes, width: usize, first: usize) {
        assert!(first + width <= self.columns);
        self.end += append(lanes, width, first, &mut self.elements[self.end..]);
    }
}

/// Sparse rows in blocks, one below the other, each written by one thread.
#[derive(Clone, Debug, Default)]
pub struct SparseBlocks(Vec<SparseRows>);

impl SparseBlocks {
    /// So many blocks, to write.
    pub fn blocks_mut(&mut self, blocks: usize) -> &mut [SparseRows] {
        self.0.resize(blocks, SparseRows::default());
        &mut self.0
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.0.iter().map(SparseRows::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The blocks that a range of the rows lies in: of each, which of its own rows do, and where these lie in the range.
    /// What the range has beyond the last row is left out.
    pub fn within(&self, range: Range<usize>) -> impl Iterator<Item = (&SparseRows, Range<usize>, Range<usize>)> {
        let mut first = 0;
        self.0.iter().filter_map(move |block| {
            let begin = first;
            first += block.len();
            let (start, end) = (range.start.max(begin), range.end.min(first));
            (start < end).then(|| (block, start - begin..end - begin, start - range.start..end - range.start))
        })
    }
}

/// Writes up to four columns of a panel as rows.
fn compress_four_columns(panel_rows: &[PanelRow], group: usize, rows: &mut [Range<usize>], elements: &mut [Element]) {
    for (block, block_rows) in panel_rows.chunks(LANES).enumerate() {
        let load =
            |index: usize| block_rows.get(index).map_or(Lanes::splat(0.0), |row| Lanes::load(&row.lanes()[group]));
        for (row, column) in rows.iter_mut().zip(Lanes::transpose(array::from_fn(load))) {
            row.end += append(column, LANES, block * LANES, &mut elements[row.end..]);
        }
    }
}

/// Writes those of the first `width` lanes that are not zero, as columns from `first` on, and returns their number. What
/// follows them in the four elements that are written is unspecified.
///
/// # Panics
/// When `target` has no room for four elements.
#[inline(always)]
fn append(lanes: Lanes, width: usize, first: usize, target: &mut [Element]) -> usize {
    let mask = lanes.nonzero_mask() & ((1 << width) - 1);
    lanes.store_elements(mask, first as u32, target.first_chunk_mut().expect("there is room for four elements"));
    mask.count_ones() as usize
}
