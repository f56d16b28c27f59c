//! The definition of each kernel: the plainest loops. Every fast kernel gives the same bits, and the tests
//! compare them. A sum starts at +0 and takes its terms by ascending index. A gradient goes on from what it
//! is, row after row of the batch.

use crate::Scalar;

/// y = x·W + b for each row. x: [R], W: [R × C], b and y: [C].
pub(crate) fn affine<T: Scalar, const R: usize, const C: usize>(
    w: &[[T; C]; R],
    b: &[T; C],
    x: &[[T; R]],
    y: &mut [[T; C]],
) {
    for (x, y) in x.iter().zip(y) {
        for j in 0..C {
            let mut sum = T::ZERO;
            for i in 0..R {
                sum += x[i] * w[i][j];
            }
            y[j] = sum + b[j];
        }
    }
}

/// ∂x = δ·Wᵀ for each row. δ: [C], ∂x: [R].
pub(crate) fn backward<T: Scalar, const R: usize, const C: usize>(
    w: &[[T; C]; R],
    delta: &[[T; C]],
    dx: &mut [[T; R]],
) {
    for (delta, dx) in delta.iter().zip(dx) {
        for i in 0..R {
            dx[i] = T::ZERO;
            for j in 0..C {
                dx[i] += delta[j] * w[i][j];
            }
        }
    }
}

/// G += (scale·x)ᵀ·δ, and g += scale·δ for the bias, row after row.
pub(crate) fn add_outer<T: Scalar, const R: usize, const C: usize>(
    (gradient, bias): (&mut [[T; C]; R], &mut [T; C]),
    scale: T,
    x: &[[T; R]],
    delta: &[[T; C]],
) {
    for (x, delta) in x.iter().zip(delta) {
        for j in 0..C {
            bias[j] += scale * delta[j];
            for i in 0..R {
                gradient[i][j] += scale * x[i] * delta[j];
            }
        }
    }
}

/// Σx² in eight partial sums, the k-th over the elements k, k + 8, k + 16, …, added pair by pair.
pub(crate) fn sum_of_squares<T: Scalar>(x: &[T]) -> T {
    let mut sums = [T::ZERO; 8];
    for (index, x) in x.iter().enumerate() {
        sums[index % 8] += x.square();
    }
    let [a, b, c, d, e, f, g, h] = sums;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// g ← share·g + decay·w: the mean of a batch, with L2. Returns Σw² and Σg².
pub(crate) fn regularise<T: Scalar>(w: &[T], g: &mut [T], share: T, decay: T) -> [T; 2] {
    for (g, &w) in g.iter_mut().zip(w) {
        *g = *g * share + decay * w;
    }
    [sum_of_squares(w), sum_of_squares(g)]
}

/// w ← w − η·g: gradient descent.
pub(crate) fn update<T: Scalar>(w: &mut [T], g: &[T], rate: T) {
    for (w, &g) in w.iter_mut().zip(g) {
        *w -= rate * g;
    }
}
