//! A pretrained layer that lies in flash and does not learn.

use core::fmt;
use core::marker::PhantomData;

use crate::storage::fingerprint;
use crate::{BackwardPass, Error, Layer, Noise, OnlineLayer, Parameters, UnitOutput, Zero};

/// A layer or network with trained parameters in a `static`, see [`Frozen`].
pub trait Pretrained: 'static {
    /// Its type.
    type Layer: Layer + 'static;
    /// Where it lies.
    const LAYER: &'static Self::Layer;
}

/// The first part of a network, pretrained: its parameters stay in flash, and only what follows learns.
///
/// y = f(x), where f is [`Pretrained::LAYER`] as in inference, without dropout. It has no parameters of its own, so
/// that it takes no RAM for parameters, gradient or moments. There is no backward pass through it. The network behind
/// it learns to the same bits as if it were trained on the outputs of f.
///
/// A row costs the forward pass of f. RAM: the tape of f and its outputs, for `TILE` rows.
///
/// No layer that learns may stand before it. That is an error when the program is built.
///
/// ```
/// use bareprop::*;
/// type Body = (Dense<8, 32, Relu>, Dense<32, 16, Relu>);
/// static BODY: Body = Body::ZERO; // as `Parameters::write_source` writes it
///
/// struct Pre;
/// impl Pretrained for Pre {
///     type Layer = Body;
///     const LAYER: &'static Body = &BODY;
/// }
///
/// type Net = (Frozen<Pre>, Dense<16, 4>);
/// const { assert!(Net::COUNT == 16 * 4 + 4 && size_of::<Net>() == 4 * Net::COUNT) };
/// const { assert!(Trainer::<Net, Adam, 1>::BYTES < 2048) };
/// ```
pub struct Frozen<P>(PhantomData<P>);

impl<P> Frozen<P> {
    /// The value; there is only one.
    pub const fn new() -> Self {
        Frozen(PhantomData)
    }
}

impl<P> Default for Frozen<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P> Clone for Frozen<P> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<P> PartialEq for Frozen<P> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<P> fmt::Debug for Frozen<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Frozen")
    }
}

impl<P> Zero for Frozen<P> {
    const ZERO: Self = Self::new();
}

impl<P: Pretrained> Parameters for Frozen<P> {
    type Scalar = <P::Layer as Parameters>::Scalar;
    const LAYERS: usize = P::Layer::LAYERS;
    const MODULES: usize = P::Layer::MODULES;
    const FINGERPRINT: u32 = fingerprint("frozen", &[P::Layer::FINGERPRINT]);

    fn write_source(&self, out: &mut impl fmt::Write) -> fmt::Result {
        out.write_str("Frozen::new()")
    }
}

impl<P: Pretrained> Layer for Frozen<P> {
    type Input = <P::Layer as Layer>::Input;
    type Output = <P::Layer as Layer>::Output;
    type Tape<const TILE: usize> = <P::Layer as Layer>::Tape<TILE>;
    type Deltas<const TILE: usize> = ();
    const UNITS: usize = P::Layer::UNITS;
    const ZERO_OUTPUT_BLOCKS_GRADIENT: Option<bool> = P::Layer::ZERO_OUTPUT_BLOCKS_GRADIENT;
    const ACTIVATED: Option<bool> = P::Layer::ACTIVATED;
    const STOPS_GRADIENT: bool = true;

    #[inline(always)]
    fn forward<const TILE: usize>(
        &self,
        inputs: &[Self::Input],
        tape: &mut Self::Tape<TILE>,
        outputs: &mut [Self::Output],
        _: Option<Noise>,
    ) {
        P::LAYER.forward(inputs, tape, outputs, None);
    }

    /// Does nothing: no layer before it learns.
    #[inline(always)]
    fn backward<const TILE: usize>(
        &self,
        _: BackwardPass<'_, Self, TILE>,
        _: &mut [Self::Output],
        _: &mut (),
        _: Option<&mut [Self::Input]>,
    ) {
    }

    #[inline(always)]
    fn finite<const TILE: usize>(tape: &Self::Tape<TILE>, rows: usize) -> bool {
        P::Layer::finite(tape, rows)
    }

    fn visit_units<const TILE: usize>(
        tape: &Self::Tape<TILE>,
        outputs: &[Self::Output],
        first: (usize, usize),
        visit: &mut impl FnMut(UnitOutput<Self::Scalar>),
    ) {
        P::Layer::visit_units(tape, outputs, first, visit);
    }
}

impl<P: Pretrained> OnlineLayer for Frozen<P> {
    #[inline(always)]
    fn check_update<const TILE: usize>(
        _: usize,
        _: Self::Scalar,
        _: &[Self::Input],
        _: &Self::Tape<TILE>,
        _: &[Self::Output],
        _: &(),
    ) -> Result<(), Error> {
        Ok(())
    }
}
