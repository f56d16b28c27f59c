//! Gradient descent one sample at a time, without a gradient in memory.

use core::fmt;

use crate::check::{check_features, setting};
use crate::kernels::Here;
use crate::loss::takes_outputs_of;
use crate::training::batch::all_weights_are_zero;
use crate::training::memory::{Memory, Unfit, Why, logits, overflow};
use crate::training::predictor::{classify, predict};
use crate::{BackwardPass, Clip, Decay, Error, Layer, Loss, Noise, OnlineLayer, Row, Scalar, Settings, Sgd, Zero};

/// A network that is trained one sample at a time: w ← (1 − η·λ)·w − η·∂loss/∂w, with λ = 0 for biases.
///
/// The products of inputs and deltas are added directly to the weights. No gradient is stored, so that only
/// the network and one row take memory.
///
/// The step is that of [`Trainer`](crate::Trainer) with [`Sgd`] and batches of one row, with two differences.
/// Rounding differs, because (−η·xᵢ)·δⱼ is added to w here. Class weights scale the step here, whereas the
/// mean over a batch of one row cancels them.
///
/// ```
/// use bareprop::{BinaryCrossEntropy, Dense, Layer, Online, Settings, Sgd, Tanh, Zero};
/// use rand_core::SeedableRng;
/// type Net = (Dense<2, 4, Tanh>, Dense<4, 1>);
/// const { assert!(Online::<Net>::BYTES < 200) };
///
/// let mut online = Online::<Net>::ZERO;
/// online.network.initialize(None, &mut rand_xorshift::XorShiftRng::seed_from_u64(1));
/// let settings = Settings::new(BinaryCrossEntropy::default(), Sgd { learning_rate: 0.5 });
/// for step in 0..2000 {
///     let (a, b) = ((step & 1) as f32, (step >> 1 & 1) as f32);
///     online.step(&settings, &[a, b], &[(a - b).abs()])?; // XOR
/// }
/// let mut probability = [[0.0]];
/// online.predict(&settings.loss, &[[0.0, 1.0]], &mut probability)?;
/// assert!(probability[0][0] > 0.9);
/// # Ok::<(), bareprop::Error>(())
/// ```
// The network comes first, so that its parameters are reached with short offsets from one register.
#[repr(C)]
pub struct Online<N: Layer> {
    /// The network.
    pub network: N,
    memory: Memory<N, 1>,
    pub(crate) steps: u32,
}

impl<N: Layer> fmt::Debug for Online<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Online")
            .field("parameters", &N::COUNT)
            .field("bytes", &Self::BYTES)
            .field("steps", &self.steps)
            .finish_non_exhaustive()
    }
}

impl<N: Layer> Zero for Online<N> {
    const ZERO: Self = Online { network: N::ZERO, memory: Memory::ZERO, steps: 0 };
}

impl<N: Layer> Online<N> {
    /// The size of a value of this type in bytes.
    pub const BYTES: usize = size_of::<Self>();

    /// How many steps were taken.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// Takes one step with one sample. Returns the loss of the sample before the step, without the penalty.
    ///
    /// The loss, the learning rate, the schedule, `l2` and `seed` (for dropout) have an effect. The batch
    /// size and the number of epochs have none.
    ///
    /// # Errors
    /// No error changes anything. The errors are wrong settings ([`Error::Setting`] of `l2` also where η·λ >
    /// 1), features and targets; [`Error::Unsupported`] of `clip` for any clipping, of `frozen_layers`, and of
    /// `decay` for [`Decay::Plateau`]; [`Error::Uninitialized`] before the first step; [`Error::Loss`] and
    /// [`Error::Gradient`] where a number would leave the finite range.
    pub fn step<L: Loss<N::Output>>(
        &mut self,
        settings: &Settings<L, Sgd<N::Scalar>, N::Scalar>,
        input: &N::Input,
        target: &L::Target,
    ) -> Result<N::Scalar, Error>
    where
        N: OnlineLayer,
    {
        const { takes_outputs_of::<L, N>() };
        let inputs = core::slice::from_ref(input);
        self.check(settings, inputs, target)?;
        let step = self.steps.saturating_add(1);
        let (one, rate) = (N::Scalar::ONE, settings.optimizer.learning_rate * settings.schedule.factor(step));
        let decay = rate * settings.l2;
        if decay > one {
            return Err(setting("l2", settings.l2, N::Scalar::ZERO, one / rate));
        }

        let loss = self.backpropagate(&settings.loss, Noise::new(settings.seed).row(self.steps), inputs, target)?;
        let Memory { tape, outputs, deltas, delta } = &self.memory;
        N::check_update(0, rate, inputs, tape, delta, deltas).map_err(|error| {
            match overflow::<N, 1>(0..0, tape, outputs) {
                Unfit { why: Why::Loss, .. } => error,
                unfit => unfit.error(0),
            }
        })?;
        if decay > N::Scalar::ZERO {
            self.network.scale_weights(one - decay);
        }
        self.network.add_gradient(-rate, inputs, tape, delta, deltas);
        self.steps = step;
        Ok(loss)
    }

