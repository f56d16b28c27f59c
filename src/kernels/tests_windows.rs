//! The products of convolutions against their definition in `reference_windows.rs`, to the last bit: the
//! plain loops of all four kinds of processors, and the wide ones with each instruction set that this
//! processor has.
//!
//! The kernels have pieces and channels around a vector and a pair of vectors, windows that overlap, touch
//! and leave gaps, windows that leave numbers at the end of a row unread, and single windows. The batches
//! have rows around tiles of 4 and 6.

extern crate std;

use std::vec::Vec;

use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

use crate::kernels::plain::Plain;
use crate::kernels::tests::{bits, number, positive_zeros};
use crate::kernels::windows::{Windowed, Windows, add_outer, affine, backward};
use crate::kernels::{reference, reference_windows};
use crate::layers::windows::windows;
use crate::{Row, Scalar, Zero};

/// The sizes of a convolution.
struct Sizes<
    const H: usize,
    const HOUT: usize,
    const W: usize,
    const WOUT: usize,
    const C: usize,
    const OUT: usize,
    const KH: usize,
    const KW: usize,
    const S: usize,
>;

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
> Windowed for Sizes<H, HOUT, W, WOUT, C, OUT, KH, KW, S>
{
    const WINDOWS: Windows = Windows::new([H, W], C, [KH, KW], S, [HOUT, WOUT]);
}

/// What the products are computed from: flat, as layers give them.
struct Case<T, const OUT: usize> {
    weights: Vec<[T; OUT]>,
    bias: [T; OUT],
    scale: T,
    inputs: Vec<T>,
    delta: Vec<[T; OUT]>,
}

/// The results of the products.
#[derive(Clone)]
struct Found<T, const OUT: usize> {
    outputs: Vec<[T; OUT]>,
    input_delta: Vec<T>,
    gradient: Vec<[T; OUT]>,
    bias: [T; OUT],
}

impl<T: Scalar, const OUT: usize> Found<T, OUT> {
    #[track_caller]
    fn agrees(&self, expected: &Self, name: &str) {
        assert_eq!(bits(self.outputs.as_flattened()), bits(expected.outputs.as_flattened()), "affine, {name}");
        assert_eq!(bits(&self.input_delta), bits(&expected.input_delta), "∂x, {name}");
        assert_eq!(bits(self.gradient.as_flattened()), bits(expected.gradient.as_flattened()), "gradient, {name}");
        assert_eq!(bits(&self.bias), bits(&expected.bias), "bias, {name}");
    }
}

impl<T: Scalar, const OUT: usize> Case<T, OUT> {
    fn draw<G: Windowed>(rows: usize, scale: T, seed: u64) -> Self {
        let rng = &mut XorShiftRng::seed_from_u64(seed);
        let Windows { width, count, pieces, length, .. } = G::WINDOWS;
        let mut numbers = |count: usize| (0..count).map(|_| number(rng)).collect::<Vec<T>>();
        let mut columns = |count: usize| numbers(count * OUT).as_chunks().0.to_vec();
        let (weights, bias, delta) = (columns(pieces * length), columns(1)[0], columns(rows * count));
        Case { weights, bias, scale, inputs: numbers(rows * width), delta }
    }

    /// Where the results go: numbers that have to be overwritten, and a gradient to go on from.
    fn places(&self) -> Found<T, OUT> {
        let (mut gradient, mut bias) = (self.weights.clone(), self.bias);
        positive_zeros(gradient.as_flattened_mut());
        positive_zeros(&mut bias);
        Found { outputs: self.delta.clone(), input_delta: self.inputs.clone(), gradient, bias }
    }

    /// Where the rows of the gradient are divided.
    fn cuts(&self) -> [usize; 3] {
        let rows = self.weights.len();
        [1, rows / 3, rows / 2 + 1]
    }

