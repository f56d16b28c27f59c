//! The convolution of a sequence.

use core::fmt;

use crate::kernels::Here;
use crate::kernels::rows::{first_rows, first_rows_mut};
use crate::kernels::windows::{Windowed, Windows, add_outer, affine, backward};
use crate::layers::convolution::{check_channels, convolution};
use crate::layers::dense::through;
use crate::layers::windows::{check_length, windows};
use crate::storage::fingerprint;
use crate::{
    Activation, BackwardPass, Error, Generator, Identity, Init, Kept, Layer, Noise, OnlineLayer, Parameters, Row,
    Scalar, TensorKind, UnitOutput, Zero,
};

/// A convolution over a sequence: the same dense layer for each window of `K` steps, of which one begins
/// every `S` steps.
///
/// `y[t] = f(Σₖ x[S·t + k]·W[k] + b)`, x: `[L × C]`, W: `[K × C × OUT]`, b: `[OUT]`, y: `[LOUT × OUT]`, f the
/// activation. A row is time-major: `L` steps of `C` channels. All windows lie within the sequence, therefore
/// `LOUT` = ⌊(L − K) / S⌋ + 1. Another `LOUT` is a compile error that shows the right one. There is no
/// padding; a row that is to be padded is a longer row with zeros.
///
/// K·C·OUT + OUT parameters. A row costs LOUT·K·C·OUT multiply-adds forward, and twice that backward (once
/// for a first layer). With `Conv1d<128, 124, 6, 16, 5, 1>` these are 496 parameters and 59,520
/// multiply-adds. The windows are not copied: there is no memory but that of the outputs.
///
/// A parameter of a convolution gets LOUT terms from a row. [`Online`](crate::Online) therefore checks that
/// LOUT times the largest term is small enough.
///
/// Parameters have to be finite, as those of [`Dense`](crate::Dense).
///
/// ```
/// use bareprop::{Conv1d, Layer, Parameters};
/// // 5 steps of 1 channel, kernel 3, stride 2: the windows 1 2 3 and 3 4 5.
/// const SUM_AND_SLOPE: Conv1d<5, 2, 1, 2, 3, 2> = Conv1d::new([[[1.0, -1.0]], [[1.0, 0.0]], [[1.0, 1.0]]], [0.5, 0.0]);
/// let x = [[[1.0], [2.0], [3.0], [4.0], [5.0]]];
/// let mut y = [[[0.0; 2]; 2]];
/// SUM_AND_SLOPE.forward::<1>(&x, &mut (), &mut y, None);
/// assert_eq!(y, [[[6.5, 2.0], [12.5, 2.0]]]);
/// assert_eq!(Conv1d::<128, 124, 6, 16, 5, 1>::COUNT, 496);
/// ```
/// Source: Y. LeCun et al. (1989), "Backpropagation Applied to Handwritten Zip Code Recognition"; A. Waibel
/// et al. (1989), "Phoneme Recognition Using Time-Delay Neural Networks". It is a cross-correlation, as in
/// PyTorch: the kernel is not turned round.
#[derive(Debug)]
pub struct Conv1d<
    const L: usize,
    const LOUT: usize,
    const C: usize,
    const OUT: usize,
    const K: usize,
    const S: usize,
    A = Identity,
    T = f32,
> {
    /// W, `[K × C × OUT]`.
    pub weights: [[[T; OUT]; C]; K],
    /// b, `[OUT]`.
    pub bias: [T; OUT],
    activation: core::marker::PhantomData<A>,
}

impl<const L: usize, const LOUT: usize, const C: usize, const OUT: usize, const K: usize, const S: usize, A, T: Scalar>
    Conv1d<L, LOUT, C, OUT, K, S, A, T>
{
    /// Nothing but a compile error where the sizes do not fit.
    const SIZES: () = {
        check_channels(C, OUT);
        check_length(LOUT, windows(L, K, S));
    };

    /// A layer with these weights and biases: for a `const` or a `static`, which stays in flash.
    pub const fn new(weights: [[[T; OUT]; C]; K], bias: [T; OUT]) -> Self {
        let () = Self::SIZES;
        Conv1d { weights, bias, activation: core::marker::PhantomData }
    }
}

convolution!(
    "conv1d" Conv1d [L LOUT C OUT K S] [[[T; OUT]; C]; K], [[T; C]; L] => [[T; OUT]; LOUT],
    kernel [K] [as_flattened as_flattened_mut], Windows::new([1, L], C, [1, K], S, [1, LOUT])
);
