//! What a network is trained to make small.

/// The loss of a batch is the mean of its examples' losses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// An example's loss is the mean over the outputs of (one-hot - score)^2.
    MeanSquaredError,
    /// An example's loss is -ln softmax(scores)[label].
    CrossEntropy,
}

impl Loss {
    /// Returns one example's loss, and turns its scores into the gradient of a batch of `examples` examples with
    /// respect to them.
    pub fn differentiate(self, scores: &mut [f32], label: usize, examples: usize) -> f64 {
        match self {
            Self::MeanSquaredError => squared_error(scores, label, examples),
            Self::CrossEntropy => cross_entropy(scores, label, examples),
        }
    }
}

fn squared_error(scores: &mut [f32], label: usize, examples: usize) -> f64 {
    let scale = 2.0 / (examples * scores.len()) as f32;
    let mut sum = 0.0;
    for (class, score) in scores.iter_mut().enumerate() {
        let error = *score - if class == label { 1.0 } else { 0.0 };
        sum += f64::from(error) * f64::from(error);
        *score = scale * error;
    }
    sum / scores.len() as f64
}

fn cross_entropy(scores: &mut [f32], label: usize, examples: usize) -> f64 {
    // The largest score is taken off first, so that no exponential overflows.
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let of_label = scores[label] - largest;
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - largest).exp();
        sum += *score;
    }
    let scale = 1.0 / examples as f32;
    for score in scores.iter_mut() {
        *score *= scale / sum;
    }
    scores[label] -= scale;
    f64::from(sum).ln() - f64::from(of_label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    #[cfg(target_family = "wasm")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn squared_error_of_two_outputs() {
        let mut scores = [0.5, 0.25];
        let loss = Loss::MeanSquaredError.differentiate(&mut scores, 0, 4);
        assert_relative_eq!(loss, (0.25 + 0.0625) / 2.0);
        assert_eq!(scores, [-0.5 * 2.0 / 8.0, 0.25 * 2.0 / 8.0]);
    }

    #[test]
    fn cross_entropy_of_huge_scores_is_finite() {
        let mut scores = [1000.0, 999.0, -1000.0];
        let loss = Loss::CrossEntropy.differentiate(&mut scores, 1, 1);
        assert_relative_eq!(loss, 1.0 + (-1.0f64).exp().ln_1p(), max_relative = 1e-6);
        assert_relative_eq!(scores.iter().sum::<f32>(), 0.0, epsilon = 1e-6);
    }

    #[test]
    fn a_score_that_is_not_a_number_gives_such_a_loss() {
        for loss in [Loss::MeanSquaredError, Loss::CrossEntropy] {
            assert!(!loss.differentiate(&mut [0.0, f32::NAN], 0, 1).is_finite());
            assert!(!loss.differentiate(&mut [f32::INFINITY, 0.0], 1, 1).is_finite());
        }
    }
}
