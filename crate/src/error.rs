//! What callers can do wrong, each in one sentence.

use crate::limits::{MAX_BATCH_SIZE, MAX_LAYER_SIZE};
use thiserror::Error;

#[derive(Clone, Debug, Error, PartialEq)]
pub enum Error {
    #[error("an example has {inputs} inputs, but 1 to {MAX_LAYER_SIZE} are possible")]
    InputCount { inputs: usize },
    #[error("there are {classes} classes, but 1 to {MAX_LAYER_SIZE} are possible")]
    ClassCount { classes: usize },
    #[error("{examples} examples of {inputs} inputs need {} values, got {values}", examples.saturating_mul(*inputs))]
    Size { values: usize, examples: usize, inputs: usize },
    #[error("the label of example {example} is {label}, but there are only classes 0 to {}", classes - 1)]
    Label { example: usize, label: u16, classes: usize },
    #[error("input {input} of example {example} is not a finite number")]
    NotFinite { example: usize, input: usize },
    #[error("a set of examples holds either pixels or floats, not both")]
    MixedValues,
    #[error("layer {layer} has {units} units, but 1 to {MAX_LAYER_SIZE} are possible")]
    LayerSize { layer: usize, units: usize },
    #[error("a network needs an input and an output layer, got {layers} layers")]
    LayerCount { layers: usize },
    #[error("these layers have {expected} parameters, got {parameters}")]
    ParameterCount { expected: usize, parameters: usize },
    #[error(
        "the network takes {expected} inputs in {expected_classes} classes, but the examples have {inputs} and {classes}"
    )]
    Examples { expected: usize, expected_classes: usize, inputs: usize, classes: usize },
    #[error("examples {start} to {end} were asked for, but there are {examples}")]
    Range { start: usize, end: usize, examples: usize },
    #[error("a batch has {batch_size} examples, but 1 to {MAX_BATCH_SIZE} are possible")]
    BatchSize { batch_size: usize },
    #[error("an image of {inputs} pixels can't be {width} pixels wide")]
    Width { width: usize, inputs: usize },
    #[error("there is no memory for so many examples")]
    Memory,
    #[error("the optimizer has no moment {number}")]
    Moment { number: usize },
    #[error("the moment is not of the run's layers")]
    MomentShape,
}
