//! The three products of a convolution: those of a matrix, for each window of the input.
//!
//! A window of `KH × KW` pixels of `C` channels is `KH` pieces of `KW·C` numbers that lie together, each as
//! many numbers after the one before as a row of the picture has. The weights are flat: `KH·KW·C` rows of as
//! many numbers as there are channels that come out, `KW·C` rows for each piece. A sequence is a picture of
//! one row. Nothing is copied.
//!
//! Example: 6 × 5 pixels of 2 channels, kernel 3 × 3, stride 1. The 4 × 3 windows begin at the numbers 0, 2,
//! 4, 10, 12, …; the pieces of the first are the numbers 0 to 5, 10 to 15 and 20 to 25.
//!
//! `reference_windows.rs` defines the products. Windows count row by row. ∂x of overlapping windows is one
//! sum: it starts at +0 and takes the terms of the first window by ascending channel, then those of the next.
//! The gradient takes row after row of the batch, and in each row window after window.
//!
//! Each product takes as many rows of the batch as the shortest of its slices has.

use crate::Scalar;
use crate::kernels::matrix::{Sums, add_bias};
use crate::kernels::rows::first_rows;
use crate::kernels::slices::Rows;
use crate::kernels::{Here, threads, wide};

/// Where the windows of a convolution lie in a row of the batch.
pub(crate) struct Windows {
    /// How many numbers a row of the batch has.
    pub(crate) width: usize,
    /// How many windows there are.
    pub(crate) count: usize,
    /// How many windows stand side by side.
    pub(crate) across: usize,
    /// How many numbers lie between the first numbers of neighbours, and of a window and the one below it.
    pub(crate) steps: [usize; 2],
    /// How many pieces a window has.
    pub(crate) pieces: usize,
    /// How many numbers a piece has.
    pub(crate) length: usize,
    /// How many numbers lie between the first numbers of two pieces.
    pub(crate) pitch: usize,
}

impl Windows {
    /// The windows in a picture of `size` (height and width) pixels of `channels` numbers.
    pub(crate) const fn new(
        size: [usize; 2],
        channels: usize,
        kernel: [usize; 2],
        stride: usize,
        outputs: [usize; 2],
    ) -> Self {
        let pitch = size[1] * channels;
        Windows {
            width: size[0] * pitch,
            count: outputs[0] * outputs[1],
            across: outputs[1],
            steps: [stride * channels, stride * pitch],
            pieces: kernel[0],
            length: kernel[1] * channels,
            pitch,
        }
    }
}

/// A divisor that is not 0.
const fn divisor(number: usize) -> usize {
    if number == 0 { 1 } else { number }
}

/// Windows as constants of a type.
pub(crate) trait Windowed {
    const WINDOWS: Windows;

    /// Where window `index` begins.
    #[inline(always)]
    fn start(index: usize) -> usize {
        let Windows { count, across, steps: [step, down], .. } = Self::WINDOWS;
        if across == count {
            return index.wrapping_mul(step);
        }
        let across = divisor(across);
        (index / across).wrapping_mul(down).wrapping_add((index % across).wrapping_mul(step))
    }

    /// Where in a window number `index` of it lies.
    #[inline(always)]
    fn place(index: usize) -> usize {
        let length = divisor(Self::WINDOWS.length);
        (index / length).wrapping_mul(Self::WINDOWS.pitch).wrapping_add(index % length)
    }

