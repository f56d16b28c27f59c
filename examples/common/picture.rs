//! Pictures as PNG files.

use std::error::Error;
use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::pixels::Pixels;
use super::say;

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
    let font = epaint_default_fonts::UBUNTU_LIGHT;
    plotters::style::register_font("sans-serif", FontStyle::Normal, font).map_err(|_| "the font is broken")?;
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

/// Curves over epochs (or steps), with a legend above them. `logarithmic` in y.
pub fn curves(
    area: &Area,
    labels: (&str, &str, &str),
    curves: &[(String, Vec<(f32, f32)>)],
    logarithmic: bool,
) -> Result<(), Box<dyn Error>> {
    let values = || curves.iter().flat_map(|(_, points)| points).map(|&(_, y)| y).filter(|&y| shown(y, logarithmic));
    let top = values().fold(f32::MIN_POSITIVE, f32::max);
    let least = values().fold(f32::MAX, f32::min);
    let range = if logarithmic { (least.min(top) * 0.8, top * 1.25) } else { (least.min(0.0), top * 1.05) };
    curves_within(area, labels, curves, range, logarithmic)
}

/// Curves, with y from `low` to `high`.
pub fn curves_within(
    area: &Area,
    (title, x, y): (&str, &str, &str),
    curves: &[(String, Vec<(f32, f32)>)],
    (low, high): (f32, f32),
    logarithmic: bool,
) -> Result<(), Box<dyn Error>> {
    let right = curves.iter().flat_map(|(_, points)| points).fold(1.0_f32, |most, &(x, _)| most.max(x));
    let area = legend(&titled(area, title)?, curves)?;
    let lines = area.dim_in_pixel().1 as usize / 40;
    // A tick for each of a few layers, not between them.
    let columns = if (2.0..10.0).contains(&right) { right as usize + 1 } else { 11 };
    let mut builder = ChartBuilder::on(&area);
    builder.margin(6).margin_right(RIGHT).x_label_area_size(44).y_label_area_size(LEFT - 6);
    let y_label = |y: &f32| level(*y, logarithmic);
    macro_rules! draw {
        ($range:expr) => {{
            let mut chart = builder.build_cartesian_2d(0.0..right, $range)?;
            let mut mesh = chart.configure_mesh();
            mesh.x_label_formatter(&|x| number(*x))
                .y_label_formatter(&y_label)
                .x_desc(x)
                .y_desc(y)
                .y_labels(lines)
                .x_labels(columns);
            mesh.label_style(("sans-serif", 16)).light_line_style(WHITE).draw()?;
            for ((_, points), colour) in curves.iter().zip(COLOURS.iter().cycle()) {
                let points = || points.iter().copied().filter(|&(_, y)| shown(y, logarithmic));
                chart.draw_series(LineSeries::new(points(), colour.stroke_width(2)))?;
                if (3..16).contains(&points().count()) {
                    chart.draw_series(points().map(|point| Circle::new(point, 4, colour.filled())))?;
                }
            }
        }};
    }
    if logarithmic {
        draw!((low..high).log_scale());
    } else {
        draw!(low..high);
    }
    Ok(())
}

/// The title, centred. Returns the area below.
fn titled<'a>(area: &Area<'a>, title: &str) -> Result<Area<'a>, Box<dyn Error>> {
    Ok(area.margin(12, 0, 0, 0).titled(title, ("sans-serif", 24))?)
}

/// Whether an axis can show this number.
fn shown(y: f32, logarithmic: bool) -> bool {
    y.is_finite() && (y > 0.0 || !logarithmic)
}

