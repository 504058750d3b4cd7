//! Stochastic gradient descent, as PyTorch defines it.

use crate::kernel::{self, Epilogue};
use crate::panel::PanelRow;
use crate::simd::Lanes;
use crate::sparse::SparseRows;
use std::array;
use std::ops::Range;

/// Plain when both are 0; else, for each parameter p of gradient g:
/// `g += weight_decay * p; v = momentum * v + g; p -= rate * v`.
/// Source: PyTorch's torch.optim.SGD, with dampening 0 and without Nesterov.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    pub momentum: f32,
    pub weight_decay: f32,
}

/// How the learning rate changes over a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    Constant,
    /// Up in a straight line to the learning rate over the first fifth of the run, then down in a straight line to 0
    /// behind its last step.
    OneCycle,
}

/// The part of a run that one-cycle's warm-up takes.
const WARM_UP: f64 = 0.2;

impl Schedule {
    /// The rate of step `step` (from 0) of `steps`.
    pub fn rate(self, learning_rate: f64, step: usize, steps: usize) -> f64 {
        match self {
            Self::Constant => learning_rate,
            Self::OneCycle => {
                let (step, steps) = (step as f64, steps as f64);
                let peak = WARM_UP * steps;
                let rising = (step + 1.0) / peak;
                let falling = (steps - step) / (steps - peak);
                learning_rate * rising.min(falling).min(1.0)
            }
        }
    }
}

/// The update of a step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Update {
    pub rate: f32,
    pub sgd: Sgd,
}

impl Update {
    /// Updates rows of a panel of parameters, whose gradients are `inputs[range] * gradients`.
    pub fn rows(
        self,
        inputs: &SparseRows,
        range: Range<usize>,
        gradients: &[PanelRow],
        width: usize,
        parameters: &mut [PanelRow],
        velocities: Option<&mut [PanelRow]>,
    ) {
        let Self { rate, sgd } = self;
        if let Some(velocities) = velocities {
            let mut epilogue = Accelerate { rate, sgd, velocities, parameters };
            kernel::multiply(inputs, range, gradients, width, &mut epilogue);
        } else if sgd.weight_decay == 0.0 {
            kernel::multiply(inputs, range, gradients, width, &mut Descend { rate, parameters });
        } else {
            let mut epilogue = Decay { rate, weight_decay: sgd.weight_decay, parameters };
            kernel::multiply(inputs, range, gradients, width, &mut epilogue);
        }
    }
}

// The update rounds each product and each sum by itself, as TensorFlow and PyTorch do: where a sum of a few terms is
// written back to a parameter, a fused multiply-add would lead training away from theirs and gain no time.

/// `p -= rate * g`, which leaves parameters without a gradient as they are.
struct Descend<'a> {
    rate: f32,
    parameters: &'a mut [PanelRow],
}

impl Epilogue for Descend<'_> {
    const EMPTY_ROWS: bool = false;

    #[inline(always)]
    fn finish<const COUNT: usize>(&mut self, row: usize, gradients: [Lanes; COUNT]) {
        let rate = Lanes::splat(self.rate);
        let old: [Lanes; COUNT] = self.parameters[row].load();
        let new: [_; COUNT] = array::from_fn(|lane| old[lane].subtract_product(rate, gradients[lane]));
        self.parameters[row].store(new);
    }
}

/// `p -= rate * (g + weight_decay * p)`.
struct Decay<'a> {
    rate: f32,
    weight_decay: f32,
    parameters: &'a mut [PanelRow],
}

impl Epilogue for Decay<'_> {
    const EMPTY_ROWS: bool = true;

    #[inline(always)]
    fn finish<const COUNT: usize>(&mut self, row: usize, gradients: [Lanes; COUNT]) {
        let (rate, decay) = (Lanes::splat(self.rate), Lanes::splat(self.weight_decay));
        let old: [Lanes; COUNT] = self.parameters[row].load();
        let gradients: [_; COUNT] = array::from_fn(|lane| gradients[lane].add_product(decay, old[lane]));
        let new: [_; COUNT] = array::from_fn(|lane| old[lane].subtract_product(rate, gradients[lane]));
        self.parameters[row].store(new);
    }
}

/// `g += weight_decay * p; v = momentum * v + g; p -= rate * v`.
struct Accelerate<'a> {
    rate: f32,
    sgd: Sgd,
    velocities: &'a mut [PanelRow],
    parameters: &'a mut [PanelRow],
}

impl Epilogue for Accelerate<'_> {
    const EMPTY_ROWS: bool = true;

    #[inline(always)]
    fn finish<const COUNT: usize>(&mut self, row: usize, gradients: [Lanes; COUNT]) {
        let (rate, decay) = (Lanes::splat(self.rate), Lanes::splat(self.sgd.weight_decay));
        let momentum = Lanes::splat(self.sgd.momentum);
        let old: [Lanes; COUNT] = self.parameters[row].load();
        let gradients: [_; COUNT] = array::from_fn(|lane| gradients[lane].add_product(decay, old[lane]));
        let velocities: [Lanes; COUNT] = self.velocities[row].load();
        let velocities: [_; COUNT] = array::from_fn(|lane| gradients[lane].add_product(momentum, velocities[lane]));
        self.velocities[row].store(velocities);
        let new: [_; COUNT] = array::from_fn(|lane| old[lane].subtract_product(rate, velocities[lane]));
        self.parameters[row].store(new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    #[cfg(target_family = "wasm")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn one_cycle_peaks_after_a_fifth_and_ends_low() {
        let rate = |step| Schedule::OneCycle.rate(0.2, step, 1000);
        assert_relative_eq!(rate(0), 0.2 / 200.0);
        assert_relative_eq!(rate(199), 0.2);
        assert_relative_eq!(rate(600), 0.1);
        assert_relative_eq!(rate(999), 0.2 / 800.0);
        let highest = (0..1000).map(rate).fold(0.0, f64::max);
        assert_relative_eq!(highest, 0.2);
    }

    #[test]
    fn one_cycle_of_a_single_step_has_a_rate() {
        let rate = Schedule::OneCycle.rate(0.2, 0, 1);
        assert!(rate > 0.0 && rate <= 0.2);
    }

    #[test]
    fn constant_stays() {
        assert_eq!(Schedule::Constant.rate(0.5, 17, 20), 0.5);
    }
}
