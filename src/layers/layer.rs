//! The contract of a layer.

use core::fmt;

use crate::scalar::random::seeded;
use crate::{Error, Generator, Init, Noise, Parameters, Row, Scalar, Zero};

/// A map from rows to rows with parameters that can be trained.
///
/// For users: a tuple of layers is a layer, so `(Dense<2, 64, Relu>, Dense<64, 1>)` is a network. These
/// methods are rarely called directly, because [`Trainer`](crate::Trainer) calls them.
///
/// For authors of layers: the types, [`forward`](Self::forward) and [`backward`](Self::backward) are
/// required, and [`add_gradient`](Self::add_gradient) where there are parameters. Everything else has a
/// default. The chapter [`own_layer`](crate::own_layer) explains it. [`ByRow`](crate::ByRow) is the short way
/// for a layer that treats each row by itself.
///
/// All three methods get the same rows, at most `TILE` of them, in slices of the same length. `forward`
/// writes what `backward` needs into `tape`. `backward` computes ∂loss/∂input from ∂loss/∂output, and writes
/// what `add_gradient` needs into `deltas`. `add_gradient` adds to a value of the layer's own type. Sums over
/// rows have to be taken in the order of the rows, so that the division into tiles does not change a bit. No
/// method may panic.
///
/// Sizes that do not fit are compile errors that show both numbers:
/// ```compile_fail,E0271
/// use bareprop::{Dense, Layer, Relu};
/// fn check<N: Layer>() {}
/// check::<(Dense<2, 16, Relu>, Dense<8, 1>)>(); // expected `[f32; 16]`, found `[f32; 8]`
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a network",
    label = "neither a layer nor a tuple of layers",
    note = "a network is a layer, or a tuple of 2 to 12 layers, of which each takes what the one before gives; tuples nest"
)]
pub trait Layer: Parameters {
    /// The row that goes in: `[T; IN]`.
    type Input: Row<Scalar = Self::Scalar>;
    /// The row that comes out: `[T; OUT]`.
    type Output: Row<Scalar = Self::Scalar>;
    /// What `backward` needs from `forward`, for `TILE` rows: the outputs of the inner layers, and
    /// pre-activations where an activation needs them. `()` where the inputs and outputs suffice.
    type Tape<const TILE: usize>: Zero;
    /// What `add_gradient` needs from `backward`, for `TILE` rows: ∂loss/∂(pre-activation) of the inner
    /// layers. `()` where the changed `delta` suffices.
    type Deltas<const TILE: usize>: Zero;
    /// How many units [`visit_units`](Self::visit_units) visits for a row.
    const UNITS: usize = 0;
    /// Whether ∂loss/∂output has no effect wherever the output is 0, as with [`Relu`](crate::Relu), because
    /// the layer's own `backward` multiplies it by 0 there. `None` where it depends on the layer before.
    const ZERO_OUTPUT_BLOCKS_GRADIENT: Option<bool> = Some(false);
    /// Whether `backward` makes ∂loss/∂input 0 wherever the input is 0, if
    /// [`zero_input_blocks_gradient`](BackwardPass::zero_input_blocks_gradient). The layer before may then leave
    /// its own multiplication by 0 out.
    const CLEARS_BLOCKED_GRADIENT: bool = false;
    /// Whether the outputs have passed an activation other than [`Identity`](crate::Identity), so that they
    /// are not logits. `None` where it depends on the layer before.
    const ACTIVATED: Option<bool> = Some(false);
    /// Whether `backward` gives no ∂loss/∂input, as with [`Frozen`](crate::Frozen). No layer that learns may stand
    /// before such a layer.
    const STOPS_GRADIENT: bool = false;

    /// Draws new weights with `init`, or where it is `None` with the default of each activation; biases
    /// become 0. [`initialize_seeded`](Self::initialize_seeded) is the short form.
    fn initialize(&mut self, init: Option<Init>, rng: &mut (impl Generator + ?Sized)) {
        let _ = (init, rng);
    }

    /// Draws new weights with the default of each activation, from the generator that
    /// `XorShiftRng::seed_from_u64(seed)` of `rand_xorshift` gives: the same weights on every machine.
    ///
    /// ```
    /// use bareprop::{Dense, Layer, Parameters, Relu, Zero};
    /// let mut network = <(Dense<2, 8, Relu>, Dense<8, 1>)>::ZERO;
    /// network.initialize_seeded(42);
    /// assert!(network.0.weights.0[0][0] != 0.0);
    /// ```
    fn initialize_seeded(&mut self, seed: u64) {
        self.initialize(None, &mut seeded(seed));
    }

    /// Computes `outputs` from `inputs`. `noise` is `Some` in training and `None` in inference; dropout drops
    /// units only in training.
    fn forward<const TILE: usize>(
        &self,
        inputs: &[Self::Input],
        tape: &mut Self::Tape<TILE>,
        outputs: &mut [Self::Output],
        noise: Option<Noise>,
    );

