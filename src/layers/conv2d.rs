//! The convolution of a picture.

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

/// A convolution over a picture: the same dense layer for each window of `KH × KW` pixels, of which one
/// begins every `S` pixels, down and across.
///
/// `y[i][j] = f(Σₖₗ x[S·i + k][S·j + l]·W[k][l] + b)`, x: `[H × W × C]`, W: `[KH × KW × C × OUT]`, b:
/// `[OUT]`, y: `[HOUT × WOUT × OUT]`, f the activation. A row is `H` lines of `W` pixels of `C` channels. All
/// windows lie within the picture, therefore `HOUT` = ⌊(H − KH) / S⌋ + 1 and `WOUT` = ⌊(W − KW) / S⌋ + 1.
/// Other sizes are compile errors that show the right ones. There is no padding; a picture that is to be
/// padded is a larger one with zeros.
///
/// KH·KW·C·OUT + OUT parameters. A row costs HOUT·WOUT·KH·KW·C·OUT multiply-adds forward, and twice that
/// backward (once for a first layer). With `Conv2d<28, 26, 28, 26, 1, 8, 3, 3, 1>` these are 80 parameters
/// and 48,672 multiply-adds. The windows are not copied: there is no memory but that of the outputs.
///
/// A parameter of a convolution gets HOUT·WOUT terms from a row. [`Online`](crate::Online) therefore checks
/// that as many times the largest term is small enough.
///
/// Parameters have to be finite, as those of [`Dense`](crate::Dense).
///
/// ```
/// use bareprop::{Conv2d, Layer, Parameters};
/// // 3 × 4 pixels of 1 channel, kernel 2 × 2, stride 1: the sums of 2 × 3 windows.
/// const SUM: Conv2d<3, 2, 4, 3, 1, 1, 2, 2, 1> = Conv2d::new([[[[1.0]]; 2]; 2], [0.0]);
/// let x = [[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]].map(|line| line.map(|pixel| [pixel]))];
/// let mut y = [[[[0.0]; 3]; 2]];
/// SUM.forward::<1>(&x, &mut (), &mut y, None);
/// assert_eq!(y, [[[[14.0], [18.0], [22.0]], [[30.0], [34.0], [38.0]]]]);
/// assert_eq!(Conv2d::<28, 26, 28, 26, 1, 8, 3, 3, 1>::COUNT, 80);
/// ```
///
/// The products are defined by these loops, of which a sequence is the case `H` = `KH` = 1:
///
/// ```
/// # pub use bareprop::Scalar;
/// # mod reference {
#[doc = include_str!("../kernels/reference_windows.rs")]
/// # }
/// # fn main() {
/// # use bareprop::{BackwardPass, Conv2d, Identity, Layer};
/// # let number = |n: usize| (n * 7 % 11) as f32 - 4.7;
/// # let w: [[[[f32; 3]; 2]; 3]; 2] = std::array::from_fn(|i| std::array::from_fn(|j| std::array::from_fn(|k| [i, j, k].map(number))));
/// # let x: [[[f32; 2]; 5]; 4] = std::array::from_fn(|i| std::array::from_fn(|j| [number(i + 5 * j), number(3 * i + j)]));
/// # type Layer2d = Conv2d<4, 2, 5, 2, 2, 3, 2, 3, 2>;
/// # let b = [0.1, -0.2, 0.7];
/// # let (layer, mut gradient, mut y, mut dx) = (Layer2d::new(w, b), Layer2d::new(w, b), [[[[0.0; 3]; 2]; 2]], [x]);
/// # layer.forward::<1>(&[x], &mut (), &mut y, None);
/// # assert_eq!(y[0], reference::affine(&w, &b, 2, &x));
/// # let inputs = [x];
/// # let pass = BackwardPass::new(&inputs, &(), &y, None);
/// # layer.backward::<1>(pass, &mut y.clone(), &mut (), Some(&mut dx));
/// # assert_eq!(dx[0], reference::backward(&w, 2, &y[0]));
/// # gradient.add_gradient::<1>(-0.3, &[x], &(), &y, &());
/// # let (mut g, mut g_bias) = (w, b);
/// # reference::add_outer((&mut g, &mut g_bias), 2, (-0.3, &x, &y[0]));
/// # assert_eq!((gradient.weights, gradient.bias), (g, g_bias));
/// # }
/// ```
/// Source: Y. LeCun et al. (1989), "Backpropagation Applied to Handwritten Zip Code Recognition". It is a
/// cross-correlation, as in PyTorch: the kernel is not turned round.
#[derive(Debug)]
pub struct Conv2d<
    const H: usize,
    const HOUT: usize,
    const W: usize,
    const WOUT: usize,
    const C: usize,
    const OUT: usize,
    const KH: usize,
    const KW: usize,
    const S: usize,
    A = Identity,
    T = f32,
> {
    /// W, `[KH × KW × C × OUT]`.
    pub weights: [[[[T; OUT]; C]; KW]; KH],
    /// b, `[OUT]`.
    pub bias: [T; OUT],
    activation: core::marker::PhantomData<A>,
}

impl<
    const H: usize,
    const HOUT: usize,
    const W: usize,
    const WOUT: usize,
    const C: usize,
    const OUT: usize,
    const KH: usize,
    const KW: usize,
    const S: usize,
    A,
    T: Scalar,
> Conv2d<H, HOUT, W, WOUT, C, OUT, KH, KW, S, A, T>
{
    /// Nothing but a compile error where the sizes do not fit.
    const SIZES: () = {
        check_channels(C, OUT);
        check_length(HOUT, windows(H, KH, S));
        check_length(WOUT, windows(W, KW, S));
    };

    /// A layer with these weights and biases: for a `const` or a `static`, which stays in flash.
    pub const fn new(weights: [[[[T; OUT]; C]; KW]; KH], bias: [T; OUT]) -> Self {
        let () = Self::SIZES;
        Conv2d { weights, bias, activation: core::marker::PhantomData }
    }
}

convolution!(
    "conv2d" Conv2d [H HOUT W WOUT C OUT KH KW S] [[[[T; OUT]; C]; KW]; KH],
    [[[T; C]; W]; H] => [[[T; OUT]; WOUT]; HOUT],
    kernel [KH KW] [as_flattened as_flattened_mut as_flattened as_flattened_mut],
    Windows::new([H, W], C, [KH, KW], S, [HOUT, WOUT])
);
