//! The three products as plain loops over rows: `y += a·row`, a row at a time, for processors without wide vectors.
//!
//! Rows whose factor is zero are skipped: half of them behind ReLU. A sum that starts from +0 is never −0, so that adding the zeros
//! would change no bit.

use crate::{Matrix, Scalar};

/// How many numbers of a row are written out one after the other: a multiple load, so many multiply-adds, a multiple store.
const STRIDE: usize = 8;

/// `y += a·row`.
#[inline(always)]
fn add<T: Scalar, const N: usize>(y: &mut [T; N], a: T, row: &[T; N]) {
    let (y, y_rest) = y.as_chunks_mut::<STRIDE>();
    let (row, row_rest) = row.as_chunks::<STRIDE>();
    for (y, row) in y.iter_mut().zip(row) {
        for (y, &w) in y.iter_mut().zip(row) {
            *y += a * w;
        }
    }
    for (y, &w) in y_rest.iter_mut().zip(row_rest) {
        *y += a * w;
    }
}

/// [`Matrix::affine`].
#[inline(always)]
pub(crate) fn affine<T: Scalar, const R: usize, const C: usize>(
    weights: &Matrix<R, C, T>,
    inputs: &[[T; R]],
    bias: &[T; C],
    outputs: &mut [[T; C]],
) {
    for (x, y) in inputs.iter().zip(outputs) {
        y.fill(T::ZERO);
        for (&x, w) in x.iter().zip(&weights.0) {
            if x != T::ZERO {
                add(y, x, w);
            }
        }
        for (y, &b) in y.iter_mut().zip(bias) {
            *y += b;
        }
    }
}

/// [`Matrix::backward`].
#[inline(always)]
pub(crate) fn backward<T: Scalar, const R: usize, const C: usize>(
    weights: &Matrix<R, C, T>,
    delta: &[[T; C]],
    input_delta: &mut [[T; R]],
    inputs: &[[T; R]],
    deaf_at_zero: bool,
) {
    for (x, (d, dx)) in inputs.iter().zip(delta.iter().zip(input_delta)) {
        for (&x, (dx, w)) in x.iter().zip(dx.iter_mut().zip(&weights.0)) {
            *dx = if deaf_at_zero && x == T::ZERO { T::ZERO } else { dot(d, w) };
        }
    }
}

/// 0 + a₀·b₀ + a₁·b₁ + …, in this order.
#[inline(always)]
fn dot<T: Scalar, const N: usize>(a: &[T; N], b: &[T; N]) -> T {
    let mut sum = T::ZERO;
    let (a, a_rest) = a.as_chunks::<STRIDE>();
    let (b, b_rest) = b.as_chunks::<STRIDE>();
    for (a, b) in a.iter().zip(b) {
        for (&a, &b) in a.iter().zip(b) {
            sum += a * b;
        }
    }
    for (&a, &b) in a_rest.iter().zip(b_rest) {
        sum += a * b;
    }
    sum
}

/// [`Matrix::add_outer`].
#[inline(always)]
pub(crate) fn add_outer<T: Scalar, const R: usize, const C: usize>(
    gradient: &mut Matrix<R, C, T>,
    scale: T,
    inputs: &[[T; R]],
    delta: &[[T; C]],
) {
    for (x, d) in inputs.iter().zip(delta) {
        for (&x, g) in x.iter().zip(&mut gradient.0) {
            if x != T::ZERO {
                add(g, scale * x, d);
            }
        }
    }
}
