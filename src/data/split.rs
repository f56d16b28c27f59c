//! Splits of data into training, validation and test rows, in place.
//!
//! The rows are exchanged within their slices, each target with its input; no copy is made. All functions
//! give the same order for the same seed on every machine, and leave the slices unchanged where they return
//! an error. They draw from a separate stream, so that the same seed may also be used for the data set, the
//! initial weights and the training.

use core::mem::{swap, take};
use core::num::{NonZeroU32, NonZeroU64};

use crate::check::{check_lengths, count_classes, count_setting};
use crate::scalar::random::{Purpose, generator, uniform_below};
use crate::{Error, Row, Samples};

pub use crate::data::k_fold::KFold;

/// Some rows of a data set, borrowed from the slices that were split. They can still be changed, for instance
/// scaled by a [`StandardScaler`](crate::StandardScaler) made from the training rows alone.
#[derive(Debug, PartialEq)]
pub struct Part<'a, X, Y> {
    /// The inputs.
    pub inputs: &'a mut [X],
    /// Their targets.
    pub targets: &'a mut [Y],
}

impl<X: Row, Y> Part<'_, X, Y> {
    /// The rows as samples.
    ///
    /// # Errors
    /// As [`Samples::new`].
    pub fn samples(&self) -> Result<Samples<'_, X, Y>, Error> {
        Samples::new(self.inputs, self.targets)
    }
}

/// Rows to train with and rows to test with.
#[derive(Debug, PartialEq)]
pub struct Split<'a, X, Y> {
    /// The rows to train with.
    pub train: Part<'a, X, Y>,
    /// The rows to test with.
    pub test: Part<'a, X, Y>,
}

/// Rows to train with, to validate with, and to test with.
#[derive(Debug, PartialEq)]
pub struct ThreeWaySplit<'a, X, Y> {
    /// The rows to train with.
    pub train: Part<'a, X, Y>,
    /// The rows that decide on early stopping and on settings.
    pub validation: Part<'a, X, Y>,
    /// The rows to test with, once, at the end.
    pub test: Part<'a, X, Y>,
}

/// A number of rows: a count (`usize`), or a share of all rows (`f64`), rounded up.
///
/// A share of 0.25 of 10 rows is 3 rows, as in scikit-learn. There has to be a row for this part and one for
/// the rest.
pub trait Size: sealed::Rows {}

impl Size for usize {}
impl Size for f64 {}

mod sealed {
    use core::num::NonZeroU32;

    use crate::Error;

    /// Keeps others from implementing [`Size`](super::Size).
    pub trait Rows: Copy {
        /// The number of rows among `all`.
        fn of(self, name: &'static str, all: NonZeroU32) -> Result<u32, Error>;
    }

    impl Rows for usize {
        fn of(self, name: &'static str, all: NonZeroU32) -> Result<u32, Error> {
            let most = all.get().saturating_sub(1);
            match u32::try_from(self) {
                Ok(rows) if rows >= 1 && rows <= most => Ok(rows),
                _ => Err(Error::Setting { name, value: self as f32, range: [1.0, most as f32] }),
            }
        }
    }

