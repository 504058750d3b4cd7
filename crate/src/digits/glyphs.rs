//! The ways in which people write each digit. Points lie on the line that the pen draws, x to the right and y down,
//! 0 to 100 each; a point that stands twice is a corner.

mod five_to_nine;
mod zero_to_four;

use five_to_nine::{EIGHT, FIVE, NINE, SEVEN, SIX};
use zero_to_four::{FOUR, ONE, THREE, TWO, ZERO};

/// What is written without a change of mind: points that curves go through, and where the pen is lifted between them.
pub(super) type Form = &'static [[i8; 2]];

/// The pen is lifted.
pub(super) const LIFT: [i8; 2] = [i8::MAX; 2];

/// A way of writing a digit. Whoever writes it so comes out somewhere between its forms, which have the same number of
/// strokes and of points.
pub(super) struct Way {
    /// How many of a hundred people write the digit so.
    pub share: u8,
    pub forms: &'static [Form],
}

/// Those of each digit.
pub(super) static DIGITS: [&[Way]; 10] = [ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE];

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_family = "wasm")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn everybody_has_a_way_whose_forms_have_the_same_strokes_and_points() {
        for (digit, ways) in DIGITS.iter().enumerate() {
            assert_eq!(ways.iter().map(|way| usize::from(way.share)).sum::<usize>(), 100, "{digit}");
            for way in *ways {
                let layout = |form: Form| form.split(|&point| point == LIFT).map(<[_]>::len).collect::<Vec<_>>();
                let first = layout(way.forms[0]);
                assert!(first.iter().all(|&points| points >= 2), "{digit}: {first:?}");
                for form in way.forms {
                    assert_eq!(layout(form), first, "a form of {digit}");
                }
            }
        }
    }
}
