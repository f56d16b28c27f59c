//! Parameters as a vector space: gradients, velocities and moments are networks too.

use core::fmt;

use crate::Scalar;

/// A value that is all zeros: +0.0 in every number.
///
/// ```
/// use bareprop::Zero;
/// static BUFFER: [[f32; 3]; 2] = <[[f32; 3]; 2]>::ZERO; // lands in .bss
/// assert_eq!(BUFFER, [[0.0; 3]; 2]);
/// ```
pub trait Zero {
    /// The value. Use it to initialise a `static`; assigned to a local it would travel over the stack.
    const ZERO: Self;
}

impl Zero for () {
    const ZERO: Self = ();
}

impl Zero for f32 {
    const ZERO: Self = 0.0;
}

impl Zero for f64 {
    const ZERO: Self = 0.0;
}

impl<Z: Zero, const N: usize> Zero for [Z; N] {
    const ZERO: Self = [Z::ZERO; N];
}

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

    /// Copies every number from `other`, in place.
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
    /// Summed as [`sum_of_squares`] does, tensor after tensor.
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
    /// each number, tensor after tensor. Equal bits, equal hash, on every machine.
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

/// How many partial sums [`sum_of_squares`] keeps.
pub(crate) const LANES: usize = 8;

/// Σx², squares as by [`Scalar::square`]: eight partial sums, the k-th over the elements k, k + 8, k + 16, …, added in the order
/// ((0+4) + (2+6)) + ((1+5) + (3+7)). The order is part of the definition: it gives the same bits
/// with any width of vector.
///
/// ```
/// assert_eq!(bareprop::sum_of_squares(&[3.0_f32, 4.0]), 25.0);
/// ```
#[inline(always)]
pub fn sum_of_squares<T: Scalar>(values: &[T]) -> T {
    let mut sum = Squares::ZERO;
    sum.add(values);
    sum.total()
}

/// The partial sums of [`sum_of_squares`].
pub(crate) struct Squares<T>(pub(crate) [T; LANES]);

impl<T: Scalar> Squares<T> {
    pub(crate) const ZERO: Self = Squares([T::ZERO; LANES]);

    /// Goes on with these values; only the last ones may be a number that is no multiple of [`LANES`].
    #[inline(always)]
    pub(crate) fn add(&mut self, values: &[T]) {
        let mut lanes = self.0;
        let (chunks, rest) = values.as_chunks::<LANES>();
        for chunk in chunks {
            for (lane, &value) in lanes.iter_mut().zip(chunk) {
                *lane += value.square();
            }
        }
        for (lane, &value) in lanes.iter_mut().zip(rest) {
            *lane += value.square();
        }
        self.0 = lanes;
    }

    #[inline(always)]
    pub(crate) fn total(&self) -> T {
        let [a, b, c, d, e, f, g, h] = self.0;
        ((a + e) + (c + g)) + ((b + f) + (d + h))
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
