//! Batch normalisation that was trained elsewhere, as a part of the layer before it.

use crate::check::{check_setting, setting};
use crate::kernels::Here;
use crate::{Error, Scalar};

/// A trained batch normalisation of N units: `y = γ·(x − mean) / √(variance + ε) + β`, with the mean and the
/// variance of the training data. [`fold_batch_norm`] takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchNorm<const N: usize, T = f32> {
    /// PyTorch's `running_mean`, Keras' `moving_mean`.
    pub mean: [T; N],
    /// PyTorch's `running_var`, Keras' `moving_variance`.
    pub variance: [T; N],
    /// γ: PyTorch's `weight`, Keras' `gamma`. 1 where there is none.
    pub scale: [T; N],
    /// β: PyTorch's `bias`, Keras' `beta`. 0 where there is none.
    pub bias: [T; N],
    /// ε: PyTorch's `eps`, 10⁻⁵ by default, or Keras' `epsilon`, 10⁻³ by default.
    pub epsilon: T,
}

/// Makes a trained batch normalisation a part of the layer before it, whose weights have a column for each
/// unit: `W ← W·f` and `b ← (b − mean)·f + β` with `f = γ / √(variance + ε)`, column by column.
///
/// The layer then computes what both computed in inference. The batch normalisation has to stand between the
/// product and the activation: `Linear, BatchNorm1d, ReLU` of PyTorch becomes `Dense<IN, OUT, Relu>`. The
/// weights of a `Dense` are `weights.0`. Those of a convolution, with a matrix for each step of its window,
/// are rows too: `as_flattened_mut` makes them one slice.
///
/// ```
/// use bareprop::{BatchNorm, Dense, Matrix, Relu, fold_batch_norm};
/// let mut layer: Dense<2, 1, Relu> = Dense::new(Matrix([[1.0], [2.0]]), [3.0]);
/// let norm = BatchNorm { mean: [1.0], variance: [4.0], scale: [6.0], bias: [0.5], epsilon: 0.0 };
/// fold_batch_norm(&mut layer.weights.0, &mut layer.bias, &norm)?;
/// assert_eq!((layer.weights.0, layer.bias), ([[3.0], [6.0]], [6.5]));
/// # Ok::<(), bareprop::Error>(())
/// ```
///
/// # Errors
/// [`Error::Setting`] with the name of the field: of a number that is not finite, of a variance or an `epsilon`
/// below 0, of a variance and an `epsilon` that are both 0, and of `weights` or `bias` where a number of the
/// result is not finite. Nothing has changed then.
///
/// Source: S. Ioffe, C. Szegedy (2015), "Batch Normalization", section 3.1.
pub fn fold_batch_norm<const N: usize, T: Scalar>(
    weights: &mut [[T; N]],
    bias: &mut [T; N],
    norm: &BatchNorm<N, T>,
) -> Result<(), Error> {
    let factors = norm.factors()?;
    let shifted = norm.shifted(bias, &factors);
    all_finite("bias", &shifted)?;
    for row in weights.iter() {
        all_finite("weights", &scaled(row, &factors))?;
    }
    for row in weights {
        *row = scaled(row, &factors);
    }
    *bias = shifted;
    Ok(())
}

impl<const N: usize, T: Scalar> BatchNorm<N, T> {
    /// γ / √(variance + ε) of each unit.
    fn factors(&self) -> Result<[T; N], Error> {
        all_finite("mean", &self.mean)?;
        all_finite("scale", &self.scale)?;
        all_finite("bias", &self.bias)?;
        check_setting("epsilon", self.epsilon, T::ZERO, T::MAX)?;
        let mut factors = self.scale;
        for (factor, &variance) in factors.iter_mut().zip(&self.variance) {
            check_setting("variance", variance, T::ZERO, T::MAX)?;
            let sum = variance + self.epsilon;
            if sum.is_zero() {
                return Err(setting("variance", variance, T::TINY, T::MAX));
            }
            *factor = *factor / sum.sqrt();
        }
        Ok(factors)
    }

    /// (b − mean)·f + β.
    fn shifted(&self, bias: &[T; N], factors: &[T; N]) -> [T; N] {
        let mut shifted = self.bias;
        for ((shifted, &factor), (&b, &mean)) in shifted.iter_mut().zip(factors).zip(bias.iter().zip(&self.mean)) {
            *shifted = (b - mean) * factor + *shifted;
        }
        shifted
    }
}

/// A row of weights, column by column times its factor.
fn scaled<const N: usize, T: Scalar>(row: &[T; N], factors: &[T; N]) -> [T; N] {
    let mut scaled = *row;
    for (w, &factor) in scaled.iter_mut().zip(factors) {
        *w *= factor;
    }
    scaled
}

fn all_finite<T: Scalar>(name: &'static str, values: &[T]) -> Result<(), Error> {
    if Here::all_finite(values) {
        return Ok(());
    }
    let value = values.iter().copied().find(|value| !value.is_finite()).unwrap_or(T::ZERO);
    Err(setting(name, value, -T::MAX, T::MAX))
}
