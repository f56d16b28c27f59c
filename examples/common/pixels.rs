//! What plotters draws on: pixels in memory, written as a PNG file. Plotters' own encoder needs a crate that reads and writes every format.

use std::fs::File;
use std::io::{BufWriter, Error};
use std::path::Path;

use plotters::prelude::BitMapBackend;
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind};

type Result = std::result::Result<(), DrawingErrorKind<Error>>;

/// Three bytes a pixel.
pub struct Pixels<'a> {
    path: &'a Path,
    size: (u32, u32),
    bytes: Vec<u8>,
}

impl<'a> Pixels<'a> {
    /// A black picture of this size in pixels, to be written to `path`.
    pub fn new(path: &'a Path, size: (u32, u32)) -> Self {
        Pixels { path, size, bytes: vec![0; 3 * size.0 as usize * size.1 as usize] }
    }

    /// Plotters draws on the bytes.
    fn draw<E>(&mut self, draw: impl FnOnce(&mut BitMapBackend) -> std::result::Result<(), E>) -> Result {
        let failed = |_| DrawingErrorKind::DrawingError(Error::other("plotters cannot draw this"));
        draw(&mut BitMapBackend::with_buffer(&mut self.bytes, self.size)).map_err(failed)
    }

    fn write(&self) -> std::result::Result<(), png::EncodingError> {
        let mut encoder = png::Encoder::new(BufWriter::new(File::create(self.path)?), self.size.0, self.size.1);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_adaptive_filter(png::AdaptiveFilterType::Adaptive);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.bytes)?;
        writer.finish()
    }
}

impl DrawingBackend for Pixels<'_> {
    type ErrorType = Error;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Result {
        Ok(())
    }

    fn present(&mut self) -> Result {
        self.write().map_err(|error| DrawingErrorKind::DrawingError(error.into()))
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Result {
        self.draw(|bitmap| bitmap.draw_pixel(point, color))
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Result {
        self.draw(|bitmap| bitmap.draw_line(from, to, style))
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Result {
        self.draw(|bitmap| bitmap.draw_rect(from, to, style, fill))
    }
}
