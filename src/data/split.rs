//! Splits of data into training and test rows, in place.
//!
//! The rows are exchanged within their slices, each target with its input; no copy is made. All functions
//! give the same order for the same seed on every machine, and leave the slices unchanged where they return
//! an error. They draw from a separate stream, so that the same seed may also be used for the data set, the
//! initial weights and the training.

use core::mem::{swap, take};
use core::num::{NonZeroU32, NonZeroU64};

use crate::Error;
use crate::check::check_lengths;
use crate::scalar::random::{Purpose, generator, uniform_below};

/// The two parts of a data set, borrowed from the slices that were split. They can still be changed, for
/// instance scaled by a [`StandardScaler`](crate::StandardScaler) fitted to the training rows alone.
#[derive(Debug, PartialEq)]
pub struct Split<'a, X, Y> {
    /// The inputs to train with.
    pub train_inputs: &'a mut [X],
    /// Their targets.
    pub train_targets: &'a mut [Y],
    /// The inputs to test with.
    pub test_inputs: &'a mut [X],
    /// Their targets.
    pub test_targets: &'a mut [Y],
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

/// Shuffles the rows as [`shuffle_rows`] does and takes the last `test_rows` of them as test rows.
///
/// ```
/// use bareprop::split::train_test_split;
/// let mut inputs = [[0.0], [1.0], [2.0], [3.0], [4.0]];
/// let mut targets = [[0.0], [2.0], [4.0], [6.0], [8.0]];
/// let split = train_test_split(&mut inputs, &mut targets, 2, 42)?;
/// assert_eq!((split.train_inputs.len(), split.test_inputs.len()), (3, 2));
/// assert_eq!(split.test_targets[0][0], 2.0 * split.test_inputs[0][0]);
/// # Ok::<(), bareprop::Error>(())
/// ```
///
/// # Errors
/// As [`shuffle_rows`], and [`Error::Setting`] unless there is a row for each part: 1 ≤ `test_rows` < rows.
pub fn train_test_split<'a, X, Y>(
    inputs: &'a mut [X],
    targets: &'a mut [Y],
    test_rows: usize,
    seed: u64,
) -> Result<Split<'a, X, Y>, Error> {
    let rows = count_rows(inputs.len(), targets.len())?;
    let test_rows = check_test_rows(test_rows, rows)?;
    shuffle_rows(inputs, targets, seed)?;
    divide(inputs, targets, test_rows)
}

/// Splits as [`train_test_split`] does, with the same share of each of `K` classes in both parts, as nearly
/// as whole rows allow.
///
/// Of the cₖ rows of class k, cₖ·(rows − test_rows)/rows are for training. This number is rounded up for the
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
/// assert_eq!(split.train_targets.iter().sum::<usize>(), 1);
/// assert_eq!(split.test_targets.iter().sum::<usize>(), 1);
/// # Ok::<(), bareprop::Error>(())
/// ```
///
/// # Errors
/// As [`train_test_split`], and [`Error::Class`] where a class is not below `K`.
pub fn stratified_split<'a, const K: usize, X, Y>(
    inputs: &'a mut [X],
    targets: &'a mut [Y],
    test_rows: usize,
    seed: u64,
    class: impl Fn(&Y) -> usize,
) -> Result<Split<'a, X, Y>, Error> {
    let rows = count_rows(inputs.len(), targets.len())?;
    let test_rows = check_test_rows(test_rows, rows)?;
    let mut quotas = count_classes::<K, Y>(targets, &class)?;
    allot(&mut quotas, rows.get().saturating_sub(test_rows), rows);
    shuffle_rows(inputs, targets, seed)?;
    gather(inputs, targets, &mut quotas, class);
    divide(inputs, targets, test_rows)
}

/// The number of rows of two slices that belong together.
pub(crate) fn count_rows(inputs: usize, targets: usize) -> Result<NonZeroU32, Error> {
    check_lengths(inputs, targets)?;
    let rows = u32::try_from(inputs).map_err(|_| Error::Setting { name: "rows", value: inputs as f32 })?;
    NonZeroU32::new(rows).ok_or(Error::Empty)
}

/// How many rows there are of each class.
fn count_classes<const K: usize, Y>(targets: &[Y], class: impl Fn(&Y) -> usize) -> Result<[u32; K], Error> {
    let mut counts = [0_u32; K];
    for (row, target) in (0..targets.len()).zip(targets) {
        let class = class(target);
        let count = counts.get_mut(class).ok_or(Error::Class { row, class, classes: K })?;
        *count = count.saturating_add(1);
    }
    Ok(counts)
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

/// Checks that each part has at least one row.
fn check_test_rows(test_rows: usize, rows: NonZeroU32) -> Result<u32, Error> {
    match u32::try_from(test_rows) {
        Ok(test) if test >= 1 && test < rows.get() => Ok(test),
        _ => Err(Error::Setting { name: "test_rows", value: test_rows as f32 }),
    }
}

/// Cuts off the last `test_rows` rows.
fn divide<'a, X, Y>(inputs: &'a mut [X], targets: &'a mut [Y], test_rows: u32) -> Result<Split<'a, X, Y>, Error> {
    let train_rows = inputs.len().saturating_sub(test_rows as usize);
    let parts = (inputs.split_at_mut_checked(train_rows), targets.split_at_mut_checked(train_rows));
    let (Some((train_inputs, test_inputs)), Some((train_targets, test_targets))) = parts else {
        return Err(Error::Empty); // never: count_rows saw as many targets as inputs
    };
    Ok(Split { train_inputs, train_targets, test_inputs, test_targets })
}