    impl Rows for f64 {
        fn of(self, name: &'static str, all: NonZeroU32) -> Result<u32, Error> {
            let all = f64::from(all.get());
            let rows = libm::ceil(self * all);
            if rows >= 1.0 && rows < all {
                return Ok(rows as u32);
            }
            let share = 1.0 / all;
            Err(Error::Setting { name, value: self as f32, range: [share as f32, (1.0 - share) as f32] })
        }
    }
}

/// Puts the rows into a random order; each target stays with its input.
///
/// All orders are equally likely up to a bias of less than 2⁻³² in each draw, and up to the number of seeds,
/// 2⁶⁴: 21 rows already have 5.1·10¹⁹ orders, more than the 1.8·10¹⁹ seeds.
///
/// ```
/// use bareprop::split::shuffle_rows;
/// let (mut inputs, mut targets) = ([[1.0], [2.0], [3.0], [4.0]], [1, 2, 3, 4]);
/// shuffle_rows(&mut inputs, &mut targets, 7)?;
/// assert_ne!(targets, [1, 2, 3, 4]);
/// assert!(inputs.iter().zip(targets).all(|(input, target)| input[0] == f64::from(target)));
/// # Ok::<(), bareprop::Error>(())
/// ```
///
/// # Errors
/// [`Error::Empty`] without rows, [`Error::Lengths`] unless there are as many targets, [`Error::Setting`] of
/// `rows` for more than 2³² − 1 rows.
///
/// Source: R. Durstenfeld (1964), "Algorithm 235: Random permutation", after R. Fisher and F. Yates.
pub fn shuffle_rows<X, Y>(inputs: &mut [X], targets: &mut [Y], seed: u64) -> Result<(), Error> {
    let mut left = count_rows(inputs.len(), targets.len())?.get();
    let mut rng = generator(seed, Purpose::Split);
    let (mut inputs, mut targets) = (inputs, targets);
    while let (Some((input, inputs_before)), Some((target, targets_before))) =
        (take(&mut inputs).split_last_mut(), take(&mut targets).split_last_mut())
    {
        let chosen = uniform_below(&mut rng, left) as usize;
        // Where `chosen` is the last of the rows left, that row stays in its place.
        if let (Some(other_input), Some(other_target)) = (inputs_before.get_mut(chosen), targets_before.get_mut(chosen))
        {
            swap(input, other_input);
            swap(target, other_target);
        }
        left = left.saturating_sub(1);
        (inputs, targets) = (inputs_before, targets_before);
    }
    Ok(())
}

/// Shuffles the rows as [`shuffle_rows`] does and takes the last `test` of them as test rows, a count or a
/// share.
///
/// ```
/// use bareprop::split::train_test_split;
/// let mut inputs = [[0.0], [1.0], [2.0], [3.0], [4.0]];
/// let mut targets = [[0.0], [2.0], [4.0], [6.0], [8.0]];
/// let split = train_test_split(&mut inputs, &mut targets, 2, 42)?;
/// assert_eq!((split.train.inputs.len(), split.test.inputs.len()), (3, 2));
/// assert_eq!(split.test.targets[0][0], 2.0 * split.test.inputs[0][0]);
/// let split = train_test_split(&mut inputs, &mut targets, 0.2, 42)?;
/// assert_eq!(split.test.samples()?.rows(), 1);
/// # Ok::<(), bareprop::Error>(())
/// ```
///
/// # Errors
/// As [`shuffle_rows`], and [`Error::Setting`] of `test` unless there is a row for each part.
pub fn train_test_split<'a, X, Y>(
    inputs: &'a mut [X],
    targets: &'a mut [Y],
    test: impl Size,
    seed: u64,
) -> Result<Split<'a, X, Y>, Error> {
    let test = test.of("test", count_rows(inputs.len(), targets.len())?)?;
    shuffle_rows(inputs, targets, seed)?;
    divide(inputs, targets, test)
}

/// Shuffles the rows as [`shuffle_rows`] does and takes the last `test` of them as test rows and the
/// `validation` before them as validation rows: counts, or shares of all rows.
///
/// ```
/// use bareprop::split::{ThreeWaySplit, train_validation_test_split};
/// let (mut inputs, mut targets) = ([[0.0]; 10], [0; 10]);
/// let ThreeWaySplit { train, validation, test } =
///     train_validation_test_split(&mut inputs, &mut targets, 0.1, 0.25, 42)?;
/// assert_eq!([train.inputs.len(), validation.inputs.len(), test.inputs.len()], [6, 1, 3]);
/// # Ok::<(), bareprop::Error>(())
/// ```
///
/// # Errors
/// As [`train_test_split`], and [`Error::Setting`] of `validation`.
pub fn train_validation_test_split<'a, X, Y>(
    inputs: &'a mut [X],
    targets: &'a mut [Y],
    validation: impl Size,
    test: impl Size,
    seed: u64,
) -> Result<ThreeWaySplit<'a, X, Y>, Error> {
    let [validation, test] = three_ways(count_rows(inputs.len(), targets.len())?, validation, test)?;
    shuffle_rows(inputs, targets, seed)?;
    let Split { train: rest, test } = divide(inputs, targets, test)?;
    let Split { train, test: validation } = divide(rest.inputs, rest.targets, validation)?;
    Ok(ThreeWaySplit { train, validation, test })
}

