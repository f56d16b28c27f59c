//! A run: settings, data, and a network that learns.

use bareprop::Parameters;
use serde::Serialize;

use crate::data::Data;
use crate::error::Wrong;
use crate::file;
use crate::own::Own;
use crate::settings::Settings;
use crate::state::{Counters, parts};
use playground_network::activation::Kind;
use playground_network::flexible::{Form, dropped};
use playground_network::learner::{Learner, Rows};
use playground_network::network::{Network, place};

/// How many steps a call may take.
pub const STEPS: u32 = 1_000_000;

/// A run.
pub struct Run {
    /// Its settings.
    pub settings: Settings,
    /// Its rows.
    pub data: Data,
    /// Its trainer.
    pub learner: Learner,
    /// What happened beside training, so that the program in Rust can do the same.
    pub events: Events,
    epoch_loss: Option<f32>,
    failed: Option<Wrong>,
}

/// The file that a run began with, and the changes by hand since then.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Events {
    /// The bytes of the file.
    pub file: Option<Vec<u8>>,
    /// What the trainer counted after it.
    pub start: Counters,
    /// The changes in their order.
    pub edits: Vec<Edit>,
}

/// A parameter that was set by hand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edit {
    /// When.
    pub at: Counters,
    /// The tensor, as the library counts.
    pub tensor: usize,
    /// The number in it.
    pub index: usize,
    /// The new value.
    pub value: f32,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Progress {
    pub epoch: u32,
    pub step: u32,
    pub epoch_loss: Option<f32>,
}

impl Run {
    /// Generates the data and draws the weights.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn new(settings: &Settings, own: Option<&Own>) -> Result<Self, Wrong> {
        settings.check()?;
        let data = Data::new(settings, own)?;
        let library = settings.library(data.regression)?;
        let mut learner = Learner::new(&forms(settings), &library)?;
        initialize(&mut learner, settings);
        let (settings, events) = (settings.clone(), Events::default());
        Ok(Run { settings, data, learner, events, epoch_loss: None, failed: None })
    }

    /// Back to the weights of the seed.
    pub fn reset(&mut self) {
        for (layer, form) in self.learner.layers_mut().iter_mut().zip(forms(&self.settings)) {
            layer.form = form;
        }
        initialize(&mut self.learner, &self.settings);
        (self.events, self.epoch_loss, self.failed) = (Events::default(), None, None);
    }

    /// Takes training steps. The steps before an error remain.
    ///
    /// # Errors
    /// A step that cannot be taken; then every further one, until the run is reset.
    pub fn step(&mut self, mut steps: u32) -> Result<Progress, Wrong> {
        if !(1..=STEPS).contains(&steps) {
            return Err(Wrong::new("steps", format!("{steps} is not between 1 and {STEPS}")));
        }
        while steps > 0 {
            let left = self.left();
            if steps < left {
                self.train(|learner, rows| learner.part_of_epoch(rows, steps).map(|()| None))?;
                break;
            }
            self.epoch()?;
            steps -= left;
        }
        Ok(self.progress())
    }

    /// Takes the rest of the epoch.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn epoch(&mut self) -> Result<Progress, Wrong> {
        self.train(|learner, rows| learner.rest_of_epoch(rows).map(Some))?;
        Ok(self.progress())
    }

    fn train(
        &mut self,
        take: impl FnOnce(&mut Learner, &Rows) -> Result<Option<f32>, bareprop::Error>,
    ) -> Result<(), Wrong> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        let Run { data, learner, .. } = self;
        match data.training().and_then(|rows| take(learner, &rows)) {
            Ok(loss) => {
                self.epoch_loss = loss.or(self.epoch_loss);
                Ok(())
            }
            Err(error) => {
                let wrong = Wrong::new("", format!("training stopped: {error}"));
                self.failed = Some(wrong.clone());
                Err(wrong)
            }
        }
    }

    /// How many steps the current epoch has left.
    fn left(&mut self) -> u32 {
        let rows = (self.data.train as u32).saturating_sub(self.counters().rows);
        rows.div_ceil(self.settings.batch_size as u32)
    }

    /// What the trainer counts.
    pub fn counters(&mut self) -> Counters {
        parts(&mut self.learner).counters()
    }

    /// How far it is.
    pub fn progress(&mut self) -> Progress {
        let Counters { steps, epochs, .. } = self.counters();
        Progress { epoch: epochs, step: steps, epoch_loss: self.epoch_loss }
    }

    /// Sets a parameter by hand: of the weights or the biases of a layer.
    ///
    /// # Errors
    /// There is no such parameter, or the value is not finite or too large.
    pub fn edit(&mut self, layer: usize, bias: bool, index: usize, value: f32) -> Result<(), Wrong> {
        if !(value.is_finite() && value.abs() <= 1e6) {
            return Err(Wrong::new("value", "a parameter is a number from -1000000 to 1000000"));
        }
        let at = self.counters();
        let missing = || Wrong::new("layer", format!("layer {layer} has no such parameter"));
        let layers = self.learner.layers_mut();
        let chosen = layers.get_mut(layer).ok_or_else(missing)?;
        let tensor = if bias { chosen.bias_mut() } else { chosen.weights_mut() };
        *tensor.get_mut(index).ok_or_else(missing)? = value;
        self.events.edits.push(Edit { at, tensor: 2 * layer + usize::from(bias), index, value });
        self.failed = None;
        Ok(())
    }

    /// The units that were dropped for the last row trained on.
    pub fn dropped(&mut self) -> Vec<Vec<bool>> {
        let Counters { seen, .. } = self.counters();
        let noise = bareprop::Noise::new(u64::from(self.settings.seed)).row(seen.wrapping_sub(1));
        let layers = self.learner.layers();
        let hidden = layers.iter().take(layers.len().saturating_sub(1)).enumerate();
        hidden
            .map(|(index, layer)| {
                let rate = layer.form.dropout.filter(|_| seen > 0).unwrap_or(0.0);
                let dropped = dropped(rate, noise.layer(place(layers, index)));
                dropped.into_iter().take(layer.form.units).collect()
            })
            .collect()
    }

    /// Reads a file into the trainer.
    ///
    /// # Errors
    /// It does not fit; the run is as it was.
    pub fn load(&mut self, bytes: &[u8]) -> Result<(), Wrong> {
        file::load(&mut self.learner, bytes).map_err(|error| Wrong::new("file", error.to_string()))?;
        let start = self.counters();
        self.events = Events { file: Some(bytes.to_vec()), start, edits: Vec::new() };
        (self.epoch_loss, self.failed) = (None, None);
        Ok(())
    }
}

/// Draws the weights of the seed, times the scale of the settings.
fn initialize(learner: &mut Learner, settings: &Settings) {
    learner.initialize(settings.init(), u64::from(settings.seed));
    for tensor in 0..Network::TENSORS {
        learner.trainer.network.tensor_mut(tensor).iter_mut().for_each(|weight| *weight *= settings.weight_scale);
    }
}

/// The layers of the settings, with the output layer.
pub fn forms(settings: &Settings) -> Vec<Form> {
    let (mut inputs, mut forms) = (settings.features.len(), Vec::new());
    for layer in &settings.layers {
        let dropout = Some(layer.dropout).filter(|&rate| rate > 0.0);
        forms.push(Form { inputs, units: layer.units, activation: layer.activation, dropout });
        inputs = layer.units;
    }
    forms.push(Form { inputs, units: 1, activation: Kind::Identity, dropout: None });
    forms
}
