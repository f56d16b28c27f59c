//! Files, from memory and from a device that gives any bytes and any size.

use bareprop::storage::Source;
use bareprop::storage::flash::{self, Loaded};
use bareprop::storage::safetensors::{self, Error, Format, Shape, Tensor};
use bareprop::*;
use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};

use crate::see;

type Net = ((Dense<3, 17, Relu>, Dropout<17>), Dense<17, 2>);
type Net64 = (Dense<3, 17, Gelu, f64>, Dense<17, 2, Identity, f64>);

/// Whatever the caller says is in the file.
pub struct Device {
    size: fn() -> Option<u64>,
    read: fn(u64, &mut [u8]) -> bool,
}

impl Source for Device {
    type Error = u32;

    fn size(&mut self) -> Result<u64, u32> {
        (self.size)().ok_or(1)
    }

    fn read(&mut self, offset: u64, to: &mut [u8]) -> Result<(), u32> {
        if (self.read)(offset, to) { Ok(()) } else { Err(2) }
    }
}

#[unsafe(no_mangle)]
pub fn read_32(network: &mut Net, format: &Format<'_>, device: &mut Device) -> Result<(), Error<u32>> {
    safetensors::read(network, format, device)
}

#[unsafe(no_mangle)]
pub fn read_64(network: &mut Net64, format: &Format<'_>, bytes: &mut &[u8]) -> Result<(), Error> {
    safetensors::read(network, format, bytes)
}

#[unsafe(no_mangle)]
pub fn write_32(network: &Net, format: &Format<'_>, sink: fn(&[u8]) -> Result<(), u32>) -> Result<(), Error<u32>> {
    safetensors::write(network, format, sink)
}

#[unsafe(no_mangle)]
pub fn write_64(network: &Net64, format: &Format<'_>, sink: fn(&[u8]) -> Result<(), u32>) -> Result<(), Error<u32>> {
    safetensors::write(network, format, sink)
}

#[unsafe(no_mangle)]
pub fn places(network: &Net, index: usize, mut bytes: &[u8], offset: u64, to: &mut [u8]) -> (usize, [usize; 2]) {
    see((bytes.size(), bytes.read(offset, to)));
    see::<Option<(Tensor, Shape)>>(None);
    see(Net::window(index));
    (Net::module(index), network.shape(index))
}

/// Flash that does and says whatever the caller wants.
pub struct Chip {
    capacity: fn() -> usize,
    read: fn(u32, &mut [u8]) -> bool,
    write: fn(u32, &[u8]) -> bool,
    erase: fn(u32, u32) -> bool,
}

impl ErrorType for Chip {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Chip {
    const READ_SIZE: usize = 4;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        if (self.read)(offset, bytes) { Ok(()) } else { Err(NorFlashErrorKind::Other) }
    }

    fn capacity(&self) -> usize {
        (self.capacity)()
    }
}

impl NorFlash for Chip {
    const WRITE_SIZE: usize = 8;
    const ERASE_SIZE: usize = 1024;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        if (self.erase)(from, to) { Ok(()) } else { Err(NorFlashErrorKind::Other) }
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        if (self.write)(offset, bytes) { Ok(()) } else { Err(NorFlashErrorKind::Other) }
    }
}

#[unsafe(no_mangle)]
pub fn in_flash(trainer: &mut Trainer<Net, Adam, 2>, network: &mut Net64, chip: &mut Chip, start: u32, end: u32) {
    see(flash::save(trainer, chip, start..end));
    see::<Result<Option<Loaded>, _>>(flash::load(trainer, chip, start..end));
    see(flash::save(network, chip, start..end));
    see(flash::load(network, chip, start..end));
    see(flash::least::<Net, Chip>());
}

/// Weights with three and four axes.
type Convolutions = (Conv2d<1, 1, 9, 5, 2, 3, 1, 5, 1, Relu>, Conv2d<1, 1, 5, 2, 3, 1, 1, 2, 2>);

#[unsafe(no_mangle)]
pub fn read_convolutions(to: &mut Convolutions, format: &Format<'_>, bytes: &mut &[u8]) -> Result<(), Error> {
    see((Convolutions::window(0), to.shape(2)));
    safetensors::read(to, format, bytes)
}

#[unsafe(no_mangle)]
pub fn write_convolution(
    network: &Conv1d<9, 3, 2, 4, 5, 2>,
    format: &Format<'_>,
    sink: fn(&[u8]) -> Result<(), u32>,
) -> Result<(), Error<u32>> {
    safetensors::write(network, format, sink)
}
