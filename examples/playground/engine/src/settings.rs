//! All settings of a run, as the page sends them.

use bareprop::{
    AdaGrad, Adam, AdamW, AmsGrad, BinaryCrossEntropy, Clip, Decay, Huber, Init, MeanSquaredError, Momentum, RmsProp,
    Schedule, Sgd,
};
use serde::Serialize;
use serde_json::Value;

use crate::data::DataSet;
use crate::error::Wrong;
use crate::features::Feature;
use crate::names::{ClipName, DecayName, InitName, LossName, OptimizerName};
use crate::read::{Field, field, list, object};
use playground_network::activation::Kind;
use playground_network::chosen::Chosen;
use playground_network::flexible::WIDTH;
use playground_network::goal::Goal;

/// A hidden layer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LayerSettings {
    pub units: usize,
    pub activation: Kind,
    pub dropout: f32,
}

/// The settings; `web/engine.js` says what each is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Settings {
    pub data: DataSet,
    pub rows: usize,
    pub noise: f32,
    pub train_share: f64,
    pub features: Vec<Feature>,
    pub layers: Vec<LayerSettings>,
    pub loss: LossName,
    pub huber_threshold: f32,
    pub l2: f32,
    pub clip: ClipName,
    pub clip_limit: f32,
    pub optimizer: OptimizerName,
    pub learning_rate: f32,
    pub momentum: f32,
    pub beta1: f32,
    pub beta2: f32,
    pub alpha: f32,
    pub epsilon: f32,
    pub adagrad_epsilon: f32,
    pub weight_decay: f32,
    pub decay: DecayName,
    pub warm_up: u32,
    pub decay_every: u32,
    pub decay_factor: f32,
    pub decay_steps: u32,
    pub decay_floor: f32,
    pub decay_patience: u32,
    pub batch_size: usize,
    pub seed: u32,
    pub initialization: InitName,
    pub weight_scale: f32,
}

impl Default for Settings {
    fn default() -> Self {
        let hidden = LayerSettings { units: 4, activation: Kind::Tanh, dropout: 0.0 };
        let (adam, rms, ada) = (AdamW::<f32>::default(), RmsProp::<f32>::default(), AdaGrad::<f32>::default());
        Settings {
            data: DataSet::Moons,
            rows: 300,
            noise: 0.15,
            train_share: 0.7,
            features: vec![Feature::X1, Feature::X2],
            layers: vec![hidden; 2],
            loss: LossName::Auto,
            huber_threshold: Huber::<f32>::default().threshold,
            l2: 0.0,
            clip: ClipName::None,
            clip_limit: 1.0,
            optimizer: OptimizerName::Adam,
            learning_rate: 0.01,
            momentum: Momentum::<f32>::default().momentum,
            beta1: adam.adam.beta1,
            beta2: adam.adam.beta2,
            alpha: rms.alpha,
            epsilon: adam.adam.epsilon,
            adagrad_epsilon: ada.epsilon,
            weight_decay: adam.weight_decay,
            decay: DecayName::Constant,
            warm_up: 0,
            decay_every: 500,
            decay_factor: 0.5,
            decay_steps: 2000,
            decay_floor: 0.0,
            decay_patience: 10,
            batch_size: 10,
            seed: 1,
            initialization: InitName::Default,
            weight_scale: 1.0,
        }
    }
}

impl LayerSettings {
    fn read(value: &Value, path: &str) -> Result<Self, Wrong> {
        let object = object(value, path)?;
        let within = |error: Wrong| Wrong::new(format!("{path}.{}", error.field), error.reason);
        if let Some(other) = object.keys().find(|name| !["units", "activation", "dropout"].contains(&name.as_str())) {
            return Err(Wrong::new(format!("{path}.{other}"), "there is no such setting"));
        }
        let dropout = if object.contains_key("dropout") { field(object, "dropout").map_err(within)? } else { 0.0 };
        let (units, activation) =
            (field(object, "units").map_err(within)?, field(object, "activation").map_err(within)?);
        Ok(LayerSettings { units, activation, dropout })
    }
}

impl Settings {
    /// Reads settings. Fields that are left out take their default.
    ///
    /// # Errors
    /// A field that does not exist, or is of another kind.
    pub fn read(value: &Value) -> Result<Self, Wrong> {
        let mut settings = Settings::default();
        for (name, value) in object(value, "settings")? {
            settings.set(name, value)?;
        }
        Ok(settings)
    }

    fn set(&mut self, name: &str, value: &Value) -> Result<(), Wrong> {
        macro_rules! set {
            ($($field:ident),*) => {
                match name {
                    $(stringify!($field) => self.$field = Field::read(value, name)?,)*
                    "features" => self.features = list(value, name, Field::read)?,
                    "layers" => self.layers = list(value, name, LayerSettings::read)?,
                    _ => return Err(Wrong::new(name, "there is no such setting")),
                }
            };
        }
        set!(
            data,
            rows,
            noise,
            train_share,
            loss,
            huber_threshold,
            l2,
            clip,
            clip_limit,
            optimizer,
            learning_rate,
            momentum,
            beta1,
            beta2,
            alpha,
            epsilon,
            adagrad_epsilon,
            weight_decay,
            decay,
            warm_up,
            decay_every,
            decay_factor,
            decay_steps,
            decay_floor,
            decay_patience,
            batch_size,
            seed,
            initialization,
            weight_scale
        );
        Ok(())
    }
}

/// An error unless the value lies in the range.
fn within<T: PartialOrd + std::fmt::Display>(field: &str, value: T, low: T, high: T) -> Result<(), Wrong> {
    if value >= low && value <= high {
        return Ok(());
    }
    Err(Wrong::new(field, format!("{value} is not between {low} and {high}")))
}

