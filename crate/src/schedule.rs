//! How the learning rate changes over a run.

/// How the learning rate changes over a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    Constant,
    /// Rises linearly to the learning rate over the first fifth of the run, then falls linearly to 0, which the step after
    /// the last would have.
    OneCycle,
}

/// The fraction of a run that one-cycle's warm-up takes.
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
