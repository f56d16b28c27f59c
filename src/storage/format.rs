//! The file format, see `docs/format.md`.

use core::fmt;

use super::crc::Crc;
use super::{Pieces, Source, Stored};
use crate::Scalar;
use crate::scalar::sealed::Inside;

const MAGIC: [u8; 8] = *b"bareprop";
const VERSION: u8 = 1;
pub(crate) const HEADER: usize = 20;
/// How many bytes are handed out or read at once: a multiple of the size of every number.
pub const CHUNK: usize = 64;

/// How many bytes the file of a value has: 24 and its pieces.
///
/// ```
/// use bareprop::{Adam, Dense, Trainer, storage};
/// const { assert!(storage::bytes::<Dense<2, 3>>() == 24 + 9 * 4) };
/// const { assert!(storage::bytes::<Trainer<Dense<2, 3>, Adam>>() < 256) };
/// ```
pub const fn bytes<S: Stored>() -> usize {
    HEADER + S::BYTES + 4
}

/// Hands out the file of a value in chunks of 64 bytes, of which the last may be shorter. The value stays as it is:
/// it is borrowed mutably because saving and loading share one function.
///
/// # Errors
/// Those of `write`, after which it is not called again.
pub fn save<S: Stored, E>(value: &mut S, write: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
    let mut writer = Writer { write, chunk: [0; CHUNK], filled: 0, crc: Crc::START, result: Ok(()) };
    writer.put(&header::<S>());
    value.pieces(&mut writer);
    let checksum = writer.crc.value().to_le_bytes();
    writer.put(&checksum);
    writer.flush();
    writer.result
}

/// Reads the file of a value, which is read three times: for its checksum, for the range of every number, and into
/// `value`.
///
/// # Errors
/// [`Error`] says what is wrong, and the value is as it was. Only a source that fails after it has given all bytes
/// twice leaves a value of which a part was read.
pub fn load<S: Stored, R: Source>(value: &mut S, source: &mut R) -> Result<(), Error<R::Error>> {
    check_header::<S, R>(source)?;
    check_crc(source, (HEADER + S::BYTES) as u64)?;
    for write in [false, true] {
        let mut reader = Reader { source: &mut *source, offset: HEADER as u64, piece: 0, write, result: Ok(()) };
        value.pieces(&mut reader);
        reader.result?;
    }
    Ok(())
}

/// Why a file was not loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error<E = core::convert::Infallible> {
    /// The source could not be read, or the flash not be erased or written.
    Source(E),
    /// It does not begin as a file of this crate.
    Magic,
    /// It is of a version that this crate does not know.
    Version {
        /// The version of the file.
        found: u8,
    },
    /// It is a model where a checkpoint is wanted, or the other way round.
    Kind {
        /// 1 for a model, 2 for a checkpoint.
        expected: u8,
        /// The kind of the file.
        found: u8,
    },
    /// Its numbers have another size: 4 bytes for `f32`, 8 for `f64`.
    Scalar {
        /// The size in bytes here.
        expected: u8,
        /// That of the file.
        found: u8,
    },
    /// It is of another architecture or of another optimizer.
    Architecture {
        /// The fingerprint here, see [`Stored::FINGERPRINT`].
        expected: u32,
        /// That of the file.
        found: u32,
    },
    /// It is longer or shorter than it has to be.
    Length {
        /// The number of bytes here.
        expected: u64,
        /// That of the file.
        found: u64,
    },
    /// Its checksum is wrong: a part of it was changed.
    Checksum,
    /// A number is not finite or out of its range.
    Number {
        /// The piece, from 0: the tensors of the network come first.
        piece: u32,
        /// The number in the piece, from 0.
        index: u32,
    },
    /// A range of flash is too short, lies outside of the flash, or does not begin and end with a sector.
    Range {
        /// How many bytes it needs at least.
        least: u32,
        /// The size of a sector in bytes.
        sector: u32,
    },
    /// Flash gives back other bytes than were written.
    Worn {
        /// Where the file begins that was written.
        address: u32,
    },
}

