//! A layer with a way around it.

use crate::kernels::rows::{first_rows, first_rows_mut};
use crate::{BackwardPass, Error, Generator, Init, Layer, Noise, OnlineLayer, Row, UnitOutput};

/// A residual block: `y = x + f(x)`, with a layer or a tuple of layers f whose rows keep their size.
///
/// The gradient reaches the layers before it through the sum unchanged, however deep the network is. Where f
/// gives 0, the block does nothing.
///
/// The parameters are those of f, and so are names in files. A row costs an addition a number forward and
/// backward, beside what f costs. In memory a row takes f(x) and ∂loss/∂f(x), beside what f takes.
///
/// ```
/// use bareprop::{Dense, LayerNorm, Parameters, Relu, Residual};
/// type Block = Residual<(LayerNorm<8>, Dense<8, 16, Relu>, Dense<16, 8>)>;
/// type Net = (Dense<2, 8>, Block, Block, Dense<8, 1>);
/// assert_eq!((Block::COUNT, Net::COUNT), (296, 24 + 2 * 296 + 9));
/// ```
/// Source: K. He, X. Zhang, S. Ren, J. Sun (2016), "Deep Residual Learning for Image Recognition".
#[derive(Clone, Debug, PartialEq)]
pub struct Residual<P>(
    /// f.
    pub P,
);

crate::wrap_parameters!(Residual);

impl<P: Layer<Input = R, Output = R>, R: Row<Scalar = P::Scalar>> Layer for Residual<P> {
    type Input = R;
    type Output = R;
    type Tape<const TILE: usize> = (P::Tape<TILE>, [R; TILE]);
    type Deltas<const TILE: usize> = (P::Deltas<TILE>, [R; TILE]);
    const UNITS: usize = P::UNITS;
    const STOPS_GRADIENT: bool = P::STOPS_GRADIENT;

    fn initialize(&mut self, init: Option<Init>, rng: &mut (impl Generator + ?Sized)) {
        self.0.initialize(init, rng);
    }

    #[inline(always)]
    fn forward<const TILE: usize>(
        &self,
        inputs: &[R],
        (tape, f): &mut Self::Tape<TILE>,
        outputs: &mut [R],
        noise: Option<Noise>,
    ) {
        let f = first_rows_mut(f, inputs.len());
        self.0.forward(inputs, tape, f, noise);
        for (y, (&x, &f)) in R::flat_mut(outputs).iter_mut().zip(R::flat(inputs).iter().zip(R::flat(f))) {
            *y = x + f;
        }
    }

    #[inline(always)]
    fn backward<const TILE: usize>(
        &self,
        pass: BackwardPass<'_, Self, TILE>,
        delta: &mut [R],
        (deltas, inner): &mut Self::Deltas<TILE>,
        mut input_delta: Option<&mut [R]>,
    ) {
        let BackwardPass { inputs, tape, noise, zero_input_blocks_gradient, .. } = pass;
        let (inner, outputs) = (first_rows_mut(inner, inputs.len()), first_rows(&tape.1, inputs.len()));
        for (inner, delta) in inner.iter_mut().zip(delta.iter()) {
            *inner = *delta;
        }
        let pass = BackwardPass { zero_input_blocks_gradient, ..BackwardPass::new(inputs, &tape.0, outputs, noise) };
        self.0.backward(pass, inner, deltas, input_delta.as_deref_mut());
        for (dx, &delta) in input_delta.into_iter().flat_map(R::flat_mut).zip(R::flat(delta)) {
            *dx += delta;
        }
    }

    #[inline(always)]
    fn add_gradient<const TILE: usize>(
        &mut self,
        scale: P::Scalar,
        inputs: &[R],
        tape: &Self::Tape<TILE>,
        _: &[R],
        deltas: &Self::Deltas<TILE>,
    ) {
        self.0.add_gradient(scale, inputs, &tape.0, first_rows(&deltas.1, inputs.len()), &deltas.0);
    }

    #[inline(always)]
    fn set_gradient<const TILE: usize>(
        &mut self,
        inputs: &[R],
        tape: &Self::Tape<TILE>,
        _: &[R],
        deltas: &Self::Deltas<TILE>,
    ) {
        self.0.set_gradient(inputs, &tape.0, first_rows(&deltas.1, inputs.len()), &deltas.0);
    }

    #[inline(always)]
    fn finite<const TILE: usize>(tape: &Self::Tape<TILE>, rows: usize) -> bool {
        P::finite(&tape.0, rows)
    }

    fn visit_units<const TILE: usize>(
        tape: &Self::Tape<TILE>,
        outputs: &[R],
        first: (usize, usize),
        visit: &mut impl FnMut(UnitOutput<P::Scalar>),
    ) {
        P::visit_units(&tape.0, first_rows(&tape.1, outputs.len()), first, visit);
    }
}

impl<P: OnlineLayer<Input = R, Output = R>, R: Row<Scalar = P::Scalar>> OnlineLayer for Residual<P> {
    #[inline(always)]
    fn check_update<const TILE: usize>(
        layer: usize,
        scale: P::Scalar,
        inputs: &[R],
        tape: &Self::Tape<TILE>,
        _: &[R],
        deltas: &Self::Deltas<TILE>,
    ) -> Result<(), Error> {
        P::check_update(layer, scale, inputs, &tape.0, first_rows(&deltas.1, inputs.len()), &deltas.0)
    }
}
