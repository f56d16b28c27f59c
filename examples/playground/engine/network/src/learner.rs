//! A trainer of the crate, with its settings.

use bareprop::rand_core::SeedableRng;
use bareprop::rand_xorshift::XorShiftRng;
use bareprop::{Error, Init, Layer, MeanSquaredError, Parameters, Samples, Settings, Step, Trainer, Zero};

use crate::chosen::Chosen;
use crate::flexible::{Flexible, Form, TILE, Units, WIDTH};
use crate::goal::Goal;
use crate::network::Network;

/// Rows of a run.
pub type Rows<'a> = Samples<'a, Units, [f32; 1]>;

/// A trainer and its settings.
pub struct Learner {
    /// The trainer.
    pub trainer: Box<Trainer<Network, Chosen, TILE>>,
    /// The settings.
    pub settings: Settings<Goal, Chosen>,
}

impl Learner {
    /// A trainer with weights of 0.
    ///
    /// # Errors
    /// A wrong setting.
    pub fn new(forms: &[Form], settings: &Settings<Goal, Chosen>) -> Result<Self, Error> {
        let mut learner = Learner { trainer: Box::new(Trainer::ZERO), settings: *settings };
        learner.shape(forms)?;
        Ok(learner)
    }

    /// Gradient and state of the optimizer learn their sizes in the first step: this takes one and sets
    /// everything back to 0.
    fn shape(&mut self, forms: &[Form]) -> Result<(), Error> {
        let Self { trainer, settings } = self;
        for (layer, &form) in trainer.network.0.iter_mut().zip(forms) {
            *layer = Flexible::new(form);
        }
        trainer.network.fill(1.0);
        let settings = Settings { loss: Goal::Squared(MeanSquaredError), ..*settings };
        trainer.accumulate(&settings, &Samples::new(&[[0.0; WIDTH]], &[[1.0]])?)?;
        trainer.update(&settings)?;
        trainer.restart();
        trainer.network.fill(0.0);
        Ok(())
    }

    /// The layers.
    pub fn layers(&self) -> &[Flexible] {
        self.trainer.network.layers()
    }

    /// The layers, to be changed.
    pub fn layers_mut(&mut self) -> &mut [Flexible] {
        self.trainer.network.layers_mut()
    }

    /// Draws new weights and starts anew.
    pub fn initialize(&mut self, init: Option<Init>, seed: u64) {
        self.trainer.restart();
        self.trainer.network.initialize(init, &mut XorShiftRng::seed_from_u64(seed));
    }

    /// Starts anew with the weights there are.
    pub fn restart(&mut self) {
        self.trainer.restart();
    }

    /// Takes steps of the current epoch, fewer than it has left.
    ///
    /// # Errors
    /// A step that cannot be taken.
    pub fn part_of_epoch(&mut self, rows: &Rows, steps: u32) -> Result<(), Error> {
        self.trainer.part_of_epoch(&self.settings, rows, steps).map(|_| ())
    }

    /// Takes the rest of the current epoch. Returns its mean loss.
    ///
    /// # Errors
    /// A step that cannot be taken.
    pub fn rest_of_epoch(&mut self, rows: &Rows) -> Result<f32, Error> {
        let mut loss = 0.0;
        self.trainer.fit(&self.settings, rows, None, None, |epoch, _| loss = epoch.loss)?;
        Ok(loss)
    }

    /// Adds the gradients of a batch.
    ///
    /// # Errors
    /// A loss that is not finite.
    pub fn accumulate(&mut self, rows: &Rows) -> Result<(), Error> {
        self.trainer.accumulate(&self.settings, rows)
    }

    /// The sum of the gradients of the batch.
    pub fn gradient(&self) -> &[Flexible] {
        self.trainer.gradient().layers()
    }

    /// Takes the step of the batch.
    ///
    /// # Errors
    /// A step that cannot be taken.
    pub fn update(&mut self) -> Result<Step, Error> {
        self.trainer.update(&self.settings)
    }

    /// The hash of the parameters.
    pub fn hash(&self) -> u32 {
        self.trainer.network.bits()
    }
}
