//! The three products of a convolution for one row of the batch, without wide vectors: `plain.rs` for each piece
//! of each window.

use crate::Scalar;
use crate::kernels::plain::{Backward, Outer, Plain, Product, add_scaled, finish};
use crate::kernels::windows::Windowed;

impl<const SOFT: bool, const VECTORS: bool> Plain<SOFT, VECTORS> {
    /// `y = x·W + b`.
    #[inline(never)]
    pub(crate) fn affine_windows<G: Windowed, T: Scalar, const C: usize>(
        weights: &[[T; C]],
        bias: &[T; C],
        x: &[T],
        y: &mut [[T; C]],
    ) {
        for (window, y) in (0..usize::MAX).zip(y) {
            for (piece, weights) in (0..usize::MAX).zip(G::pieces(weights)) {
                let Some(x) = x.get(G::piece(G::start(window), piece)) else { return };
                Self::cover(C, &mut Product { weights, x, y, begins: piece == 0 });
            }
            finish(y, bias, core::convert::identity);
        }
    }

    /// `∂x = Σ δ·Wᵀ`.
    #[inline(never)]
    pub(crate) fn backward_windows<G: Windowed, T: Scalar, const C: usize>(
        weights: &[[T; C]],
        delta: &[[T; C]],
        input_delta: &mut [T],
        x: &[T],
        zero_input_blocks: bool,
    ) {
        input_delta.fill(T::ZERO);
        for (window, delta) in (0..usize::MAX).zip(delta) {
            for (piece, weights) in (0..usize::MAX).zip(G::pieces(weights)) {
                let piece = G::piece(G::start(window), piece);
                let (Some(x), Some(input_delta)) = (x.get(piece.clone()), input_delta.get_mut(piece)) else { return };
                let begins = false;
                Self::cover(
                    C,
                    &mut Backward::<SOFT, T, C> { weights, delta, input_delta, x, zero_input_blocks, begins },
                );
            }
        }
    }

    /// `G += (scale·x)ᵀ·δ` and `g += scale·δ`.
    #[inline(never)]
    pub(crate) fn add_outer_windows<G: Windowed, T: Scalar, const C: usize>(
        gradient: &mut [[T; C]],
        bias: &mut [T; C],
        scale: T,
        x: &[T],
        delta: &[[T; C]],
    ) {
        for (window, delta) in (0..usize::MAX).zip(delta) {
            add_scaled::<SOFT, T>(bias, scale, delta);
            for (piece, gradient) in (0..usize::MAX).zip(G::pieces_mut(gradient)) {
                let Some(x) = x.get(G::piece(G::start(window), piece)) else { return };
                Self::cover(C, &mut Outer::<SOFT, T, C> { gradient, scale, x, delta });
            }
        }
    }

    /// The same without the bias, for the rows of G from the given one on.
    pub(crate) fn outer_rows_windows<G: Windowed, T: Scalar, const C: usize>(
        (gradient, first): (&mut [[T; C]], usize),
        scale: T,
        x: &[T],
        delta: &[[T; C]],
    ) {
        for (window, delta) in (0..usize::MAX).zip(delta) {
            for (gradient, first) in G::parts_of_pieces((&mut *gradient, first)) {
                let x = x.get(G::start(window).wrapping_add(G::place(first))..).unwrap_or(&[]);
                Self::add_outer_rows(gradient, scale, x, delta);
            }
        }
    }
}
