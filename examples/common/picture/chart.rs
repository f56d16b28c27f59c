//! Curves over epochs, steps or layers.

use std::error::Error;

use plotters::prelude::*;

use super::axis::Axis;
use super::pixels::Pixels;
use super::{Area, COLOURS, LEFT, RIGHT, titled};

/// A name, and its points.
pub type Curve = (String, Vec<(f32, f32)>);

/// A chart between two axes.
pub type Chart<'a, 'b> = ChartContext<'a, Pixels<'b>, Cartesian2d<Axis, Axis>>;

/// Curves over epochs (or steps), with a legend above them. `logarithmic` in y.
pub fn curves(
    area: &Area,
    labels: (&str, &str, &str),
    curves: &[Curve],
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
    curves: &[Curve],
    (low, high): (f32, f32),
    logarithmic: bool,
) -> Result<(), Box<dyn Error>> {
    let right = curves.iter().flat_map(|(_, points)| points).fold(1.0_f32, |most, &(x, _)| most.max(x));
    let area = legend(&titled(area, title)?, curves)?;
    // A tick for each of a few layers, not between them.
    let columns = if (2.0..10.0).contains(&right) { right as usize + 1 } else { 11 };
    let axis = if logarithmic { Axis::logarithmic(low, high) } else { Axis::linear(low, high) };
    let mut builder = ChartBuilder::on(&area);
    builder.margin(6).margin_right(RIGHT).x_label_area_size(44).y_label_area_size(LEFT - 6);
    let mut chart = builder.build_cartesian_2d(Axis::linear(0.0, right), axis)?;
    let mut mesh = chart.configure_mesh();
    mesh.x_desc(x).y_desc(y).x_labels(columns).y_labels(area.dim_in_pixel().1 as usize / 32);
    mesh.label_style(("sans-serif", 16)).light_line_style(WHITE).draw()?;
    draw_all(&mut chart, curves, logarithmic)
}

/// All curves, with a dot at each of a few points.
fn draw_all(chart: &mut Chart, curves: &[Curve], logarithmic: bool) -> Result<(), Box<dyn Error>> {
    let mut order: Vec<_> = curves.iter().enumerate().collect();
    order.sort_by_key(|(index, _)| index % 3);
    for (index, (_, points)) in order {
        let shown = points.iter().filter(|&&(_, y)| shown(y, logarithmic));
        let points: Vec<_> = shown.map(|&(x, y)| (f64::from(x), f64::from(y))).collect();
        if (3..16).contains(&points.len()) {
            let dots = points.iter().map(|&point| Circle::new(point, 4, colour(index).filled()));
            chart.draw_series(dots)?;
        }
        curve(chart, index, points)?;
    }
    Ok(())
}

/// Whether an axis can show this number.
fn shown(y: f32, logarithmic: bool) -> bool {
    y.is_finite() && (y > 0.0 || !logarithmic)
}

fn colour(index: usize) -> RGBColor {
    COLOURS[index % COLOURS.len()]
}

/// Of three curves, the first is wide, the second thin, the third dashed. Drawn in this order, each is seen where one
/// lies on another.
fn stroke(index: usize) -> ShapeStyle {
    colour(index).stroke_width(if index.is_multiple_of(3) { 4 } else { 2 })
}

/// Whether the curve is dashed.
fn is_dashed(index: usize) -> bool {
    index % 3 == 2
}

/// The length of dashes and of the space between them, in pixels.
const DASHES: (i32, i32) = (9, 6);

/// A line through the points, in the style of the curve with this index.
pub fn curve(chart: &mut Chart, index: usize, points: Vec<(f64, f64)>) -> Result<(), Box<dyn Error>> {
    if is_dashed(index) {
        chart.draw_series(DashedLineSeries::new(points, DASHES.0, DASHES.1, stroke(index)))?;
    } else {
        chart.draw_series(LineSeries::new(points, stroke(index)))?;
    }
    Ok(())
}

/// A short line in the style of the curve with this index, from `left` to `right`.
pub fn sample(area: &Area, index: usize, (left, right): (i32, i32), y: i32) -> Result<(), Box<dyn Error>> {
    let step = if is_dashed(index) { DASHES.0 + DASHES.1 } else { right - left };
    for x in (left..right).step_by(step as usize) {
        let end = if is_dashed(index) { (x + DASHES.0).min(right) } else { right };
        area.draw(&PathElement::new([(x, y), (end, y)], stroke(index)))?;
    }
    Ok(())
}

/// The names of the curves in their colours, in as many lines as they need. Returns the area below.
fn legend<'a>(area: &Area<'a>, curves: &[Curve]) -> Result<Area<'a>, Box<dyn Error>> {
    const LINE: i32 = 22;
    let style = ("sans-serif", 16).into_text_style(area);
    let width = area.dim_in_pixel().0 as i32 - RIGHT;
    let (mut x, mut y) = (LEFT, 6);
    for (index, (name, _)) in curves.iter().enumerate() {
        let needed = 30 + area.estimate_text_size(name, &style)?.0 as i32;
        if x > LEFT && x + needed > width {
            (x, y) = (LEFT, y + LINE);
        }
        sample(area, index, (x, x + 24), y + 9)?;
        area.draw(&Text::new(name.clone(), (x + 30, y + 2), style.clone()))?;
        x += needed + 22;
    }
    Ok(area.split_vertically(y + LINE).1)
}