/// Splits as [`train_test_split`] does, with the same share of each of `K` classes in both parts, as nearly
/// as whole rows allow.
///
/// Of the cₖ rows of class k, cₖ·(rows − test)/rows are for training. This number is rounded up for the
/// classes with the largest remainders (the lower class first where they are equal), and down for the others.
///
/// A rare class can be left without a row in one of the parts, as in scikit-learn. Of 20 rows with 2 of class
/// 1 and 4 to test, 1.6 of class 1 are for training. That is rounded up to 2, and none is left for the test.
/// With 16 to test it is 0.4, and none is left for training.
///
/// `class` returns the class of a target, from 0. Cost: 2·rows calls of it, and 8·K bytes of stack.
///
/// ```
/// use bareprop::split::stratified_split;
/// let mut inputs = [[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]];
/// let mut targets = [0, 0, 0, 0, 1, 1];
/// let split = stratified_split::<2, _, _>(&mut inputs, &mut targets, 3, 42, |&class| class)?;
/// assert_eq!(split.train.targets.iter().sum::<usize>(), 1);
/// assert_eq!(split.test.targets.iter().sum::<usize>(), 1);
/// # Ok::<(), bareprop::Error>(())
/// ```
///
/// # Errors
/// As [`train_test_split`], and [`Error::Class`] where a class is not below `K`.
pub fn stratified_split<'a, const K: usize, X, Y>(
    inputs: &'a mut [X],
    targets: &'a mut [Y],
    test: impl Size,
    seed: u64,
    class: impl Fn(&Y) -> usize,
) -> Result<Split<'a, X, Y>, Error> {
    let test = test.of("test", count_rows(inputs.len(), targets.len())?)?;
    let mut counts = count_classes::<K, Y>(targets, &class)?;
    shuffle_rows(inputs, targets, seed)?;
    stratify(inputs, targets, test, &mut counts, &class)
}

/// Splits as [`train_validation_test_split`] does, with the same share of each of `K` classes in all parts,
/// as [`stratified_split`] gives it: first the test rows, then the validation rows from the rest.
///
/// ```
/// use bareprop::split::stratified_three_way_split;
/// let (mut inputs, mut classes) = ([[0.0]; 10], [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
/// let split = stratified_three_way_split::<2, _, _>(&mut inputs, &mut classes, 2, 4, 42, |&class| class)?;
/// let ones = [&split.train, &split.validation, &split.test].map(|part| part.targets.iter().sum::<usize>());
/// assert_eq!(ones, [2, 1, 2]);
/// # Ok::<(), bareprop::Error>(())
/// ```
///
/// # Errors
/// As [`stratified_split`], and [`Error::Setting`] of `validation`.
pub fn stratified_three_way_split<'a, const K: usize, X, Y>(
    inputs: &'a mut [X],
    targets: &'a mut [Y],
    validation: impl Size,
    test: impl Size,
    seed: u64,
    class: impl Fn(&Y) -> usize,
) -> Result<ThreeWaySplit<'a, X, Y>, Error> {
    let [validation, test] = three_ways(count_rows(inputs.len(), targets.len())?, validation, test)?;
    let mut counts = count_classes::<K, Y>(targets, &class)?;
    shuffle_rows(inputs, targets, seed)?;
    let Split { train: rest, test } = stratify(inputs, targets, test, &mut counts, &class)?;
    let Split { train, test: validation } = stratify(rest.inputs, rest.targets, validation, &mut counts, &class)?;
    Ok(ThreeWaySplit { train, validation, test })
}