    fn plain<G: Windowed, const SOFT: bool, const VECTORS: bool>(&self, expected: &Found<T, OUT>) {
        let name = std::format!("SOFT = {SOFT}, VECTORS = {VECTORS}");
        let (mut found, mut blocked) = (self.places(), self.places());
        let outputs = G::windows_mut(&mut found.outputs);
        for (x, (d, (y, dx))) in
            G::rows(&self.inputs).zip(G::windows(&self.delta).zip(outputs.zip(G::rows_mut(&mut found.input_delta))))
        {
            Plain::<SOFT, VECTORS>::affine_windows::<G, T, OUT>(&self.weights, &self.bias, x, y);
            Plain::<SOFT, VECTORS>::backward_windows::<G, T, OUT>(&self.weights, d, dx, x, false);
            let (gradient, bias) = (&mut found.gradient, &mut found.bias);
            Plain::<SOFT, VECTORS>::add_outer_windows::<G, T, OUT>(gradient, bias, self.scale, x, d);
        }
        found.agrees(expected, &name);
        for middle in self.cuts() {
            let mut found = self.places().gradient;
            let (before, after) = found.split_at_mut(middle);
            for (first, gradient) in [(0, before), (middle, after)] {
                for (x, d) in G::rows(&self.inputs).zip(G::windows(&self.delta)) {
                    Plain::<SOFT, VECTORS>::outer_rows_windows::<G, T, OUT>((gradient, first), self.scale, x, d);
                }
            }
            assert_eq!(bits(found.as_flattened()), bits(expected.gradient.as_flattened()), "cut at {middle}, {name}");
        }
        // Elements whose input is 0 may be anything finite, the others are the same.
        let rows = G::rows(&self.inputs).zip(G::windows(&self.delta));
        for ((x, d), dx) in rows.zip(G::rows_mut(&mut blocked.input_delta)) {
            Plain::<SOFT, VECTORS>::backward_windows::<G, T, OUT>(&self.weights, d, dx, x, true);
        }
        for ((&x, &dx), &expected) in self.inputs.iter().zip(&blocked.input_delta).zip(&expected.input_delta) {
            let right = if x.is_zero() { T::ZERO } else { expected };
            assert_eq!(dx.bits(), right.bits(), "zero inputs, {name}");
        }
    }

    /// As the layers call them: in release builds with the widest vectors, in debug builds without.
    fn chosen<G: Windowed>(&self, expected: &Found<T, OUT>) {
        let mut found = self.places();
        affine::<G, T, OUT>(&self.weights, &self.bias, &self.inputs, &mut found.outputs);
        backward::<G, T, OUT>(&self.weights, &self.delta, &mut found.input_delta, &self.inputs, false);
        let (gradient, bias) = (&mut found.gradient, &mut found.bias);
        add_outer::<G, T, OUT>(gradient, bias, self.scale, &self.inputs, &self.delta);
        found.agrees(expected, "chosen");
    }

    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    fn wide<G: Windowed>(&self, expected: &Found<T, OUT>) {
        use crate::kernels::wide::windows::{AffineWindows, BackwardWindows, OuterRowsWindows, OuterWindows};
        let Case { weights, bias: b, inputs: x, delta: d, .. } = self;
        for arch in crate::kernels::tests::architectures() {
            let mut found = self.places();
            let Found { outputs, input_delta, gradient, bias } = &mut found;
            arch.run(AffineWindows::<G, T, OUT>::new(weights, b, x, outputs));
            arch.run(BackwardWindows::<G, T, OUT>::new(weights, d, input_delta, x));
            arch.run(OuterWindows::<G, T, OUT>::new(gradient, bias, x, d));
            found.agrees(expected, &std::format!("{arch:?}"));
            for middle in self.cuts() {
                let mut found = self.places().gradient;
                let (before, after) = found.split_at_mut(middle);
                arch.run(OuterRowsWindows::<G, T, OUT>::new((before, 0), x, d));
                arch.run(OuterRowsWindows::<G, T, OUT>::new((after, middle), x, d));
                assert_eq!(bits(found.as_flattened()), bits(expected.gradient.as_flattened()), "cut at {middle}");
            }
        }
    }
}

/// A matrix or a picture from flat numbers.
fn shaped<R: Row>(numbers: &[R::Scalar]) -> R {
    let mut row = R::ZERO;
    row.values_mut().copy_from_slice(numbers);
    row
}

/// All products of one convolution, with `rows` rows.
fn products<
    T: Scalar,
    const H: usize,
    const HOUT: usize,
    const W: usize,
    const WOUT: usize,
    const C: usize,
    const OUT: usize,
    const KH: usize,
    const KW: usize,
    const S: usize,
