//! Parameters and places as the page reads them.

use serde::Serialize;

use crate::features::Feature;
use crate::run::Run;
use playground_network::activation::Kind;
use playground_network::flexible::Flexible;

/// The parameters.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct NetworkValues {
    pub features: Vec<Feature>,
    pub layers: Vec<LayerValues>,
}

/// The parameters of a layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LayerValues {
    pub inputs: usize,
    pub units: usize,
    pub activation: Kind,
    pub dropout: f32,
    pub weights: Vec<Vec<f32>>,
    pub biases: Vec<f32>,
}

/// The weights of a layer, row by row.
pub fn matrix(layer: &Flexible) -> Vec<Vec<f32>> {
    layer.weights().chunks(Ord::max(layer.form.units, 1)).map(<[f32]>::to_vec).collect()
}

/// The parameters of a run.
pub fn network(run: &Run) -> NetworkValues {
    let layer = |layer: &Flexible| LayerValues {
        inputs: layer.form.inputs,
        units: layer.form.units,
        activation: layer.form.activation,
        dropout: layer.form.dropout.unwrap_or(0.0),
        weights: matrix(layer),
        biases: layer.bias().to_vec(),
    };
    let layers = run.learner.layers().iter().map(layer).collect();
    NetworkValues { features: run.settings.features.clone(), layers }
}

/// The square that is drawn, and what to write at its axes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Domain {
    pub low: f32,
    pub high: f32,
    pub names: Vec<String>,
    pub mean: [f64; 3],
    pub deviation: [f64; 3],
    pub classes: Vec<String>,
    pub targets: [f32; 2],
}

/// The square of a run.
pub fn domain(run: &Run) -> Domain {
    let (data, high) = (&run.data, run.data.half_side());
    let ends = data.targets.iter().fold([f32::MAX, -f32::MAX], |[low, high], &[target]| {
        [if target < low { target } else { low }, if target > high { target } else { high }]
    });
    let named = |names: [&str; 3]| names.map(String::from).to_vec();
    let mut domain = Domain {
        low: -high,
        high,
        names: named(["x1", "x2", "target"]),
        mean: [0.0; 3],
        deviation: [1.0; 3],
        classes: if data.regression { Vec::new() } else { ["0", "1"].map(String::from).to_vec() },
        targets: ends,
    };
    if let Some(scaled) = &data.own {
        (domain.mean, domain.deviation) = (scaled.mean, scaled.deviation);
        (domain.names, domain.classes) = (scaled.own.found.names.clone(), scaled.own.found.classes.clone());
    }
    domain
}
