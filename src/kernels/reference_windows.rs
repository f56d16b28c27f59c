//! The definition of the products of a convolution, as plain loops over a picture of one row of the batch.
//! Windows count row by row. A sum starts at +0 and takes its terms by ascending index: of row, column and
//! channel of a window forward, of window and channel backward. A gradient goes on from its value.
//!
//! w: [KH × KW × C × OUT], b: [OUT], x and ∂x: [H × W × C], y and δ: [HOUT × WOUT × OUT].

use crate::Scalar;

/// H lines of W pixels of C channels.
type Picture<T, const C: usize, const W: usize, const H: usize> = [[[T; C]; W]; H];
/// A picture of matrices.
type Kernel<T, const OUT: usize, const C: usize, const KW: usize, const KH: usize> = [[[[T; OUT]; C]; KW]; KH];

/// y = x·W + b for each window.
pub(crate) fn affine<
    T: Scalar,
    const OUT: usize,
    const C: usize,
    const KW: usize,
    const KH: usize,
    const W: usize,
    const H: usize,
    const WOUT: usize,
    const HOUT: usize,
>(
    w: &Kernel<T, OUT, C, KW, KH>,
    b: &[T; OUT],
    stride: usize,
    x: &Picture<T, C, W, H>,
) -> Picture<T, OUT, WOUT, HOUT> {
    let mut y = [[[T::ZERO; OUT]; WOUT]; HOUT];
    each([HOUT, WOUT, OUT], |[i, j, o]| {
        each([KH, KW, C], |[k, l, c]| {
            y[i][j][o] += x[i * stride + k][j * stride + l][c] * w[k][l][c][o];
        });
        y[i][j][o] += b[o];
    });
    y
}

/// ∂x: the sum of δ·Wᵀ over the windows.
pub(crate) fn backward<
    T: Scalar,
    const OUT: usize,
    const C: usize,
    const KW: usize,
    const KH: usize,
    const W: usize,
    const H: usize,
    const WOUT: usize,
    const HOUT: usize,
>(
    w: &Kernel<T, OUT, C, KW, KH>,
    stride: usize,
    delta: &Picture<T, OUT, WOUT, HOUT>,
) -> Picture<T, C, W, H> {
    let mut dx = [[[T::ZERO; C]; W]; H];
    each([HOUT, WOUT, OUT], |[i, j, o]| {
        each([KH, KW, C], |[k, l, c]| {
            dx[i * stride + k][j * stride + l][c] += delta[i][j][o] * w[k][l][c][o];
        });
    });
    dx
}

/// G += (scale·x)ᵀ·δ and g += scale·δ, window after window.
pub(crate) fn add_outer<
    T: Scalar,
    const OUT: usize,
    const C: usize,
    const KW: usize,
    const KH: usize,
    const W: usize,
    const H: usize,
    const WOUT: usize,
    const HOUT: usize,
>(
    (gradient, bias): (&mut Kernel<T, OUT, C, KW, KH>, &mut [T; OUT]),
    stride: usize,
    (scale, x, delta): (T, &Picture<T, C, W, H>, &Picture<T, OUT, WOUT, HOUT>),
) {
    each([HOUT, WOUT, OUT], |[i, j, o]| {
        bias[o] += scale * delta[i][j][o];
        each([KH, KW, C], |[k, l, c]| {
            gradient[k][l][c][o] += scale * x[i * stride + k][j * stride + l][c] * delta[i][j][o];
        });
    });
}

/// Calls `body` for each index below these sizes, the last index first.
fn each([a, b, c]: [usize; 3], mut body: impl FnMut([usize; 3])) {
    for i in 0..a {
        for j in 0..b {
            for k in 0..c {
                body([i, j, k]);
            }
        }
    }
}
