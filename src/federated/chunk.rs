//! A part of the file of a value, read and written where the value lies, without a copy of the file.

use crate::Scalar;
use crate::scalar::sealed::Inside;
use crate::storage::format::{HEADER, header};
use crate::storage::{Pieces, Stored, bytes};

pub use crate::storage::format::CHUNK;

/// How many chunks the file of a value has.
pub(crate) const fn chunks<S: Stored>() -> u32 {
    bytes::<S>().div_ceil(CHUNK) as u32
}

/// The checksum of the file of a value.
pub(crate) fn checksum<S: Stored>(value: &mut S) -> u32 {
    let mut last = [0; 4];
    let Ok(()) = crate::storage::save(value, |chunk| -> Result<(), core::convert::Infallible> {
        for &byte in chunk {
            let [_, b, c, d] = last;
            last = [b, c, d, byte];
        }
        Ok(())
    });
    u32::from_le_bytes(last)
}

/// Reads chunk `index` of the file of a value, whose checksum is `crc`. Returns how many bytes it has.
pub(crate) fn read<S: Stored>(value: &mut S, crc: u32, index: u32, chunk: &mut [u8; CHUNK]) -> usize {
    let start = (index as usize).saturating_mul(CHUNK);
    let mut window = Window { chunk, start, at: 0, write: false };
    window.bytes(&header::<S>());
    value.pieces(&mut window);
    window.bytes(&crc.to_le_bytes());
    Ord::min(bytes::<S>().saturating_sub(start), CHUNK)
}

/// Writes chunk `index` of a file into a value. Returns whether its header and its checksum, where they lie in the
/// chunk, are those of this type and `crc`.
pub(crate) fn write<S: Stored>(value: &mut S, crc: u32, index: u32, chunk: &mut [u8; CHUNK]) -> bool {
    let expected = &mut chunk.clone();
    let start = (index as usize).saturating_mul(CHUNK);
    let mut window = Window { chunk: expected, start, at: 0, write: false };
    window.bytes(&header::<S>());
    window.at = HEADER.saturating_add(S::BYTES);
    window.bytes(&crc.to_le_bytes());
    value.pieces(&mut Window { chunk, start, at: HEADER, write: true });
    expected == chunk
}

/// Whether every number of a value lies in its range, and the checksum of its file.
pub(crate) fn check<S: Stored>(value: &mut S) -> (bool, u32) {
    let mut ranges = Ranges { inside: true };
    value.pieces(&mut ranges);
    (ranges.inside, checksum(value))
}

/// A chunk, laid over the pieces of a value.
struct Window<'a> {
    chunk: &'a mut [u8; CHUNK],
    /// Where the chunk begins in the file.
    start: usize,
    /// Where the next piece begins.
    at: usize,
    /// Whether the chunk is written into the value, or the value into the chunk.
    write: bool,
}

impl Window<'_> {
    /// The place in the chunk of the byte `index` of the next piece.
    fn place(&mut self, index: usize) -> Option<&mut u8> {
        self.chunk.get_mut(self.at.wrapping_add(index).wrapping_sub(self.start))
    }

    /// Bytes that are written into the chunk, whichever way the rest goes.
    fn bytes(&mut self, bytes: &[u8]) {
        for (index, &byte) in (0..bytes.len()).zip(bytes) {
            if let Some(place) = self.place(index) {
                *place = byte;
            }
        }
        self.at = self.at.wrapping_add(bytes.len());
    }

    /// The bytes of one number, of which some may lie outside the chunk.
    fn exchange(&mut self, bits: u64, size: usize) -> u64 {
        let (mut bytes, write) = (bits.to_le_bytes(), self.write);
        for (index, byte) in (0..size).zip(&mut bytes) {
            match self.place(index) {
                Some(place) if write => *byte = *place,
                Some(place) => *place = *byte,
                None => {}
            }
        }
        self.at = self.at.wrapping_add(size);
        u64::from_le_bytes(bytes)
    }
}

