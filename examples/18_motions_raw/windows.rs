//! What the example and the chip program share: the windows, the two networks, the settings.

use bareprop::*;

/// One measurement: three axes of acceleration, three of rotation.
pub type Axes = [f32; 6];
/// Two seconds, measured ten times a second.
pub type Window = [Axes; LENGTH];

/// How many measurements a window has.
pub const LENGTH: usize = 20;
/// How many measurements lie between the beginnings of two windows.
pub const STEP: usize = 10;
/// How many activities a network tells apart, at most.
pub const ACTIVITIES: usize = 4;

/// Two convolutions over time: 888 parameters.
pub type Convolution = (
    Conv1d<LENGTH, 18, 6, 12, 3, 1, Relu>,
    MaxPool1d<18, 9, 12, 2>,
    Conv1d<9, 7, 12, 16, 3, 1, Relu>,
    GlobalAveragePool<[[f32; 16]; 7]>,
    Dense<16, ACTIVITIES>,
);

/// A gated recurrent unit, whose last state is judged: 1220 parameters.
pub type Recurrent = (Gru<LENGTH, 6, 16>, Dense<16, ACTIVITIES>);

/// A network from a window to a logit for each activity.
pub trait Network: Layer<Input = Window, Output = [f32; ACTIVITIES]> + Parameters<Scalar = f32> {}

impl<N: Layer<Input = Window, Output = [f32; ACTIVITIES]> + Parameters<Scalar = f32>> Network for N {}

/// How many windows a recording of this many measurements has.
pub fn windows(measurements: usize) -> usize {
    measurements.saturating_sub(LENGTH - STEP) / STEP
}

/// A window of a recording, standardised axis by axis; `None` past the last.
///
/// # Errors
/// [`Error::Empty`] of a scaler without rows, [`Error::Feature`] of a number that is not finite.
pub fn window(recording: &[Axes], number: usize, scaler: &StandardScaler<6>) -> Result<Option<Window>, Error> {
    let from = number.saturating_mul(STEP);
    let Some(window) = recording.get(from..).and_then(|rest| rest.first_chunk()) else { return Ok(None) };
    let mut window: Window = *window;
    scaler.transform_rows(&mut window)?;
    Ok(Some(window))
}

/// Adam in batches of 8 windows, for this many epochs.
pub fn settings(epochs: u32, seed: u64) -> Settings<SoftmaxCrossEntropy<ACTIVITIES>, Adam> {
    Settings { batch_size: 8, epochs, seed, ..Settings::new(SoftmaxCrossEntropy::new(), Adam::new(0.003)) }
}
