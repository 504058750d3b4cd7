//! A step of training, in three phases between which the team's threads meet. The first layer, the largest, is split by
//! its outputs' panels, so that its parameters stay in the cache of one thread; what lies between its outputs and their
//! gradient is split by examples.

use crate::augment::Canvas;
use crate::batch::EpochExamples;
use crate::clock;
use crate::dropout::{Dropout, Key, LayerDropout};
use crate::examples::CompressedExamples;
use crate::kernel::{self, Epilogue};
use crate::loss::Loss;
use crate::network::{Activation, Network};
use crate::optimizer::{Optimizer, ParameterTile, Update};
use crate::panel::{PanelMatrix, PanelRow, RowBlock, Tile};
use crate::simd::Lanes;
use crate::sparse::{SparseBlocks, SparseRows};
use crate::team::{Team, chunk};
use std::array;
use std::ops::Range;

/// The matrices that a step computes.
#[derive(Debug)]
pub(crate) struct Step {
    /// Each layer's outputs `[batch, units]`.
    outputs: Vec<PanelMatrix>,
    /// The gradient of the loss with respect to each layer's sums `[batch, units]`.
    gradients: Vec<PanelMatrix>,
    /// The weights `[outputs, inputs]` of each layer but the first: its gradient times these is that of the layer below.
    transposed_weights: Vec<PanelMatrix>,
    dropout: Option<Dropout>,
    /// Of each example of the batch, where there is dropout.
    keys: Vec<Key>,
    scratch: Vec<Scratch>,
}

/// What one thread works with.
#[derive(Clone, Debug, Default)]
struct Scratch {
    /// The left side of the product that it computes.
    rows: SparseRows,
    /// The losses of its examples.
    losses: Vec<f64>,
    /// Where it changes images.
    canvas: Canvas,
}

