//! Settings of every kind: losses with their targets, optimizers, schedules.

use crate::{number, row, share};
use arbitrary::{Result, Unstructured};
use bareprop::*;

/// A loss that can be made from bytes, and its targets.
pub trait AnyLoss<Y: Row>: Loss<Y> + Default {
    fn any(u: &mut Unstructured<'_>) -> Result<Self>;
    fn target(u: &mut Unstructured<'_>) -> Result<Self::Target>;
}

impl<T: Scalar, const K: usize> AnyLoss<[T; K]> for BinaryCrossEntropy<T> {
    fn any(u: &mut Unstructured<'_>) -> Result<Self> {
        if u.ratio(1, 2)? {
            return Ok(Self::default());
        }
        Ok(BinaryCrossEntropy { positive_weight: number(u)?, label_smoothing: share(u)? })
    }
    fn target(u: &mut Unstructured<'_>) -> Result<[T; K]> {
        if u.ratio(31, 32)? { Ok([T::from_u32(u.int_in_range(0..=1)?); K]) } else { row(u) }
    }
}

impl<T: Scalar, const K: usize> AnyLoss<[T; K]> for SoftmaxCrossEntropy<K, T> {
    fn any(u: &mut Unstructured<'_>) -> Result<Self> {
        if u.ratio(1, 2)? {
            return Ok(Self::default());
        }
        Ok(SoftmaxCrossEntropy { class_weights: row(u)?, label_smoothing: share(u)? })
    }
    fn target(u: &mut Unstructured<'_>) -> Result<usize> {
        if u.ratio(31, 32)? { u.int_in_range(0..=K - 1) } else { u.arbitrary() }
    }
}

impl<T: Scalar, const K: usize> AnyLoss<[T; K]> for MeanSquaredError {
    fn any(_: &mut Unstructured<'_>) -> Result<Self> {
        Ok(MeanSquaredError)
    }
    fn target(u: &mut Unstructured<'_>) -> Result<[T; K]> {
        row(u)
    }
}

impl<T: Scalar, const K: usize> AnyLoss<[T; K]> for Huber<T> {
    fn any(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(Huber { threshold: number(u)? })
    }
    fn target(u: &mut Unstructured<'_>) -> Result<[T; K]> {
        row(u)
    }
}

/// An optimizer that can be made from bytes.
pub trait AnyOptimizer<T: Scalar>: Optimizer<T> + Default {
    fn any(u: &mut Unstructured<'_>) -> Result<Self>;
}

impl<T: Scalar> AnyOptimizer<T> for Sgd<T> {
    fn any(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(Sgd { learning_rate: number(u)? })
    }
}

impl<T: Scalar> AnyOptimizer<T> for Momentum<T> {
    fn any(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(Momentum { learning_rate: share(u)?, momentum: share(u)?, nesterov: u.arbitrary()? })
    }
}

impl<T: Scalar> AnyOptimizer<T> for Adam<T> {
    fn any(u: &mut Unstructured<'_>) -> Result<Self> {
        let adam = Adam::default();
        if u.ratio(1, 2)? {
            return Ok(Adam { learning_rate: share(u)?, ..adam });
        }
        Ok(Adam { learning_rate: share(u)?, beta1: share(u)?, beta2: share(u)?, epsilon: share(u)? })
    }
}

impl<T: Scalar> AnyOptimizer<T> for AdamW<T> {
    fn any(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(AdamW { adam: Adam::any(u)?, weight_decay: share(u)? })
    }
}

impl<T: Scalar> AnyOptimizer<T> for AmsGrad<T> {
    fn any(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(AmsGrad(Adam::any(u)?))
    }
}

impl<T: Scalar> AnyOptimizer<T> for RmsProp<T> {
    fn any(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(RmsProp { learning_rate: share(u)?, alpha: share(u)?, epsilon: share(u)? })
    }
}

impl<T: Scalar> AnyOptimizer<T> for AdaGrad<T> {
    fn any(u: &mut Unstructured<'_>) -> Result<Self> {
        Ok(AdaGrad { learning_rate: share(u)?, epsilon: share(u)? })
    }
}

/// A schedule.
pub fn schedule<T: Scalar>(u: &mut Unstructured<'_>) -> Result<Schedule<T>> {
    let decay = match u.int_in_range(0..=5_u8)? {
        0 => Decay::Step { every: u.arbitrary()?, factor: share(u)? },
        1 => Decay::Exponential { factor: share(u)? },
        2 => Decay::Cosine { steps: u.arbitrary()?, floor: share(u)? },
        3 => Decay::Plateau {
            factor: share(u)?,
            patience: u.int_in_range(0..=2)?,
            min_delta: share(u)?,
            floor: share(u)?,
        },
        _ => Decay::Constant,
    };
    let warm_up = if u.arbitrary()? { u.arbitrary()? } else { 0 };
    Ok(Schedule { warm_up, decay })
}

/// All settings.
pub fn settings<Y, L, O>(u: &mut Unstructured<'_>) -> Result<Settings<L, O, Y::Scalar>>
where
    Y: Row,
    L: AnyLoss<Y>,
    O: AnyOptimizer<Y::Scalar>,
{
    let mut settings = Settings::new(L::any(u)?, O::any(u)?);
    if u.ratio(1, 4)? {
        settings.schedule = schedule(u)?;
    }
    if u.ratio(1, 4)? {
        settings.l2 = share(u)?;
    }
    settings.clip = match u.int_in_range(0..=7_u8)? {
        0 => Clip::Value(number(u)?),
        1 => Clip::Norm(number(u)?),
        _ => Clip::None,
    };
    settings.batch_size = if u.ratio(7, 8)? { u.int_in_range(1..=9)? } else { u.arbitrary()? };
    settings.epochs = u.int_in_range(0..=3)?;
    settings.seed = u.int_in_range(0..=3)?;
    Ok(settings)
}
