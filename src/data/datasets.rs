//! Small generated data sets for tests and first steps, the same on every machine for the same seed.
//!
//! Noise and order are drawn from separate streams, so that the same seed may also be used for the split, the
//! initial weights and the training. Two data sets with the same seed have the same noise.
//!
//! Each function fills the slices of the caller, one row for each sample. The classes have equal numbers of
//! rows, up to one, and are in random order. The type of the targets is chosen for the loss, see [`Label`]:
//!
//! ```
//! use bareprop::datasets::{moons, spirals};
//! let mut inputs = [[0.0_f32; 2]; 300];
//! let mut targets = [[0.0_f32; 1]; 300]; // for BinaryCrossEntropy
//! moons(&mut inputs, &mut targets, 0.2, 42)?;
//! assert_eq!(targets.iter().filter(|target| target[0] == 1.0).count(), 150);
//!
//! let mut targets = [0_usize; 300]; // for SoftmaxCrossEntropy
//! spirals(&mut inputs, &mut targets, 3, 0.05, 42)?;
//! assert_eq!(targets.iter().filter(|&&class| class == 2).count(), 100);
//! # Ok::<(), bareprop::Error>(())
//! ```
//!
//! # Errors
//! All functions return these errors, and then write nothing: [`Error::Empty`] without rows,
//! [`Error::Lengths`] unless there are as many targets as inputs, [`Error::Setting`] of `rows` for more than
//! 2³² − 1 of them, of `noise` unless it lies between 0 and 1/[`TINY`](Scalar::TINY) (so that no coordinate
//! overflows).

use core::f64::consts::{PI, TAU};
use core::num::NonZeroU32;

use crate::check::{check_features, check_setting, count_setting};
use crate::data::split::count_rows;
use crate::scalar::random::{Purpose, generator, standard_normal};
use crate::{Error, Scalar, Shuffle};

/// A target that is made from the class of a row.
///
/// | type | class k becomes | for |
/// |---|---|---|
/// | `usize` | `k` | [`SoftmaxCrossEntropy`](crate::SoftmaxCrossEntropy) |
/// | `[T; 1]` | `[k]`: `[0.0]`, `[1.0]` | [`BinaryCrossEntropy`](crate::BinaryCrossEntropy) |
/// | `bool` | `k != 0` | [`metrics`](crate::metrics) of two classes |
///
/// ```
/// use bareprop::datasets::Label;
/// assert_eq!((usize::from_class(1), <[f32; 1]>::from_class(1), bool::from_class(1)), (1, [1.0], true));
/// ```
pub trait Label {
    /// The label of class `class`, counted from 0.
    fn from_class(class: u32) -> Self;
}

impl Label for usize {
    fn from_class(class: u32) -> usize {
        class as usize
    }
}

impl<T: Scalar> Label for [T; 1] {
    fn from_class(class: u32) -> [T; 1] {
        [T::from_u32(class)]
    }
}

impl Label for bool {
    fn from_class(class: u32) -> bool {
        class != 0
    }
}

/// Two interleaved half circles of radius 1, one for each class.
///
/// Class 0: (cos θ, sin θ); class 1: (1 − cos θ, ½ − sin θ); θ in even steps from 0 to π, both included; with
/// normal noise of standard deviation `noise` on each coordinate.
///
/// The points are those of scikit-learn's `make_moons`, except for the noise and the order of rows. Errors:
/// see [the module](self).
///
/// ```
/// use bareprop::datasets::moons;
/// let (mut inputs, mut classes) = ([[0.0_f64; 2]; 6], [0_usize; 6]);
/// moons(&mut inputs, &mut classes, 0.0, 1)?;
/// for ([x, y], class) in inputs.into_iter().zip(classes) {
///     let (x, y) = if class == 0 { (x, y) } else { (1.0 - x, 0.5 - y) };
///     assert!((x.hypot(y) - 1.0).abs() < 1e-15 && y > -1e-15);
/// }
/// # Ok::<(), bareprop::Error>(())
/// ```
pub fn moons<T: Scalar, Y: Label>(inputs: &mut [[T; 2]], targets: &mut [Y], noise: T, seed: u64) -> Result<(), Error> {
    fill(inputs, targets, groups(2), noise, seed, |place| {
        let angle: T = evenly(place.index, place.rows.saturating_sub(1), PI);
        let (x, y) = (angle.cos(), angle.sin());
        if place.group == 1 { (0, [x, y]) } else { (1, [T::ONE - x, T::ONE - y - T::from_f64(0.5)]) }
    })
}

