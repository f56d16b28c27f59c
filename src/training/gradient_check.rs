//! A check of backpropagation against central differences.

use crate::check::check_setting;
use crate::kernels::dispatch::widest;
use crate::training::finish::Finish;
use crate::{Clip, Error, Layer, Loss, Optimizer, Samples, Scalar, Settings, Trainer, Zero};

/// The largest difference between backpropagation and central differences. All fields are 0 where no
/// parameter differs by more than rounding.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct GradientCheck<T = f64> {
    /// The relative error, |backpropagation − numerical| / scale. scale is the largest of |numerical|, the
    /// largest |g| of the tensor, and 10⁻⁶ of the largest |g| of all tensors.
    ///
    /// It is 0 where the two differ by no more than ε·(|loss| + √|loss|)/h, the rounding error of the difference:
    /// a loss is rounded, and so are the outputs whose square it may be. ε is the [`EPSILON`](Scalar::EPSILON)
    /// of the scalar. For a loss of 1 and h = 10⁻⁵ in `f64` the bound is 4.4·10⁻¹¹. So a gradient of exactly 0
    /// raises no alarm.
    pub relative_error: T,
    /// The index of the tensor, as in [`Parameters::tensor`](crate::Parameters::tensor).
    pub tensor: usize,
    /// The index in the tensor.
    pub index: usize,
    /// ∂loss/∂w of this parameter by backpropagation.
    pub backpropagation: T,
    /// (loss(w + h) − loss(w − h)) / 2h of this parameter.
    pub numerical: T,
}

impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> Trainer<N, O, TILE> {
    /// Compares backpropagation with central differences for every parameter.
    ///
    /// The loss is that of the samples as one batch, L2 included. Dropout uses the same masks in all passes.
    /// Afterwards the network is unchanged. Rows accumulated since the last update are discarded.
    ///
    /// `h` is the step of the differences, from [`EPSILON`](Scalar::EPSILON) to 1. 10⁻⁵ suits `f64`, where an
    /// error above 10⁻⁶ means a mistake or a kink (such as that of ReLU at 0) within h. 10⁻² suits `f32`
    /// best, where rounding leaves errors of some percent. Cost: two forward passes over the samples for each
    /// parameter.
    ///
    /// ```
    /// use bareprop::{Dense, MeanSquaredError, Samples, Settings, Sgd, Tanh, Trainer, Zero};
    /// let mut trainer = Trainer::<(Dense<1, 2, Tanh, f64>, Dense<2, 1, Tanh, f64>), Sgd<f64>>::ZERO;
    /// trainer.network.0.weights.0 = [[0.5, -0.3]];
    /// trainer.network.1.weights.0 = [[0.8], [0.2]];
    /// let samples = Samples::new(&[[0.5], [1.0]], &[[1.0], [2.0]])?;
    /// let settings = Settings { l2: 0.01, ..Settings::new(MeanSquaredError, Sgd::default()) };
    /// assert!(trainer.gradient_check(&settings, &samples, 1e-5)?.relative_error < 1e-6);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`accumulate`](Self::accumulate) and [`update`](Self::update), except that weights that are all 0
    /// are allowed; [`Error::Setting`] of `h` outside its range.
    pub fn gradient_check<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        h: N::Scalar,
    ) -> Result<GradientCheck<N::Scalar>, Error> {
        check_setting("h", h, N::Scalar::EPSILON, N::Scalar::ONE)?;
        settings.check_step()?;
        self.check_samples(&settings.loss, samples)?;
        let seen = self.seen;
        self.discard();
        let accumulated = self.accumulate(settings, samples);
        self.seen = seen;
        accumulated?;
        let (l2, clip, tensors, first) = (settings.l2, Clip::None, 0..N::TENSORS, false);
        let finish = Finish { batch: &mut self.batch, network: &self.network, l2, clip, tensors, first };
        let worst = widest(finish).and_then(|_| self.worst(settings, samples, h));
        self.discard();
        worst
    }

    /// The parameter with the largest relative error, once the gradient has been computed.
    fn worst<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        h: N::Scalar,
    ) -> Result<GradientCheck<N::Scalar>, Error> {
        let zero = N::Scalar::ZERO;
        let mut worst =
            GradientCheck { relative_error: zero, tensor: 0, index: 0, backpropagation: zero, numerical: zero };
        let largest = |network: &N, tensor| network.tensor(tensor).iter().fold(zero, |most, g| g.abs().max(most));
        let most = (0..N::TENSORS).fold(zero, |most, tensor| largest(&self.batch.gradient, tensor).max(most));
        for tensor in 0..N::TENSORS {
            let scale = largest(&self.batch.gradient, tensor).max(most * N::Scalar::from_f64(1e-6));
            for index in 0..self.network.tensor(tensor).len() {
                let (numerical, rounding) = self.central_difference(settings, samples, (tensor, index), h)?;
                let backpropagation = self.batch.gradient.tensor(tensor).get(index).copied().unwrap_or(zero);
                let scale = scale.max(numerical.abs());
                let difference = (backpropagation - numerical).abs();
                let relative_error = if difference <= rounding { zero } else { difference / scale };
                if relative_error > worst.relative_error || !relative_error.is_finite() {
                    worst = GradientCheck { relative_error, tensor, index, backpropagation, numerical };
                }
            }
        }
        Ok(worst)
    }

    /// (loss(w + h) − loss(w − h)) / 2h for one parameter, and a bound of its rounding error.
    fn central_difference<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        (tensor, index): (usize, usize),
        h: N::Scalar,
    ) -> Result<(N::Scalar, N::Scalar), Error> {
        let Some(&w) = self.network.tensor(tensor).get(index) else { return Ok((N::Scalar::ZERO, N::Scalar::ZERO)) };
        let above = self.loss_at(settings, samples, (tensor, index), w + h);
        let below = self.loss_at(settings, samples, (tensor, index), w - h);
        self.set(tensor, index, w);
        let (above, below, across) = (above?, below?, (w + h) - (w - h));
        let rounding = |loss: N::Scalar| N::Scalar::EPSILON * (loss.abs() + loss.abs().sqrt());
        Ok(((above - below) / across, (rounding(above) + rounding(below)) / across))
    }

    /// The loss of the samples with L2, with one parameter set to `value`.
    fn loss_at<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, O, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        (tensor, index): (usize, usize),
        value: N::Scalar,
    ) -> Result<N::Scalar, Error> {
        self.set(tensor, index, value);
        let decay = settings.l2 / self.batch.sums.samples;
        let penalty = N::Scalar::from_f64(0.5) * decay * self.network.weights_squared();
        let noise = self.noise(settings.seed);
        Ok(self.mean_loss(&settings.loss, samples, Some(noise))? + penalty)
    }

    fn set(&mut self, tensor: usize, index: usize, value: N::Scalar) {
        if let Some(w) = self.network.tensor_mut(tensor).get_mut(index) {
            *w = value;
        }
    }
}
