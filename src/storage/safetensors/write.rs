//! Writing.

use super::error::{Error, Shape, Tensor};
use super::names::{self, Digits, Name, places, shape};
use super::{Format, LIMIT};
use crate::{Parameters, Scalar};

/// Writes the parameters of a network as a file of the format safetensors: `sink` gets its bytes in order, at
/// most 256 at a time.
///
/// | bytes | what |
/// |---|---|
/// | 8 | n, the length of the header |
/// | n | the header, JSON: type, shape and offsets of each tensor; spaces up to a multiple of 8 |
/// | [`COUNT`](Parameters::COUNT) · 4 or 8 | the numbers, F32 or F64 as the network has them, tensor after tensor |
///
/// All numbers are little-endian. Dropout rates are no part of the file.
///
/// # Errors
/// [`Error::Names`] or [`Error::Duplicate`] if the names do not suit the network; [`Error::NotFinite`];
/// [`Error::TooLong`]; all of them before the first byte. [`Error::Io`] with what `sink` returned.
///
/// ```
/// use bareprop::storage::safetensors::{self, Format};
/// use bareprop::{Dense, Matrix};
/// let network: Dense<2, 1> = Dense::new(Matrix([[1.0], [2.0]]), [3.0]);
/// let mut file = vec![];
/// safetensors::write(&network, &Format::default(), |bytes| {
///     file.extend_from_slice(bytes);
///     Ok::<(), std::convert::Infallible>(())
/// })?;
/// let header = file[8..].iter().map(|&byte| char::from(byte)).take(59).collect::<String>();
/// assert_eq!(header, r#"{"0.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,"#);
/// assert_eq!(file[file.len() - 4..], 3.0_f32.to_le_bytes());
/// # Ok::<(), safetensors::Error>(())
/// ```
pub fn write<N: Parameters, E>(
    network: &N,
    format: &Format<'_>,
    sink: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), Error<E>> {
    names::check::<N, E>(format)?;
    for tensor in 0..N::TENSORS {
        if let Some(index) = network.tensor(tensor).iter().position(|value| !value.is_finite()) {
            return Err(Error::NotFinite { tensor: Tensor::of::<N>(tensor), index });
        }
    }
    // Once to know the length, once to write.
    let length = length(network, format)?;
    let padded = length.wrapping_add(7) & !7;
    Some(padded).filter(|length| *length <= LIMIT).ok_or(Error::TooLong { length: padded })?;
    let mut file = Chunks::new(sink);
    file.put(padded.to_le_bytes())?;
    header(network, format, &mut file)?;
    file.put((length..padded).map(|_| b' '))?;
    data(network, format, &mut file)?;
    file.flush()
}

/// How many bytes the header has, without the spaces at its end.
fn length<N: Parameters, E>(network: &N, format: &Format<'_>) -> Result<u64, Error<E>> {
    let mut length = 0_u64;
    let mut counter = Chunks::new(|bytes: &[u8]| -> Result<(), E> {
        length = length.wrapping_add(bytes.len() as u64);
        Ok(())
    });
    header(network, format, &mut counter)?;
    counter.flush()?;
    Ok(length)
}

/// Bytes on their way to a sink.
struct Chunks<F> {
    sink: F,
    buffer: [u8; 256],
    count: usize,
}

impl<E, F: FnMut(&[u8]) -> Result<(), E>> Chunks<F> {
    fn new(sink: F) -> Self {
        Chunks { sink, buffer: [0; 256], count: 0 }
    }

    fn put(&mut self, bytes: impl IntoIterator<Item = u8>) -> Result<(), Error<E>> {
        for byte in bytes {
            if self.count >= self.buffer.len() {
                self.flush()?;
            }
            if let Some(place) = self.buffer.get_mut(self.count) {
                *place = byte;
            }
            self.count = self.count.wrapping_add(1);
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Error<E>> {
        self.put(text.bytes())
    }

    fn number(&mut self, number: u64) -> Result<(), Error<E>> {
        self.put(Digits::new(number).bytes())
    }

    fn flush(&mut self) -> Result<(), Error<E>> {
        let count = core::mem::replace(&mut self.count, 0);
        (self.sink)(self.buffer.get(..count).unwrap_or_default()).map_err(Error::Io)
    }
}

/// The header, without the spaces at its end.
fn header<N: Parameters, E, F: FnMut(&[u8]) -> Result<(), E>>(
    network: &N,
    format: &Format<'_>,
    to: &mut Chunks<F>,
) -> Result<(), Error<E>> {
    let mut begin = 0_u64;
    to.text("{")?;
    for index in 0..N::TENSORS {
        to.text(if index == 0 { "\"" } else { ",\"" })?;
        name(Name::of::<N>(format, index).bytes(), to)?;
        let end = begin.wrapping_add(size_of_val(network.tensor(index)) as u64);
        entry(size_of::<N::Scalar>(), shape(network, index, format.layout), [begin, end], to)?;
        begin = end;
    }
    to.text("}")
}

/// What stands behind a name, from its closing quote.
fn entry<E, F: FnMut(&[u8]) -> Result<(), E>>(
    scalar: usize,
    shape: Shape,
    [begin, end]: [u64; 2],
    to: &mut Chunks<F>,
) -> Result<(), Error<E>> {
    to.text(if scalar == 8 { "\":{\"dtype\":\"F64\",\"shape\":[" } else { "\":{\"dtype\":\"F32\",\"shape\":[" })?;
    for (dimension, size) in (0..u64::MAX).zip(shape.sizes()) {
        to.text(if dimension == 0 { "" } else { "," })?;
        to.number(size)?;
    }
    to.text("],\"data_offsets\":[")?;
    to.number(begin)?;
    to.text(",")?;
    to.number(end)?;
    to.text("]}")
}

/// A name as JSON writes it between its quotes.
fn name<E, F: FnMut(&[u8]) -> Result<(), E>>(
    name: impl Iterator<Item = u8>,
    to: &mut Chunks<F>,
) -> Result<(), Error<E>> {
    for byte in name {
        match byte {
            b'"' | b'\\' => to.put([b'\\', byte])?,
            0..0x20 => {
                to.text(if byte < 0x10 { "\\u000" } else { "\\u001" })?;
                let digit = byte & 15;
                to.put([if digit < 10 { b'0' | digit } else { b'a'.wrapping_add(digit).wrapping_sub(10) }])?;
            }
            _ => to.put([byte])?,
        }
    }
    Ok(())
}

/// The numbers.
fn data<N: Parameters, E, F: FnMut(&[u8]) -> Result<(), E>>(
    network: &N,
    format: &Format<'_>,
    to: &mut Chunks<F>,
) -> Result<(), Error<E>> {
    for index in 0..N::TENSORS {
        let tensor = network.tensor(index);
        for value in places(network, index, format.layout).filter_map(|place| tensor.get(place)) {
            to.put(value.bits().to_le_bytes().into_iter().take(size_of::<N::Scalar>()))?;
        }
    }
    Ok(())
}
