//! Where the bytes of a file come from.

use core::convert::Infallible;

/// A file of known size that can be read at any place: a slice of bytes, flash, with the feature `std` a
/// [`File`](https://doc.rust-lang.org/std/fs/struct.File.html).
///
/// ```
/// use bareprop::storage::Source;
/// let mut to = [0; 2];
/// let mut source: &[u8] = &[1, 2, 3, 4];
/// source.read(1, &mut to).unwrap();
/// assert_eq!((source.size(), to), (Ok(4), [2, 3]));
/// ```
pub trait Source {
    /// What can go wrong while reading.
    type Error;
    /// How many bytes the file has.
    ///
    /// # Errors
    /// The size is not known.
    fn size(&mut self) -> Result<u64, Self::Error>;
    /// Fills `to` with the bytes from `offset` on. It is never asked for bytes past the end.
    ///
    /// # Errors
    /// The bytes can't be read.
    fn read(&mut self, offset: u64, to: &mut [u8]) -> Result<(), Self::Error>;
}

/// Nothing can go wrong. Past the end, `read` leaves `to` as it is.
impl Source for &[u8] {
    type Error = Infallible;

    fn size(&mut self) -> Result<u64, Infallible> {
        Ok(self.len() as u64)
    }

    fn read(&mut self, offset: u64, to: &mut [u8]) -> Result<(), Infallible> {
        let from = usize::try_from(offset).ok().and_then(|offset| self.get(offset..));
        for (to, &from) in to.iter_mut().zip(from.into_iter().flatten()) {
            *to = from;
        }
        Ok(())
    }
}

#[cfg(feature = "std")]
impl Source for std::fs::File {
    type Error = std::io::Error;

    fn size(&mut self) -> Result<u64, std::io::Error> {
        Ok(self.metadata()?.len())
    }

    fn read(&mut self, offset: u64, to: &mut [u8]) -> Result<(), std::io::Error> {
        use std::io::{Read, Seek, SeekFrom};
        self.seek(SeekFrom::Start(offset))?;
        self.read_exact(to)
    }
}
