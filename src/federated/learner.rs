//! What a device trains with: a trainer, or one sample at a time.

use super::{Plan, Report};
use crate::{
    Error, Layer, Loss, Online, OnlineLayer, Optimizer, Samples, Scalar, Settings, Sgd, Shuffle, Trainer, Zero,
};

/// Trains a network in a round: a [`Trainer`] or an [`Online`].
///
/// A round begins with a fresh state of the optimizer. What comes of it depends on the parameters, the plan, the
/// settings and the rows alone, not on the rounds before.
pub trait Learner<L: Loss<<Self::Network as Layer>::Output>> {
    /// The network.
    type Network: Layer;
    /// The optimizer of the settings.
    type Optimizer;

    /// The network, to be changed.
    fn network_mut(&mut self) -> &mut Self::Network;

    /// Trains as `plan` says. `global` are the parameters of the round, w₀. Returns the mean loss of the rows.
    ///
    /// # Errors
    /// Those of [`Trainer::update`] and [`Online::step`]; the steps before remain.
    fn learn(
        &mut self,
        settings: &SettingsOf<L, Self::Optimizer, Self::Network>,
        samples: &SamplesOf<'_, L, Self::Network>,
        plan: &Plan,
        global: &Self::Network,
    ) -> Result<f32, Error>;

    /// The logits of one row, without dropout.
    ///
    /// # Errors
    /// As [`Trainer::logits`].
    fn logits(
        &mut self,
        input: &<Self::Network as Layer>::Input,
        output: &mut <Self::Network as Layer>::Output,
    ) -> Result<(), Error>;
}

/// The settings of a network.
type SettingsOf<L, O, N> = Settings<L, O, <N as crate::Parameters>::Scalar>;
/// The samples of a network.
type SamplesOf<'a, L, N> = Samples<'a, <N as Layer>::Input, <L as Loss<<N as Layer>::Output>>::Target>;

/// Calls `each` with the number of every row of the round, in the order of training.
fn rows_of_round(
    plan: &Plan,
    rows: usize,
    mut each: impl FnMut(usize, bool) -> Result<(), Error>,
) -> Result<u32, Error> {
    let (all, mut epoch, count) = (plan.rows_of(rows), 0_u32, u32::try_from(rows).unwrap_or(u32::MAX));
    let mut left = all;
    while left > 0 && count > 0 {
        let (mut of_epoch, order) = (Ord::min(left, count), Shuffle::new(count, plan.round_seed(), epoch));
        for index in order.take(of_epoch as usize) {
            (left, of_epoch) = (left.saturating_sub(1), of_epoch.saturating_sub(1));
            each(index as usize, of_epoch == 0)?;
        }
        epoch = epoch.wrapping_add(1);
    }
    Ok(all)
}

impl<N: Layer, O, L, const TILE: usize> Learner<L> for Trainer<N, O, TILE>
where
    O: Optimizer<N::Scalar> + Copy,
    L: Loss<N::Output> + Copy,
{
    type Network = N;
    type Optimizer = O;

    fn network_mut(&mut self) -> &mut N {
        &mut self.network
    }

    /// In batches of [`Settings::batch_size`] rows; the last batch of a pass over the rows may be smaller. With μ = 0
    /// these are the steps of [`Trainer::fit`] with the seed of the round.
    fn learn(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        plan: &Plan,
        global: &N,
    ) -> Result<f32, Error> {
        self.restart();
        let settings = Settings { seed: plan.round_seed(), ..*settings };
        settings.check()?;
        let (mut loss, mut weight) = (N::Scalar::ZERO, N::Scalar::ZERO);
        rows_of_round(plan, samples.rows(), |index, is_last| {
            let Some((input, target, share)) = samples.get(index) else { return Ok(()) };
            let (inputs, targets) = (core::slice::from_ref(input), core::slice::from_ref(target));
            self.accumulate(&settings, &Samples::new(inputs, targets)?.weighted(&[share])?)?;
            if !is_last && self.pending() < settings.batch_size {
                return Ok(());
            }
            let of_batch = self.batch.sums.weight;
            loss += step(self, &settings, plan, global)? * of_batch;
            weight += of_batch;
            Ok(())
        })?;
        Ok(mean(loss, weight))
    }

    fn logits(&mut self, input: &N::Input, output: &mut N::Output) -> Result<(), Error> {
        self.logits(core::slice::from_ref(input), core::slice::from_mut(output))
    }
}

