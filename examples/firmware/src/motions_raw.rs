//! A smart watch without chosen features: a convolution or a gated recurrent unit learns from the windows that its
//! sensors measure, one window at a time.

use bareprop::*;

use crate::motions::{TEST_CLASSES, TEST_RECORDINGS, TRAIN_CLASSES, TRAIN_RECORDINGS};

#[path = "../../18_motions_raw/windows.rs"]
mod windows;
pub use windows::{ACTIVITIES, Axes, Convolution, LENGTH, Network, Recurrent, STEP, Window, settings, window, windows};

/// How many epochs the programs train, as the example does where it is told nothing else.
pub const EPOCHS: u32 = 20;
/// The seed of weights and shuffles: the example's first.
const SEED: u64 = 1;
/// How many windows each recording has.
const WINDOWS: usize = (100 - (LENGTH - STEP)) / STEP;

/// Everything: the scaler, the network and its training.
pub struct State<N: Network> {
    scaler: StandardScaler<6>,
    trainer: Trainer<N, Adam, 1>,
}

impl<N: Network> Zero for State<N> {
    const ZERO: Self = State { scaler: StandardScaler::ZERO, trainer: Trainer::ZERO };
}

/// What came of it.
pub struct Outcome {
    /// Windows of the test recordings.
    pub windows: u32,
    /// Right answers among them.
    pub hits: u32,
    /// The test recordings that are recognised by most of their windows.
    pub recordings: u32,
    /// The hash of all parameters.
    pub bits: u32,
}

impl<N: Network> State<N> {
    /// The size of everything.
    pub const BYTES: usize = size_of::<Self>();

    /// Fits the scaler, trains, tests. `each` sees the mean loss of every epoch.
    ///
    /// # Errors
    /// None with these data.
    pub fn run(&mut self, epochs: u32, mut each: impl FnMut(u32, f32)) -> Result<Outcome, Error> {
        for axes in TRAIN_RECORDINGS.as_flattened() {
            self.scaler.add(axes)?;
        }
        self.trainer.network.initialize_seeded(SEED);
        let settings = settings(epochs, SEED);
        for epoch in 0..epochs {
            let loss = self.epoch(&settings, epoch)?;
            each(epoch + 1, loss);
        }
        self.test()
    }

    /// Trains on every window once, in random order, and gives the mean loss.
    fn epoch(&mut self, settings: &Settings<SoftmaxCrossEntropy<ACTIVITIES>, Adam>, epoch: u32) -> Result<f32, Error> {
        let (mut loss, mut steps) = (0.0, 0.0);
        for row in Shuffle::new((TRAIN_RECORDINGS.len() * WINDOWS) as u32, settings.seed, epoch) {
            let (recording, number) = (row as usize / WINDOWS, row as usize % WINDOWS);
            let (Some(axes), Some(class)) = (TRAIN_RECORDINGS.get(recording), TRAIN_CLASSES.get(recording)) else {
                break;
            };
            let Some(window) = window(axes, number, &self.scaler)? else { break };
            self.trainer.accumulate(settings, &Samples::new(&[window], core::slice::from_ref(class))?)?;
            if self.trainer.pending() == settings.batch_size {
                (loss, steps) = (loss + self.trainer.update(settings)?.loss, steps + 1.0);
            }
        }
        Ok(loss / steps)
    }

    /// What the network takes the windows of the test recordings for.
    fn test(&mut self) -> Result<Outcome, Error> {
        let mut outcome = Outcome { windows: 0, hits: 0, recordings: 0, bits: self.trainer.network.bits() };
        for (recording, &class) in TEST_RECORDINGS.iter().zip(&TEST_CLASSES) {
            let mut votes = [0_u32; ACTIVITIES];
            for number in 0..windows(recording.len()) {
                let Some(window) = window(recording, number, &self.scaler)? else { break };
                let mut predicted = [0];
                self.trainer.classify(&[window], &mut predicted)?;
                if let Some(votes) = votes.get_mut(predicted[0]) {
                    *votes += 1;
                }
            }
            let right = votes.get(class).copied().unwrap_or(0);
            outcome.windows += votes.iter().sum::<u32>();
            outcome.hits += right;
            outcome.recordings += u32::from(votes.iter().filter(|&&votes| votes >= right).count() == 1);
        }
        Ok(outcome)
    }
}
