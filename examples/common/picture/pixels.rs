//! What plotters draws on: pixels in memory, written as a PNG file. Plotters' own encoder needs a crate that reads and
//! writes every format. Lines, circles and letters have smooth edges.

use std::fs::File;
use std::io::{BufWriter, Error};
use std::path::Path;

use bareprop::Scalar;
use plotters::prelude::BitMapBackend;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};

use super::text;

type Result<T = ()> = std::result::Result<T, DrawingErrorKind<Error>>;

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

    fn write(&self) -> std::result::Result<(), png::EncodingError> {
        let mut encoder = png::Encoder::new(BufWriter::new(File::create(self.path)?), self.size.0, self.size.1);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_adaptive_filter(png::AdaptiveFilterType::Adaptive);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.bytes)?;
        writer.finish()
    }

    /// Mixes a share of the colour into a pixel, if that is in the picture.
    fn mix(&mut self, (x, y): BackendCoord, color: BackendColor, share: f32) {
        let (width, height) = (self.size.0 as i32, self.size.1 as i32);
        if !(0..width).contains(&x) || !(0..height).contains(&y) {
            return;
        }
        let start = 3 * (y as usize * width as usize + x as usize);
        let share = (share * color.alpha as f32).clamp(0.0, 1.0);
        let (r, g, b) = color.rgb;
        for (byte, new) in self.bytes[start..start + 3].iter_mut().zip([r, g, b]) {
            *byte = (f32::from(*byte) + (f32::from(new) - f32::from(*byte)) * share).round() as u8;
        }
    }

    /// A line through the points, with round corners. Each pixel is mixed once, however many parts of the line meet there.
    fn stroke(&mut self, points: &[BackendCoord], color: BackendColor, width: u32) {
        let reach = width as i32 / 2 + 1;
        let bound = |of: fn(&BackendCoord) -> i32, size: u32| {
            let (low, high) = points.iter().map(of).fold((i32::MAX, 0), |(low, high), at| (low.min(at), high.max(at)));
            (low.saturating_sub(reach).max(0), high.saturating_add(reach + 1).min(size as i32))
        };
        let ((left, right), (top, bottom)) = (bound(|at| at.0, self.size.0), bound(|at| at.1, self.size.1));
        let columns = (right - left).max(0);
        let mut shares = vec![0_u8; columns as usize * (bottom - top).max(0) as usize];
        for pair in points.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let xs = (a.0.min(b.0) - reach).max(left)..(a.0.max(b.0) + reach + 1).min(right);
            let ys = (a.1.min(b.1) - reach).max(top)..(a.1.max(b.1) + reach + 1).min(bottom);
            for (x, y) in ys.flat_map(|y| xs.clone().map(move |x| (x, y))) {
                let share = (width as f32 / 2.0 + 0.5 - distance((x, y), a, b)).clamp(0.0, 1.0);
                let old = &mut shares[((y - top) * columns + x - left) as usize];
                *old = (*old).max((share * 255.0) as u8);
            }
        }
        for (index, share) in (0..).zip(shares).filter(|&(_, share)| share > 0) {
            self.mix((left + index % columns, top + index / columns), color, f32::from(share) / 255.0);
        }
    }
}

/// How far a point is from the line between `a` and `b`.
fn distance((x, y): BackendCoord, a: BackendCoord, b: BackendCoord) -> f32 {
    let (along, to) = (((b.0 - a.0) as f32, (b.1 - a.1) as f32), ((x - a.0) as f32, (y - a.1) as f32));
    let length = along.0 * along.0 + along.1 * along.1;
    let part = if length > 0.0 { ((along.0 * to.0 + along.1 * to.1) / length).clamp(0.0, 1.0) } else { 0.0 };
    let (dx, dy) = (to.0 - part * along.0, to.1 - part * along.1);
    Scalar::sqrt(dx * dx + dy * dy)
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
        self.mix(point, color, 1.0);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Result {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Result {
        self.stroke(&path.into_iter().collect::<Vec<_>>(), style.color(), style.stroke_width());
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Result {
        let failed = |_| DrawingErrorKind::DrawingError(Error::other("plotters cannot draw this"));
        BitMapBackend::with_buffer(&mut self.bytes, self.size).draw_rect(from, to, style, fill).map_err(failed)
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, radius: u32, style: &S, fill: bool) -> Result {
        let (reach, line) = ((radius + style.stroke_width()) as i32, style.stroke_width() as f32 / 2.0);
        for (dx, dy) in (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy))) {
            let outside = distance((dx, dy), (0, 0), (0, 0)) - radius as f32;
            let share = if fill { 0.5 - outside } else { line + 0.5 - outside.abs() };
            self.mix((center.0 + dx, center.1 + dy), style.color(), share.clamp(0.0, 1.0));
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, place: BackendCoord) -> Result {
        let (outlines, width) = outlines(text, style)?;
        let dx = match style.anchor().h_pos {
            HPos::Left => 0.0,
            HPos::Center => -width / 2.0,
            HPos::Right => -width,
        };
        let dy = match style.anchor().v_pos {
            VPos::Top => 0.0,
            VPos::Center => -text::height(style.size()) / 2.0,
            VPos::Bottom => -text::height(style.size()),
        };
        for outline in outlines {
            let corner = outline.px_bounds().min;
            outline.draw(|x, y, share| {
                let at = (corner.x as i32 + x as i32 + dx as i32, corner.y as i32 + y as i32 + dy as i32);
                let (x, y) = style.transform().transform(at.0, at.1);
                self.mix((place.0 + x, place.1 + y), style.color(), share);
            });
        }
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(&self, text: &str, style: &S) -> Result<(u32, u32)> {
        Ok((outlines(text, style)?.1 as u32 + 1, text::height(style.size()) as u32))
    }
}

/// The letters of a text, and its width.
fn outlines<S: BackendTextStyle>(text: &str, style: &S) -> Result<(Vec<ab_glyph::OutlinedGlyph>, f32)> {
    text::outlines(text, style.size()).map_err(|error| DrawingErrorKind::FontError(Box::new(error)))
}
