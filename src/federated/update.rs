//! The difference that a device made, clipped by its norm, with noise.

use super::{Answer, Plan};
use crate::scalar::random::standard_normal;
use crate::{Generator, Parameters, Scalar, Zero};

/// Replaces w₀ by the answer of `plan`: d = f·(w − w₀) + σ·z, or w₀ + d, with f = min(1, clip/‖w − w₀‖) and z standard
/// normal. Returns ‖w − w₀‖ before clipping.
///
/// `None` where a number of the answer is not finite; `values` is then of no use.
pub(crate) fn answer<P: Parameters>(
    plan: &Plan,
    network: &P,
    values: &mut P,
    rng: &mut (impl Generator + ?Sized),
) -> Option<f32> {
    let norm = distance(network, values);
    let (clip, noise) = (P::Scalar::from_f64(f64::from(plan.clip)), P::Scalar::from_f64(f64::from(plan.noise)));
    let clips = plan.clip > 0.0 && norm > clip;
    let factor = if clips { clip / norm } else { P::Scalar::ONE };
    let mut finite = norm.is_finite();
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
            finite &= value.is_finite();
        }
    }
    finite.then_some(norm.to_f32())
}

/// ‖a − b‖ = most·√Σ((a − b)/most)², most the largest |a − b|. No square overflows.
fn distance<P: Parameters>(a: &P, b: &P) -> P::Scalar {
    let differences = |index| a.tensor(index).iter().zip(b.tensor(index)).map(|(&a, &b)| (a - b).abs());
    let (mut most, mut sum) = (P::Scalar::ZERO, P::Scalar::ZERO);
    for index in 0..P::TENSORS {
        most = differences(index).fold(most, |most, d| if d > most || !d.is_finite() { d } else { most });
    }
    if most.is_zero() || !most.is_finite() {
        return most;
    }
    for index in 0..P::TENSORS {
        sum = differences(index).fold(sum, |sum, d| sum + (d / most).square());
    }
    most * sum.sqrt()
}
