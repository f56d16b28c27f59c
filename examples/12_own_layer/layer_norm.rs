//! y = (1 + γ)·n + β with n = (x − mean x)/√(variance of x + 10⁻⁵), for each row of N numbers.
//! Source: J. L. Ba, J. R. Kiros, G. E. Hinton (2016), "Layer Normalization"; γ counts from 0 here, so that zeros begin well.
//! `bareprop::LayerNorm` counts γ from 1, as PyTorch does.

use bareprop::{Parameters, PerRow, Scalar, Zero};
use std::array::from_fn;

/// γ and β.
pub struct LayerNorm<const N: usize, T = f32>([[T; N]; 2]);

impl<const N: usize, T: Scalar> Zero for LayerNorm<N, T> {
    const ZERO: Self = LayerNorm([[T::ZERO; N]; 2]);
}

impl<const N: usize, T: Scalar> Parameters for LayerNorm<N, T> {
    type Scalar = T;
    const COUNT: usize = 2 * N;
    const TENSORS: usize = 2;
    fn tensor(&self, index: usize) -> &[T] {
        self.0.get(index).map_or(&[], |tensor| tensor)
    }
    fn tensor_mut(&mut self, index: usize) -> &mut [T] {
        self.0.get_mut(index).map_or(&mut [], |tensor| tensor)
    }
}

impl<const N: usize, T: Scalar> PerRow for LayerNorm<N, T> {
    type Input = [T; N];
    type Output = [T; N];
    fn apply(&self, x: &[T; N], y: &mut [T; N]) {
        let ([gain, bias], (n, _)) = (&self.0, normalized(x));
        *y = from_fn(|i| (T::ONE + gain[i]) * n[i] + bias[i]);
    }
    /// ∂x = (δ − mean δ − n·mean(δ·n))/σ with δ = (1 + γ)·∂y.
    fn pull_back(&self, x: &[T; N], dy: &[T; N], dx: &mut [T; N]) {
        let ((n, scale), delta) = (normalized(x), from_fn::<_, N, _>(|i| (T::ONE + self.0[0][i]) * dy[i]));
        let (level, slope) = (mean(&delta), mean(&from_fn::<_, N, _>(|i| delta[i] * n[i])));
        *dx = from_fn(|i| scale * (delta[i] - level - n[i] * slope));
    }
    fn learn(&mut self, scale: T, x: &[T; N], dy: &[T; N]) {
        let (n, _) = normalized(x);
        self.0 = [from_fn(|i| self.0[0][i] + scale * dy[i] * n[i]), from_fn(|i| self.0[1][i] + scale * dy[i])];
    }
}

fn mean<T: Scalar>(x: &[T]) -> T {
    x.iter().fold(T::ZERO, |sum, &x| sum + x) / T::from_u32(x.len() as u32)
}

/// n, and 1/σ.
fn normalized<const N: usize, T: Scalar>(x: &[T; N]) -> ([T; N], T) {
    let centered = x.map(|number| number - mean(x));
    let scale = T::ONE / (mean(&centered.map(|x| x * x)) + T::from_f64(1e-5)).sqrt();
    (centered.map(|x| x * scale), scale)
}
