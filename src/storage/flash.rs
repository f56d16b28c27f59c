//! Files in NOR flash that survive a power cut at any moment.
//!
//! A range of flash holds a ring of places, one file in each. [`save`] writes the next place and then, as the last thing,
//! a record that commits it; [`load`] reads the newest file that was committed. A power cut at any write or erase leaves
//! the file that is being saved or the one before, whole.
//!
//! Flash wears by erasing. A sector is erased only when the first of its places is written, and all sectors of the range
//! take their turns: a range of twice the size lasts twice as long. [`docs::format`](crate::docs::format) has the
//! layout and a table of bytes, writes and erases for some chips.
//!
//! ```
//! use bareprop::storage::flash;
//! use bareprop::{Adam, Dense, Layer, Tanh, Trainer, Zero};
//! # use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
//! # struct Chip(Vec<u8>);
//! # impl ErrorType for Chip {
//! #     type Error = core::convert::Infallible;
//! # }
//! # impl ReadNorFlash for Chip {
//! #     const READ_SIZE: usize = 1;
//! #     fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Self::Error> {
//! #         Ok(bytes.copy_from_slice(&self.0[offset as usize..][..bytes.len()]))
//! #     }
//! #     fn capacity(&self) -> usize { self.0.len() }
//! # }
//! # impl NorFlash for Chip {
//! #     const WRITE_SIZE: usize = 4;
//! #     const ERASE_SIZE: usize = 4096;
//! #     fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
//! #         Ok(self.0[from as usize..to as usize].fill(0xff))
//! #     }
//! #     fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Self::Error> {
//! #         Ok(self.0[offset as usize..][..bytes.len()].copy_from_slice(bytes))
//! #     }
//! # }
//! # let mut chip = Chip(vec![0xff; 16 * 4096]); // for instance of embassy-nrf
//! type Net = (Dense<12, 16, Tanh>, Dense<16, 4>);
//! const RANGE: core::ops::Range<u32> = 0x8000..0xa000; // two sectors of 4096 bytes
//! const { assert!(flash::least::<Trainer<Net, Adam>, Chip>() <= RANGE.end - RANGE.start) };
//!
//! let mut trainer = Trainer::<Net, Adam>::ZERO;
//! if flash::load(&mut trainer, &mut chip, RANGE)?.is_none() {
//!     trainer.network.initialize_seeded(1); // the first start
//! }
//! flash::save(&mut trainer, &mut chip, RANGE)?; // from time to time
//!
//! let mut after = Trainer::<Net, Adam>::ZERO;
//! assert_eq!(flash::load(&mut after, &mut chip, RANGE)?.unwrap().generation, 1);
//! assert_eq!(after.network, trainer.network);
//! # Ok::<(), bareprop::storage::Error>(())
//! ```

use core::marker::PhantomData;
use core::ops::Range;

use embedded_storage::nor_flash::NorFlash;

use super::crc::Crc;
use super::format::{CHUNK, HEADER, check_crc, check_header, header};
use super::{Error, Source, Stored, bytes};

/// What [`load`] has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Loaded {
    /// How many times something was saved, up to this file.
    pub generation: u32,
    /// How many newer files were committed and are damaged now: bits have flipped. A power cut damages none.
    pub damaged: u32,
}

/// The size in bytes of the smallest range for a value: two blocks, where a block is the smallest number of sectors
/// that holds a file with its record.
pub const fn least<S: Stored, F: NorFlash>() -> u32 {
    2 * Layout::<S, F>::BLOCK
}

/// Saves a value, and returns its generation: 1 for the first in this range, and one more for each.
///
/// It takes no copy of the value. The newest file that is whole is kept until the new one is committed. Where a place
/// turns out to be worn, the next ones are tried.
///
/// # Errors
/// [`Error::Range`]; [`Error::Source`] where flash cannot be read, erased or written, and [`Error::Worn`] where it gives
/// back other bytes, both after all places were tried. What was saved before can still be loaded, unless it could not be
/// read: a file that cannot be read counts as none.
pub fn save<S: Stored, F: NorFlash>(value: &mut S, flash: &mut F, range: Range<u32>) -> Result<u32, Error<F::Error>> {
    let mut ring = Ring::<S, F>::new(flash, range)?;
    let generation = ring.newest(None).map_or(1, |newest| newest.generation.wrapping_add(1));
    let kept = ring.newest_whole();
    let mut place = kept.unwrap_or(ring.last());
    let mut result = Err(Error::Worn { address: ring.start });
    for _ in 0..ring.places {
        place = ring.after(place);
        // To erase this block would erase the only file that is whole.
        if Layout::<S, F>::is_first(place) && kept.is_some_and(|kept| Layout::<S, F>::same_block(kept, place)) {
            break;
        }
        match ring.write(value, place, generation) {
            Ok(true) => return Ok(generation),
            Ok(false) => {}
            Err(error) => result = Err(error),
        }
    }
    result
}

