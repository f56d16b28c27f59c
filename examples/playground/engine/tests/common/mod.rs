//! What several tests need.
#![allow(dead_code, missing_docs)]

use playground_engine::engine::Engine;
use playground_engine::run::Run;
use playground_engine::settings::Settings;
use playground_network::activation::Kind;
use playground_network::named::Named;
use serde_json::{Value, json};

/// The settings that the engine is compared with others for, on the desktop and as wasm.
pub fn list() -> Vec<Value> {
    serde_json::from_str(include_str!("../settings.json")).expect("settings.json")
}

/// A run with these settings.
pub fn run(settings: &Value) -> Run {
    let settings = Settings::read(settings).expect("settings");
    Run::new(&settings, None).expect("a run")
}

/// Asks the engine, and gives its answer.
pub fn ask(engine: &mut Engine, payload: &mut Vec<u8>, request: &Value) -> Value {
    serde_json::from_slice(&engine.answer(request.to_string().as_bytes(), payload)).expect("an answer in JSON")
}

/// Numbers from a seed, for tests.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Draw(seed)
    }

    /// A number below `n`: splitmix64.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    pub fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Settings of any kind.
    pub fn settings(&mut self) -> Value {
        let features = ["x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"];
        let first = self.below(7);
        let features: Vec<&str> = (0..1 + self.below(7)).map(|index| features[(first + index) % 7]).collect();
        let depth = self.below(5);
        let layers: Vec<Value> = (0..depth).map(|_| self.layer()).collect();
        let data = self.of(&["moons", "circle", "xor", "gauss", "spiral", "plane", "multi_gauss"]);
        let optimizers = ["sgd", "momentum", "nesterov", "adam", "adamw", "amsgrad", "rmsprop", "adagrad"];
        json!({
            "data": data,
            "features": features,
            "layers": layers,
            "optimizer": self.of(&optimizers),
            "learning_rate": self.of(&[0.001, 0.01, 0.03]),
            "l2": self.of(&[0.0, 0.01, 0.1]),
            "decay": self.of(&["constant", "step", "exponential", "cosine", "plateau"]),
            "decay_factor": 0.99,
            "decay_every": 10,
            "warm_up": self.of(&[0, 5]),
            "batch_size": self.of(&[1, 3, 10, 32, 33, 100]),
            "rows": self.of(&[20, 99, 300]),
            "seed": self.below(1000),
        })
    }

    fn layer(&mut self) -> Value {
        let activation = self.of(Kind::ALL).name();
        json!({"units": 1 + self.below(8), "activation": activation, "dropout": self.of(&[0.0, 0.0, 0.2])})
    }
}