/// The numbers of validation rows and of test rows. A row is left for training.
fn three_ways(rows: NonZeroU32, validation: impl Size, test: impl Size) -> Result<[u32; 2], Error> {
    let [validation, test] = [validation.of("validation", rows)?, test.of("test", rows)?];
    let most = rows.get().saturating_sub(test).saturating_sub(1);
    if validation <= most {
        return Ok([validation, test]);
    }
    Err(Error::Setting { name: "validation", value: validation as f32, range: [1.0, most as f32] })
}

/// Takes `test` rows of rows that were shuffled, with the same share of each class in both parts. `counts` are
/// those of the classes; those of the other rows afterwards.
fn stratify<'a, const K: usize, X, Y>(
    inputs: &'a mut [X],
    targets: &'a mut [Y],
    test: u32,
    counts: &mut [u32; K],
    class: &impl Fn(&Y) -> usize,
) -> Result<Split<'a, X, Y>, Error> {
    let rows = count_rows(inputs.len(), targets.len())?;
    allot(counts, rows.get().saturating_sub(test), rows);
    gather(inputs, targets, &mut counts.clone(), class);
    divide(inputs, targets, test)
}

/// The number of rows of two slices that belong together.
pub(crate) fn count_rows(inputs: usize, targets: usize) -> Result<NonZeroU32, Error> {
    check_lengths("inputs and targets", inputs, targets)?;
    let rows = u32::try_from(inputs).map_err(|_| count_setting("rows", inputs, 1))?;
    NonZeroU32::new(rows).ok_or(Error::Empty)
}

/// Replaces the count of each class among `rows` rows by its share of `seats` rows: counts of 18 and 2 in 20
/// rows become 14 and 2 for 16 seats, from 14.4 and 1.6.
/// Source: the method of largest remainders (T. Hare, 1857; A. Hamilton, 1792), exact in integers.
fn allot<const K: usize>(counts: &mut [u32; K], seats: u32, rows: NonZeroU32) {
    let rows = NonZeroU64::from(rows);
    let mut remainders = [0_u32; K];
    let mut left = seats;
    for (count, remainder) in counts.iter_mut().zip(&mut remainders) {
        let product = u64::from(*count) * u64::from(seats);
        (*count, *remainder) = ((product / rows) as u32, (product % rows) as u32);
        left = left.saturating_sub(*count);
    }
    for _ in 0..left {
        let largest = remainders.iter().fold(0, |largest, &remainder| remainder.max(largest));
        if let Some((count, remainder)) = counts.iter_mut().zip(&mut remainders).find(|(_, r)| **r == largest) {
            *count = count.saturating_add(1);
            *remainder = 0;
        }
    }
}

/// Moves the first `quotas[k]` rows of each class k to the front, in their order.
fn gather<const K: usize, X, Y>(
    inputs: &mut [X],
    targets: &mut [Y],
    quotas: &mut [u32; K],
    class: impl Fn(&Y) -> usize,
) {
    let mut front = 0_usize;
    for row in 0..targets.len() {
        let quota = targets.get(row).and_then(|target| quotas.get_mut(class(target)));
        let Some(quota) = quota.filter(|quota| **quota > 0) else { continue };
        *quota = quota.saturating_sub(1);
        if let (Ok([a, b]), Ok([c, d])) =
            (inputs.get_disjoint_mut([front, row]), targets.get_disjoint_mut([front, row]))
        {
            swap(a, b);
            swap(c, d);
        }
        front = front.saturating_add(1);
    }
}

/// Cuts off the last `test` rows.
pub(crate) fn divide<'a, X, Y>(inputs: &'a mut [X], targets: &'a mut [Y], test: u32) -> Result<Split<'a, X, Y>, Error> {
    let rows = inputs.len().saturating_sub(test as usize);
    let parts = (inputs.split_at_mut_checked(rows), targets.split_at_mut_checked(rows));
    let (Some((train_inputs, test_inputs)), Some((train_targets, test_targets))) = parts else {
        return Err(Error::Empty); // never: count_rows saw as many targets as inputs
    };
    let train = Part { inputs: train_inputs, targets: train_targets };
    Ok(Split { train, test: Part { inputs: test_inputs, targets: test_targets } })
}
