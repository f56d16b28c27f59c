//! The picture: a recording of each activity with what its windows were taken for, the confusion matrix, the losses.

use std::error::Error;
use std::path::Path;

use bareprop::metrics::argmax;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::common::picture::{self, Area, COLOURS};
use crate::recordings::Recording;
use crate::windows::{ACTIVITIES, LENGTH, STEP, windows};
use crate::{Epoch, Run, Task};

/// Measurements in a second.
const RATE: f32 = 10.0;
/// Where the axes of a chart begin and end.
const LEFT: i32 = 78;
const RIGHT: i32 = 28;

pub fn draw(path: &Path, task: &Task, run: &Run) -> Result<(), Box<dyn Error>> {
    let area = picture::canvas(path, (1300, 1290))?;
    let (top, below) = area.split_vertically(60);
    let (charts, below) = below.split_vertically(740);
    legend(&top, task)?;
    for (activity, area) in charts.split_evenly((2, 2)).iter().enumerate() {
        if let Some((recording, probabilities)) = first(task, run, activity) {
            draw_recording(area, task, recording, probabilities)?;
        }
    }
    let (left, right) = below.split_horizontally(650);
    let name = |activity: usize| task.names.get(activity).map_or("", |name| name);
    let names: [&str; ACTIVITIES] = std::array::from_fn(name);
    picture::confusion(&left, "test windows: actual and predicted activity", &run.matrix.counts, names)?;
    let curve = |value: fn(&Epoch) -> f32| run.epochs.iter().map(|epoch| (epoch.epoch as f32, value(epoch))).collect();
    let curves = [("training".to_string(), curve(|epoch| epoch.loss)), ("test".to_string(), curve(Epoch::watched))];
    picture::curves(&right, ("loss", "epoch", "mean cross-entropy"), &curves, true)?;
    picture::save(&area, path)
}

/// The first test recording of an activity, with the probabilities of its windows.
fn first<'a>(task: &'a Task, run: &'a Run, activity: usize) -> Option<(&'a Recording, &'a [[f32; ACTIVITIES]])> {
    let mut before = 0;
    for recording in &task.test_recordings {
        let windows = windows(recording.axes.len());
        if recording.activity == activity {
            return run.probabilities.get(before..before + windows).map(|probabilities| (recording, probabilities));
        }
        before += windows;
    }
    None
}

/// The colours of the activities, and what the numbers are.
fn legend(area: &Area, task: &Task) -> Result<(), Box<dyn Error>> {
    let style = ("sans-serif", 18).into_text_style(area);
    let mut x = LEFT;
    for (activity, name) in task.names.iter().enumerate() {
        area.draw(&Rectangle::new([(x, 20), (x + 20, 40)], colour(activity).filled()))?;
        area.draw(&Text::new(name.clone(), (x + 28, 24), style.clone()))?;
        x += 62 + area.estimate_text_size(name, &style)?.0 as i32;
    }
    let text = "below each recording: what its windows of two seconds are taken for, and the probability in %";
    Ok(area.draw(&Text::new(text, (x + 10, 24), style))?)
}

/// The acceleration over time. Below it a box for each window, at the middle half of its time.
fn draw_recording(
    area: &Area,
    task: &Task,
    recording: &Recording,
    probabilities: &[[f32; ACTIVITIES]],
) -> Result<(), Box<dyn Error>> {
    let (width, height) = (area.dim_in_pixel().0 as i32, area.dim_in_pixel().1 as i32);
    let (chart, strip) = area.split_vertically(height - 44);
    let axis = |axis: usize| (0..).zip(&recording.axes).map(|(t, axes)| (t as f32 / RATE, axes[axis])).collect();
    let curves = [("x".to_string(), axis(0)), ("y".to_string(), axis(1)), ("z".to_string(), axis(2))];
    let values = || recording.axes.iter().flat_map(|axes| &axes[..3]);
    let range = (values().fold(-1.0_f32, |a, &b| a.min(b)) * 1.05, values().fold(1.0_f32, |a, &b| a.max(b)) * 1.05);
    let title = format!("{}, recording {}", task.names[recording.activity], recording.name);
    picture::curves_within(&chart, (&title, "seconds", "acceleration"), &curves, range, false)?;

    let style = ("sans-serif", 15).into_text_style(area).pos(Pos::new(HPos::Center, VPos::Center));
    let place =
        |steps: usize| LEFT + (steps as i32 * (width - LEFT - RIGHT)) / (recording.axes.len() as i32 - 1).max(1);
    for (number, probabilities) in probabilities.iter().enumerate() {
        let begin = number * STEP + (LENGTH - STEP) / 2;
        let (left, right, activity) = (place(begin), place(begin + STEP), argmax(probabilities));
        strip.draw(&Rectangle::new([(left + 1, 8), (right - 2, 34)], colour(activity).filled()))?;
        let text = format!("{:.0}", 100.0 * probabilities[activity]);
        strip.draw(&Text::new(text, ((left + right) / 2, 21), style.color(&WHITE)))?;
    }
    Ok(())
}

fn colour(activity: usize) -> RGBColor {
    COLOURS[activity % COLOURS.len()]
}
