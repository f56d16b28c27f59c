//! What a classifier says of each point of the plane.

use std::error::Error;

use bareprop::Scalar;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axis::Axis;
use super::{Area, COLOURS, blend};

/// Points of the plane with their classes.
pub type Points = [([f32; 2], usize)];

/// The probability of class 1 as colours, with points over it.
pub fn boundary(
    area: &Area,
    title: &str,
    points: &Points,
    probability: impl FnMut([f32; 2]) -> f32,
) -> Result<(), Box<dyn Error>> {
    boundary_between(area, title, ["class 0", "class 1"], points, probability)
}

/// [`boundary`] with the names of the classes.
pub fn boundary_between(
    area: &Area,
    title: &str,
    names: [&str; 2],
    points: &Points,
    probability: impl FnMut([f32; 2]) -> f32,
) -> Result<(), Box<dyn Error>> {
    let area = area.margin(12, 0, 0, 0).titled(title, ("sans-serif", 24))?;
    let (top, area) = area.split_vertically(28);
    legend(&top, names)?;
    let (left, right) = area.split_horizontally(area.dim_in_pixel().0 as i32 - 74);
    scale(&right)?;
    let (x, y) = (range(points, 0), range(points, 1));
    let mut builder = ChartBuilder::on(&left);
    builder.margin(6).x_label_area_size(44).y_label_area_size(72);
    let mut chart = builder.build_cartesian_2d(Axis::linear(x.0, x.1), Axis::linear(y.0, y.1))?;
    Surface::new((x, y), probability).draw(&chart.plotting_area().strip_coord_spec())?;
    let mut mesh = chart.configure_mesh();
    mesh.disable_mesh().x_labels(8).x_desc("x₀").y_desc("x₁").label_style(("sans-serif", 16)).draw()?;
    for ([x, y], class) in points.iter().map(|&(point, class)| (point.map(f64::from), class)) {
        chart.draw_series([EmptyElement::at((x, y)) + ring() + dot(class)])?;
    }
    Ok(())
}

/// A point of this class.
fn dot(class: usize) -> Circle<(i32, i32), u32> {
    Circle::new((0, 0), 4, COLOURS[class % COLOURS.len()].filled())
}

/// What parts a point from the colour behind it.
fn ring() -> Circle<(i32, i32), u32> {
    Circle::new((0, 0), 5, WHITE.filled())
}

/// From the least to the largest coordinate, and a tenth more at both ends.
fn range(points: &Points, axis: usize) -> (f64, f64) {
    let values = || points.iter().map(|(point, _)| f64::from(point[axis]));
    let (low, high) = (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
    let margin = if high > low { (high - low) * 0.1 } else { (high.abs() * 1e-6).max(1.0) };
    (low - margin, high + margin)
}

/// A point of each class with its name.
fn legend(area: &Area, names: [&str; 2]) -> Result<(), Box<dyn Error>> {
    let style = ("sans-serif", 16).into_text_style(area);
    let mut x = 84;
    for (class, name) in names.iter().enumerate() {
        area.draw(&(EmptyElement::at((x, 15)) + ring() + dot(class)))?;
        area.draw(&Text::new(name.to_string(), (x + 12, 8), style.clone()))?;
        x += 40 + area.estimate_text_size(name, &style)?.0 as i32;
    }
    Ok(())
}

/// Which colour is which probability, from 0 at the bottom to 1.
fn scale(area: &Area) -> Result<(), Box<dyn Error>> {
    const WIDTH: i32 = 14;
    let (left, top, bottom) = (8, 6, area.dim_in_pixel().1 as i32 - 51);
    let style = ("sans-serif", 16).into_text_style(area).pos(Pos::new(HPos::Left, VPos::Center));
    let share = |y: i32| (bottom - y) as f32 / (bottom - top) as f32;
    for y in top..=bottom {
        area.draw(&PathElement::new([(left, y), (left + WIDTH, y)], shade(share(y)).stroke_width(1)))?;
    }
    for tenth in [0, 2, 4, 5, 6, 8, 10] {
        let y = bottom - (bottom - top) * tenth / 10;
        if tenth == 5 {
            area.draw(&PathElement::new([(left, y), (left + WIDTH, y)], LINE.stroke_width(2)))?;
        }
        let text = if tenth % 10 == 0 { (tenth / 10).to_string() } else { format!("0.{tenth}") };
        area.draw(&Text::new(text, (left + WIDTH + 6, y), style.clone()))?;
    }
    Ok(())
}

/// How many cells a side of the plane has. The classifier is asked at their corners.
const CELLS: usize = 160;

/// The logits at the corners of the cells, row by row. Between corners they change evenly, which probabilities do not.
struct Surface(Vec<f32>);

impl Surface {
    fn new((x, y): ((f64, f64), (f64, f64)), mut probability: impl FnMut([f32; 2]) -> f32) -> Self {
        let at = |(low, high): (f64, f64), cell: usize| (low + (high - low) * cell as f64 / CELLS as f64) as f32;
        let corners = (0..=CELLS).flat_map(|row| (0..=CELLS).map(move |column| (column, row)));
        let logit = |p: f32| Scalar::ln(p / (1.0 - p));
        let logits = corners.map(|(column, row)| probability([at(x, column), at(y, row)]).clamp(1e-6, 1.0 - 1e-6));
        Surface(logits.map(logit).collect())
    }

    /// The logit where `x` and `y` are shares of the sides.
    fn logit(&self, x: f32, y: f32) -> f32 {
        let split = |share: f32| {
            let cell = (share * CELLS as f32).clamp(0.0, CELLS as f32 - 1.0) as usize;
            (cell, share * CELLS as f32 - cell as f32)
        };
        let ((column, right), (row, up)) = (split(x), split(y));
        let corner = |dx: usize, dy: usize| self.0[(row + dy) * (CELLS + 1) + column + dx];
        let along = |dy: usize| corner(0, dy) + (corner(1, dy) - corner(0, dy)) * right;
        along(0) + (along(1) - along(0)) * up
    }

    /// Every pixel of the area, with a line where the logit is 0, that is where the probability is one half.
    fn draw(&self, area: &Area) -> Result<(), Box<dyn Error>> {
        let (width, height) = area.dim_in_pixel();
        let at = |x: u32, y: u32| self.logit(x as f32 / width as f32, 1.0 - (y as f32 + 1.0) / height as f32);
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            let logit = at(x, y);
            let (dx, dy) = (at(x + 1, y) - logit, at(x, y + 1) - logit);
            let distance = logit.abs() / Scalar::sqrt(dx * dx + dy * dy).max(1e-9);
            let place = (x as i32, y as i32);
            area.draw_pixel(place, &shade(bareprop::functions::sigmoid(logit)))?;
            if distance < 1.5 {
                area.draw_pixel(place, &LINE.mix(f64::from(1.5 - distance).min(1.0)))?;
            }
        }
        Ok(())
    }
}

/// Where the probability is one half.
const LINE: RGBColor = RGBColor(60, 60, 60);

/// From the colour of class 0 over white to that of class 1.
fn shade(probability: f32) -> RGBColor {
    blend(COLOURS[usize::from(probability > 0.5)], (probability - 0.5).abs() * 1.1)
}