    /// The rows of a batch.
    #[inline(always)]
    fn rows<T>(inputs: &[T]) -> core::slice::ChunksExact<'_, T> {
        inputs.chunks_exact(divisor(Self::WINDOWS.width))
    }

    /// The same, to be changed.
    #[inline(always)]
    fn rows_mut<T>(inputs: &mut [T]) -> core::slice::ChunksExactMut<'_, T> {
        inputs.chunks_exact_mut(divisor(Self::WINDOWS.width))
    }

    /// The windows of each row of a batch.
    #[inline(always)]
    fn windows<R>(windows: &[R]) -> core::slice::ChunksExact<'_, R> {
        windows.chunks_exact(divisor(Self::WINDOWS.count))
    }

    /// The same, to be changed.
    #[inline(always)]
    fn windows_mut<R>(windows: &mut [R]) -> core::slice::ChunksExactMut<'_, R> {
        windows.chunks_exact_mut(divisor(Self::WINDOWS.count))
    }

    /// Numbers that threads share row by row of the batch.
    #[inline(always)]
    fn whole_rows<S>(numbers: S) -> Rows<S> {
        Rows { numbers, width: Self::WINDOWS.width }
    }

    /// The same, where there is a number for each window.
    #[inline(always)]
    fn whole_windows<S>(numbers: S) -> Rows<S> {
        Rows { numbers, width: Self::WINDOWS.count }
    }

    /// The rows of the weights for each piece of a window.
    #[inline(always)]
    fn pieces<W>(weights: &[W]) -> core::slice::ChunksExact<'_, W> {
        let count = const { Self::WINDOWS.pieces * Self::WINDOWS.length };
        weights.get(..count).unwrap_or(&[]).chunks_exact(divisor(Self::WINDOWS.length))
    }

    /// The same, to be changed.
    #[inline(always)]
    fn pieces_mut<W>(weights: &mut [W]) -> core::slice::ChunksExactMut<'_, W> {
        let count = const { Self::WINDOWS.pieces * Self::WINDOWS.length };
        weights.get_mut(..count).unwrap_or(&mut []).chunks_exact_mut(divisor(Self::WINDOWS.length))
    }

    /// Some rows of the weights, of which `first` is the first, cut where a piece ends; and which row is the first of
    /// each part.
    #[inline(always)]
    fn parts_of_pieces<W>((weights, first): (&mut [W], usize)) -> impl Iterator<Item = (&mut [W], usize)> {
        let length = divisor(Self::WINDOWS.length);
        let rest = Ord::min(length.wrapping_sub(first % length), weights.len());
        let (before, whole) = weights.split_at_mut_checked(rest).unwrap_or((&mut [], &mut []));
        let firsts = (first.wrapping_add(rest)..).step_by(length);
        let parts = core::iter::once(before).chain(whole.chunks_mut(length));
        parts.zip(core::iter::once(first).chain(firsts))
    }

    /// The numbers of piece `piece` of the window that begins at `start`.
    #[inline(always)]
    fn piece(start: usize, piece: usize) -> core::ops::Range<usize> {
        let first = start.wrapping_add(piece.wrapping_mul(Self::WINDOWS.pitch));
        first..first.wrapping_add(Self::WINDOWS.length)
    }
}

/// `y = x·W + b` for each window. W: `[KH·KW·C × OUT]`, b and each y: `[OUT]`. KH·KW·C·OUT multiply-adds a
/// window.
#[inline(always)]
pub(crate) fn affine<G: Windowed, T: Scalar, const C: usize>(
    weights: &[[T; C]],
    bias: &[T; C],
    inputs: &[T],
    outputs: &mut [[T; C]],
) {
    let parts = parts::<G, C>(outputs.len());
    if parts > 1 {
        affine_shared::<G, T, C>(parts, weights, bias, inputs, outputs);
    } else {
        affine_alone::<G, T, C>(weights, bias, inputs, outputs);
    }
}

#[inline(always)]
fn affine_alone<G: Windowed, T: Scalar, const C: usize>(
    weights: &[[T; C]],
    bias: &[T; C],
    inputs: &[T],
    outputs: &mut [[T; C]],
) {
    if wide::affine_windows::<G, T, C>(weights, bias, inputs, outputs) {
        return;
    }
    for (x, y) in G::rows(inputs).zip(G::windows_mut(outputs)) {
        Here::affine_windows::<G, T, C>(weights, bias, x, y);
    }
}

#[inline(never)]
fn affine_shared<G: Windowed, T: Scalar, const C: usize>(
    parts: usize,
    weights: &[[T; C]],
    bias: &[T; C],
    inputs: &[T],
    outputs: &mut [[T; C]],
) {
    threads::share(parts, (G::whole_rows(inputs), G::whole_windows(outputs)), &|_, (inputs, outputs)| {
        affine_alone::<G, T, C>(weights, bias, inputs.numbers, outputs.numbers);
    });
}