impl<E> Error<E> {
    /// The same error with another error of the source.
    #[cfg(feature = "std")]
    pub(crate) fn map_source<F>(self, map: impl FnOnce(E) -> F) -> Error<F> {
        match self {
            Error::Source(error) => Error::Source(map(error)),
            Error::Magic => Error::Magic,
            Error::Version { found } => Error::Version { found },
            Error::Kind { expected, found } => Error::Kind { expected, found },
            Error::Scalar { expected, found } => Error::Scalar { expected, found },
            Error::Architecture { expected, found } => Error::Architecture { expected, found },
            Error::Length { expected, found } => Error::Length { expected, found },
            Error::Checksum => Error::Checksum,
            Error::Number { piece, index } => Error::Number { piece, index },
            Error::Range { least, sector } => Error::Range { least, sector },
            Error::Worn { address } => Error::Worn { address },
        }
    }
}

impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Source(error) => write!(f, "the file cannot be read: {error}"),
            Error::Magic => write!(f, "this is no file of bareprop"),
            Error::Version { found } => write!(f, "the file is of version {found}, and this crate knows {VERSION}"),
            Error::Kind { expected, found } => {
                write!(f, "the file is of kind {found}, not {expected} (1 is a model, 2 a checkpoint)")
            }
            Error::Scalar { expected, found } => {
                write!(f, "the numbers of the file have {found} bytes, those of the network {expected}")
            }
            Error::Architecture { expected, found } => {
                write!(
                    f,
                    "the file is of another architecture or optimizer: fingerprint {found:08x}, not {expected:08x}"
                )
            }
            Error::Length { expected, found } => write!(f, "the file has {found} bytes, not {expected}"),
            Error::Checksum => write!(f, "the checksum of the file is wrong"),
            Error::Number { piece, index } => {
                write!(f, "number {index} of piece {piece} (both counted from 0) is not finite or out of its range")
            }
            Error::Range { least, sector } => {
                write!(f, "the range of flash needs at least {least} bytes in whole sectors of {sector}")
            }
            Error::Worn { address } => {
                write!(f, "the flash gives back other bytes than were written from {address:#x} on")
            }
        }
    }
}

impl<E: fmt::Debug + fmt::Display> core::error::Error for Error<E> {}

/// The first bytes of the file of a value.
pub(crate) fn header<S: Stored>() -> [u8; HEADER] {
    let [a, b, c, d, e, f, g, h] = MAGIC;
    let [i, j, k, l] = S::FINGERPRINT.to_le_bytes();
    let [m, n, o, p] = (S::BYTES as u32).to_le_bytes();
    [a, b, c, d, e, f, g, h, VERSION, S::KIND, S::SCALAR, 0, i, j, k, l, m, n, o, p]
}

/// Compares the header and the length of a file with those of `S`.
pub(crate) fn check_header<S: Stored, R: Source>(source: &mut R) -> Result<(), Error<R::Error>> {
    let (expected, length) = (bytes::<S>() as u64, source.size().map_err(Error::Source)?);
    let mut found = [0; HEADER];
    if length < HEADER as u64 {
        return Err(Error::Length { expected, found: length });
    }
    source.read(0, &mut found).map_err(Error::Source)?;
    let [a, b, c, d, e, f, g, h, version, kind, scalar, _, i, j, k, l, ..] = found;
    let fingerprint = u32::from_le_bytes([i, j, k, l]);
    match () {
        () if [a, b, c, d, e, f, g, h] != MAGIC => Err(Error::Magic),
        () if version != VERSION => Err(Error::Version { found: version }),
        () if kind != S::KIND => Err(Error::Kind { expected: S::KIND, found: kind }),
        () if scalar != S::SCALAR => Err(Error::Scalar { expected: S::SCALAR, found: scalar }),
        () if fingerprint != S::FINGERPRINT => {
            Err(Error::Architecture { expected: S::FINGERPRINT, found: fingerprint })
        }
        () if length != expected => Err(Error::Length { expected, found: length }),
        () if found != header::<S>() => Err(Error::Checksum),
        () => Ok(()),
    }
}