    /// Turns `delta` from ∂loss/∂output into ∂loss/∂(pre-activation), in place, and writes ∂loss/∂input into
    /// `input_delta` where that is `Some`. Where no layer from the first to this one learns, it may be called with a
    /// `delta` that nobody has written, and what it computes is not used.
    fn backward<const TILE: usize>(
        &self,
        pass: BackwardPass<'_, Self, TILE>,
        delta: &mut [Self::Output],
        deltas: &mut Self::Deltas<TILE>,
        input_delta: Option<&mut [Self::Input]>,
    );

    /// `self += scale · ∂loss/∂parameters`, summed over the rows in their order, from the results of
    /// `backward`. `self` is a gradient (`scale` = 1), or the network itself (`scale` = −learning rate).
    #[inline(always)]
    fn add_gradient<const TILE: usize>(
        &mut self,
        scale: Self::Scalar,
        inputs: &[Self::Input],
        tape: &Self::Tape<TILE>,
        delta: &[Self::Output],
        deltas: &Self::Deltas<TILE>,
    ) {
        let _ = (scale, inputs, tape, delta, deltas);
    }

    /// `self = ∂loss/∂parameters`: the same as [`add_gradient`](Self::add_gradient) with a scale of 1 to zeros,
    /// whatever `self` was.
    #[inline(always)]
    fn set_gradient<const TILE: usize>(
        &mut self,
        inputs: &[Self::Input],
        tape: &Self::Tape<TILE>,
        delta: &[Self::Output],
        deltas: &Self::Deltas<TILE>,
    ) {
        self.fill(Self::Scalar::ZERO);
        self.add_gradient(Self::Scalar::ONE, inputs, tape, delta, deltas);
    }

    /// Whether all outputs of the inner layers are finite, for the first `rows` rows; true for a layer
    /// without inner layers.
    #[inline(always)]
    fn finite<const TILE: usize>(tape: &Self::Tape<TILE>, rows: usize) -> bool {
        let _ = (tape, rows);
        true
    }

    /// Calls `visit` for each unit of each row. Traces report these units, and errors name the first layer
    /// with one that is not finite. `first` is the index of the first layer and that of the first unit.
    fn visit_units<const TILE: usize>(
        tape: &Self::Tape<TILE>,
        outputs: &[Self::Output],
        first: (usize, usize),
        visit: &mut impl FnMut(UnitOutput<Self::Scalar>),
    ) {
        let _ = (tape, outputs, first, visit);
    }
}

/// A layer that [`Online`](crate::Online) can train: it can check before a step whether the step is small
/// enough.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot learn a sample at a time",
    label = "not an `OnlineLayer`",
    note = "`Online` writes into the weights without a gradient that could be checked; `Trainer` trains any `Layer`"
)]
pub trait OnlineLayer: Layer {
    /// Whether `add_gradient` with these arguments would keep every parameter finite: |scale·xᵢ·δⱼ| ≤
    /// 1/[`TINY`](crate::Scalar::TINY).
    ///
    /// That is less than half a unit in the last place of the largest finite number, so that adding it to
    /// that number changes nothing. For `f32` it is 2¹⁰⁰, and half a unit in the last place is 2¹⁰³. `layer`
    /// is the index of the first layer.
    ///
    /// # Errors
    /// [`Error::Gradient`] with the layer.
    fn check_update<const TILE: usize>(
        layer: usize,
        scale: Self::Scalar,
        inputs: &[Self::Input],
        tape: &Self::Tape<TILE>,
        delta: &[Self::Output],
        deltas: &Self::Deltas<TILE>,
    ) -> Result<(), Error>;
}

/// The results of `forward` that `backward` reads.
pub struct BackwardPass<'a, L: Layer + ?Sized, const TILE: usize> {
    /// The inputs of `forward`.
    pub inputs: &'a [L::Input],
    /// The tape that `forward` wrote.
    pub tape: &'a L::Tape<TILE>,
    /// The outputs of `forward`.
    pub outputs: &'a [L::Output],
    /// The noise that `forward` was given.
    pub noise: Option<Noise>,
    /// Whether ∂loss/∂input has no effect wherever the input is 0. There it may then be any finite number.
    pub zero_input_blocks_gradient: bool,
    /// Whether `delta` is already 0 wherever the output is 0.
    pub zero_output_has_no_delta: bool,
}

impl<'a, L: Layer + ?Sized, const TILE: usize> BackwardPass<'a, L, TILE> {
    /// The results of `forward`, where nothing is known of zeros.
    pub fn new(
        inputs: &'a [L::Input],
        tape: &'a L::Tape<TILE>,
        outputs: &'a [L::Output],
        noise: Option<Noise>,
    ) -> Self {
        let (zero_input_blocks_gradient, zero_output_has_no_delta) = (false, false);
        BackwardPass { inputs, tape, outputs, noise, zero_input_blocks_gradient, zero_output_has_no_delta }
    }
}

impl<L: Layer + ?Sized, const TILE: usize> fmt::Debug for BackwardPass<'_, L, TILE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackwardPass").field("rows", &self.inputs.len()).finish_non_exhaustive()
    }
}

/// One output of one layer for one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitOutput<T> {
    /// The row of the tile, from 0.
    pub row: usize,
    /// The layer, from 0.
    pub layer: usize,
    /// The unit, counted from 0 through all layers.
    pub unit: usize,
    /// The output of the activation function.
    pub output: T,
    /// The derivative of the activation function at this output.
    pub slope: T,
}