impl Settings {
    /// Checks what the library does not check: the limits of the playground.
    ///
    /// # Errors
    /// The first field that is out of its range.
    pub fn check(&self) -> Result<(), Wrong> {
        within("rows", self.rows, 20, 5000)?;
        within("noise", self.noise, 0.0, 1.0)?;
        within("train_share", self.train_share, 0.1, 0.9)?;
        within("batch_size", self.batch_size, 1, 5000)?;
        within("weight_scale", self.weight_scale, 0.01, 10.0)?;
        if self.features.is_empty() {
            return Err(Wrong::new("features", "at least one feature is needed"));
        }
        for (index, feature) in self.features.iter().enumerate() {
            if self.features.iter().take(index).any(|other| other == feature) {
                return Err(Wrong::new(format!("features[{index}]"), "this feature is there twice"));
            }
        }
        if self.layers.len() > 4 {
            return Err(Wrong::new("layers", format!("{} hidden layers, at most 4 are possible", self.layers.len())));
        }
        for (index, layer) in self.layers.iter().enumerate() {
            within(&format!("layers[{index}].units"), layer.units, 1, WIDTH)?;
            within(&format!("layers[{index}].dropout"), layer.dropout, 0.0, 0.9)?;
        }
        Ok(())
    }

    /// The loss.
    ///
    /// # Errors
    /// One that does not suit the problem.
    pub fn goal(&self, regression: bool) -> Result<Goal, Wrong> {
        match (self.loss, regression) {
            (LossName::Auto | LossName::BinaryCrossEntropy, false) => Ok(Goal::Binary(BinaryCrossEntropy::new())),
            (LossName::Auto | LossName::MeanSquaredError, true) => Ok(Goal::Squared(MeanSquaredError)),
            (LossName::Huber, true) => Ok(Goal::Huber(Huber::new(self.huber_threshold))),
            (_, true) => Err(Wrong::new("loss", "a regression takes mean_squared_error or huber")),
            (_, false) => Err(Wrong::new("loss", "two classes take binary_cross_entropy")),
        }
    }

    /// An optimizer with these settings.
    pub fn optimizer(&self, name: OptimizerName) -> Chosen {
        let &Settings { learning_rate, momentum, beta1, beta2, epsilon, alpha, weight_decay, .. } = self;
        let adam = Adam { learning_rate, beta1, beta2, epsilon };
        match name {
            OptimizerName::Sgd => Chosen::Sgd(Sgd { learning_rate }),
            OptimizerName::Momentum => Chosen::Momentum(Momentum { learning_rate, momentum, nesterov: false }),
            OptimizerName::Nesterov => Chosen::Momentum(Momentum { learning_rate, momentum, nesterov: true }),
            OptimizerName::Adam => Chosen::Adam(adam),
            OptimizerName::AdamW => Chosen::AdamW(AdamW { adam, weight_decay }),
            OptimizerName::AmsGrad => Chosen::AmsGrad(AmsGrad(adam)),
            OptimizerName::RmsProp => Chosen::RmsProp(RmsProp { learning_rate, alpha, epsilon }),
            OptimizerName::AdaGrad => Chosen::AdaGrad(AdaGrad { learning_rate, epsilon: self.adagrad_epsilon }),
        }
    }

    /// The schedule of the learning rate.
    pub fn schedule(&self) -> Schedule {
        let (factor, floor) = (self.decay_factor, self.decay_floor);
        let decay = match self.decay {
            DecayName::Constant => Decay::Constant,
            DecayName::Step => Decay::Step { every: self.decay_every, factor },
            DecayName::Exponential => Decay::Exponential { factor },
            DecayName::Cosine => Decay::Cosine { steps: self.decay_steps, floor },
            DecayName::Plateau => Decay::Plateau { factor, patience: self.decay_patience, min_delta: 0.0, floor },
        };
        Schedule { warm_up: self.warm_up, decay }
    }

    /// How gradients are clipped.
    pub fn clip(&self) -> Clip {
        match self.clip {
            ClipName::None => Clip::None,
            ClipName::Value => Clip::Value(self.clip_limit),
            ClipName::Norm => Clip::Norm(self.clip_limit),
        }
    }

    /// How weights are drawn; `None` is the default of each activation.
    pub fn init(&self) -> Option<Init> {
        Some(match self.initialization {
            InitName::Default => return None,
            InitName::HeNormal => Init::HeNormal,
            InitName::HeUniform => Init::HeUniform,
            InitName::GlorotNormal => Init::GlorotNormal,
            InitName::GlorotUniform => Init::GlorotUniform,
            InitName::LeCunNormal => Init::LeCunNormal,
            InitName::LeCunUniform => Init::LeCunUniform,
        })
    }

    /// The settings of the library.
    ///
    /// # Errors
    /// The first field that is out of its range.
    pub fn library(&self, regression: bool) -> Result<bareprop::Settings<Goal, Chosen>, Wrong> {
        let settings = bareprop::Settings {
            schedule: self.schedule(),
            l2: self.l2,
            clip: self.clip(),
            batch_size: self.batch_size,
            epochs: 1,
            seed: u64::from(self.seed),
            ..bareprop::Settings::new(self.goal(regression)?, self.optimizer(self.optimizer))
        };
        settings.check::<[f32; 1]>().map_err(|error| self.wrong(error))?;
        Ok(settings)
    }

    /// An error of the library.
    fn wrong(&self, error: bareprop::Error) -> Wrong {
        let wrong = Wrong::from(error);
        if wrong.field == "epsilon" && self.optimizer == OptimizerName::AdaGrad {
            return Wrong::new("adagrad_epsilon", wrong.reason);
        }
        wrong
    }
}