/// A circle of radius 1 (class 0) around one of radius `factor` (class 1).
///
/// Each is r·(cos θ, sin θ) with θ in even steps from 0 to 2π, 2π excluded; with normal noise of standard
/// deviation `noise` on each coordinate.
///
/// The points are those of scikit-learn's `make_circles`, except for the noise and the order of rows.
///
/// ```
/// use bareprop::datasets::circles;
/// let (mut inputs, mut inside) = ([[0.0_f64; 2]; 8], [false; 8]);
/// circles(&mut inputs, &mut inside, 0.5, 0.0, 1)?;
/// for ([x, y], inside) in inputs.into_iter().zip(inside) {
///     assert!((x.hypot(y) - if inside { 0.5 } else { 1.0 }).abs() < 1e-15);
/// }
/// # Ok::<(), bareprop::Error>(())
/// ```
/// # Errors
/// [`Error::Setting`] of `factor` unless it lies between 0 and 1, and those of [the module](self).
pub fn circles<T: Scalar, Y: Label>(
    inputs: &mut [[T; 2]],
    targets: &mut [Y],
    factor: T,
    noise: T,
    seed: u64,
) -> Result<(), Error> {
    check_setting("factor", factor, T::ZERO, T::ONE)?;
    fill(inputs, targets, groups(2), noise, seed, |place| {
        let angle: T = evenly(place.index, place.rows, TAU);
        let (x, y) = (angle.cos(), angle.sin());
        if place.group == 1 { (0, [x, y]) } else { (1, [factor * x, factor * y]) }
    })
}

/// Clouds of points, one for each class: class k is normally distributed around `centers[k]`, with standard
/// deviation `noise` in each of its `N` coordinates.
///
/// ```
/// use bareprop::datasets::blobs;
/// let (mut inputs, mut classes) = ([[0.0_f32; 3]; 40], [0_usize; 40]);
/// let centers = [[0.0, 0.0, 0.0], [10.0, 0.0, 0.0], [0.0, 10.0, 0.0], [0.0, 0.0, 10.0]];
/// blobs(&mut inputs, &mut classes, &centers, 1.0, 1)?;
/// let (input, center) = (inputs[0], centers[classes[0]]);
/// assert!(input.iter().zip(center).all(|(x, c)| (x - c).abs() < 5.5));
/// # Ok::<(), bareprop::Error>(())
/// ```
/// # Errors
/// [`Error::Setting`] of `centers` where there is none, [`Error::Feature`] where one is not finite, and those
/// of [the module](self).
pub fn blobs<T: Scalar, Y: Label, const N: usize>(
    inputs: &mut [[T; N]],
    targets: &mut [Y],
    centers: &[[T; N]],
    noise: T,
    seed: u64,
) -> Result<(), Error> {
    let classes = u32::try_from(centers.len()).ok().and_then(NonZeroU32::new);
    let classes = classes.ok_or(count_setting("centers", centers.len(), 1))?;
    check_features(centers)?;
    fill(inputs, targets, classes, noise, seed, |place| {
        (place.group, centers.get(place.group as usize).copied().unwrap_or([T::ZERO; N]))
    })
}

/// The corners (0, 0), (0, 1), (1, 0), (1, 1) of a square, a quarter of the rows each.
///
/// Corner (a, b) has the class a ⊕ b. Each coordinate has normal noise of standard deviation `noise`. No
/// straight line separates the classes.
///
/// ```
/// use bareprop::datasets::xor;
/// let (mut inputs, mut different) = ([[0.0_f32; 2]; 4], [false; 4]);
/// xor(&mut inputs, &mut different, 0.0, 1)?;
/// assert!(inputs.iter().zip(different).all(|(input, different)| (input[0] != input[1]) == different));
/// # Ok::<(), bareprop::Error>(())
/// ```
/// Source: M. Minsky, S. Papert (1969), "Perceptrons". Errors: see [the module](self).
pub fn xor<T: Scalar, Y: Label>(inputs: &mut [[T; 2]], targets: &mut [Y], noise: T, seed: u64) -> Result<(), Error> {
    fill(inputs, targets, groups(4), noise, seed, |place| {
        let (a, b) = (place.group >> 1, place.group & 1);
        (a ^ b, [T::from_u32(a), T::from_u32(b)])
    })
}

