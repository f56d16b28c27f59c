//! Pictures as PNG files.

mod axis;
mod boundary;
mod chart;
mod pixels;
mod text;

use std::error::Error;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::say;
pub use axis::Axis;
pub use boundary::{boundary, boundary_between};
pub use chart::{Chart, curve, curves, curves_within, sample};
use pixels::Pixels;

pub type Area<'a> = DrawingArea<Pixels<'a>, Shift>;

/// Colours for curves and classes, distinct also for the colour-blind (P. Tol's "bright", and black).
pub const COLOURS: [RGBColor; 8] = [
    RGBColor(68, 119, 170),
    RGBColor(238, 102, 119),
    RGBColor(34, 136, 51),
    RGBColor(204, 187, 68),
    RGBColor(102, 204, 238),
    RGBColor(170, 51, 119),
    RGBColor(110, 110, 110),
    RGBColor(0, 0, 0),
];

/// Space around axes and legend, in pixels.
const LEFT: i32 = 78;
const RIGHT: i32 = 28;

/// A white picture of this size in pixels, to be written to `path`.
pub fn canvas(path: &Path, size: (u32, u32)) -> Result<Area<'_>, Box<dyn Error>> {
    std::fs::File::create(path).map_err(|error| format!("{}: {error}", path.display()))?;
    plotters::style::register_font("sans-serif", FontStyle::Normal, text::FONT).map_err(|_| "the font is broken")?;
    let area = Pixels::new(path, size).into_drawing_area();
    area.fill(&WHITE)?;
    Ok(area)
}

/// Writes the picture; the file is named where that fails.
pub fn save(area: &Area, path: &Path) -> Result<(), Box<dyn Error>> {
    area.present().map_err(|error| format!("{}: {error}", path.display()))?;
    say!("picture: {}", path.display());
    Ok(())
}

/// The title, centred. Returns the area below.
fn titled<'a>(area: &Area<'a>, title: &str) -> Result<Area<'a>, Box<dyn Error>> {
    Ok(area.margin(12, 0, 0, 0).titled(title, ("sans-serif", 24))?)
}

/// How often each class (downwards) was taken for each (to the right); the larger its share of the row, the darker.
pub fn confusion<const K: usize>(
    area: &Area,
    title: &str,
    counts: &[[u64; K]; K],
    names: [&str; K],
) -> Result<(), Box<dyn Error>> {
    let area = titled(area, title)?;
    let (width, height) = area.dim_in_pixel();
    let style = ("sans-serif", 16).into_text_style(&area);
    let mut widest = 0;
    for name in names {
        widest = widest.max(area.estimate_text_size(name, &style)?.0 as i32);
    }
    // Long names move the cells to the right.
    let names_at = (LEFT - 18).max(LEFT - 32 + widest / 2).min(width as i32 / 3);
    let left = (names_at + 18).max(names_at + widest / 2 + 8).min(width as i32 / 2);
    let size = ((width as i32 - left - RIGHT) / K as i32).min((height as i32 - 66) / K as i32);
    for (row, (counts, name)) in (0..).zip(counts.iter().zip(names)) {
        let (top, all) = (10 + row * size, counts.iter().sum::<u64>().max(1));
        centred(&area, name, (names_at, top + size / 2), BLACK)?;
        centred(&area, name, (left + row * size + size / 2, 10 + K as i32 * size + 14), BLACK)?;
        for (column, &count) in (0..).zip(counts) {
            cell(&area, (left + column * size, top, size), count, count as f32 / all as f32)?;
        }
    }
    let middle = K as i32 * size / 2;
    centred(&area, "predicted", (left + middle, 10 + K as i32 * size + 38), BLACK)?;
    let style = style.pos(Pos::new(HPos::Center, VPos::Center));
    area.draw(&Text::new("actual", (LEFT - 50, 10 + middle), style.transform(FontTransform::Rotate270)))?;
    Ok(())
}

/// Text around this place.
fn centred(area: &Area, text: &str, place: (i32, i32), colour: RGBColor) -> Result<(), Box<dyn Error>> {
    let style = ("sans-serif", 16).into_text_style(area).pos(Pos::new(HPos::Center, VPos::Center));
    Ok(area.draw(&Text::new(text.to_string(), place, style.color(&colour)))?)
}

/// A cell of the confusion matrix with its count, and its share of the row as a colour.
fn cell(area: &Area, (left, top, size): (i32, i32, i32), count: u64, share: f32) -> Result<(), Box<dyn Error>> {
    // The square root makes single mistakes visible.
    let colour = blend(COLOURS[0], bareprop::Scalar::sqrt(share));
    area.draw(&Rectangle::new([(left, top), (left + size - 2, top + size - 2)], colour.filled()))?;
    if count > 0 {
        let ink = if share > 0.3 { WHITE } else { BLACK };
        centred(area, &count.to_string(), (left + size / 2 - 1, top + size / 2 - 1), ink)?;
    }
    Ok(())
}

/// A grey image, `width` pixels a line, from 0 (white) to 1 (black), with a text of two lines above it.
pub fn image(area: &Area, lines: [&str; 2], pixels: &[f32], width: usize) -> Result<(), Box<dyn Error>> {
    pixels_below(area, &lines, pixels.iter().map(|&pixel| blend(BLACK, pixel)), width)
}

/// Weights, `width` a line, with a text above them: the largest magnitude is blue if negative, red if positive, and 0 is white.
pub fn signed(area: &Area, line: &str, weights: &[f32], width: usize) -> Result<(), Box<dyn Error>> {
    let largest = weights.iter().fold(f32::MIN_POSITIVE, |most, weight| most.max(weight.abs()));
    let colours = weights.iter().map(|&weight| blend(COLOURS[usize::from(weight > 0.0)], weight.abs() / largest));
    pixels_below(area, &[line], colours, width)
}

/// Squares of these colours, `width` a line, in a frame below some lines of text.
fn pixels_below(
    area: &Area,
    lines: &[&str],
    pixels: impl ExactSizeIterator<Item = RGBColor>,
    width: usize,
) -> Result<(), Box<dyn Error>> {
    let (right, bottom) = area.dim_in_pixel();
    let (right, top, height) = (right as i32, 8 + 20 * lines.len() as i32, pixels.len().div_ceil(width) as i32);
    let size = ((right - 20) / width as i32).min((bottom as i32 - 8 - top) / height);
    let left = (right - size * width as i32) / 2;
    let style = ("sans-serif", 16).into_text_style(area).pos(Pos::new(HPos::Center, VPos::Top));
    for (line, y) in lines.iter().zip([4, 24]) {
        area.draw(&Text::new(line.to_string(), (right / 2, y), style.clone()))?;
    }
    for (index, pixel) in (0..).zip(pixels) {
        let (x, y) = (left + size * (index % width as i32), top + size * (index / width as i32));
        area.draw(&Rectangle::new([(x, y), (x + size - 1, y + size - 1)], pixel.filled()))?;
    }
    let corner = (left + size * width as i32, top + size * height);
    area.draw(&Rectangle::new([(left - 1, top - 1), corner], BLACK.mix(0.4)))?;
    Ok(())
}

/// From white (0) to the colour (1).
fn blend(RGBColor(r, g, b): RGBColor, strength: f32) -> RGBColor {
    let blend = |colour: u8| (255.0 - (255.0 - f32::from(colour)) * strength.clamp(0.0, 1.0)) as u8;
    RGBColor(blend(r), blend(g), blend(b))
}
