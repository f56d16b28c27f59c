//! Small graphs of functions, side by side; numbers for them.

use std::error::Error;
use std::ops::Range;

use plotters::prelude::*;

pub use super::options::picture as file;
use super::picture::{self, Area, Axis};

/// A title with the styles of the curves, and below it `rows` × `columns` areas for [`graph`]: so that no legend covers
/// a curve.
pub fn grid<'a>(
    area: &Area<'a>,
    title: &str,
    names: &[&str],
    (rows, columns): (usize, usize),
) -> Result<Vec<Area<'a>>, Box<dyn Error>> {
    let (top, below) = area.split_vertically(56);
    top.draw(&Text::new(title.to_string(), (20, 16), ("sans-serif", 26)))?;
    let (right, _) = top.dim_in_pixel();
    let mut x = right as i32 - 160 * names.len() as i32;
    for (index, name) in names.iter().enumerate() {
        picture::sample(&top, index, (x, x + 28), 28)?;
        top.draw(&Text::new(name.to_string(), (x + 36, 20), ("sans-serif", 20)))?;
        x += 160;
    }
    Ok(below.split_evenly((rows, columns)))
}

/// The curves of some functions over x, as far as they stay in the range of y. A jump is a gap.
pub fn graph(
    area: &Area,
    title: &str,
    (x, y): (Range<f32>, Range<f32>),
    functions: &[&dyn Fn(f32) -> f32],
) -> Result<(), Box<dyn Error>> {
    const STEPS: u32 = 800;
    let mut builder = ChartBuilder::on(area);
    builder.caption(title, ("sans-serif", 20)).margin(8).margin_right(20).x_label_area_size(28).y_label_area_size(40);
    let mut chart = builder.build_cartesian_2d(Axis::linear(x.start, x.end), Axis::linear(y.start, y.end))?;
    let mut mesh = chart.configure_mesh();
    mesh.x_labels(9).y_labels(9).label_style(("sans-serif", 15)).light_line_style(WHITE).draw()?;
    let points = (0..=STEPS).map(|step| x.start + (x.end - x.start) * step as f32 / STEPS as f32);
    for (index, function) in functions.iter().enumerate() {
        for piece in pieces(points.clone().map(|x| (x, function(x))), &y) {
            picture::curve(&mut chart, index, piece)?;
        }
    }
    Ok(())
}

/// The pieces of a curve that are in the range and have no jump.
fn pieces(points: impl Iterator<Item = (f32, f32)>, range: &Range<f32>) -> Vec<Vec<(f64, f64)>> {
    let jump = 0.08 * (range.end - range.start);
    let (mut pieces, mut last) = (vec![], f32::NAN);
    for (x, y) in points {
        // Not so after a jump, after NaN and at the start.
        let goes_on = (y - last).abs() <= jump;
        last = if range.contains(&y) { y } else { f32::NAN };
        match pieces.last_mut() {
            _ if last.is_nan() => {}
            Some(piece) if goes_on => Vec::push(piece, (f64::from(x), f64::from(y))),
            _ => pieces.push(vec![(f64::from(x), f64::from(y))]),
        }
    }
    pieces
}

/// A number in few characters: four decimals, or one digit and a power of ten for what is very large or small.
pub fn short(value: f32) -> String {
    match value.abs() {
        0.0 => "0".into(),
        size if size.is_finite() && !(5e-5..1e4).contains(&size) => format!("{value:.0e}"),
        _ => format!("{value:.4}"),
    }
}
