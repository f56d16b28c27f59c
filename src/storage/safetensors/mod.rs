//! Parameters in the file format [safetensors](https://github.com/huggingface/safetensors), which PyTorch, Keras
//! and JAX read and write too.
//!
//! [`read`] takes a file from memory, flash or disk. [`write()`] hands its bytes to a closure. Neither stores the
//! header: a few buffers of 256 bytes on the stack are enough.
//!
//! A network trained in PyTorch, saved by `safetensors.torch.save_file(model.state_dict(), "model.safetensors")`:
//!
//! ```
//! use bareprop::storage::safetensors::{self, Format};
//! use bareprop::{Dense, Layer, Parameters, Predictor, Relu, Zero};
//!
//! // nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 3))
//! type Net = (Dense<4, 16, Relu>, Dense<16, 8, Relu>, Dense<8, 3>);
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let mut trained = Net::ZERO;
//! # trained.initialize_seeded(1);
//! # let mut bytes = vec![];
//! # let sink = |part: &[u8]| { bytes.extend_from_slice(part); Ok::<(), std::convert::Infallible>(()) };
//! # safetensors::write(&trained, &Format::default(), sink)?;
//! let file: &[u8] = // include_bytes!("model.safetensors"); std::fs::File::open("model.safetensors")? works too
//! # &bytes;
//! let mut network = Net::ZERO;
//! safetensors::read(&mut network, &Format::default(), &mut &file[..])?;
//! # assert_eq!(network.bits(), trained.bits());
//! # Ok(()) }
//! ```
//!
//! A [`Conv1d`](crate::Conv1d) is an `nn.Conv1d`, and its weights are turned as its file needs it. PyTorch has
//! the channels of a row in front, `[C × L]`; here they are last, `[L × C]`.
//!
//! Keras and JAX store weights as `[IN × OUT]` and choose names of their own:
//! `Format { names: Names::Prefixes(&["dense", "dense_1"]), layout: Layout::InOut }`.

mod error;
mod header;
mod json;
mod names;
mod numbers;

mod write;

pub use error::{Error, Shape, Tensor};
pub use names::{Format, Layout, Names};

pub use write::write;

use crate::storage::Source;
use crate::{Parameters, Scalar};
use header::Header;

/// The longest header that the format allows, in bytes.
const LIMIT: u64 = 100_000_000;

/// Reads the parameters of a network from a file of the format safetensors.
///
/// The file has to hold the tensors of the network, of the right shape, and no others. Numbers may be F64,
/// F32, F16 or BF16. They are rounded to the network's scalar, to nearest, ties to even. `__metadata__` is
/// passed over.
///
/// The header is not stored: it is read about four times for each tensor. Numbers are read twice, to be
/// checked and to be taken.
///
/// # Errors
/// See [`Error`]. Everything is checked before the first number is written, so that the network stays as it
/// was. It does not where the source fails, or gives other bytes, when numbers are read for the second time.
///
/// ```
/// use bareprop::storage::safetensors::{self, Format};
/// use bareprop::{Dense, Zero};
/// let mut file = 72_u64.to_le_bytes().to_vec();
/// file.extend(br#"{"0.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},         "#);
/// let error = safetensors::read(&mut Dense::<2, 1>::ZERO, &Format::default(), &mut &file[..]).unwrap_err();
/// assert_eq!(error.to_string(), "the offsets of the weights of layer 0 (tensor 0, counted from 0) do not suit its \
///     shape, or reach past the end of the file");
/// ```
pub fn read<N: Parameters, S: Source>(
    network: &mut N,
    format: &Format<'_>,
    source: &mut S,
) -> Result<(), Error<S::Error>> {
    names::check::<N, S::Error>(format)?;
    let mut header = Header::open(source, format)?;
    header.check(network)?;
    for index in 0..N::TENSORS {
        numbers(&mut header, network, format, index, |_, _, _| ())?;
    }
    for index in 0..N::TENSORS {
        numbers(&mut header, network, format, index, |network, place, value| {
            if let Some(to) = network.tensor_mut(index).get_mut(place) {
                *to = value;
            }
        })?;
    }
    Ok(())
}

/// Reads the numbers of tensor `index`, which have to be finite. `take` gets each, with its place.
fn numbers<N: Parameters, S: Source>(
    header: &mut Header<'_, '_, S>,
    network: &mut N,
    format: &Format<'_>,
    index: usize,
    mut take: impl FnMut(&mut N, usize, N::Scalar),
) -> Result<(), Error<S::Error>> {
    let (count, places) = (network.tensor(index).len(), names::places(network, index, format.layout));
    let failed = numbers::read(header.numbers::<N>(index)?, count, places, |place, value: N::Scalar| {
        let good = value.is_finite();
        if good {
            take(network, place, value);
        }
        good
    })?;
    match failed {
        Some(place) => Err(Error::NotFinite { tensor: Tensor::of::<N>(index), index: place }),
        None => Ok(()),
    }
}