/// Loads the newest value that was saved, whole; `None` where nothing was saved yet.
///
/// Where bits of the newest file have flipped, the one before is loaded, and [`Loaded::damaged`] counts it.
///
/// # Errors
/// [`Error`], and the value is as it was: no file that was committed is whole, the range holds only files of another type
/// than `S`, or flash cannot be read.
pub fn load<S: Stored, F: NorFlash>(
    value: &mut S,
    flash: &mut F,
    range: Range<u32>,
) -> Result<Option<Loaded>, Error<F::Error>> {
    let mut ring = Ring::<S, F>::new(flash, range)?;
    let (mut newest, mut damaged, mut first) = (ring.newest(None), 0_u32, None);
    while let Some(Found { generation, place }) = newest {
        match super::load(value, &mut ring.file(place)) {
            Ok(()) => return Ok(Some(Loaded { generation, damaged })),
            Err(error) => first = first.or(Some(error)),
        }
        damaged = damaged.wrapping_add(1);
        newest = ring.newest(Some(generation));
    }
    match first.or(ring.unreadable.take().map(Error::Source)) {
        Some(error) => Err(error),
        None => ring.of_another_type().map(|()| None),
    }
}

/// How a file lies in flash: its bytes, 0xFF up to a whole number of words, then the record: generation, CRC-32 over
/// the header of the file and the generation.
struct Layout<S, F>(PhantomData<(S, F)>);

impl<S: Stored, F: NorFlash> Layout<S, F> {
    /// What is written and read at once, in bytes.
    const WORD: u32 = {
        assert!(CHUNK.is_multiple_of(F::WRITE_SIZE), "flash whose words divide 64 bytes");
        assert!(CHUNK.is_multiple_of(F::READ_SIZE), "flash whose words divide 64 bytes");
        assert!(
            F::ERASE_SIZE.is_multiple_of(F::WRITE_SIZE) && F::ERASE_SIZE.is_multiple_of(F::READ_SIZE),
            "sectors of whole words"
        );
        if F::WRITE_SIZE > F::READ_SIZE { F::WRITE_SIZE as u32 } else { F::READ_SIZE as u32 }
    };
    const FILE: u32 = (bytes::<S>() as u32).next_multiple_of(Self::WORD);
    const RECORD: u32 = 8_u32.next_multiple_of(Self::WORD);
    const ENTRY: u32 = Self::FILE + Self::RECORD;
    const SECTOR: u32 = F::ERASE_SIZE as u32;
    /// The smallest number of sectors that holds a file.
    const BLOCK: u32 = Self::ENTRY.next_multiple_of(Self::SECTOR);
    /// How many files a block holds.
    const PER_BLOCK: u32 = Self::BLOCK / Self::ENTRY;

    /// Whether a place is the first of its block, so that the block is erased before it is written.
    fn is_first(place: u32) -> bool {
        place.is_multiple_of(Self::PER_BLOCK)
    }

    fn same_block(a: u32, b: u32) -> bool {
        a / Self::PER_BLOCK == b / Self::PER_BLOCK
    }

    /// The record of a generation.
    fn record(generation: u32) -> [u8; 8] {
        let [a, b, c, d] = generation.to_le_bytes();
        let mut crc = Crc::START;
        crc.add(&header::<S>());
        crc.add(&[a, b, c, d]);
        let [e, f, g, h] = crc.value().to_le_bytes();
        [a, b, c, d, e, f, g, h]
    }
}

/// A file that was committed.
#[derive(Clone, Copy)]
struct Found {
    generation: u32,
    place: u32,
}