impl Step {
    pub fn new(network: &Network, batch_size: usize, dropout: Option<Dropout>) -> Self {
        let parameters = &network.parameters;
        let for_batch = |layer: &PanelMatrix| PanelMatrix::zeros(batch_size, layer.columns());
        let transposed = |layer: &PanelMatrix| PanelMatrix::zeros(layer.columns(), layer.rows() - 1);
        Self {
            outputs: parameters.iter().map(for_batch).collect(),
            gradients: parameters.iter().map(for_batch).collect(),
            transposed_weights: parameters[1..].iter().map(transposed).collect(),
            dropout,
            keys: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// Prepares for steps of a team of so many threads.
    pub fn prepare(&mut self, threads: usize) {
        self.scratch.resize(threads, Scratch::default());
    }

    /// Gathers a batch.
    pub fn gather(&mut self, examples: EpochExamples, batch: &[usize], blocks: &mut SparseBlocks, team: &mut Team) {
        let threads = team.threads();
        let shares = self.scratch.iter_mut().zip(blocks.blocks_mut(threads)).enumerate();
        team.fork_join(shares, |(thread, (scratch, block))| {
            examples.gather(&batch[chunk(batch.len(), threads, thread)], &mut scratch.canvas, block);
        });
    }

    /// Begins a step, the run's `number`th, on a batch of examples.
    pub fn begin(&mut self, number: usize, batch: &[usize]) {
        if let Some(dropout) = self.dropout {
            self.keys.clear();
            self.keys.extend(batch.iter().map(|&example| dropout.key(number, example)));
        }
    }

    /// The sum of the losses of the last batch's examples.
    pub fn loss(&self) -> f64 {
        self.scratch.iter().flat_map(|scratch| &scratch.losses).sum()
    }

    /// The first phase: computes the first layer's outputs, and transposes what the other phases need transposed - the
    /// weights, and the batch if `transposed_batch` says where to.
    pub fn forward_first(
        &mut self,
        network: &Network,
        batch: &SparseBlocks,
        transposed_batch: Option<&mut SparseBlocks>,
        team: &mut Team,
    ) {
        let threads = team.threads();
        let no_weights = || Vec::with_capacity(self.transposed_weights.len());
        let with_outputs = |outputs| ForwardShare { outputs, transposed_weights: no_weights(), transposed_batch: None };
        let mut shares: Vec<_> = self.outputs[0].tiles(threads).into_iter().map(with_outputs).collect();
        for weights in &mut self.transposed_weights {
            for (share, tiles) in shares.iter_mut().zip(weights.tiles(threads)) {
                share.transposed_weights.push(tiles);
            }
        }
        if let Some(transposed) = transposed_batch {
            let columns = network.inputs() + 1;
            for (thread, (share, block)) in shares.iter_mut().zip(transposed.blocks_mut(threads)).enumerate() {
                share.transposed_batch = Some((block, chunk(columns, threads, thread)));
            }
        }
        let dropped = Dropped { dropout: self.dropout, keys: &self.keys };
        team.fork_join(shares, |share| share.compute(network, batch, dropped));
    }

    /// The second phase: from the first layer's outputs to the gradient of its sums. It gathers the next batch too.
    pub fn propagate(
        &mut self,
        network: &Network,
        loss: Loss,
        examples: EpochExamples,
        batch: &[usize],
        next: (&[usize], &mut SparseBlocks),
        team: &mut Team,
    ) {
        let threads = team.threads();
        let (next, next_blocks) = next;
        let scratch = self.scratch.iter_mut().zip(next_blocks.blocks_mut(threads));
        let with_batch = |(thread, (scratch, next_block))| PropagationShare {
            batch: &batch[chunk(batch.len(), threads, thread)],
            batch_size: batch.len(),
            outputs: Vec::new(),
            gradients: Vec::new(),
            dropped: Dropped { dropout: self.dropout, keys: &self.keys },
            scratch,
            next: &next[chunk(next.len(), threads, thread)],
            next_block,
        };
        let mut shares: Vec<_> = scratch.enumerate().map(with_batch).collect();
        for (outputs, gradients) in self.outputs.iter_mut().zip(&mut self.gradients) {
            let outputs = outputs.row_blocks(batch.len(), threads, 1);
            let gradients = gradients.row_blocks(batch.len(), threads, 1);
            for (share, (outputs, gradients)) in shares.iter_mut().zip(outputs.into_iter().zip(gradients)) {
                share.outputs.push(outputs);
                share.gradients.push(gradients);
            }
        }
        let transposed_weights = &self.transposed_weights;
        team.fork_join(shares, |share| share.compute(network, loss, examples, transposed_weights));
    }

    /// The third phase: updates the parameters by the gradients of a batch of `count` examples.
    pub fn update(
        &mut self,
        network: &mut Network,
        batch: &SparseBlocks,
        count: usize,
        (optimizer, update): (&mut Optimizer, Update),
        team: &mut Team,
    ) {
        let (outputs, gradients) = (&self.outputs, &self.gradients);
        let layers = optimizer.split(&mut network.parameters, team.threads());
        let shares = layers.into_iter().zip(&mut self.scratch);
        let shares = shares.map(|(layers, scratch)| UpdateShare { layers, rows: &mut scratch.rows });
        team.fork_join(shares, |share| share.compute(update, batch, count, outputs, gradients));
    }
}

/// What is dropped of a batch's outputs.
#[derive(Clone, Copy)]
struct Dropped<'a> {
    dropout: Option<Dropout>,
    keys: &'a [Key],
}

impl<'a> Dropped<'a> {
    /// What is dropped of a layer's outputs, for some rows of the batch: nothing of the last layer's.
    fn of_layer(self, network: &Network, layer: usize, rows: Range<usize>) -> Option<LayerDropout<'a>> {
        let dropout = self.dropout.filter(|_| layer + 1 < network.parameters.len())?;
        Some(LayerDropout { dropout, layer, keys: &self.keys[rows] })
    }
}

/// One thread's share of the first phase.
struct ForwardShare<'a> {
    /// Of the first layer's outputs.
    outputs: Vec<Tile<'a>>,
    /// Of each layer's above the first.
    transposed_weights: Vec<Vec<Tile<'a>>>,
    /// A block of the transposed batch, and the batch's columns that it gets.
    transposed_batch: Option<(&'a mut SparseRows, Range<usize>)>,
}

impl ForwardShare<'_> {
    fn compute(self, network: &Network, batch: &SparseBlocks, dropped: Dropped) {
        let parameters = &network.parameters;
        for (tiles, weights) in self.transposed_weights.into_iter().zip(&parameters[1..]) {
            tiles.into_iter().for_each(|mut tile| tile.transpose_from(weights));
        }
        clock::lap("transpose weights");
        if let Some((transposed, columns)) = self.transposed_batch {
            transposed.transpose_from(batch, columns);
        }
        clock::lap("transpose batch");
        for tile in self.outputs {
            for (block, range, places) in batch.within(tile.range.clone()) {
                let first = tile.range.start + places.start;
                let dropout = dropped.of_layer(network, 0, first..first + places.len());
                network.forward_panel(0, tile.panel, (block, range), &mut tile.rows[places], dropout);
            }
        }
        clock::lap("forward 1");
    }
}

/// One thread's share of the second phase: its examples of the batch.
struct PropagationShare<'a> {
    batch: &'a [usize],
    /// Of the whole batch, over which the loss is a mean.
    batch_size: usize,
    /// Of each layer.
    outputs: Vec<RowBlock<'a>>,
    gradients: Vec<RowBlock<'a>>,
    dropped: Dropped<'a>,
    scratch: &'a mut Scratch,
    /// Its examples of the next batch, and where they are gathered.
    next: &'a [usize],
    next_block: &'a mut SparseRows,
}

