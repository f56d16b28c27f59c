//! What a smart watch would do: learn from its sensors, as they are read, what its wearer is doing.

use bareprop::storage::{Pieces, Stored, fingerprint};
use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

use crate::window::Window;

mod data {
    include!(concat!(env!("OUT_DIR"), "/motions_train.rs"));
    include!(concat!(env!("OUT_DIR"), "/motions_test.rs"));
}
pub use data::{TEST_CLASSES, TEST_RECORDINGS, TRAIN_CLASSES, TRAIN_RECORDINGS};

/// Mean and standard deviation of six axes go in, four activities come out: 276 parameters.
pub type Net = (Dense<12, 16, Relu>, Dense<16, 4>);

const EPOCHS: u32 = 20;
const BATCH: usize = 8;

/// Everything: the window, the scaler, the network and its training.
pub struct State {
    window: Window,
    scaler: StandardScaler<12>,
    trainer: Trainer<Net, Adam, 1>,
    epoch: u32,
}

/// What has to outlast a power cut: the scaler, the trainer, how many epochs are over. The window fills again.
impl Stored for State {
    const KIND: u8 = 2;
    const FINGERPRINT: u32 = fingerprint("motions", &[<Trainer<Net, Adam, 1> as Stored>::FINGERPRINT]);
    const SCALAR: u8 = 4;
    const BYTES: usize = <StandardScaler<12> as Stored>::BYTES + <Trainer<Net, Adam, 1> as Stored>::BYTES + 4;

    fn pieces(&mut self, pieces: &mut impl Pieces) {
        self.scaler.pieces(pieces);
        self.trainer.pieces(pieces);
        pieces.count(&mut self.epoch, EPOCHS);
    }
}

/// What came of it.
pub struct Outcome {
    /// Windows of the test recordings.
    pub windows: u32,
    /// Right answers among them.
    pub hits: u32,
    /// The hash of all parameters.
    pub bits: u32,
}

impl State {
    /// Before anything was measured.
    pub const ZERO: State =
        State { window: Window::EMPTY, scaler: StandardScaler::ZERO, trainer: Trainer::ZERO, epoch: 0 };

    /// Fits the scaler, trains for 20 epochs, tests. `each` sees the mean loss of every epoch.
    ///
    /// # Errors
    /// None with these data.
    pub fn run(&mut self, mut each: impl FnMut(u32, f32)) -> Result<Outcome, Error> {
        self.start()?;
        while !self.done() {
            let loss = self.epoch()?;
            each(self.epoch, loss);
        }
        self.outcome()
    }

    /// Draws the weights and fits the scaler.
    ///
    /// # Errors
    /// None with these data.
    pub fn start(&mut self) -> Result<(), Error> {
        self.trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
        for recording in &TRAIN_RECORDINGS {
            self.window = Window::EMPTY;
            for features in recording.iter().filter_map(|axes| self.window.push(axes)) {
                self.scaler.add(&features)?;
            }
        }
        Ok(())
    }

    /// How many epochs are over.
    pub fn epochs(&self) -> u32 {
        self.epoch
    }

    /// Whether all epochs are over.
    pub fn done(&self) -> bool {
        self.epoch >= EPOCHS
    }

    /// Trains on every recording once, as they come, and gives the mean loss.
    ///
    /// # Errors
    /// None with these data.
    pub fn epoch(&mut self) -> Result<f32, Error> {
        let settings = Settings::new(SoftmaxCrossEntropy::default(), Adam { learning_rate: 0.01, ..Adam::default() });
        let (mut loss, mut steps) = (0.0, 0.0);
        for number in Shuffle::new(TRAIN_RECORDINGS.len() as u32, 1, self.epoch) {
            let number = number as usize;
            let (Some(recording), Some(class)) = (TRAIN_RECORDINGS.get(number), TRAIN_CLASSES.get(number)) else {
                break;
            };
            self.window = Window::EMPTY;
            for axes in recording {
                let Some(mut features) = self.window.push(axes) else { continue };
                self.scaler.transform(&mut features)?;
                self.trainer.accumulate(&settings, &Samples::new(&[features], core::slice::from_ref(class))?)?;
                if self.trainer.pending() == BATCH {
                    (loss, steps) = (loss + self.trainer.update(&settings)?.loss, steps + 1.0);
                }
            }
        }
        self.epoch += 1;
        Ok(loss / steps)
    }

    /// The hits among the windows of the test recordings, and the hash.
    ///
    /// # Errors
    /// None with these data.
    pub fn outcome(&mut self) -> Result<Outcome, Error> {
        let (windows, hits) = self.test()?;
        Ok(Outcome { windows, hits, bits: self.trainer.network.bits() })
    }

    /// How many windows of the test recordings there are, and how many are recognised.
    fn test(&mut self) -> Result<(u32, u32), Error> {
        let (mut windows, mut hits) = (0, 0);
        for (recording, &class) in TEST_RECORDINGS.iter().zip(&TEST_CLASSES) {
            self.window = Window::EMPTY;
            for axes in recording {
                let Some(mut features) = self.window.push(axes) else { continue };
                self.scaler.transform(&mut features)?;
                let mut logits = [[0.0; 4]];
                self.trainer.logits(&[features], &mut logits)?;
                (windows, hits) = (windows + 1, hits + u32::from(largest(&logits[0]) == class));
            }
        }
        Ok((windows, hits))
    }
}

/// The place of the largest number.
fn largest(numbers: &[f32; 4]) -> usize {
    let mut best = (0, f32::NEG_INFINITY);
    for (place, &number) in numbers.iter().enumerate() {
        best = if number > best.1 { (place, number) } else { best };
    }
    best.0
}