/// The places of a range, of which the first follows the last.
struct Ring<'a, S, F: NorFlash> {
    flash: &'a mut F,
    start: u32,
    places: u32,
    /// The first error of a record that could not be read.
    unreadable: Option<F::Error>,
    of: PhantomData<S>,
}

impl<'a, S: Stored, F: NorFlash> Ring<'a, S, F> {
    fn new(flash: &'a mut F, range: Range<u32>) -> Result<Self, Error<F::Error>> {
        let sector = Layout::<S, F>::SECTOR;
        let length = range.end.saturating_sub(range.start);
        let whole = range.start.is_multiple_of(sector) && range.end.is_multiple_of(sector);
        if !whole || length < least::<S, F>() || range.end as usize > flash.capacity() {
            return Err(Error::Range { least: least::<S, F>(), sector });
        }
        let places = (length / Layout::<S, F>::BLOCK).wrapping_mul(Layout::<S, F>::PER_BLOCK);
        Ok(Ring { flash, start: range.start, places, unreadable: None, of: PhantomData })
    }

    fn last(&self) -> u32 {
        self.places.wrapping_sub(1)
    }

    fn after(&self, place: u32) -> u32 {
        if place >= self.last() { 0 } else { place.wrapping_add(1) }
    }

    fn address(&self, place: u32) -> u32 {
        let (block, entry) = (place / Layout::<S, F>::PER_BLOCK, place % Layout::<S, F>::PER_BLOCK);
        let offset = block.wrapping_mul(Layout::<S, F>::BLOCK).wrapping_add(entry.wrapping_mul(Layout::<S, F>::ENTRY));
        self.start.wrapping_add(offset)
    }