/// A number beside an axis: short, and with an exponent only where it is very small or large.
fn number(value: f32) -> String {
    let size = value.abs();
    if size > 0.0 && !(1e-3..1e5).contains(&size) {
        return format!("{value:.0e}");
    }
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// A number beside the y axis. On a logarithmic one, 7, 8 and 9 would stand too close to 10.
fn level(value: f32, logarithmic: bool) -> String {
    let text = number(value);
    let first = text.trim_start_matches(['0', '.']).chars().next();
    if logarithmic && first.is_some_and(|digit| ('7'..='9').contains(&digit)) { String::new() } else { text }
}

/// The names of the curves in their colours, in as many lines as they need. Returns the area below.
fn legend<'a>(area: &Area<'a>, curves: &[(String, Vec<(f32, f32)>)]) -> Result<Area<'a>, Box<dyn Error>> {
    const LINE: i32 = 22;
    let style = ("sans-serif", 16).into_text_style(area);
    let width = area.dim_in_pixel().0 as i32 - RIGHT;
    let (mut x, mut y) = (LEFT, 6);
    for ((name, _), colour) in curves.iter().zip(COLOURS.iter().cycle()) {
        let needed = 26 + area.estimate_text_size(name, &style)?.0 as i32;
        if x > LEFT && x + needed > width {
            (x, y) = (LEFT, y + LINE);
        }
        area.draw(&PathElement::new([(x, y + 10), (x + 20, y + 10)], colour.stroke_width(3)))?;
        area.draw(&Text::new(name.clone(), (x + 26, y + 2), style.clone()))?;
        x += needed + 22;
    }
    Ok(area.split_vertically(y + LINE).1)
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
    let cell = ((width as i32 - LEFT - RIGHT) / K as i32).min((height as i32 - 66) / K as i32);
    let centred = Pos::new(HPos::Center, VPos::Center);
    let style = ("sans-serif", 16).into_text_style(&area).pos(centred);
    let text =
        |text: String, place: (i32, i32), colour: &RGBColor| area.draw(&Text::new(text, place, style.color(colour)));
    for (row, (counts, name)) in (0..).zip(counts.iter().zip(names)) {
        let (top, all) = (10 + row * cell, counts.iter().sum::<u64>().max(1));
        text(name.to_string(), (LEFT - 18, top + cell / 2), &BLACK)?;
        text(name.to_string(), (LEFT + row * cell + cell / 2, 10 + K as i32 * cell + 14), &BLACK)?;
        for (column, &count) in (0..).zip(counts) {
            let (left, share) = (LEFT + column * cell, count as f32 / all as f32);
            // The square root makes single mistakes visible.
            let colour = blend(COLOURS[0], bareprop::Scalar::sqrt(share));
            area.draw(&Rectangle::new([(left, top), (left + cell - 2, top + cell - 2)], colour.filled()))?;
            let ink = if share > 0.3 { WHITE } else { BLACK };
            if count > 0 {
                text(count.to_string(), (left + cell / 2 - 1, top + cell / 2 - 1), &ink)?;
            }
        }
    }
    text("predicted".to_string(), (LEFT + K as i32 * cell / 2, 10 + K as i32 * cell + 38), &BLACK)?;
    let sideways = ("sans-serif", 16).into_text_style(&area).pos(centred).transform(FontTransform::Rotate270);
    area.draw(&Text::new("actual", (LEFT - 50, 10 + K as i32 * cell / 2), sideways))?;
    Ok(())
}

/// A grey image, `width` pixels a line, from 0 (white) to 1 (black), with a text of two lines above it.
pub fn image(area: &Area, lines: [&str; 2], pixels: &[f32], width: usize) -> Result<(), Box<dyn Error>> {
    let (right, bottom) = area.dim_in_pixel();
    let size = ((right as i32 - 20) / width as i32).min((bottom as i32 - 56) / pixels.len().div_ceil(width) as i32);
    let left = (right as i32 - size * width as i32) / 2;
    let style = ("sans-serif", 16).into_text_style(area).pos(Pos::new(HPos::Center, VPos::Top));
    for (line, y) in lines.iter().zip([4, 24]) {
        area.draw(&Text::new(line.to_string(), (right as i32 / 2, y), style.clone()))?;
    }
    for (index, &pixel) in (0..).zip(pixels) {
        let (x, y) = (left + size * (index % width as i32), 48 + size * (index / width as i32));
        area.draw(&Rectangle::new([(x, y), (x + size - 1, y + size - 1)], blend(BLACK, pixel).filled()))?;
    }
    let corner = (left + size * width as i32, 48 + size * pixels.len().div_ceil(width) as i32);
    area.draw(&Rectangle::new([(left - 1, 47), corner], BLACK.mix(0.4)))?;
    Ok(())
}

