//! Parameters as a vector space: gradients, velocities and moments are networks too.

use core::fmt;

use crate::kernels::squares::sum_of_squares;
use crate::{Scalar, Zero};

/// A row of numbers: `[T; N]`. What layers take and give; a batch is a slice of rows.
///
/// ```
/// use bareprop::Row;
/// fn largest<R: Row<Scalar = f32>>(row: &R) -> f32 { row.values().iter().fold(0.0, |a, &b| a.max(b)) }
/// assert_eq!(largest(&[1.0, 3.0, 2.0]), 3.0);
/// ```
pub trait Row: Copy + Zero + AsRef<[Self::Scalar]> + AsMut<[Self::Scalar]> + 'static {
    /// `f32` or `f64`.
    type Scalar: Scalar;
    /// How many numbers stand in the row.
    const WIDTH: usize;
    /// The numbers of some rows, row by row.
    fn flat(rows: &[Self]) -> &[Self::Scalar];

    /// The numbers.
    #[inline(always)]
    fn values(&self) -> &[Self::Scalar] {
        self.as_ref()
    }
    /// The numbers, to be changed.
    #[inline(always)]
    fn values_mut(&mut self) -> &mut [Self::Scalar] {
        self.as_mut()
    }
}

impl<T: Scalar, const N: usize> Row for [T; N] {
    type Scalar = T;
    const WIDTH: usize = N;
    #[inline(always)]
    fn flat(rows: &[Self]) -> &[T] {
        rows.as_flattened()
    }
}

/// What a tensor of parameters is for. L2 regularisation and weight decay touch weights only.
///
/// ```
/// assert_eq!(bareprop::Kind::Bias.to_string(), "bias");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Kind {
    /// A matrix of weights, `[IN × OUT]` row by row.
    Weights,
    /// A vector that is added.
    Bias,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Weights => "weights",
            Kind::Bias => "bias",
        })
    }
}

/// The parameters of a network as a list of flat tensors, so that several networks of one type
/// (parameters, gradient, moments) can be walked side by side.
///
/// ```
/// use bareprop::{Dense, Kind, Parameters, Relu, Zero};
/// type Net = (Dense<2, 3, Relu>, Dense<3, 1>);
/// static NET: Net = Net::ZERO;
/// assert_eq!((Net::COUNT, Net::TENSORS, Net::LAYERS), (13, 4, 2));
/// assert_eq!(NET.tensor(2).len(), 3);
/// assert_eq!(Net::describe(3), (1, Kind::Bias));
/// ```
pub trait Parameters: Zero {
    /// `f32` or `f64`.
    type Scalar: Scalar;
    /// How many numbers are trained.
    const COUNT: usize;
    /// How many tensors they form: weights and bias for each layer that has parameters.
    const TENSORS: usize;
    /// How many layers there are, layers without parameters included.
    const LAYERS: usize;

    /// Tensor `index`, flat, row by row; empty past the last.
    fn tensor(&self, index: usize) -> &[Self::Scalar];
    /// Tensor `index`, to be changed; empty past the last.
    fn tensor_mut(&mut self, index: usize) -> &mut [Self::Scalar];
    /// The layer, from 0, and the kind of tensor `index`.
    fn describe(index: usize) -> (usize, Kind);

    /// Sets every number to `value`.
    #[inline]
    fn fill(&mut self, value: Self::Scalar) {
        for index in 0..Self::TENSORS {
            self.tensor_mut(index).fill(value);
        }
    }

    /// Copies every number from `other`, in place, and what else is part of the network: the rates of dropout.
    #[inline]
    fn copy_from(&mut self, other: &Self) {
        for index in 0..Self::TENSORS {
            for (to, &from) in self.tensor_mut(index).iter_mut().zip(other.tensor(index)) {
                *to = from;
            }
        }
    }

    /// Multiplies every weight, but no bias, by `factor`.
    #[inline]
    fn scale_weights(&mut self, factor: Self::Scalar) {
        for index in (0..Self::TENSORS).filter(|&index| Self::describe(index).1 == Kind::Weights) {
            for w in self.tensor_mut(index) {
                *w *= factor;
            }
        }
    }

    /// Σw² over the weights, without the biases: what L2 regularisation counts.
    /// Eight partial sums for each tensor, tensor after tensor: partial sum k takes the elements k, k + 8, ….
    #[inline]
    fn weights_squared(&self) -> Self::Scalar {
        let mut sum = Self::Scalar::ZERO;
        for index in 0..Self::TENSORS {
            if Self::describe(index).1 == Kind::Weights {
                sum += sum_of_squares(self.tensor(index));
            }
        }
        sum
    }

    /// A hash over the bits of all parameters: FNV-1a, 32 bits, over the little-endian bytes of
    /// each number, tensor after tensor. Equal bits, equal hash, on every machine. Rates of dropout do not count.
    /// Source: Fowler, Noll, Vo (1991).
    #[inline]
    fn bits(&self) -> u32 {
        let mut hash = 0x811c_9dc5_u32;
        for index in 0..Self::TENSORS {
            for value in self.tensor(index) {
                let bytes = value.bits().to_le_bytes();
                for &byte in bytes.iter().take(size_of::<Self::Scalar>()) {
                    hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
                }
            }
        }
        hash
    }
}

/// The largest magnitude in `values`, or the first number that is not finite.
#[inline]
pub(crate) fn largest_magnitude<T: Scalar>(values: &[T]) -> T {
    let mut largest = T::ZERO;
    for &value in values {
        if !value.is_finite() {
            return value;
        }
        largest = largest.max(value.abs());
    }
    largest
}
