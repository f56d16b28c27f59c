//! Inverted dropout.

use crate::check::check_setting;
use crate::storage::fingerprint;
use crate::{BackwardPass, Error, Layer, Noise, OnlineLayer, Parameters, Scalar, Zero};

/// Inverted dropout of `N` units: in training each unit becomes 0 with probability `rate`.
///
/// The other units are multiplied by 1 / (1 − rate), so that the expected value stays the same: with a rate
/// of 0.2 a unit of 1 becomes 0 or 1.25, and 0.2·0 + 0.8·1.25 = 1. In inference, dropout changes nothing.
/// Inputs and outputs: `[N]`.
///
/// The mask is not stored, because backward can compute it again from the [`Noise`]. A unit is dropped where
/// its 32 random bits are below ⌊rate · 2³²⌋: below 2³¹ for a rate of 0.5.
///
/// ```
/// use bareprop::{Dropout, Layer, Noise};
/// let dropout = Dropout::<4>::new(0.5);
/// let (x, mut y) = ([[1.0; 4]], [[0.0; 4]]);
/// dropout.forward::<1>(&x, &mut (), &mut y, Some(Noise::new(1)));
/// assert!(y[0].iter().all(|&y| y == 0.0 || y == 2.0));
/// dropout.forward::<1>(&x, &mut (), &mut y, None);
/// assert_eq!(y, x);
/// ```
/// Source: N. Srivastava et al. (2014), "Dropout: A Simple Way to Prevent Neural Networks from Overfitting".
#[derive(Clone, Debug, PartialEq)]
pub struct Dropout<const N: usize, T = f32> {
    /// The probability of dropping a unit, from 0 to 1 − ε, with ε the [`EPSILON`](Scalar::EPSILON) of the
    /// scalar; 0 by default. Training checks it. It is part of the network:
    /// [`copy_from`](Parameters::copy_from) copies it.
    pub rate: T,
}

impl<const N: usize, T: Scalar> Dropout<N, T> {
    /// Dropout with this rate.
    ///
    /// ```
    /// use bareprop::Dropout;
    /// const DROPOUT: Dropout<64> = Dropout::new(0.1);
    /// assert_eq!(DROPOUT.rate, 0.1);
    /// ```
    pub const fn new(rate: T) -> Self {
        Dropout { rate }
    }

    /// Multiplies each row by its mask; without noise it copies the row.
    #[inline(always)]
    fn mask(&self, from: &[[T; N]], to: &mut [[T; N]], noise: Option<Noise>) {
        let Some(noise) = noise.filter(|_| self.rate > T::ZERO) else {
            for (to, from) in to.iter_mut().zip(from) {
                *to = *from;
            }
            return;
        };
        let threshold = (self.rate.to_f64() * 4_294_967_296.0) as u32;
        let scale = T::ONE / (T::ONE - self.rate);
        for (row, (to, from)) in (0..u32::MAX).zip(to.iter_mut().zip(from)) {
            let noise = noise.row(row);
            for (unit, (to, &from)) in (0..N as u32).zip(to.iter_mut().zip(from)) {
                *to = if noise.unit(unit) < threshold { T::ZERO } else { from * scale };
            }
        }
    }
}

impl<const N: usize, T: Scalar> Zero for Dropout<N, T> {
    const ZERO: Self = Dropout::new(T::ZERO);
}

impl<const N: usize, T: Scalar> Parameters for Dropout<N, T> {
    type Scalar = T;
    const SETTINGS: usize = 1;
    const FINGERPRINT: u32 = fingerprint("dropout", &[N as u32]);

    fn setting_mut(&mut self, index: usize) -> Option<&mut T> {
        if index == 0 { Some(&mut self.rate) } else { None }
    }

    fn copy_from(&mut self, other: &Self) {
        self.rate = other.rate;
    }

    #[inline]
    fn check(&self) -> Result<(), Error> {
        check_setting("rate", self.rate, T::ZERO, T::ONE - T::EPSILON)
    }
}

impl<const N: usize, T: Scalar> Layer for Dropout<N, T> {
    type Input = [T; N];
    type Output = [T; N];
    type Tape<const TILE: usize> = ();
    type Deltas<const TILE: usize> = ();
    /// An output is 0 where its unit is dropped or its input is 0. A dropped unit has a gradient of 0, so
    /// that the answer depends on the zeros of the layer before.
    const ZERO_OUTPUT_BLOCKS_GRADIENT: Option<bool> = None;
    const ACTIVATED: Option<bool> = None;

    #[inline(always)]
    fn forward<const TILE: usize>(&self, inputs: &[[T; N]], _: &mut (), outputs: &mut [[T; N]], noise: Option<Noise>) {
        self.mask(inputs, outputs, noise);
    }

    #[inline(always)]
    fn backward<const TILE: usize>(
        &self,
        pass: BackwardPass<'_, Self, TILE>,
        delta: &mut [[T; N]],
        _: &mut (),
        input_delta: Option<&mut [[T; N]]>,
    ) {
        let Some(input_delta) = input_delta else { return };
        if !pass.zero_input_blocks_gradient {
            self.mask(delta, input_delta, pass.noise);
            return;
        }
        // An output is 0 where its unit is dropped, or where its input is 0 and ∂loss/∂input has no effect.
        // In both cases ∂loss/∂input may be 0, so the mask need not be computed again.
        let scale = if pass.noise.is_some() { T::ONE / (T::ONE - self.rate) } else { T::ONE };
        let gradients = delta.as_flattened().iter().zip(pass.outputs.as_flattened());
        for (dx, (&d, &y)) in input_delta.as_flattened_mut().iter_mut().zip(gradients) {
            *dx = if y == T::ZERO { T::ZERO } else { d * scale };
        }
    }
}

impl<const N: usize, T: Scalar> OnlineLayer for Dropout<N, T> {
    #[inline(always)]
    fn check_update<const TILE: usize>(
        _: usize,
        _: T,
        _: &[[T; N]],
        _: &(),
        _: &[[T; N]],
        _: &(),
    ) -> Result<(), Error> {
        Ok(())
    }
}