/// What a classifier of the plane says, as colours, with points over it: `probability` of class 1, class of each point.
pub fn boundary(
    area: &Area,
    title: &str,
    points: &[([f32; 2], usize)],
    mut probability: impl FnMut([f32; 2]) -> f32,
) -> Result<(), Box<dyn Error>> {
    const CELLS: usize = 160;
    let range = |axis: usize| {
        let values = || points.iter().map(|(point, _)| f64::from(point[axis]));
        let (low, high) = (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
        let margin = if high > low { (high - low) * 0.1 } else { (high.abs() * 1e-6).max(1.0) };
        (low - margin, high + margin)
    };
    let ((left, right), (bottom, top)) = (range(0), range(1));
    let mut builder = ChartBuilder::on(area);
    builder.caption(title, ("sans-serif", 24)).margin(14).margin_right(28).x_label_area_size(44).y_label_area_size(80);
    let mut chart = builder.build_cartesian_2d(left..right, bottom..top)?;
    let (width, height) = ((right - left) / CELLS as f64, (top - bottom) / CELLS as f64);
    let corner = |cell: usize| (left + width * (cell % CELLS) as f64, bottom + height * (cell / CELLS) as f64);
    let values: Vec<f32> = (0..CELLS * CELLS)
        .map(|cell| (corner(cell).0 + width / 2.0, corner(cell).1 + height / 2.0))
        .map(|(x, y)| probability([x as f32, y as f32]))
        .collect();
    chart.draw_series(values.iter().enumerate().map(|(cell, &value)| {
        let neighbours = [cell + 1, cell + CELLS].map(|cell| values.get(cell).copied().unwrap_or(value));
        let row_ends = cell % CELLS == CELLS - 1;
        let crossed = |other: f32| (other > 0.5) != (value > 0.5);
        let colour = if (crossed(neighbours[0]) && !row_ends) || crossed(neighbours[1]) { LINE } else { shade(value) };
        let (x, y) = corner(cell);
        Rectangle::new([(x, y), (x + width, y + height)], colour.filled())
    }))?;
    let mut mesh = chart.configure_mesh();
    mesh.disable_mesh().x_labels(8).x_desc("x₀").y_desc("x₁").label_style(("sans-serif", 16));
    mesh.x_label_formatter(&|&x| tick(x, right - left)).y_label_formatter(&|&y| tick(y, top - bottom)).draw()?;
    for ([x, y], class) in points.iter().map(|&(point, class)| (point.map(f64::from), class)) {
        let dot = EmptyElement::at((x, y))
            + Circle::new((0, 0), 4, COLOURS[class % COLOURS.len()].filled())
            + Circle::new((0, 0), 4, WHITE.stroke_width(1));
        chart.draw_series([dot])?;
    }
    Ok(())
}

/// A number of an axis, which is `span` long, in few characters.
fn tick(value: f64, span: f64) -> String {
    let text = match value.abs() {
        size if size < 1e-6 * span => return "0".into(),
        1e-3..1e5 => format!("{value:.3}"),
        1e5..1e7 => format!("{value:.1}"),
        _ => return format!("{value:.1e}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').into()
}

/// Where the probability is one half.
const LINE: RGBColor = RGBColor(60, 60, 60);

/// From the colour of class 0 over white to that of class 1.
fn shade(probability: f32) -> RGBColor {
    blend(COLOURS[usize::from(probability > 0.5)], (probability - 0.5).abs() * 1.1)
}

/// From white (0) to the colour (1).
fn blend(RGBColor(r, g, b): RGBColor, strength: f32) -> RGBColor {
    let blend = |colour: u8| (255.0 - (255.0 - f32::from(colour)) * strength.clamp(0.0, 1.0)) as u8;
    RGBColor(blend(r), blend(g), blend(b))
}
