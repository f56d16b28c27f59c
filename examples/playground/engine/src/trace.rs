//! The gradient, layer by layer, of a step that is taken on a copy.

use bareprop::trace::{LayerTrace, UnitTrace, Verdict};
use bareprop::{Layer, Zero};
use playground_network::network::Network;
use serde::Serialize;

use crate::error::Wrong;
use crate::run::Run;
use crate::state::duplicate;

/// The trace of a layer, with its verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Trace {
    pub layer: usize,
    pub mean_gradient: f32,
    pub deviation: f32,
    pub largest_gradient: f32,
    pub update_ratio: f32,
    pub dead: f32,
    pub saturated: f32,
    pub verdict: &'static str,
    pub advice: &'static str,
}

/// Traces all training rows. The run stays as it is.
///
/// # Errors
/// A step that cannot be taken.
pub fn trace(run: &mut Run) -> Result<Vec<Trace>, Wrong> {
    let mut copy = duplicate(&mut run.learner)?;
    let (mut before, mut units, mut layers) = (Network::ZERO, [UnitTrace::ZERO; Network::UNITS], Vec::new());
    let rows = run.data.training()?;
    copy.trainer.trace(&copy.settings, &rows, &mut before, &mut units, |layer| layers.push(*layer))?;
    let named = |layer: &LayerTrace| {
        let verdict = layer.verdict();
        Trace {
            layer: layer.layer,
            mean_gradient: layer.mean_gradient,
            deviation: layer.deviation,
            largest_gradient: layer.largest_gradient,
            update_ratio: layer.update_ratio,
            dead: layer.dead,
            saturated: layer.saturated,
            verdict: name(verdict),
            advice: verdict.advice(),
        }
    };
    Ok(layers.iter().map(named).collect())
}

fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Exploding => "exploding",
        Verdict::Dead => "dead",
        Verdict::Saturated => "saturated",
        Verdict::Vanishing => "vanishing",
        _ => "healthy",
    }
}
