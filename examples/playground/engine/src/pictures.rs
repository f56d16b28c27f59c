//! Heat maps of all units, and the outputs of all rows.

use bareprop::{Loss, Zero};

use crate::error::Wrong;
use crate::features::row;
use crate::run::Run;
use playground_network::flexible::{Flexible, LayerTape, TILE, Units, WIDTH};
use playground_network::network::forward;

/// The largest number of points along a side.
pub const SIDE: usize = 200;

/// Passes rows through the network without dropout, a tile at a time. `each` gets the number of the row, its
/// inputs, the tapes and the row of the tape.
pub fn pass(layers: &[Flexible], inputs: &[Units], mut each: impl FnMut(usize, &Units, &[LayerTape], usize)) {
    let mut tapes: Vec<LayerTape> = layers.iter().map(|_| LayerTape::ZERO).collect();
    for (tile, inputs) in inputs.chunks(TILE).enumerate() {
        forward(layers, inputs, &mut tapes, None);
        for (place, input) in inputs.iter().enumerate() {
            each(tile * TILE + place, input, &tapes, place);
        }
    }
}

/// The logits of rows.
pub fn logits(layers: &[Flexible], inputs: &[Units]) -> Vec<[f32; 1]> {
    let mut logits = vec![[0.0]; inputs.len()];
    pass(layers, inputs, |row, _, tapes, place| {
        if let Some(to) = logits.get_mut(row) {
            *to = [unit(tapes.last(), place, 0)];
        }
    });
    logits
}

fn unit(tape: Option<&LayerTape>, place: usize, unit: usize) -> f32 {
    tape.and_then(|tape| tape.activated.get(place)).and_then(|row| row.get(unit)).copied().unwrap_or(0.0)
}

/// Small maps of each feature, each hidden unit and the output, then a large one of the output.
///
/// # Errors
/// A side that is too long.
pub fn maps(run: &Run, small: usize, large: usize) -> Result<Vec<f32>, Wrong> {
    if Ord::max(small, large) > SIDE {
        return Err(Wrong::new("maps", format!("a side has at most {SIDE} points")));
    }
    let layers = run.learner.layers();
    let hidden = layers.get(..layers.len().saturating_sub(1)).unwrap_or(&[]);
    let features = run.settings.features.len();
    let units = hidden.iter().map(|layer| layer.form.units).sum::<usize>();
    let area = small * small;
    let mut numbers = vec![0.0; (features + units + 1) * area + large * large];
    pass(layers, &grid(run, small), |point, input, tapes, place| {
        let tapes = tapes.iter().zip(layers);
        let units =
            tapes.flat_map(|(tape, layer)| (0..layer.form.units).map(move |index| unit(Some(tape), place, index)));
        for (map, value) in input.iter().copied().take(features).chain(units).enumerate() {
            if let Some(to) = numbers.get_mut(map * area + point) {
                *to = value;
            }
        }
    });
    let (maps, output) = numbers.split_at_mut((features + units + 1) * area);
    let logits = logits(layers, &grid(run, large));
    output.iter_mut().zip(logits).for_each(|(to, [logit])| *to = logit);
    link(run, maps.get_mut((features + units) * area..).unwrap_or(&mut []));
    link(run, output);
    Ok(numbers)
}

/// The features of the points of a grid, from the upper left.
fn grid(run: &Run, side: usize) -> Vec<Units> {
    let half = run.data.half_side();
    let at = |index: usize| half * ((2 * index + 1) as f32 / side as f32 - 1.0);
    (0..side * side).map(|point| row(&run.settings.features, [at(point % side), -at(point / side)])).collect()
}

/// Turns logits into probabilities, if they are of classes.
pub fn link(run: &Run, logits: &mut [f32]) {
    for logit in logits {
        let mut output = [*logit];
        run.learner.settings.loss.link(&mut output);
        [*logit] = output;
    }
}

/// All rows, column by column: x₁, x₂, target, output, whether it is for testing.
pub fn points(run: &Run) -> Vec<f32> {
    let data = &run.data;
    let mut outputs: Vec<f32> = logits(run.learner.layers(), &data.inputs).into_iter().flatten().collect();
    link(run, &mut outputs);
    let column = |index: usize| data.points.iter().map(move |point| point.get(index).copied().unwrap_or(0.0));
    let test = (0..data.points.len()).map(|row| if row < data.train { 0.0 } else { 1.0 });
    let targets = data.targets.iter().map(|&[target]| target);
    column(0).chain(column(1)).chain(targets).chain(outputs).chain(test).collect()
}

const _: () = assert!(WIDTH >= 7);