/// `∂x = Σ δ·Wᵀ` over the windows, in order, and in each by ascending channel. δ: `[OUT]` for each window.
/// KH·KW·C·OUT multiply-adds a window.
///
/// Where `zero_input_blocks`, elements whose input is 0 don't matter and may be left at 0.
#[inline(always)]
pub(crate) fn backward<G: Windowed, T: Scalar, const C: usize>(
    weights: &[[T; C]],
    delta: &[[T; C]],
    input_delta: &mut [T],
    inputs: &[T],
    zero_input_blocks: bool,
) {
    let parts = parts::<G, C>(delta.len());
    if parts > 1 {
        backward_shared::<G, T, C>(parts, weights, delta, input_delta, inputs, zero_input_blocks);
    } else {
        backward_alone::<G, T, C>(weights, delta, input_delta, inputs, zero_input_blocks);
    }
}

#[inline(always)]
fn backward_alone<G: Windowed, T: Scalar, const C: usize>(
    weights: &[[T; C]],
    delta: &[[T; C]],
    input_delta: &mut [T],
    inputs: &[T],
    zero_input_blocks: bool,
) {
    if wide::backward_windows::<G, T, C>(weights, delta, input_delta, inputs) {
        return;
    }
    for (x, (d, dx)) in G::rows(inputs).zip(G::windows(delta).zip(G::rows_mut(input_delta))) {
        Here::backward_windows::<G, T, C>(weights, d, dx, x, zero_input_blocks);
    }
}

#[inline(never)]
fn backward_shared<G: Windowed, T: Scalar, const C: usize>(
    parts: usize,
    weights: &[[T; C]],
    delta: &[[T; C]],
    input_delta: &mut [T],
    inputs: &[T],
    zero_input_blocks: bool,
) {
    let rows = ((G::whole_windows(delta), G::whole_rows(inputs)), G::whole_rows(input_delta));
    threads::share(parts, rows, &|_, ((delta, inputs), input_delta)| {
        let (delta, inputs, input_delta) = (delta.numbers, inputs.numbers, input_delta.numbers);
        backward_alone::<G, T, C>(weights, delta, input_delta, inputs, zero_input_blocks);
    });
}

/// `G += scale · xᵀ·δ` and `g += scale · δ`, row after row of the batch, window after window.
/// KH·KW·C·OUT multiply-adds a window.
#[inline(always)]
pub(crate) fn add_outer<G: Windowed, T: Scalar, const C: usize>(
    gradient: &mut [[T; C]],
    bias: &mut [T; C],
    scale: T,
    inputs: &[T],
    delta: &[[T; C]],
) {
    let parts = parts::<G, C>(delta.len());
    if parts > 1 && scale == T::ONE {
        return outer_shared::<G, T, C>(parts, gradient, bias, inputs, delta);
    }
    if scale == T::ONE && wide::add_outer_windows::<G, T, C>(gradient, bias, inputs, delta) {
        return;
    }
    for (x, d) in G::rows(inputs).zip(G::windows(delta)) {
        Here::add_outer_windows::<G, T, C>(gradient, bias, scale, x, d);
    }
}

/// The bias, then the rows of the gradient, some for each thread.
#[inline(never)]
fn outer_shared<G: Windowed, T: Scalar, const C: usize>(
    parts: usize,
    gradient: &mut [[T; C]],
    bias: &mut [T; C],
    inputs: &[T],
    delta: &[[T; C]],
) {
    let rows = Ord::min(G::rows(inputs).len(), G::windows(delta).len());
    add_bias(Sums::Add, bias, first_rows(delta, rows.wrapping_mul(G::WINDOWS.count)));
    threads::share(parts, gradient, &|first, gradient| {
        if wide::outer_rows_windows::<G, T, C>((gradient, first), inputs, delta) {
            return;
        }
        for (x, d) in G::rows(inputs).zip(G::windows(delta)) {
            Here::outer_rows_windows::<G, T, C>((gradient, first), T::ONE, x, d);
        }
    });
}

/// In how many parts threads share the products of so many windows.
#[inline(always)]
fn parts<G: Windowed, const C: usize>(windows: usize) -> usize {
    threads::parts(windows.wrapping_mul(const { G::WINDOWS.pieces * G::WINDOWS.length * C }))
}
