//! What is wrong with a file.

use core::convert::Infallible;
use core::fmt;

use crate::{Parameters, TensorKind};

/// What is wrong with a file, or with the names given for it. `E` is what the source of the bytes, or their
/// sink, reports.
///
/// Positions and indices are counted from 0.
///
/// ```
/// use bareprop::storage::safetensors::{self, Error, Format};
/// use bareprop::{Dense, Zero};
/// let mut network = Dense::<2, 1>::ZERO;
/// let file = *b"\x08\0\0\0\0\0\0\0{\"a\" 1} ";
/// let error = safetensors::read(&mut network, &Format::default(), &mut &file[..]).unwrap_err();
/// assert_eq!(error, Error::Unexpected { at: 9 });
/// assert_eq!(error.to_string(), "the network has no tensor of the name at byte 9 of the file");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error<E = Infallible> {
    /// There are too many or too few names for the tensors of the network, or prefixes for its layers.
    Names {
        /// How many are needed.
        expected: usize,
        /// How many were given.
        found: usize,
    },
    /// The file is shorter than its header.
    Cut {
        /// The least size, in bytes.
        needed: u64,
        /// The size of the file.
        found: u64,
    },
    /// The header is longer than the format allows, 100 000 000 bytes.
    TooLong {
        /// The length of the header.
        length: u64,
    },
    /// The header is not what the format demands.
    Header {
        /// The byte of the file where it goes wrong.
        at: u64,
    },
    /// The file has a tensor that the network does not have.
    Unexpected {
        /// The byte of the file where its name begins.
        at: u64,
    },
    /// The file does not have this tensor.
    Missing {
        /// The tensor.
        tensor: Tensor,
    },
    /// Two tensors have the same name.
    Duplicate {
        /// The tensor, or the second of two that were given one name.
        tensor: Tensor,
    },
    /// The type of the numbers is not F64, F32, F16 or BF16.
    Dtype {
        /// The tensor.
        tensor: Tensor,
    },
    /// The tensor has another shape.
    Shape {
        /// The tensor.
        tensor: Tensor,
        /// Its shape in a file for this network.
        expected: Shape,
        /// Its shape in the file.
        found: Shape,
    },
    /// The bytes of the tensor are more or fewer than its numbers take, or reach past the end of the file.
    Offsets {
        /// The tensor.
        tensor: Tensor,
    },
    /// The tensors overlap, or leave bytes between them or behind the last.
    Data {
        /// The byte of the data, behind the header, at which the next tensor should begin or the file end.
        at: u64,
    },
    /// A number is NaN or infinite, or too large for the network's scalar.
    NotFinite {
        /// The tensor.
        tensor: Tensor,
        /// Where the number lies in [`Parameters::tensor`].
        index: usize,
    },
    /// The source or the sink failed.
    Io(E),
}

/// A tensor of a network, as errors name it: "the bias of layer 0 (tensor 1, counted from 0)".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Tensor {
    /// Its number, from 0, as in [`Parameters::tensor`].
    pub index: usize,
    /// Its layer, from 0.
    pub layer: usize,
    /// Weights, bias or scale.
    pub kind: TensorKind,
}

impl Tensor {
    pub(super) fn of<N: Parameters>(index: usize) -> Self {
        let (layer, kind) = N::describe(index);
        Tensor { index, layer, kind }
    }
}

impl fmt::Display for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} of layer {} (tensor {}, counted from 0)", self.kind, self.layer, self.index)
    }
}

/// The shape of a tensor in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Shape {
    /// How many dimensions there are.
    pub dimensions: u64,
    /// The sizes of the first four; 0 where there is none.
    pub sizes: [u64; 4],
}

impl Shape {
    /// Without dimensions.
    pub(super) const NONE: Self = Shape { dimensions: 0, sizes: [0; 4] };

    /// The same with one more dimension.
    pub(super) fn with(mut self, size: u64) -> Self {
        let place = usize::try_from(self.dimensions).ok().and_then(|place| self.sizes.get_mut(place));
        if let Some(place) = place {
            *place = size;
        }
        self.dimensions = self.dimensions.wrapping_add(1);
        self
    }

    /// The sizes that are known.
    pub(super) fn sizes(&self) -> impl Iterator<Item = u64> {
        (0..self.dimensions).zip(self.sizes).map(|(_, size)| size)
    }

    /// How many numbers a tensor of up to four dimensions has; `None` above [`u64::MAX`].
    pub(super) fn count(&self) -> Option<u64> {
        self.sizes().try_fold(1_u64, u64::checked_mul)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (dimension, size) in (0..).zip(self.sizes()) {
            write!(f, "{}{size}", if dimension == 0 { "" } else { ", " })?;
        }
        if self.dimensions > 4 {
            return write!(f, ", …] with {} dimensions", self.dimensions);
        }
        f.write_str("]")
    }
}

impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Names { expected, found } => write!(f, "{expected} names are needed, {found} were given"),
            Error::Cut { needed, found } => {
                write!(f, "the file has {found} bytes, but has to have at least {needed}")
            }
            Error::TooLong { length } => write!(f, "the header has {length} bytes, more than 100000000"),
            Error::Header { at } => write!(f, "the header is wrong at byte {at} of the file"),
            Error::Unexpected { at } => {
                write!(f, "the network has no tensor of the name at byte {at} of the file")
            }
            Error::Missing { tensor } => write!(f, "{tensor} is missing"),
            Error::Duplicate { tensor } => write!(f, "{tensor} has a name that occurs twice"),
            Error::Dtype { tensor } => write!(f, "the numbers of {tensor} are not F64, F32, F16 or BF16"),
            Error::Shape { tensor, expected, found } => {
                write!(f, "{tensor} has the shape {found} instead of {expected}")
            }
            Error::Offsets { tensor } => {
                write!(f, "the offsets of {tensor} do not suit its shape, or reach past the end of the file")
            }
            Error::Data { at } => write!(f, "the tensors overlap or leave a gap at byte {at} of the data"),
            Error::NotFinite { tensor, index } => {
                write!(f, "number {index} of {tensor} is not finite, or too large")
            }
            Error::Io(error) => write!(f, "{error}"),
        }
    }
}

impl<E: core::error::Error> core::error::Error for Error<E> {}