/// Spiral arms, one for each class, that start near the origin and turn once around it.
///
/// Arm k of K has the points t·(cos θ, sin θ), θ = 2π·(k/K + t), with t in even steps from 0 (excluded) to 1;
/// with normal noise of standard deviation `noise` on each coordinate.
///
/// ```
/// use bareprop::datasets::spirals;
/// let (mut inputs, mut classes) = ([[0.0_f32; 2]; 90], [0_usize; 90]);
/// spirals(&mut inputs, &mut classes, 3, 0.0, 1)?;
/// assert!(inputs.iter().all(|[x, y]| x.hypot(*y) < 1.000001));
/// # Ok::<(), bareprop::Error>(())
/// ```
/// # Errors
/// [`Error::Setting`] of `classes` where it is 0, and those of [the module](self).
///
/// Source: after K. Lang, M. Witbrock (1988), "Learning to Tell Two Spirals Apart": one turn instead of
/// three.
pub fn spirals<T: Scalar, Y: Label>(
    inputs: &mut [[T; 2]],
    targets: &mut [Y],
    classes: u32,
    noise: T,
    seed: u64,
) -> Result<(), Error> {
    let classes = NonZeroU32::new(classes).ok_or(count_setting("classes", 0, 1))?;
    fill(inputs, targets, classes, noise, seed, |place| {
        let radius: T = evenly(place.index.saturating_add(1), place.rows, 1.0);
        let start = T::from_u32(place.group) / T::from_u32(classes.get());
        let angle = T::from_f64(TAU) * (start + radius);
        (place.group, [radius * angle.cos(), radius * angle.sin()])
    })
}

/// The position of a row among those of its group (a class, or one corner of a class).
struct Place {
    group: u32,
    /// From 0, within the group.
    index: u32,
    /// How many rows the group has.
    rows: u32,
}

/// `n` groups; one where `n` is 0.
const fn groups(n: u32) -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(n.saturating_sub(1))
}

/// Writes rows in a random order: class and position from `point`, with noise added to each coordinate, in
/// order.
fn fill<T: Scalar, Y: Label, const N: usize>(
    inputs: &mut [[T; N]],
    targets: &mut [Y],
    groups: NonZeroU32,
    noise: T,
    seed: u64,
    point: impl Fn(Place) -> (u32, [T; N]),
) -> Result<(), Error> {
    let rows = count_rows(inputs.len(), targets.len())?.get();
    check_setting("noise", noise, T::ZERO, T::ONE / T::TINY)?;
    let mut rng = generator(seed, Purpose::DataSet);
    // The epoch is one that no training reaches, so that training with the same seed shuffles differently.
    let order = Shuffle::new(rows, seed, u32::MAX);
    for (place, (input, target)) in order.zip(inputs.iter_mut().zip(targets)) {
        let (group, index) = (place % groups, place / groups);
        let others = rows.saturating_sub(group).saturating_sub(1) / groups;
        let (class, position) = point(Place { group, index, rows: others.saturating_add(1) });
        *target = Y::from_class(class);
        for (x, exact) in input.iter_mut().zip(position) {
            *x = exact + noise * standard_normal::<T>(&mut rng);
        }
    }
    Ok(())
}

/// Number `index` of `steps` + 1 numbers, evenly spaced from 0 to `stop`; 0 where there are no steps.
fn evenly<T: Scalar>(index: u32, steps: u32, stop: f64) -> T {
    if steps == 0 {
        T::ZERO
    } else if index >= steps {
        T::from_f64(stop)
    } else {
        T::from_u32(index) * (T::from_f64(stop) / T::from_u32(steps))
    }
}
