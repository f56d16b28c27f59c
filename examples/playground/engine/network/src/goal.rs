//! The loss, chosen at run time.

use bareprop::{BinaryCrossEntropy, Error, Huber, Loss, MeanSquaredError};

/// One of the losses of a single output.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Goal {
    Binary(BinaryCrossEntropy),
    Squared(MeanSquaredError),
    Huber(Huber),
}

/// Evaluates an expression with the loss, whichever it is.
macro_rules! with {
    ($goal:expr, $loss:ident => $value:expr) => {
        match $goal {
            Goal::Binary($loss) => $value,
            Goal::Squared($loss) => $value,
            Goal::Huber($loss) => $value,
        }
    };
}

impl Loss<[f32; 1]> for Goal {
    type Target = [f32; 1];

    fn check(&self) -> Result<(), Error> {
        with!(self, loss => Loss::<[f32; 1]>::check(loss))
    }

    fn check_target(&self, row: usize, target: &[f32; 1]) -> Result<(), Error> {
        with!(self, loss => loss.check_target(row, target))
    }

    fn evaluate(&self, logits: &[f32; 1], target: &[f32; 1], delta: &mut [f32; 1]) -> f32 {
        with!(self, loss => loss.evaluate(logits, target, delta))
    }

    fn link(&self, logits: &mut [f32; 1]) {
        with!(self, loss => loss.link(logits));
    }
}
