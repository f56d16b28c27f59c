//! The definition of each kernel, as plain loops: the products for one row of the batch, then what a step
//! does with all parameters. A sum starts at +0 and takes its terms by ascending index. A gradient goes on
//! from its value, row after row of the batch. Every other kernel gives these bits; the tests compare them.

use crate::Scalar;

/// y = x·W + b. x: [R], W: [R × C], b and y: [C].
pub(crate) fn affine<T: Scalar, const R: usize, const C: usize>(w: &[[T; C]; R], b: &[T; C], x: &[T; R]) -> [T; C] {
    let mut y = [T::ZERO; C];
    for j in 0..C {
        for i in 0..R {
            y[j] += x[i] * w[i][j];
        }
        y[j] += b[j];
    }
    y
}

/// ∂x = δ·Wᵀ. δ: [C], ∂x: [R].
pub(crate) fn backward<T: Scalar, const R: usize, const C: usize>(w: &[[T; C]; R], delta: &[T; C]) -> [T; R] {
    let mut dx = [T::ZERO; R];
    for i in 0..R {
        for j in 0..C {
            dx[i] += delta[j] * w[i][j];
        }
    }
    dx
}

/// G += (scale·x)ᵀ·δ, and g += scale·δ for the bias.
pub(crate) fn add_outer<T: Scalar, const R: usize, const C: usize>(
    (gradient, bias): (&mut [[T; C]; R], &mut [T; C]),
    (scale, x, delta): (T, &[T; R], &[T; C]),
) {
    for j in 0..C {
        bias[j] += scale * delta[j];
        for i in 0..R {
            gradient[i][j] += scale * x[i] * delta[j];
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