>(
    rows: usize,
    seed: u64,
) {
    assert_eq!((HOUT, WOUT), (windows(H, KH, S), windows(W, KW, S)));
    for scale in [T::ONE, T::from_f64(-0.03)] {
        let case = Case::<T, OUT>::draw::<Sizes<H, HOUT, W, WOUT, C, OUT, KH, KW, S>>(rows, scale, seed);
        let mut expected = case.places();
        let mut weights = <[[[[T; OUT]; C]; KW]; KH]>::ZERO;
        weights.as_flattened_mut().as_flattened_mut().copy_from_slice(&case.weights);
        let mut gradient = weights;
        gradient.as_flattened_mut().as_flattened_mut().copy_from_slice(&expected.gradient);
        for row in 0..rows {
            let (inputs, outputs) =
                (row * H * W * C..(row + 1) * H * W * C, row * HOUT * WOUT..(row + 1) * HOUT * WOUT);
            let x: [[[T; C]; W]; H] = shaped(&case.inputs[inputs.clone()]);
            let delta: [[[T; OUT]; WOUT]; HOUT] = shaped(case.delta[outputs.clone()].as_flattened());
            let y: [[[T; OUT]; WOUT]; HOUT] = reference_windows::affine(&weights, &case.bias, S, &x);
            expected.outputs[outputs].copy_from_slice(y.as_flattened());
            let dx: [[[T; C]; W]; H] = reference_windows::backward(&weights, S, &delta);
            expected.input_delta[inputs].copy_from_slice(dx.values());
            reference_windows::add_outer((&mut gradient, &mut expected.bias), S, (scale, &x, &delta));
        }
        expected.gradient.copy_from_slice(gradient.as_flattened().as_flattened());

        case.plain::<Sizes<H, HOUT, W, WOUT, C, OUT, KH, KW, S>, false, false>(&expected);
        case.plain::<Sizes<H, HOUT, W, WOUT, C, OUT, KH, KW, S>, false, true>(&expected);
        case.plain::<Sizes<H, HOUT, W, WOUT, C, OUT, KH, KW, S>, true, false>(&expected);
        case.plain::<Sizes<H, HOUT, W, WOUT, C, OUT, KH, KW, S>, true, true>(&expected);
        case.chosen::<Sizes<H, HOUT, W, WOUT, C, OUT, KH, KW, S>>(&expected);
        #[cfg(all(feature = "std", target_arch = "x86_64"))]
        if scale == T::ONE {
            case.wide::<Sizes<H, HOUT, W, WOUT, C, OUT, KH, KW, S>>(&expected);
        }
    }
}

macro_rules! shapes {
    ($($H:literal $HOUT:literal $W:literal $WOUT:literal, $C:literal $OUT:literal, $KH:literal $KW:literal $S:literal;)*) => {
        &[$(
            products::<f32, $H, $HOUT, $W, $WOUT, $C, $OUT, $KH, $KW, $S>,
            products::<f64, $H, $HOUT, $W, $WOUT, $C, $OUT, $KH, $KW, $S>,
        )*]
    };
}

/// One function for each shape and scalar.
const SHAPES: &[fn(usize, u64)] = shapes!(
    1 1 1 1, 1 1, 1 1 1;
    1 1 12 10, 3 4, 1 3 1;
    1 1 12 5, 3 4, 1 3 2;
    1 1 31 27, 6 16, 1 5 1;
    1 1 20 4, 1 33, 1 4 5;
    1 1 20 7, 17 3, 1 2 3;
    1 1 9 9, 8 1, 1 1 1;
    1 1 13 3, 9 66, 1 11 1;
    5 3 4 2, 2 5, 3 3 1;
    6 3 7 3, 1 17, 2 3 2;
    7 2 5 1, 7 8, 3 4 4;
    4 4 3 3, 3 9, 1 1 1;
    6 2 9 3, 12 7, 3 3 3;
    5 5 6 2, 5 2, 1 5 1;
);

#[test]
fn every_shape() {
    for (seed, products) in (0..).zip(SHAPES) {
        for rows in [0, 1, 2, 4, 6, 7, 9, 13] {
            products(rows, seed);
        }
    }
}

/// One window over all of a row: the products of a matrix.
#[test]
fn a_single_window_is_a_dense_layer() {
    let case = Case::<f32, 7>::draw::<Sizes<1, 1, 3, 1, 4, 7, 1, 3, 1>>(1, 1.0, 5);
    let (weights, x): (&[_; 12], &[_; 12]) =
        (case.weights.as_slice().try_into().unwrap(), case.inputs.as_slice().try_into().unwrap());
    let mut expected = case.places();
    expected.outputs[0] = reference::affine(weights, &case.bias, x);
    expected.input_delta = reference::backward(weights, &case.delta[0]).to_vec();
    let mut gradient = [[0.0; 7]; 12];
    gradient.copy_from_slice(&expected.gradient);
    reference::add_outer((&mut gradient, &mut expected.bias), (1.0, x, &case.delta[0]));
    expected.gradient = gradient.to_vec();
    case.chosen::<Sizes<1, 1, 3, 1, 4, 7, 1, 3, 1>>(&expected);
}

/// Windows of 2 × 3 pixels, 2 pixels apart, in a picture of 5 × 7 pixels of 3 numbers.
#[test]
fn places_of_windows() {
    let windows = Windows::new([5, 7], 3, [2, 3], 2, [2, 3]);
    let place = |row: usize, column: usize| (row * 7 + column) * 3;
    assert_eq!((windows.width, windows.count, windows.across), (place(5, 0), 6, 3));
    assert_eq!(windows.steps, [place(0, 2), place(2, 0)]);
    assert_eq!((windows.pieces, windows.length, windows.pitch), (2, place(0, 3), place(1, 0)));
}
