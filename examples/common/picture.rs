//! Pictures as PNG files.

use std::error::Error;
use std::path::{Path, PathBuf};

use plotters::coord::Shift;
use plotters::prelude::*;

pub type Area<'a> = DrawingArea<BitMapBackend<'a>, Shift>;

/// Colours for curves and classes, distinct also for the colour-blind (P. Tol's "bright").
pub const COLOURS: [RGBColor; 7] = [
    RGBColor(68, 119, 170),
    RGBColor(238, 102, 119),
    RGBColor(34, 136, 51),
    RGBColor(204, 187, 68),
    RGBColor(102, 204, 238),
    RGBColor(170, 51, 119),
    RGBColor(110, 110, 110),
];

/// The path of a picture, checked before the work begins and not after.
pub fn file(path: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        _ if path.extension().is_none_or(|extension| extension != "png") => Err("its name has to end in .png".into()),
        Some(folder) if !folder.is_dir() => Err(format!("there is no folder {}", folder.display())),
        _ => Ok(path),
    }
}

/// A white picture of this size in pixels, to be written to `path`.
pub fn canvas(path: &Path, size: (u32, u32)) -> Result<Area<'_>, Box<dyn Error>> {
    let font = epaint_default_fonts::UBUNTU_LIGHT;
    plotters::style::register_font("sans-serif", FontStyle::Normal, font).map_err(|_| "the font is broken")?;
    let area = BitMapBackend::new(path, size).into_drawing_area();
    area.fill(&WHITE)?;
    Ok(area)
}

/// Writes the picture down.
pub fn save(area: &Area, path: &Path) -> Result<(), String> {
    area.present().map_err(|_| format!("the picture cannot be written to {}", path.display()))
}

/// Curves over epochs (or steps), with a legend. `logarithmic` in y.
pub fn curves(
    area: &Area,
    (title, x, y): (&str, &str, &str),
    curves: &[(String, Vec<(f32, f32)>)],
    logarithmic: bool,
) -> Result<(), Box<dyn Error>> {
    let points = || curves.iter().flat_map(|(_, points)| points).filter(|(_, y)| y.is_finite());
    let right = points().fold(1.0_f32, |most, &(x, _)| most.max(x));
    let top = points().fold(f32::MIN, |most, &(_, y)| most.max(y)) * 1.05;
    let least = points().fold(f32::MAX, |least, &(_, y)| least.min(y));
    let mut builder = ChartBuilder::on(area);
    builder.caption(title, ("sans-serif", 24)).margin(14).margin_right(28).x_label_area_size(44).y_label_area_size(76);
    macro_rules! draw {
        ($range:expr) => {{
            let mut chart = builder.build_cartesian_2d(0.0..right, $range)?;
            chart
                .configure_mesh()
                .x_label_formatter(&|x| format!("{x}"))
                .x_desc(x)
                .y_desc(y)
                .label_style(("sans-serif", 16))
                .light_line_style(WHITE)
                .draw()?;
            for ((name, points), colour) in curves.iter().zip(COLOURS.iter().cycle()) {
                let points = points.iter().copied().filter(|(_, y)| y.is_finite());
                let line = chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?;
                line.label(name).legend(|(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(3)));
            }
            let mut legend = chart.configure_series_labels();
            legend
                .background_style(WHITE.mix(0.8))
                .border_style(BLACK.mix(0.3))
                .label_font(("sans-serif", 16))
                .draw()?;
        }};
    }
    if logarithmic {
        draw!((least.max(1e-9) * 0.8..top).log_scale());
    } else {
        draw!(least.min(0.0)..top);
    }
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
    for &([x, y], class) in points {
        let dot = EmptyElement::at((f64::from(x), f64::from(y)))
            + Circle::new((0, 0), 4, COLOURS[class % 7].filled())
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
    let RGBColor(r, g, b) = COLOURS[usize::from(probability > 0.5)];
    let strength = (probability - 0.5).abs() * 1.1;
    let blend = |colour: u8| (255.0 - (255.0 - f32::from(colour)) * strength) as u8;
    RGBColor(blend(r), blend(g), blend(b))
}