/// A step of a batch, with the proximal term. Returns its mean loss. A batch without weight is left out, and its loss is 0.
fn step<N: Layer, O: Optimizer<N::Scalar>, L: Loss<N::Output>, const TILE: usize>(
    trainer: &mut Trainer<N, O, TILE>,
    settings: &Settings<L, O, N::Scalar>,
    plan: &Plan,
    global: &N,
) -> Result<N::Scalar, Error> {
    if trainer.batch.sums.weight < N::Scalar::TINY {
        trainer.discard();
        return Ok(N::Scalar::ZERO);
    }
    if plan.mu > 0.0 {
        trainer.add_proximal_term(N::Scalar::from_f64(f64::from(plan.mu)), global)?;
    }
    Ok(trainer.update(settings)?.loss)
}

impl<N: OnlineLayer, L: Loss<N::Output> + Copy> Learner<L> for Online<N> {
    type Network = N;
    type Optimizer = Sgd<N::Scalar>;

    fn network_mut(&mut self) -> &mut N {
        &mut self.network
    }

    /// One step for each row. The weights of the samples have no effect.
    fn learn(
        &mut self,
        settings: &Settings<L, Sgd<N::Scalar>, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        plan: &Plan,
        global: &N,
    ) -> Result<f32, Error> {
        self.steps = 0;
        let settings = Settings { seed: plan.round_seed(), ..*settings };
        let mu = N::Scalar::from_f64(f64::from(plan.mu));
        let (mut loss, mut rows) = (N::Scalar::ZERO, N::Scalar::ZERO);
        rows_of_round(plan, samples.rows(), |index, _| {
            let Some((input, target, _)) = samples.get(index) else { return Ok(()) };
            loss += self.step(&settings, input, target)?;
            rows += N::Scalar::ONE;
            if plan.mu > 0.0 {
                let rate = settings.optimizer.learning_rate * settings.schedule.factor(self.steps);
                self.proximal_step(rate, mu, global)?;
            }
            Ok(())
        })?;
        Ok(mean(loss, rows))
    }

    fn logits(&mut self, input: &N::Input, output: &mut N::Output) -> Result<(), Error> {
        self.logits(core::slice::from_ref(input), core::slice::from_mut(output))
    }
}

/// The mean loss of the samples, and how many are right.
pub(super) fn evaluated<N: Layer, L: Loss<N::Output>>(
    learner: &mut impl Learner<L, Network = N>,
    loss: &L,
    samples: &Samples<'_, N::Input, L::Target>,
    is_hit: impl Fn(&N::Output, &L::Target) -> bool,
) -> Result<Report, Error> {
    let (mut report, mut sum, mut rows) = (Report::NONE, N::Scalar::ZERO, N::Scalar::ZERO);
    let (mut logits, mut delta) = (N::Output::ZERO, N::Output::ZERO);
    for (index, (input, target)) in (0..).zip(samples.inputs().iter().zip(samples.targets())) {
        loss.check_target(index, target)?;
        learner.logits(input, &mut logits)?;
        sum += loss.evaluate(&logits, target, &mut delta);
        rows += N::Scalar::ONE;
        report.rows = report.rows.saturating_add(1);
        report.hits = report.hits.saturating_add(u32::from(is_hit(&logits, target)));
    }
    report.loss = mean(sum, rows);
    Ok(report)
}

/// The mean of losses; 0 where there is none.
fn mean<T: Scalar>(sum: T, weight: T) -> f32 {
    if weight > T::ZERO { (sum / weight).to_f32() } else { 0.0 }
}
