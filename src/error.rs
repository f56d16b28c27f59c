//! Errors: what is wrong with data, settings or numbers, and where.

use core::fmt;

use crate::layers::parameters::TensorKind;

/// Bad input, or a number that is not finite.
///
/// The step or the call that failed leaves the network and the state of the optimizer as they were. The
/// documentation of [`Trainer::epoch`](crate::Trainer::epoch), [`Trainer::fit`](crate::Trainer::fit) and
/// [`Trainer::accumulate`](crate::Trainer::accumulate) describes what happens to the steps before it and to
/// the rows accumulated since the last update.
///
/// Values are reported as `f32`, also for a network in `f64`. Layers are counted from 0 through nested
/// tuples, and [`Dropout`](crate::Dropout) counts as a layer.
///
/// ```
/// use bareprop::{Error, Samples};
/// let inputs = [[0.0_f32, 1.0]];
/// let targets: [[f32; 1]; 0] = [];
/// let error = Samples::new(&inputs, &targets).unwrap_err();
/// assert_eq!(error, Error::Lengths { slices: "inputs and targets", expected: 1, found: 0 });
/// assert_eq!(error.to_string(), "inputs and targets have 1 and 0 elements, but belong together");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error {
    /// There are no rows.
    Empty,
    /// Two slices that belong together (inputs and targets, scores and labels, …) have different lengths.
    Lengths {
        /// The two slices: `"inputs and targets"`.
        slices: &'static str,
        /// Length of the first.
        expected: usize,
        /// Length of the other.
        found: usize,
    },
    /// A batch of 0 rows was asked for.
    BatchSize,
    /// A feature is NaN or infinite.
    Feature {
        /// Row of the data, from 0.
        row: usize,
        /// Column of the row, from 0.
        column: usize,
        /// The value there.
        value: f32,
    },
    /// A target is NaN, infinite, or outside the range that the loss accepts.
    Target {
        /// Row of the data, from 0.
        row: usize,
        /// The value there.
        value: f32,
        /// The least and the largest value that the loss accepts; −`f32::MAX` and `f32::MAX` for any finite
        /// number.
        range: [f32; 2],
    },
    /// A target of the validation rows of [`Trainer::fit`](crate::Trainer::fit) is one that the loss does not
    /// accept.
    ValidationTarget {
        /// Row of the validation data, from 0.
        row: usize,
    },
    /// The loss of a validation row of [`Trainer::fit`](crate::Trainer::fit), the sum of the losses up to it,
    /// or an output for it is not finite.
    ValidationLoss {
        /// Row of the validation data, from 0.
        row: usize,
        /// As in [`Error::Loss`].
        layer: Option<usize>,
    },
    /// A score, a probability or a prediction is NaN, infinite, or outside the range that the metric accepts;
    /// or the probabilities of a row do not sum to 1.
    Score {
        /// Row of the data, from 0.
        row: usize,
        /// The value there, or the sum of the row.
        value: f32,
        /// The least and the largest value that the metric accepts, as in [`Error::Target`].
        range: [f32; 2],
    },
    /// A class index is not below the number of classes.
    Class {
        /// Row of the data, from 0.
        row: usize,
        /// The value there.
        class: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A class does not occur, so that it has no balanced weight.
    MissingClass {
        /// The class, from 0.
        class: usize,
    },
    /// The weight of a sample is negative, NaN or infinite, or the sum of the weights up to it is infinite.
    SampleWeight {
        /// Row of the data, from 0.
        row: usize,
        /// The weight of the sample. From an evaluation it is that weight times the weight of the class; from
        /// training it is the larger of the two.
        value: f32,
    },
    /// The weights of the rows of a batch sum to less than [`Scalar::TINY`](crate::Scalar::TINY).
    NoWeight,
    /// All weights of a network with several weight matrices are 0 before the first step. With biases of 0
    /// and without dropout, the units of a hidden layer would all stay equal.
    Uninitialized,
    /// A setting is outside its range.
    Setting {
        /// The name of the field or argument.
        name: &'static str,
        /// The value there.
        value: f32,
        /// The least and the largest allowed value; −`f32::MAX` and `f32::MAX` for any finite number.
        range: [f32; 2],
    },
    /// An output of the network is not finite.
    Output {
        /// Row of the inputs, from 0.
        row: usize,
        /// The first layer, from 0, with an output that is not finite. `None` where that layer does not
        /// report its units.
        layer: Option<usize>,
    },
    /// A setting differs from its default, but has no effect here.
    Unsupported {
        /// The name of the field.
        name: &'static str,
    },
    /// The loss of a row, the sum of the weighted losses of its batch up to that row, or an output for it is
    /// not finite.
    Loss {
        /// Row of the data, from 0.
        row: usize,
        /// The first layer, from 0, with an output that is not finite. `None` where no layer reports such an
        /// output: the loss or its sum overflowed, or the layer does not report its units.
        layer: Option<usize>,
    },
    /// A gradient is not finite or too large for a safe step. [`Trainer`](crate::Trainer) requires Σg² ≤
    /// MAX/(4·n) for each of the n tensors, [`Online`](crate::Online) requires |η·xᵢ·δⱼ| ≤
    /// 1/[`TINY`](crate::Scalar::TINY).
    Gradient {
        /// The layer, from 0.
        layer: usize,
        /// Weights or bias.
        kind: TensorKind,
        /// The largest magnitude, or NaN or infinity, found there.
        value: f32,
    },
    /// A parameter is not finite, or so large that a step could overflow: Σw² of its tensor exceeds
    /// MAX/(4·n), with n tensors in the network.
    Parameter {
        /// The layer, from 0.
        layer: usize,
        /// Weights or bias.
        kind: TensorKind,
        /// The largest magnitude, or NaN or infinity, found there.
        value: f32,
    },
    /// The scratch memory that the caller provides is too small.
    Scratch {
        /// How many elements are needed.
        needed: usize,
        /// How many elements were provided.
        found: usize,
    },
    /// An index points past the last row.
    Index {
        /// The index.
        index: usize,
        /// The number of rows.
        rows: usize,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Error::Empty => write!(f, "there is no row to work on"),
            Error::Lengths { slices, expected, found } => {
                write!(f, "{slices} have {expected} and {found} elements, but belong together")
            }
            Error::BatchSize => write!(f, "the batch size is 0"),
            Error::Feature { row, column, value } => {
                let value = Number(value);
                write!(f, "feature {column} of row {row} (both counted from 0) is {value}, not a finite number")
            }
            Error::Target { row, value, range } => {
                let (value, range) = (Number(value), Range(range));
                write!(f, "the target of row {row} (counted from 0) is {value}, but this loss takes {range}")
            }
            Error::ValidationTarget { row } => {
                write!(f, "the target of row {row} (counted from 0) of the validation samples does not suit this loss")
            }
            Error::ValidationLoss { row, layer } => {
                write!(f, "in the validation samples, {}", Error::Loss { row, layer })
            }
            Error::Score { row, value, range } => {
                let (value, range) = (Number(value), Range(range));
                write!(f, "the score, value or sum of row {row} (counted from 0) is {value}, ")?;
                write!(f, "but this metric takes {range}")
            }
            Error::Class { row, class, classes } => {
                write!(f, "the class of row {row} is {class}, but there are {classes} classes (both counted from 0)")
            }
            Error::MissingClass { class } => {
                write!(f, "class {class} (counted from 0) does not occur, so that its weight would be infinite")
            }
            Error::SampleWeight { row, value } => {
                let value = Number(value);
                write!(f, "the weight of row {row} (counted from 0) is {value}: ")?;
                write!(f, "not a finite number of at least 0, or the sum up to it is not finite")
            }
            Error::NoWeight => write!(f, "the rows of this batch weigh nothing"),
            Error::Uninitialized => {
                write!(f, "all weights of the network are 0: call `initialize` first, or load parameters")
            }
            Error::Output { row, layer: Some(layer) } => {
                write!(f, "the output of row {row} is not finite: layer {layer} overflowed first (both counted from 0)")
            }
            Error::Output { row, layer: None } => {
                write!(f, "the output of row {row} (counted from 0) is not finite")
            }
            Error::Unsupported { name } => {
                write!(f, "the setting `{name}` has no effect here: leave it at its default")
            }
            Error::Setting { name, value, range } => {
                write!(f, "`{name}` is {}, but has to be {}", Number(value), Range(range))
            }
            Error::Loss { row, layer: Some(layer) } => {
                write!(f, "the loss of row {row} is not finite: layer {layer} overflowed first (both counted from 0)")
            }
            Error::Loss { row, layer: None } => {
                write!(f, "the loss of row {row} (counted from 0), or the sum of its batch up to it, is not finite, ")?;
                write!(f, "though every layer's output is")
            }
            Error::Gradient { layer, kind, value } => {
                let value = Number(value);
                write!(f, "the gradient of the {kind} of layer {layer} (counted from 0) reached {value}: it exploded")
            }
            Error::Parameter { layer, kind, value } => {
                write!(f, "the {kind} of layer {layer} (counted from 0) reached {}: ", Number(value))?;
                write!(f, "a step would leave the finite range")
            }
            Error::Scratch { needed, found } => {
                write!(f, "the scratch memory has {found} elements, {needed} are needed")
            }
            Error::Index { index, rows } => {
                write!(f, "index {index} (counted from 0) is past the last of {rows} rows")
            }
        }
    }
}

/// A number in readable form: decimal from 10⁻⁴ to 10⁷, scientific outside. The digits are the fewest that
/// give the same `f32` when read back.
struct Number(f32);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Number(x) = *self;
        let decimal = x == 0.0 || !x.is_finite() || (1e-4..1e7).contains(&x.abs());
        if decimal { write!(f, "{x}") } else { write!(f, "{x:e}") }
    }
}

/// A range in words.
struct Range([f32; 2]);

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [least, most] if least <= -f32::MAX && most >= f32::MAX => write!(f, "a finite number"),
            [least, most] if most >= f32::MAX => write!(f, "a finite number of at least {}", Number(least)),
            [least, most] => write!(f, "from {} to {}", Number(least), Number(most)),
        }
    }
}

impl core::error::Error for Error {}