impl Pieces for Window<'_> {
    fn numbers<T: Scalar>(&mut self, numbers: &mut [T], _: T, _: T) {
        let (size, begin) = (size_of::<T>(), self.at);
        let end = begin.wrapping_add(size.wrapping_mul(numbers.len()));
        // The first number that reaches into the chunk, and the last.
        let skipped = self.start.saturating_sub(begin).checked_div(size).unwrap_or(0);
        self.at = begin.wrapping_add(size.wrapping_mul(skipped));
        for number in numbers.iter_mut().skip(skipped) {
            if self.at >= self.start.wrapping_add(CHUNK) {
                break;
            }
            let bits = self.exchange(number.bits(), size);
            if self.write {
                *number = T::from_bits(bits, Inside);
            }
        }
        self.at = end;
    }

    fn count(&mut self, count: &mut u32, _: u32) {
        let bits = self.exchange(u64::from(*count), 4);
        if self.write {
            *count = bits as u32;
        }
    }
}

/// Whether all pieces lie in their ranges.
struct Ranges {
    inside: bool,
}

impl Pieces for Ranges {
    fn numbers<T: Scalar>(&mut self, numbers: &mut [T], low: T, high: T) {
        self.inside &= numbers.iter().all(|&number| number >= low && number <= high);
    }

    fn count(&mut self, count: &mut u32, most: u32) {
        self.inside &= *count <= most;
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::{Dense, Dropout, Layer, Relu, Trainer, Zero};
    use std::vec::Vec;

    /// Chunks are those of the file, and give the value back, numbers across the border of two chunks too.
    fn there_and_back<S: Stored + Zero>(value: &mut S) {
        let mut file = Vec::new();
        crate::storage::save(value, |bytes| -> Result<(), ()> {
            file.extend_from_slice(bytes);
            Ok(())
        })
        .unwrap();
        let (mut other, crc) = (S::ZERO, checksum(value));
        assert_eq!(file[file.len() - 4..], crc.to_le_bytes());
        for (index, expected) in (0..).zip(file.chunks(CHUNK)) {
            let mut chunk = [0; CHUNK];
            assert_eq!(read(value, crc, index, &mut chunk), expected.len());
            assert_eq!(&chunk[..expected.len()], expected);
            assert!(write(&mut other, crc, index, &mut chunk));
        }
        assert_eq!(chunks::<S>() as usize, file.len().div_ceil(CHUNK));
        assert_eq!(check(&mut other), (true, crc));
    }

    #[test]
    fn of_networks() {
        let mut single = <(Dense<3, 17, Relu>, Dropout<17>, Dense<17, 2>)>::ZERO;
        single.initialize_seeded(1);
        single.1.rate = 0.25;
        there_and_back(&mut single);
        let mut double = <(Dense<3, 17, Relu, f64>, Dense<17, 2, crate::Identity, f64>)>::ZERO;
        double.initialize_seeded(1);
        there_and_back(&mut double);
    }

    /// A trainer has counters among its numbers.
    #[test]
    fn of_trainers() {
        let mut trainer = Trainer::<(Dense<3, 5>, Dropout<5>), crate::Adam, 1>::ZERO;
        (trainer.steps, trainer.seen, trainer.epochs) = (0x0102_0304, 0xfffe_fdfc, 7);
        trainer.network.initialize_seeded(1);
        there_and_back(&mut trainer);
    }

    /// One number and one counter, each with a range.
    struct Pair(f32, u32);

    impl Stored for Pair {
        const FINGERPRINT: u32 = 1;
        const SCALAR: u8 = 4;
        const BYTES: usize = 8;

        fn pieces(&mut self, pieces: &mut impl Pieces) {
            pieces.numbers(core::slice::from_mut(&mut self.0), -1.0, 2.0);
            pieces.count(&mut self.1, 5);
        }
    }

    #[test]
    fn ranges() {
        for (number, in_range) in [(-1.1, false), (-1.0, true), (2.0, true), (2.1, false), (f32::NAN, false)] {
            for (count, most) in [(0, true), (5, true), (6, false)] {
                assert_eq!(check(&mut Pair(number, count)).0, in_range && most, "{number} {count}");
            }
        }
    }

    #[test]
    fn a_wrong_header_or_checksum_is_seen() {
        let mut value = Dense::<3, 5>::ZERO;
        let crc = checksum(&mut value);
        for byte in 0..bytes::<Dense<3, 5>>() {
            let (index, mut chunk) = ((byte / CHUNK) as u32, [0; CHUNK]);
            read(&mut value, crc, index, &mut chunk);
            chunk[byte % CHUNK] ^= 1;
            let of_numbers = (HEADER..bytes::<Dense<3, 5>>() - 4).contains(&byte);
            let mut other = Dense::<3, 5>::ZERO;
            assert_eq!(write(&mut other, crc, index, &mut chunk), of_numbers, "byte {byte}");
        }
    }
}
