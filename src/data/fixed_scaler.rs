//! A fitted scaler in the scalar of the network, for chips without a double-precision unit.

use crate::check::check_features;
use crate::kernels::Here;
use crate::scalar::SOFT;
use crate::{Error, Scalar, Zero};

/// What a fitted scaler does, in the scalar of the rows: z = (x − offset)·factor. x, z, offset and factor: `[N]`.
///
/// [`StandardScaler::frozen`](crate::StandardScaler::frozen) and those of the other scalers make it. offset is the mean
/// or the lowest value, and factor 1/σ or 1/(high − low), both rounded to `T`. A row costs N subtractions and
/// multiplications, without `f64`: on a Cortex-M4F 16 features take some 220 instructions in place of 13,000. z is that of
/// the scaler but for rounding: three units in the last place of z, and |offset|·ε/2 of x. Where x varies by little
/// around a large mean, such as 1 000 000 ± 0.1 in `f32`, that is too much; there the scaler itself is right.
///
/// Memory: 2·N numbers.
///
/// ```
/// use bareprop::StandardScaler;
/// let scaler = StandardScaler::from_rows(&[[1.0_f32, 5.0], [3.0, 9.0]])?.frozen::<f32>()?;
/// let mut row = [5.0, 7.0];
/// scaler.transform(&mut row)?;
/// assert_eq!(row, [3.0, 0.0]);
/// # Ok::<(), bareprop::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FixedScaler<const N: usize, T = f32> {
    /// What is subtracted from each feature.
    pub offset: [T; N],
    /// By what the difference is multiplied.
    pub factor: [T; N],
}

impl<const N: usize, T: Scalar> Zero for FixedScaler<N, T> {
    const ZERO: Self = FixedScaler { offset: [T::ZERO; N], factor: [T::ZERO; N] };
}

impl<const N: usize, T: Scalar> FixedScaler<N, T> {
    /// From the offset and the spread of each feature.
    pub(super) fn of(parts: impl Iterator<Item = (f64, f64)>) -> Self {
        let mut scaler = Self::ZERO;
        for ((offset, factor), (from, spread)) in scaler.offset.iter_mut().zip(&mut scaler.factor).zip(parts) {
            (*offset, *factor) = (super::scaler::saturate(from), super::scaler::saturate(1.0 / spread));
        }
        scaler
    }

    /// x becomes (x − offset)·factor. A result that would overflow becomes the largest finite number of its sign.
    ///
    /// # Errors
    /// [`Error::Feature`] of row 0 where a number is not finite; nothing is changed then. A copy of the row lies on the
    /// stack meanwhile.
    pub fn transform(&self, row: &mut [T; N]) -> Result<(), Error> {
        let (before, mut zeros) = (*row, T::ZERO);
        for (x, (&offset, &factor)) in row.iter_mut().zip(self.offset.iter().zip(&self.factor)) {
            *x = (*x - offset) * factor;
            // 0·z, summed up, is NaN where a z is not finite, as it is where x is not. In software that is too much work.
            if !SOFT {
                zeros += *x * T::ZERO;
            }
        }
        if !zeros.is_zero() || (SOFT && !Here::all_finite(row)) {
            if let Err(error) = check_features(&[before]) {
                *row = before;
                return Err(error);
            }
            for x in row {
                *x = x.min(T::MAX).max(-T::MAX);
            }
        }
        Ok(())
    }
}