impl PropagationShare<'_> {
    fn compute(mut self, network: &Network, loss: Loss, examples: EpochExamples, transposed_weights: &[PanelMatrix]) {
        let dropped = self.dropped;
        let batch_rows = self.outputs[0].rows();
        let dropout = |layer| dropped.of_layer(network, layer, batch_rows.clone());
        network.forward_above_first(&mut self.scratch.rows, &mut self.outputs, dropout);
        self.differentiate_loss(network, loss, examples.examples);
        clock::lap("loss");
        let rows = &mut self.scratch.rows;
        let scale = dropped.dropout.map_or(1.0, |dropout| dropout.scale);
        for below in (0..transposed_weights.len()).rev() {
            rows.compress(&self.gradients[below + 1]);
            clock::lap("compress gradients");
            let panels = self.outputs[below].panels().zip(self.gradients[below].panels_mut());
            for ((weights, width), (outputs, gradients)) in transposed_weights[below].panels().zip(panels) {
                kernel::multiply(rows, 0..rows.len(), weights, width, &mut ReluGradient { scale, outputs, gradients });
            }
            clock::lap("backward");
        }
        examples.gather(self.next, &mut self.scratch.canvas, self.next_block);
        clock::lap("gather");
    }

    /// Computes the losses, and their gradient with respect to the last layer's sums.
    fn differentiate_loss(&mut self, network: &Network, loss: Loss, examples: &CompressedExamples) {
        let (Some(outputs), Some(gradients)) = (self.outputs.last(), self.gradients.last_mut()) else { return };
        let mut gradient = vec![0.0; network.classes()];
        let mut scores = vec![0.0; network.classes()];
        let losses = &mut self.scratch.losses;
        losses.clear();
        for (row, &example) in self.batch.iter().enumerate() {
            outputs.read_row(row, &mut scores);
            gradient.copy_from_slice(&scores);
            losses.push(loss.differentiate(&mut gradient, examples.label(example), self.batch_size));
            if network.output_activation() == Activation::Relu {
                gradient
                    .iter_mut()
                    .zip(&scores)
                    .filter(|(_, score)| **score <= 0.0)
                    .for_each(|(gradient, _)| *gradient = 0.0);
            }
            gradients.write_row(row, &gradient);
        }
    }
}

/// One thread's share of the third phase.
struct UpdateShare<'a> {
    /// Of each layer's parameters.
    layers: Vec<Vec<ParameterTile<'a>>>,
    /// Is overwritten.
    rows: &'a mut SparseRows,
}

impl UpdateShare<'_> {
    /// Updates the parameters by their gradients: a layer's transposed inputs times the gradient of its sums. Those of the
    /// first layer are `batch`, which is transposed already.
    fn compute(
        mut self,
        update: Update,
        batch: &SparseBlocks,
        count: usize,
        outputs: &[PanelMatrix],
        gradients: &[PanelMatrix],
    ) {
        let (first, above) = self.layers.split_first_mut().expect("a network has a layer");
        for (layer, tiles) in (1..).zip(above) {
            // Every tile has the same rows: the inputs that these belong to are compressed once.
            let Some(range) = tiles.first().map(ParameterTile::range) else { continue };
            self.rows.compress_columns_and_ones(&outputs[layer - 1], count, range.clone());
            clock::lap("compress columns");
            for tile in tiles {
                update.apply(self.rows, 0..range.len(), gradients[layer].panel(tile.panel()), tile, 0..range.len());
            }
            clock::lap("update above 1");
        }
        // The last panels first: it leaves the first ones in the cache, with which the next step begins.
        for tile in first.iter_mut().rev() {
            for (block, range, places) in batch.within(tile.range()) {
                update.apply(block, range, gradients[0].panel(tile.panel()), tile, places);
            }
        }
        clock::lap("update 1");
    }
}

/// Stores sums, scaled as the outputs were, where the layer's relu let its output through and it was not dropped, else 0:
/// the derivative of relu at 0 is 0.
struct ReluGradient<'a> {
    scale: f32,
    outputs: &'a [PanelRow],
    gradients: &'a mut [PanelRow],
}

impl Epilogue for ReluGradient<'_> {
    const EMPTY_ROWS: bool = true;

    #[inline(always)]
    fn finish<const COUNT: usize>(&mut self, row: usize, sums: [Lanes; COUNT]) {
        let scale = Lanes::splat(self.scale);
        let outputs: [Lanes; COUNT] = self.outputs[row].load();
        let gradients: [_; COUNT] = array::from_fn(|lane| sums[lane].multiply(scale).where_positive(outputs[lane]));
        self.gradients[row].store(gradients);
    }
}
