//! The proximal term of FedProx, μ/2·‖w − w₀‖², which keeps a device near the parameters of the round.

use crate::check::check_setting;
use crate::{Error, Layer, Online, Optimizer, Scalar, Trainer, Zero};

impl<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize> Trainer<N, O, TILE> {
    /// Adds the gradient of μ/2·‖w − `global`‖² to that of the accumulated rows: g ← g + μ·(w − w₀), for weights and
    /// biases. Called once, before [`update`](Self::update), it is the local objective of FedProx, for any optimizer.
    /// The losses that are reported do not contain the term.
    ///
    /// ```
    /// use bareprop::{Dense, MeanSquaredError, Samples, Settings, Sgd, Trainer, Zero};
    /// let mut trainer = Trainer::<Dense<1, 1>, Sgd>::ZERO;
    /// trainer.network.bias = [1.0];
    /// let settings = Settings::new(MeanSquaredError, Sgd::new(0.1));
    /// trainer.accumulate(&settings, &Samples::new(&[[0.0]], &[[1.0]])?)?; // no error, no gradient
    /// trainer.add_proximal_term(0.5, &Dense::ZERO)?;
    /// trainer.update(&settings)?;
    /// assert_eq!(trainer.network.bias, [0.95]); // 1 − 0.1·0.5·(1 − 0)
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Setting`] of `mu` below 0 or above √MAX; nothing is changed.
    ///
    /// Source: T. Li et al. (2020), "Federated Optimization in Heterogeneous Networks", equation 2.
    pub fn add_proximal_term(&mut self, mu: N::Scalar, global: &N) -> Result<(), Error> {
        check_setting("mu", mu, N::Scalar::ZERO, N::Scalar::ROOT_OF_MAX)?;
        // The gradient is a sum over rows here, which the update divides by their weight.
        let factor = mu * self.batch.sums.weight;
        for index in 0..N::TENSORS {
            let (w, anchor) = (self.network.tensor(index), global.tensor(index));
            for ((g, &w), &anchor) in self.batch.gradient.tensor_mut(index).iter_mut().zip(w).zip(anchor) {
                *g += factor * (w - anchor);
            }
        }
        Ok(())
    }
}

impl<N: Layer> Online<N> {
    /// Moves every parameter towards `global`: w ← w + (c/(1 + c))·(w₀ − w), with c = η·μ. This is the w that minimises
    /// μ/2·‖w − w₀‖² + ‖w − w′‖²/2η, w′ the parameters before: a proximal step. Called after each
    /// [`step`](Self::step) with its learning rate η, it descends on the objective of FedProx without a gradient in
    /// memory.
    ///
    /// ```
    /// use bareprop::{Dense, Online, Zero};
    /// let mut online = Online::<Dense<1, 1>>::ZERO;
    /// online.network.bias = [3.0];
    /// online.proximal_step(0.5, 2.0, &Dense::ZERO)?; // c = 1
    /// assert_eq!(online.network.bias, [1.5]);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Setting`] of `mu` or `learning_rate` below 0 or above √MAX; nothing is changed.
    ///
    /// Source: N. Parikh, S. Boyd (2014), "Proximal Algorithms", section 4.2.
    pub fn proximal_step(&mut self, learning_rate: N::Scalar, mu: N::Scalar, global: &N) -> Result<(), Error> {
        check_setting("mu", mu, N::Scalar::ZERO, N::Scalar::ROOT_OF_MAX)?;
        check_setting("learning_rate", learning_rate, N::Scalar::ZERO, N::Scalar::ROOT_OF_MAX)?;
        let c = (learning_rate * mu).min(N::Scalar::MAX);
        let share = N::Scalar::ONE / (N::Scalar::ONE + N::Scalar::ONE / c);
        for index in 0..N::TENSORS {
            for (w, &anchor) in self.network.tensor_mut(index).iter_mut().zip(global.tensor(index)) {
                // Half of each, so that the difference of two finite numbers is finite.
                let half = N::Scalar::from_f64(0.5);
                *w += (anchor * half - *w * half) * share + (anchor * half - *w * half) * share;
            }
        }
        Ok(())
    }
}