    fn file(&mut self, place: u32) -> File<'_, F> {
        let (address, end) = (self.address(place), Layout::<S, F>::FILE);
        File { flash: self.flash, address, size: bytes::<S>() as u64, end, chunk: [0; CHUNK], at: None }
    }

    /// The newest file that was committed, or the newest one older than a generation. A record that
    /// cannot be read counts as none.
    fn newest(&mut self, before: Option<u32>) -> Option<Found> {
        let mut newest: Option<Found> = None;
        for place in 0..self.places {
            let Some(generation) = self.generation(place) else { continue };
            let older = before.is_none_or(|before| generation < before);
            if older && newest.is_none_or(|newest| generation > newest.generation) {
                newest = Some(Found { generation, place });
            }
        }
        newest
    }

    /// The place of the newest file that is whole.
    fn newest_whole(&mut self) -> Option<u32> {
        let mut newest = self.newest(None)?;
        while self.check(newest.place).is_err() {
            newest = self.newest(Some(newest.generation))?;
        }
        Some(newest.place)
    }

    /// Compares a file with its checksum.
    fn check(&mut self, place: u32) -> Result<(), Error<F::Error>> {
        let mut file = self.file(place);
        check_header::<S, _>(&mut file)?;
        check_crc(&mut file, (HEADER + S::BYTES) as u64)
    }

    /// The generation of a place, if something is committed there.
    fn generation(&mut self, place: u32) -> Option<u32> {
        let mut record = [0; CHUNK];
        let record = record.get_mut(..Layout::<S, F>::RECORD as usize)?;
        if let Err(error) = self.flash.read(self.address(place).wrapping_add(Layout::<S, F>::FILE), record) {
            self.unreadable.get_or_insert(error);
            return None;
        }
        let (generation, _) = record.split_first_chunk()?;
        let generation = u32::from_le_bytes(*generation);
        record.starts_with(&Layout::<S, F>::record(generation)).then_some(generation)
    }

    /// Writes a file, reads it back and commits it. Does nothing and returns false where the place cannot be written
    /// before its block is erased.
    fn write(&mut self, value: &mut S, place: u32, generation: u32) -> Result<bool, Error<F::Error>> {
        let address = self.address(place);
        if Layout::<S, F>::is_first(place) {
            let end = address.wrapping_add(Layout::<S, F>::BLOCK);
            self.flash.erase(address, end).map_err(Error::Source)?;
        } else if !self.is_blank(place) {
            return Ok(false);
        }
        let mut at = address;
        super::save(value, |chunk| {
            self.put(at, chunk)?;
            at = at.wrapping_add(CHUNK as u32);
            Ok(())
        })?;
        match self.check(place) {
            Ok(()) => {}
            Err(Error::Source(error)) => return Err(Error::Source(error)),
            Err(_) => return Err(Error::Worn { address }),
        }
        self.put(address.wrapping_add(Layout::<S, F>::FILE), &Layout::<S, F>::record(generation))?;
        if self.generation(place) == Some(generation) { Ok(true) } else { Err(Error::Worn { address }) }
    }

    /// Writes at most 64 bytes, and 0xFF up to a whole number of words.
    fn put(&mut self, address: u32, bytes: &[u8]) -> Result<(), Error<F::Error>> {
        let mut chunk = [0xff; CHUNK];
        for (to, &from) in chunk.iter_mut().zip(bytes) {
            *to = from;
        }
        // Words divide 64 bytes, so their size is a power of two.
        let last = Layout::<S, F>::WORD as usize - 1;
        let chunk = chunk.get(..bytes.len().wrapping_add(last) & !last).unwrap_or(&[]);
        self.flash.write(address, chunk).map_err(Error::Source)
    }

    /// Whether a place has not been written since its block was erased.
    fn is_blank(&mut self, place: u32) -> bool {
        let (from, mut chunk) = (self.address(place), [0; CHUNK]);
        let mut offset = 0;
        while offset < Layout::<S, F>::ENTRY {
            let size = Ord::min(Layout::<S, F>::ENTRY.wrapping_sub(offset), CHUNK as u32);
            let Some(chunk) = chunk.get_mut(..size as usize) else { return false };
            if self.flash.read(from.wrapping_add(offset), chunk).is_err() || chunk.iter().any(|&byte| byte != 0xff) {
                return false;
            }
            offset = offset.wrapping_add(size);
        }
        true
    }

    /// An error where a sector begins with a whole file of another type.
    fn of_another_type(&mut self) -> Result<(), Error<F::Error>> {
        let blocks = self.places / Layout::<S, F>::PER_BLOCK;
        let sectors = blocks.wrapping_mul(Layout::<S, F>::BLOCK / Layout::<S, F>::SECTOR);
        for sector in 0..sectors {
            let mut file = self.file(0);
            file.address = file.address.wrapping_add(sector.wrapping_mul(Layout::<S, F>::SECTOR));
            file.end = sectors.wrapping_sub(sector).wrapping_mul(Layout::<S, F>::SECTOR);
            let mut size = [0; 4];
            file.read(16, &mut size).map_err(Error::Source)?;
            let end = u64::from(u32::from_le_bytes(size)).wrapping_add(HEADER as u64);
            if end.wrapping_add(4) <= u64::from(file.end) && check_crc(&mut file, end).is_ok() {
                check_header::<S, _>(&mut file)?;
            }
        }
        Ok(())
    }
}

/// A file in flash, read 64 bytes at a time.
struct File<'a, F> {
    flash: &'a mut F,
    address: u32,
    size: u64,
    /// The size with the bytes up to a whole number of words.
    end: u32,
    chunk: [u8; CHUNK],
    /// The offset of the bytes in `chunk`.
    at: Option<u32>,
}

impl<F: NorFlash> File<'_, F> {
    /// Reads the 64 bytes from `start` on, or as many as there are, if they are not in `chunk` already.
    fn fetch(&mut self, start: u32) -> Result<(), F::Error> {
        if self.at == Some(start) {
            return Ok(());
        }
        self.at = None;
        let size = Ord::min(self.end.saturating_sub(start), CHUNK as u32);
        if let Some(chunk) = self.chunk.get_mut(..size as usize) {
            self.flash.read(self.address.wrapping_add(start), chunk)?;
        }
        self.at = Some(start);
        Ok(())
    }
}

impl<F: NorFlash> Source for File<'_, F> {
    type Error = F::Error;

    fn size(&mut self) -> Result<u64, F::Error> {
        Ok(self.size)
    }

    fn read(&mut self, offset: u64, to: &mut [u8]) -> Result<(), F::Error> {
        for (offset, to) in (offset as u32..u32::MAX).zip(to) {
            self.fetch(offset & !(CHUNK as u32 - 1))?;
            *to = self.chunk.get((offset % CHUNK as u32) as usize).copied().unwrap_or(0);
        }
        Ok(())
    }
}
