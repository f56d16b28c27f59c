//! Flash for trials: two sectors that lie in a file of the host, which a chip in QEMU reaches over semihosting. On a board
//! stands here what its chip's crate gives, such as `embassy_nrf::nvmc::Nvmc`.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};
#[cfg(target_os = "none")]
use semihosting::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
};
#[cfg(not(target_os = "none"))]
use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
};

#[cfg(target_os = "none")]
const PATH: &core::ffi::CStr = c"keep.flash";
#[cfg(not(target_os = "none"))]
const PATH: &str = "keep.flash";

const SECTOR: usize = 4096;
const SIZE: usize = 2 * SECTOR;

/// The file `keep.flash` in the current directory.
pub struct Image(File);

impl Image {
    /// Opens the file; makes one of blank flash where there is none.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open() -> Result<Self, NorFlashErrorKind> {
        if let Ok(file) = OpenOptions::new().read(true).write(true).open(PATH) {
            return Ok(Image(file));
        }
        let mut image = Image(File::create(PATH).map_err(|_| NorFlashErrorKind::Other)?);
        image.erase(0, SIZE as u32)?;
        Image::open_again()
    }

    /// Opens a file that was made just now, for reading too.
    fn open_again() -> Result<Self, NorFlashErrorKind> {
        OpenOptions::new().read(true).write(true).open(PATH).map(Image).map_err(|_| NorFlashErrorKind::Other)
    }

    fn put(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        self.0.seek(SeekFrom::Start(u64::from(offset))).map_err(|_| NorFlashErrorKind::Other)?;
        self.0.write_all(bytes).map_err(|_| NorFlashErrorKind::Other)
    }
}

impl ErrorType for Image {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Image {
    const READ_SIZE: usize = 4;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        check_read(self, offset, bytes.len())?;
        self.0.seek(SeekFrom::Start(u64::from(offset))).map_err(|_| NorFlashErrorKind::Other)?;
        self.0.read_exact(bytes).map_err(|_| NorFlashErrorKind::Other)
    }

    fn capacity(&self) -> usize {
        SIZE
    }
}

impl NorFlash for Image {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = SECTOR;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        check_erase(self, from, to)?;
        (from..to).step_by(64).try_for_each(|offset| self.put(offset, &[0xff; 64]))
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        check_write(self, offset, bytes.len())?;
        self.put(offset, bytes)
    }
}
