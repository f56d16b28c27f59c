//! Cross-validation with k folds, in place.

use crate::split::{Split, divide, shuffle_rows};
use crate::{Error, check};

/// k-fold cross-validation: the rows are shuffled once and divided into k folds; each fold is the test rows of
/// one [`Split`], and the other folds its training rows.
///
/// Of n rows the first n mod k folds have ⌈n/k⌉ rows, and the others ⌊n/k⌋, as in scikit-learn. The rows are
/// moved within their slices, so that every part is one slice; a split has to be dropped before the next one.
/// A fold that is scaled in place stays scaled: scale copies, or scale back with the scaler's `inverse`.
///
/// ```
/// use bareprop::split::{KFold, Split};
/// let (mut inputs, mut targets) = ([[0.0], [1.0], [2.0], [3.0], [4.0]], [0, 1, 2, 3, 4]);
/// let mut tested = vec![];
/// let mut folds = KFold::new(&mut inputs, &mut targets, 2, 42)?;
/// while let Some(Split { train, test }) = folds.next_fold() {
///     assert_eq!(train.samples()?.rows() + test.samples()?.rows(), 5);
///     tested.extend_from_slice(test.targets);
/// }
/// tested.sort();
/// assert_eq!(tested, [0, 1, 2, 3, 4]);
/// # Ok::<(), bareprop::Error>(())
/// ```
/// Source: M. Stone (1974), "Cross-Validatory Choice and Assessment of Statistical Predictions".
#[derive(Debug)]
pub struct KFold<'a, X, Y> {
    inputs: &'a mut [X],
    targets: &'a mut [Y],
    folds: usize,
    /// How many folds were given out.
    done: usize,
}

impl<'a, X, Y> KFold<'a, X, Y> {
    /// Shuffles the rows as [`shuffle_rows`] does, and divides them into `folds` folds.
    ///
    /// # Errors
    /// As [`shuffle_rows`], and [`Error::Setting`] of `folds` unless 2 ≤ `folds` ≤ rows; the rows stay as
    /// they were.
    pub fn new(inputs: &'a mut [X], targets: &'a mut [Y], folds: usize, seed: u64) -> Result<Self, Error> {
        check::check_rows("inputs and targets", inputs.len(), targets.len())?;
        if !(2..=inputs.len()).contains(&folds) {
            return Err(Error::Setting { name: "folds", value: folds as f32, range: [2.0, inputs.len() as f32] });
        }
        shuffle_rows(inputs, targets, seed)?;
        Ok(KFold { inputs, targets, folds, done: 0 })
    }

    /// The split of the next fold; `None` after the last.
    pub fn next_fold(&mut self) -> Option<Split<'_, X, Y>> {
        if self.done >= self.folds {
            return None;
        }
        // The fold tested last stands at the end. It goes to the front, so that the one before it is last.
        if let Some(before) = self.done.checked_sub(1) {
            let tested = self.size(before);
            self.inputs.rotate_right(tested.min(self.inputs.len()));
            self.targets.rotate_right(tested.min(self.targets.len()));
        }
        let test = self.size(self.done);
        self.done = self.done.saturating_add(1);
        divide(self.inputs, self.targets, test as u32).ok()
    }

    /// How many rows a fold has.
    fn size(&self, fold: usize) -> usize {
        let rows = self.inputs.len();
        let (least, longer) = (rows.checked_div(self.folds), rows.checked_rem(self.folds));
        least.unwrap_or(0).saturating_add(usize::from(fold < longer.unwrap_or(0)))
    }
}
