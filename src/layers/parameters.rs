//! Parameters as a list of tensors. Gradients, velocities and moments have the type of the network too.

use core::fmt;

use crate::kernels::squares::sum_of_squares;
use crate::storage::fingerprint;
use crate::{Error, Scalar, Zero};

/// The role of a tensor of parameters. L2 regularisation and weight decay shrink weights only.
///
/// ```
/// assert_eq!(bareprop::TensorKind::Bias.to_string(), "bias");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum TensorKind {
    /// A matrix of weights, `[IN × OUT]`, row by row.
    Weights,
    /// A vector that is added.
    Bias,
    /// A vector of factors near 1, such as the gain of a normalisation.
    Scale,
}

impl fmt::Display for TensorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TensorKind::Weights => "weights",
            TensorKind::Bias => "bias",
            TensorKind::Scale => "scale",
        })
    }
}

/// The parameters of a network as a list of flat tensors, so that several networks of one type (parameters,
/// gradient, moments) can be processed side by side.
///
/// For authors of layers: a layer without parameters needs `Scalar` alone. A layer with parameters needs
/// `COUNT`, `TENSORS`, `tensor` and `tensor_mut` too. It needs `describe` where its tensors are not the
/// weights followed by the bias, and `shape` where one of them is a matrix.
///
/// ```
/// use bareprop::{Dense, Parameters, Relu, TensorKind, Zero};
/// type Net = (Dense<2, 3, Relu>, Dense<3, 1>);
/// static NET: Net = Net::ZERO;
/// assert_eq!((Net::COUNT, Net::TENSORS, Net::LAYERS), (13, 4, 2));
/// assert_eq!(NET.tensor(2).len(), 3);
/// assert_eq!(Net::describe(3), (1, TensorKind::Bias));
/// ```
pub trait Parameters: Zero {
    /// `f32` or `f64`.
    type Scalar: Scalar;
    /// How many parameters there are.
    const COUNT: usize = 0;
    /// How many tensors they form: 2 for each [`Dense`](crate::Dense), its weights and its bias.
    const TENSORS: usize = 0;
    /// How many layers there are, layers without parameters included.
    const LAYERS: usize = 1;
    /// How many modules of PyTorch's `nn.Sequential` the layers are. A [`Dense`](crate::Dense) with an
    /// activation is two. Names in files are made from it, see [`safetensors`](crate::storage::safetensors).
    const MODULES: usize = 1;

    /// How many settings are part of the network: 1 for each [`Dropout`](crate::Dropout), its rate.
    const SETTINGS: usize = 0;
    /// A hash of the type, which a file has to agree with: of sizes, activations and order.
    const FINGERPRINT: u32 = fingerprint("layer", &[Self::COUNT as u32, Self::TENSORS as u32]);

    /// Tensor `index`, flat, row by row; empty past the last.
    #[inline(always)]
    fn tensor(&self, index: usize) -> &[Self::Scalar] {
        let _ = index;
        &[]
    }
    /// Tensor `index`, to be changed; empty past the last.
    #[inline(always)]
    fn tensor_mut(&mut self, index: usize) -> &mut [Self::Scalar] {
        let _ = index;
        &mut []
    }
    /// The layer, from 0, and the kind of tensor `index`.
    #[inline(always)]
    fn describe(index: usize) -> (usize, TensorKind) {
        (0, if index == 0 { TensorKind::Weights } else { TensorKind::Bias })
    }

    /// Setting `index`, to be changed; `None` past the last.
    #[inline]
    fn setting_mut(&mut self, index: usize) -> Option<&mut Self::Scalar> {
        let _ = index;
        None
    }

    /// Rows and columns of tensor `index`: `[IN, OUT]` for the weights of a [`Dense`](crate::Dense). By
    /// default a tensor is a vector, one row. Only files need it, see [`safetensors`](crate::storage::safetensors).
    #[inline]
    fn shape(&self, index: usize) -> [usize; 2] {
        [1, self.tensor(index).len()]
    }