/// Reads a file for its checksum, which lies at `end`.
pub(crate) fn check_crc<R: Source>(source: &mut R, end: u64) -> Result<(), Error<R::Error>> {
    let (mut crc, mut offset) = (Crc::START, 0);
    let mut chunk = [0; CHUNK];
    while offset < end {
        let size = Ord::min(end.wrapping_sub(offset), CHUNK as u64);
        let Some(chunk) = chunk.get_mut(..size as usize) else { break };
        source.read(offset, chunk).map_err(Error::Source)?;
        crc.add(chunk);
        offset = offset.wrapping_add(size);
    }
    let mut checksum = [0; 4];
    source.read(end, &mut checksum).map_err(Error::Source)?;
    if u32::from_le_bytes(checksum) == crc.value() { Ok(()) } else { Err(Error::Checksum) }
}

/// Hands out the pieces.
struct Writer<W, E> {
    write: W,
    chunk: [u8; CHUNK],
    filled: usize,
    crc: Crc,
    result: Result<(), E>,
}

impl<E, W: FnMut(&[u8]) -> Result<(), E>> Writer<W, E> {
    fn put(&mut self, bytes: &[u8]) {
        self.crc.add(bytes);
        for &byte in bytes {
            if let Some(place) = self.chunk.get_mut(self.filled) {
                *place = byte;
            }
            self.filled = self.filled.wrapping_add(1);
            if self.filled >= CHUNK {
                self.flush();
            }
        }
    }

    fn flush(&mut self) {
        let bytes = self.chunk.get(..self.filled).unwrap_or(&[]);
        if self.result.is_ok() && !bytes.is_empty() {
            self.result = (self.write)(bytes);
        }
        self.filled = 0;
    }
}

impl<E, W: FnMut(&[u8]) -> Result<(), E>> Pieces for Writer<W, E> {
    fn numbers<T: Scalar>(&mut self, numbers: &mut [T], _: T, _: T) {
        for number in numbers {
            let bytes = number.bits().to_le_bytes();
            self.put(bytes.get(..size_of::<T>()).unwrap_or(&[]));
        }
    }

    fn count(&mut self, count: &mut u32, _: u32) {
        self.put(&count.to_le_bytes());
    }
}

/// Reads the pieces: checks them, or writes them into the value.
struct Reader<'a, R: Source> {
    source: &'a mut R,
    offset: u64,
    piece: u32,
    write: bool,
    result: Result<(), Error<R::Error>>,
}

impl<R: Source> Reader<'_, R> {
    /// The next bytes; zeros after an error.
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        if self.result.is_ok() {
            self.result = self.source.read(self.offset, &mut bytes).map_err(Error::Source);
            self.offset = self.offset.wrapping_add(N as u64);
        }
        bytes
    }

    /// One number, or `None` where it is out of its range or cannot be read.
    fn number<T: Scalar>(&mut self, index: u32, low: T, high: T) -> Option<T> {
        let bits = match size_of::<T>() {
            4 => u64::from(u32::from_le_bytes(self.take())),
            _ => u64::from_le_bytes(self.take()),
        };
        let number = T::from_bits(bits, Inside);
        self.result.as_ref().ok()?;
        if number >= low && number <= high {
            return Some(number);
        }
        self.result = Err(Error::Number { piece: self.piece, index });
        None
    }
}

impl<R: Source> Pieces for Reader<'_, R> {
    fn numbers<T: Scalar>(&mut self, numbers: &mut [T], low: T, high: T) {
        for (index, place) in (0..u32::MAX).zip(numbers) {
            let Some(number) = self.number(index, low, high) else { return };
            if self.write {
                *place = number;
            }
        }
        self.piece = self.piece.wrapping_add(1);
    }

    fn count(&mut self, count: &mut u32, most: u32) {
        let found = u32::from_le_bytes(self.take());
        match self.result {
            Ok(()) if found > most => self.result = Err(Error::Number { piece: self.piece, index: 0 }),
            Ok(()) if self.write => *count = found,
            _ => {}
        }
        self.piece = self.piece.wrapping_add(1);
    }
}
