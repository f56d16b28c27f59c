//! A trainer of the crate for each depth, behind one interface.

use bareprop::rand_core::SeedableRng;
use bareprop::rand_xorshift::XorShiftRng;
use bareprop::trace::{LayerTrace, UnitTrace};
use bareprop::{Error, Init, Layer, MeanSquaredError, Parameters, Samples, Settings, Step, Trainer, Zero};

use crate::chosen::Chosen;
use crate::error::Wrong;
use crate::flexible::{Flexible, Form, TILE, Units, WIDTH};
use crate::goal::Goal;
use crate::network::Network;
use crate::state::{Parts, Snapshot, restore, snapshot};

/// Rows of a run.
pub type Rows<'a> = Samples<'a, Units, [f32; 1]>;

/// What can be done with a trainer whatever its depth.
pub trait Learner {
    /// The layers.
    fn layers(&self) -> &[Flexible];
    /// The layers, to be changed.
    fn layers_mut(&mut self) -> &mut [Flexible];
    /// The settings.
    fn settings(&self) -> &Settings<Goal, Chosen>;
    /// Draws new weights and starts anew.
    fn initialize(&mut self, init: Option<Init>, seed: u64);
    /// Starts anew with the weights there are.
    fn restart(&mut self);
    /// Takes steps of the current epoch.
    fn part_of_epoch(&mut self, rows: &Rows, steps: u32) -> Result<(), Error>;
    /// Takes the rest of the current epoch. Returns its mean loss.
    fn rest_of_epoch(&mut self, rows: &Rows) -> Result<f32, Error>;
    /// Adds the gradients of a batch.
    fn accumulate(&mut self, rows: &Rows) -> Result<(), Error>;
    /// The sum of the gradients of the batch.
    fn gradient(&self) -> &[Flexible];
    /// Takes the step of the batch.
    fn update(&mut self) -> Result<Step, Error>;
    /// Takes a step with all rows, and reports each layer.
    fn trace(&mut self, rows: &Rows) -> Result<Vec<LayerTrace>, Error>;
    /// The hash of the parameters.
    fn hash(&self) -> u32;
    /// The state.
    fn parts(&mut self) -> Parts;
    /// Writes a state that `parts` gave.
    fn restore(&mut self, parts: Parts);
    /// Another one in the same state.
    fn duplicate(&mut self) -> Result<Box<dyn Learner>, Wrong>;
}

/// A trainer with new weights of 0.
///
/// # Errors
/// A wrong setting, or more than five layers.
pub fn build(forms: &[Form], settings: &Settings<Goal, Chosen>) -> Result<Box<dyn Learner>, Wrong> {
    match forms.len() {
        1 => Typed::<1>::boxed(forms, settings),
        2 => Typed::<2>::boxed(forms, settings),
        3 => Typed::<3>::boxed(forms, settings),
        4 => Typed::<4>::boxed(forms, settings),
        5 => Typed::<5>::boxed(forms, settings),
        layers => Err(Wrong::new("layers", format!("{layers} layers"))),
    }
}

struct Typed<const DEPTH: usize> {
    trainer: Trainer<Network<DEPTH>, Chosen, TILE>,
    settings: Settings<Goal, Chosen>,
}

impl<const DEPTH: usize> Typed<DEPTH> {
    fn boxed(forms: &[Form], settings: &Settings<Goal, Chosen>) -> Result<Box<dyn Learner>, Wrong> {
        let mut typed = Box::new(Self { trainer: Trainer::ZERO, settings: *settings });
        typed.shape(forms)?;
        Ok(typed)
    }

    /// Gradient and state of the optimizer learn their sizes in the first step: this takes one and sets
    /// everything back to 0.
    fn shape(&mut self, forms: &[Form]) -> Result<(), Error> {
        let Self { trainer, settings } = self;
        for (layer, &form) in trainer.network.0.iter_mut().zip(forms) {
            *layer = Flexible::new(form);
        }
        trainer.network.check()?;
        trainer.network.fill(1.0);
        let settings = Settings { loss: Goal::Squared(MeanSquaredError), ..*settings };
        trainer.accumulate(&settings, &Samples::new(&[[0.0; WIDTH]], &[[1.0]])?)?;
        trainer.update(&settings)?;
        trainer.restart();
        trainer.network.fill(0.0);
        Ok(())
    }
}

impl<const DEPTH: usize> Learner for Typed<DEPTH> {
    fn layers(&self) -> &[Flexible] {
        &self.trainer.network.0
    }

    fn layers_mut(&mut self) -> &mut [Flexible] {
        &mut self.trainer.network.0
    }

    fn settings(&self) -> &Settings<Goal, Chosen> {
        &self.settings
    }

    fn initialize(&mut self, init: Option<Init>, seed: u64) {
        self.trainer.restart();
        self.trainer.network.initialize(init, &mut XorShiftRng::seed_from_u64(seed));
    }

    fn restart(&mut self) {
        self.trainer.restart();
    }

    fn part_of_epoch(&mut self, rows: &Rows, steps: u32) -> Result<(), Error> {
        self.trainer.part_of_epoch(&self.settings, rows, steps).map(|_| ())
    }

    fn rest_of_epoch(&mut self, rows: &Rows) -> Result<f32, Error> {
        let mut loss = 0.0;
        self.trainer.fit(&self.settings, rows, None, None, |epoch, _| loss = epoch.loss)?;
        Ok(loss)
    }

    fn accumulate(&mut self, rows: &Rows) -> Result<(), Error> {
        self.trainer.accumulate(&self.settings, rows)
    }

    fn gradient(&self) -> &[Flexible] {
        &self.trainer.gradient().0
    }

    fn update(&mut self) -> Result<Step, Error> {
        self.trainer.update(&self.settings)
    }

    fn trace(&mut self, rows: &Rows) -> Result<Vec<LayerTrace>, Error> {
        let (mut before, mut units, mut layers) = (Network::ZERO, [UnitTrace::ZERO; 5 * WIDTH], Vec::new());
        self.trainer.trace(&self.settings, rows, &mut before, &mut units, |layer| layers.push(*layer))?;
        Ok(layers)
    }

    fn hash(&self) -> u32 {
        self.trainer.network.bits()
    }

    fn parts(&mut self) -> Parts {
        let rates = self.layers().iter().filter(|layer| layer.form.dropout.is_some()).count();
        Parts::new(snapshot(&mut self.trainer), 2 * DEPTH, rates)
    }

    fn restore(&mut self, parts: Parts) {
        let pieces: Snapshot = parts.join();
        restore(&mut self.trainer, &pieces);
    }

    fn duplicate(&mut self) -> Result<Box<dyn Learner>, Wrong> {
        let forms: Vec<Form> = self.layers().iter().map(|layer| layer.form).collect();
        let mut other = Self::boxed(&forms, &self.settings)?;
        other.restore(self.parts());
        Ok(other)
    }
}
