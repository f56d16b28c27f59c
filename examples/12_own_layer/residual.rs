//! y = x + f(x) around any layer f whose rows keep their size.
//! `bareprop::Residual` has traces and `Online` beside.
//! Source: K. He, X. Zhang, S. Ren, J. Sun (2016), "Deep Residual Learning for Image Recognition".

use bareprop::{BackwardPass, Init, Layer, Noise, Row};
use rand_core::Rng;

/// f. The tape holds f's own and f(x), the deltas hold f's own and what δ becomes inside of f.
pub struct Residual<F>(pub F);

bareprop::wrap_parameters!(Residual);

impl<F: Layer<Input = R, Output = R>, R: Row<Scalar = F::Scalar>> Layer for Residual<F> {
    type Input = R;
    type Output = R;
    type Tape<const TILE: usize> = (F::Tape<TILE>, [R; TILE]);
    type Deltas<const TILE: usize> = (F::Deltas<TILE>, [R; TILE]);

    fn initialize(&mut self, init: Option<Init>, rng: &mut (impl Rng + ?Sized)) {
        self.0.initialize(init, rng);
    }

    fn forward<const TILE: usize>(&self, x: &[R], tape: &mut Self::Tape<TILE>, y: &mut [R], noise: Option<Noise>) {
        let (tape, f) = (&mut tape.0, &mut tape.1[..x.len()]);
        self.0.forward(x, tape, f, noise);
        y.copy_from_slice(x);
        add(y, f);
    }

    fn backward<const TILE: usize>(
        &self,
        pass: BackwardPass<'_, Self, TILE>,
        delta: &mut [R],
        deltas: &mut Self::Deltas<TILE>,
        mut input_delta: Option<&mut [R]>,
    ) {
        let BackwardPass { inputs, tape, noise, zero_input_blocks_gradient, .. } = pass;
        let outputs = &tape.1[..inputs.len()];
        let pass = BackwardPass { zero_input_blocks_gradient, ..BackwardPass::new(inputs, &tape.0, outputs, noise) };
        let inner = &mut deltas.1[..inputs.len()];
        inner.copy_from_slice(delta);
        self.0.backward(pass, inner, &mut deltas.0, input_delta.as_deref_mut());
        if let Some(input_delta) = input_delta {
            add(input_delta, delta);
        }
    }

    fn add_gradient<const TILE: usize>(
        &mut self,
        scale: F::Scalar,
        x: &[R],
        tape: &Self::Tape<TILE>,
        _: &[R],
        deltas: &Self::Deltas<TILE>,
    ) {
        self.0.add_gradient(scale, x, &tape.0, &deltas.1[..x.len()], &deltas.0);
    }
}

fn add<R: Row>(to: &mut [R], from: &[R]) {
    for (to, &from) in R::flat_mut(to).iter_mut().zip(R::flat(from)) {
        *to += from;
    }
}
