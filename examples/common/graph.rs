//! Small graphs of functions, side by side; numbers and paths for them.

use std::error::Error;
use std::ops::Range;

use plotters::prelude::*;

use super::picture::{Area, COLOURS};

pub use super::options::picture as file;

/// A title with the colours of the curves, and below it `rows` × `columns` areas for [`graph`]: so that no legend
/// covers a curve.
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
    for (name, colour) in names.iter().zip(COLOURS) {
        top.draw(&PathElement::new([(x, 30), (x + 28, 30)], colour.stroke_width(3)))?;
        top.draw(&Text::new(name.to_string(), (x + 36, 20), ("sans-serif", 20)))?;
        x += 160;
    }
    Ok(below.split_evenly((rows, columns)))
}

/// The curves of some functions over x, as far as they stay in the range of y.
pub fn graph(
    area: &Area,
    title: &str,
    (x, y): (Range<f32>, Range<f32>),
    functions: &[&dyn Fn(f32) -> f32],
) -> Result<(), Box<dyn Error>> {
    const STEPS: u32 = 800;
    let mut builder = ChartBuilder::on(area);
    builder.caption(title, ("sans-serif", 20)).margin(8).margin_right(20).x_label_area_size(28).y_label_area_size(40);
    let mut chart = builder.build_cartesian_2d(x.clone(), y.clone())?;
    let mut mesh = chart.configure_mesh();
    mesh.x_labels(7).y_labels(7).label_style(("sans-serif", 15)).light_line_style(WHITE);
    mesh.x_label_formatter(&|x| format!("{x}")).y_label_formatter(&|y| format!("{y:.1}")).draw()?;
    for (function, colour) in functions.iter().zip(COLOURS) {
        let point = |step: u32| x.start + (x.end - x.start) * step as f32 / STEPS as f32;
        let points = (0..=STEPS).map(point).map(|x| (x, function(x))).filter(|(_, value)| y.contains(value));
        chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?;
    }
    Ok(())
}

/// A number in few characters: four decimals, or one digit and a power of ten for what is very large or small.
pub fn short(value: f32) -> String {
    match value.abs() {
        0.0 => "0".into(),
        size if size.is_finite() && !(5e-5..1e4).contains(&size) => format!("{value:.0e}"),
        _ => format!("{value:.4}"),
    }
}
