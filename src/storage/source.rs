//! Where bytes are read from.

/// Bytes that can be read more than once, in pieces: a slice, a memory that is not mapped, a file.
pub trait Source {
    /// Why bytes could not be read.
    type Error;

    /// How many bytes there are.
    ///
    /// # Errors
    /// Where that cannot be found out.
    fn length(&mut self) -> Result<u64, Self::Error>;

    /// Reads the bytes from `offset` on into `to`. They are within [`length`](Self::length).
    ///
    /// # Errors
    /// Where that fails.
    fn read(&mut self, offset: u64, to: &mut [u8]) -> Result<(), Self::Error>;
}

/// Never fails.
impl Source for &[u8] {
    type Error = core::convert::Infallible;

    fn length(&mut self) -> Result<u64, Self::Error> {
        Ok(self.len() as u64)
    }

    fn read(&mut self, offset: u64, to: &mut [u8]) -> Result<(), Self::Error> {
        let from = usize::try_from(offset).ok().and_then(|offset| self.get(offset..)).unwrap_or(&[]);
        for (to, &from) in to.iter_mut().zip(from) {
            *to = from;
        }
        Ok(())
    }
}

#[cfg(feature = "std")]
impl Source for std::fs::File {
    type Error = std::io::Error;

    fn length(&mut self) -> Result<u64, Self::Error> {
        Ok(self.metadata()?.len())
    }

    fn read(&mut self, offset: u64, to: &mut [u8]) -> Result<(), Self::Error> {
        use std::io::{Read, Seek, SeekFrom};
        self.seek(SeekFrom::Start(offset))?;
        self.read_exact(to)
    }
}