    /// The sizes of the window that tensor `index` is moved along the input with: `[K]` for the weights of a
    /// [`Conv1d`](crate::Conv1d), `[KH, KW]` for those of a [`Conv2d`](crate::Conv2d), otherwise none. Their
    /// product divides the rows of [`shape`](Parameters::shape), and the quotient is the number of channels.
    /// Only files need it: there such weights have three or four axes.
    #[inline]
    fn window(index: usize) -> &'static [usize] {
        let _ = index;
        &[]
    }

    /// How many of the [`MODULES`](Parameters::MODULES) stand before the layer of tensor `index`.
    #[inline]
    fn module(index: usize) -> usize {
        let _ = index;
        0
    }

    /// Writes the value as a Rust expression, for a `static` or `const` of its type: with `use bareprop::*` it
    /// compiles to the same bits. Numbers are decimal, with as many digits as that takes.
    ///
    /// ```
    /// use bareprop::{Dense, Matrix, Parameters};
    /// let mut source = String::from("pub static LAYER: Dense<1, 2> = ");
    /// Dense::<1, 2>::new(Matrix([[0.1, -2.0]]), [0.5, 1e-7]).write_source(&mut source)?;
    /// assert_eq!(source, "pub static LAYER: Dense<1, 2> = Dense::new(Matrix([\n[0.1, -2.0],\n]), [0.5, 1e-7])");
    /// # Ok::<(), std::fmt::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `out`; a number that is not finite; a layer of another crate that does not say how it is
    /// written.
    fn write_source(&self, out: &mut impl fmt::Write) -> fmt::Result {
        let _ = out;
        Err(fmt::Error)
    }

    /// Sets every number to `value`.
    #[inline]
    fn fill(&mut self, value: Self::Scalar) {
        for index in 0..Self::TENSORS {
            self.tensor_mut(index).fill(value);
        }
    }

    /// Copies every parameter from `other`, in place, and the dropout rates, which are part of the network.
    #[inline]
    fn copy_from(&mut self, other: &Self) {
        for index in 0..Self::TENSORS {
            for (to, &from) in self.tensor_mut(index).iter_mut().zip(other.tensor(index)) {
                *to = from;
            }
        }
    }

    /// Checks the settings that are part of the network: the rates of dropout.
    ///
    /// # Errors
    /// [`Error::Setting`] with the name of the field.
    #[inline(always)]
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Multiplies every weight, but no bias, by `factor`.
    #[inline]
    fn scale_weights(&mut self, factor: Self::Scalar) {
        for index in (0..Self::TENSORS).filter(|&index| Self::describe(index).1 == TensorKind::Weights) {
            for w in self.tensor_mut(index) {
                *w *= factor;
            }
        }
    }

    /// Σw² over the weights, without the biases, as in the penalty of L2 regularisation. Each tensor is
    /// summed in eight partial sums, see [`Matrix`](crate::Matrix), and the sums are added in order.
    #[inline]
    fn weights_squared(&self) -> Self::Scalar {
        let mut sum = Self::Scalar::ZERO;
        for index in 0..Self::TENSORS {
            if Self::describe(index).1 == TensorKind::Weights {
                sum += sum_of_squares(self.tensor(index));
            }
        }
        sum
    }

    /// A hash over the bits of all parameters: FNV-1a, 32 bits, over the little-endian bytes of each number,
    /// tensor after tensor. Equal bits have an equal hash on every machine. Dropout rates are not included.
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

/// Implements [`Zero`] and [`Parameters`] for a layer `struct Wrapper<P>(pub P)` around another layer, with
/// the parameters of `P`.
///
/// ```
/// use bareprop::{Dense, Parameters, wrap_parameters};
/// struct Twice<P>(pub P);
/// wrap_parameters!(Twice);
/// assert_eq!(Twice::<Dense<2, 3>>::COUNT, 9);
/// ```
#[macro_export]
macro_rules! wrap_parameters {
    ($Wrapper:ident) => {
        impl<P: $crate::Zero> $crate::Zero for $Wrapper<P> {
            const ZERO: Self = $Wrapper(P::ZERO);
        }

        impl<P: $crate::Parameters> $crate::Parameters for $Wrapper<P> {
            type Scalar = P::Scalar;
            const COUNT: usize = P::COUNT;
            const TENSORS: usize = P::TENSORS;
            const LAYERS: usize = P::LAYERS;
            const SETTINGS: usize = P::SETTINGS;
            const FINGERPRINT: u32 = $crate::storage::fingerprint(stringify!($Wrapper), &[P::FINGERPRINT]);
            const MODULES: usize = P::MODULES;

            #[inline(always)]
            fn tensor(&self, index: usize) -> &[P::Scalar] {
                self.0.tensor(index)
            }
            #[inline(always)]
            fn tensor_mut(&mut self, index: usize) -> &mut [P::Scalar] {
                self.0.tensor_mut(index)
            }
            #[inline(always)]
            fn describe(index: usize) -> (usize, $crate::TensorKind) {
                P::describe(index)
            }
            fn write_source(&self, out: &mut impl ::core::fmt::Write) -> ::core::fmt::Result {
                out.write_str(concat!(stringify!($Wrapper), "("))?;
                self.0.write_source(out)?;
                out.write_str(")")
            }
            fn setting_mut(&mut self, index: usize) -> Option<&mut P::Scalar> {
                self.0.setting_mut(index)
            }
            fn shape(&self, index: usize) -> [usize; 2] {
                self.0.shape(index)
            }
            fn window(index: usize) -> &'static [usize] {
                P::window(index)
            }
            fn module(index: usize) -> usize {
                P::module(index)
            }
            fn copy_from(&mut self, other: &Self) {
                self.0.copy_from(&other.0);
            }
            #[inline(always)]
            fn check(&self) -> Result<(), $crate::Error> {
                self.0.check()
            }
        }
    };
}
