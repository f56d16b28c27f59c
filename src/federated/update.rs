//! The difference that a device made, clipped by its norm, with noise.

use super::{Answer, Plan};
use crate::scalar::random::standard_normal;
use crate::{Error, Generator, Parameters, Scalar, Zero};

/// Replaces w₀ by the answer of `plan`: d = f·(w − w₀) + σ·z, or w₀ + d, with f = min(1, clip/‖w − w₀‖) and z standard
/// normal. Returns ‖w − w₀‖ before clipping.
///
/// # Errors
/// [`Error::Parameter`] where a number of the answer is not finite; `values` are w₀ then.
pub(crate) fn answer<P: Parameters>(
    plan: &Plan,
    network: &P,
    values: &mut P,
    rng: &mut (impl Generator + ?Sized),
) -> Result<f32, Error> {
    let norm = distance(network, values)?;
    let (clip, noise) = (P::Scalar::from_f64(f64::from(plan.clip)), P::Scalar::from_f64(f64::from(plan.noise)));
    let clips = plan.clip > 0.0 && norm > clip;
    let factor = if clips { clip / norm } else { P::Scalar::ONE };
    for index in 0..P::TENSORS {
        for (value, &w) in values.tensor_mut(index).iter_mut().zip(network.tensor(index)) {
            let mut d = factor * (w - *value);
            if plan.noise > 0.0 {
                d += noise * standard_normal::<P::Scalar>(rng);
            }
            *value = match plan.answer {
                Answer::Difference => d,
                Answer::Parameters if clips || plan.noise > 0.0 => *value + d,
                Answer::Parameters => w,
            };
        }
    }
    Ok(norm.to_f32())
}

/// ‖a − b‖ = most·√Σ((a − b)/most)², most the largest |a − b|. No square overflows.
///
/// # Errors
/// [`Error::Parameter`] of the tensor with the largest |a − b| where the norm is no finite `f32`.
fn distance<P: Parameters>(a: &P, b: &P) -> Result<P::Scalar, Error> {
    let differences = |index| a.tensor(index).iter().zip(b.tensor(index)).map(|(&a, &b)| (a - b).abs());
    let (mut most, mut widest, mut sum) = (P::Scalar::ZERO, 0, P::Scalar::ZERO);
    for index in 0..P::TENSORS {
        for d in differences(index) {
            (most, widest) = if d > most || !d.is_finite() { (d, index) } else { (most, widest) };
        }
    }
    if most.is_zero() {
        return Ok(most);
    }
    for index in 0..P::TENSORS {
        sum = differences(index).fold(sum, |sum, d| sum + (d / most).square());
    }
    let (norm, (layer, kind)) = (most * sum.sqrt(), P::describe(widest));
    let is_finite = norm.to_f32().is_finite();
    if is_finite { Ok(norm) } else { Err(Error::Parameter { layer, kind, value: most.to_f32() }) }
}