    /// Checks all arguments of [`step`](Self::step).
    #[inline(always)]
    fn check<L: Loss<N::Output>>(
        &self,
        settings: &Settings<L, Sgd<N::Scalar>, N::Scalar>,
        inputs: &[N::Input],
        target: &L::Target,
    ) -> Result<(), Error> {
        self.network.check()?;
        settings.loss.check()?;
        settings.check_step()?;
        if settings.clip != Clip::None {
            return Err(Error::Unsupported { name: "clip" });
        }
        if settings.frozen_layers > 0 {
            return Err(Error::Unsupported { name: "frozen_layers" });
        }
        if let Decay::Plateau { .. } = settings.schedule.decay {
            return Err(Error::Unsupported { name: "decay" });
        }
        settings.loss.check_target(0, target)?;
        check_features(inputs)?;
        if self.steps == 0 && all_weights_are_zero(&self.network) { Err(Error::Uninitialized) } else { Ok(()) }
    }

    /// Forward pass, loss and backward pass. The deltas are then in `memory`.
    fn backpropagate<L: Loss<N::Output>>(
        &mut self,
        loss: &L,
        noise: Noise,
        inputs: &[N::Input],
        target: &L::Target,
    ) -> Result<N::Scalar, Error> {
        let Memory { tape, outputs, deltas, delta } = &mut self.memory;
        let noise = Some(noise);
        self.network.forward(inputs, tape, outputs, noise);
        let [logits] = &*outputs;
        let [logits_delta] = &mut *delta;
        let value = loss.evaluate(logits, target, logits_delta);
        if !(value.is_finite() && Here::all_finite(logits.values())) {
            return Err(overflow::<N, 1>(0..0, tape, outputs).error(0));
        }
        let pass = BackwardPass::new(inputs, &*tape, &*outputs, noise);
        self.network.backward(pass, delta, deltas, None);
        Ok(value)
    }

    /// The logits of each row, without dropout.
    ///
    /// # Errors
    /// As [`Trainer::logits`](crate::Trainer::logits).
    pub fn logits(&mut self, inputs: &[N::Input], outputs: &mut [N::Output]) -> Result<(), Error> {
        logits::<N, 1>(&self.network, &mut self.memory.tape, inputs, outputs)
    }

    /// The outputs of each row after the link of the loss: probabilities for the cross-entropies.
    ///
    /// # Errors
    /// As [`logits`](Self::logits).
    pub fn predict<L: Loss<N::Output>>(
        &mut self,
        loss: &L,
        inputs: &[N::Input],
        outputs: &mut [N::Output],
    ) -> Result<(), Error> {
        predict(&self.network, &mut self.memory.tape, loss, inputs, outputs)
    }
    /// The class of each row: the index of its largest logit, or, with a single logit, 1 where it is at least
    /// 0 (a probability of at least ½) and otherwise 0. One row of logits lie on the stack meanwhile.
    ///
    /// # Errors
    /// As [`logits`](Self::logits); where an output is not finite, all classes are then 0.
    pub fn classify(&mut self, inputs: &[N::Input], classes: &mut [usize]) -> Result<(), Error> {
        classify::<N, 1>(&self.network, &mut self.memory.tape, inputs, classes)
    }
}
