//! Every kernel against its definition in `reference.rs`, to the last bit: the plain loops of all four kinds
//! of processors, and the wide ones with each instruction set that this processor has.
//!
//! The matrices have widths around the blocks of each kernel (1, 4, 8, 16, and 1, 2, 4 or 8 vectors of 4, 8
//! or 16 numbers), single columns and rows, more than the 64 terms that the wide kernels sum at a time, and rows
//! of more than 1 KiB and 4 KiB. The batches have rows around tiles of 4, 6 and 8, and more than 64.

extern crate std;

use std::vec::Vec;

use rand_core::{Rng, SeedableRng};
use rand_xorshift::XorShiftRng;

use crate::kernels::bounds::worst;
use crate::kernels::plain::Plain;
use crate::kernels::squares::{regularise, sum_of_squares};
use crate::kernels::{Here, reference};
use crate::{Dense, Identity, Matrix, Optimizer, Parameters, Scalar, Sgd};

/// A number of any kind that training meets: zeros of both signs, numbers whose products and squares are
/// denormal or 0, and ordinary ones of several magnitudes.
pub(super) fn number<T: Scalar>(rng: &mut XorShiftRng) -> T {
    let x = T::uniform(rng) - T::from_f64(0.5);
    match rng.next_u32() % 9 {
        0 | 1 => T::ZERO,
        2 => -T::ZERO,
        3 => x * T::TINY,
        4 => x * T::SQUARABLE * T::from_f64(4.0),
        5 => x * T::from_u32(1000),
        _ => x,
    }
}

fn rows<T: Scalar, const N: usize>(count: usize, rng: &mut XorShiftRng) -> Vec<[T; N]> {
    (0..count).map(|_| core::array::from_fn(|_| number(rng))).collect()
}

/// The same without −0, of which a gradient has none: it starts at +0.
pub(super) fn positive_zeros<T: Scalar>(values: &mut [T]) {
    values.iter_mut().for_each(|x| *x += T::ZERO);
}

pub(super) fn bits<T: Scalar>(values: &[T]) -> Vec<u64> {
    values.iter().map(|value| value.bits()).collect()
}

/// Data for a layer, and what the definition makes of them.
struct Case<T, const R: usize, const C: usize> {
    weights: [[T; C]; R],
    bias: [T; C],
    scale: T,
    inputs: Vec<[T; R]>,
    delta: Vec<[T; C]>,
}

/// The results of the products.
#[derive(Clone)]
struct Found<T, const R: usize, const C: usize> {
    outputs: Vec<[T; C]>,
    input_delta: Vec<[T; R]>,
    gradient: [[T; C]; R],
    bias: [T; C],
}

impl<T: Scalar, const R: usize, const C: usize> Found<T, R, C> {
    #[track_caller]
    fn agrees(&self, expected: &Self, name: &str) {
        let name = std::format!("{R} × {C}, {} rows, {name}", self.outputs.len());
        assert_eq!(bits(self.outputs.as_flattened()), bits(expected.outputs.as_flattened()), "affine, {name}");
        assert_eq!(bits(self.input_delta.as_flattened()), bits(expected.input_delta.as_flattened()), "∂x, {name}");
        assert_eq!(bits(self.gradient.as_flattened()), bits(expected.gradient.as_flattened()), "gradient, {name}");
        assert_eq!(bits(&self.bias), bits(&expected.bias), "bias, {name}");
    }
}

impl<T: Scalar, const R: usize, const C: usize> Case<T, R, C> {
    fn draw(count: usize, scale: T, seed: u64) -> Self {
        let rng = &mut XorShiftRng::seed_from_u64(seed);
        let mut weights = [[T::ZERO; C]; R];
        weights.copy_from_slice(&rows(R, rng));
        Case { weights, bias: rows(1, rng)[0], scale, inputs: rows(count, rng), delta: rows(count, rng) }
    }

    /// Where the results go: numbers that have to be overwritten, and a gradient to go on from.
    fn places(&self) -> Found<T, R, C> {
        let Case { mut weights, mut bias, .. } = *self;
        positive_zeros(weights.as_flattened_mut());
        positive_zeros(&mut bias);
        Found { outputs: self.delta.clone(), input_delta: self.inputs.clone(), gradient: weights, bias }
    }

    fn expected(&self) -> Found<T, R, C> {
        let mut found = self.places();
        for (row, (x, delta)) in self.inputs.iter().zip(&self.delta).enumerate() {
            found.outputs[row] = reference::affine(&self.weights, &self.bias, x);
            found.input_delta[row] = reference::backward(&self.weights, delta);
            reference::add_outer((&mut found.gradient, &mut found.bias), (self.scale, x, delta));
        }
        found
    }

    fn plain<const SOFT: bool, const VECTORS: bool>(&self, expected: &Found<T, R, C>) {
        let name = std::format!("SOFT = {SOFT}, VECTORS = {VECTORS}");
        let (mut found, mut blocked) = (self.places(), self.places());
        for (row, (x, delta)) in self.inputs.iter().zip(&self.delta).enumerate() {
            Plain::<SOFT, VECTORS>::affine(&self.weights, x, &self.bias, &mut found.outputs[row]);
            Plain::<SOFT, VECTORS>::backward(&self.weights, delta, &mut found.input_delta[row], x, false);
            let (gradient, bias) = (&mut found.gradient, &mut found.bias);
            Plain::<SOFT, VECTORS>::add_outer(gradient, bias, self.scale, x, delta);

            // As a dense layer does it on chips: bias and activation in one loop.
            let y = &mut blocked.outputs[row];
            Plain::<SOFT, VECTORS>::activated(&self.weights, x, &self.bias, y, |z| z.positive_part());
            let relu = expected.outputs[row].map(Scalar::positive_part);
            assert_eq!(bits(&blocked.outputs[row]), bits(&relu), "{R} × {C}, with an activation, {name}");

            // Elements whose input is 0 become 0, the others are the same.
            Plain::<SOFT, VECTORS>::backward(&self.weights, delta, &mut blocked.input_delta[row], x, true);
            let dx: [T; R] =
                core::array::from_fn(|i| if x[i].is_zero() { T::ZERO } else { expected.input_delta[row][i] });
            assert_eq!(bits(&blocked.input_delta[row]), bits(&dx), "{R} × {C}, zero inputs, {name}");
        }
        found.agrees(expected, &name);
    }

    /// As the layers call them: in release builds with the widest vectors, in debug builds without.
    fn matrix(&self, expected: &Found<T, R, C>) {
        let mut found = self.places();
        let weights = Matrix(self.weights);
        weights.affine(&self.inputs, &self.bias, &mut found.outputs);
        weights.backward(&self.delta, &mut found.input_delta, &self.inputs, false);
        let mut gradient = Matrix(found.gradient);
        gradient.add_outer(&mut found.bias, self.scale, &self.inputs, &self.delta);
        found.gradient = gradient.0;
        found.agrees(expected, "matrix");
    }

    /// `set_outer` gives what `add_outer` adds to zeros, and does not read what is there, which is NaN here. The
    /// inputs may be fewer.
    fn set(&self, inputs: usize) {
        let (inputs, nan, zero) = (&self.inputs[..inputs], T::from_f64(f64::NAN), T::ZERO);
        let mut expected = Found { gradient: [[zero; C]; R], bias: [zero; C], ..self.places() };
        for (x, delta) in inputs.iter().zip(&self.delta) {
            reference::add_outer((&mut expected.gradient, &mut expected.bias), (T::ONE, x, delta));
        }
        let start = || Found { gradient: [[nan; C]; R], bias: [nan; C], ..self.places() };
        let (mut found, mut gradient) = (start(), Matrix([[nan; C]; R]));
        gradient.set_outer(&mut found.bias, inputs, &self.delta);
        found.gradient = gradient.0;
        found.agrees(&expected, "set");
        #[cfg(all(feature = "std", target_arch = "x86_64"))]
        if !inputs.is_empty() {
            wide::set(start, (inputs, &self.delta), &expected);
        }
    }
}

/// All products of one shape, with `count` rows.
fn products<T: Scalar, const R: usize, const C: usize>(count: usize, seed: u64) {
    for scale in [T::ONE, T::from_f64(-0.03)] {
        let case = Case::<T, R, C>::draw(count, scale, seed);
        let expected = case.expected();
        case.plain::<false, false>(&expected);
        case.plain::<false, true>(&expected);
        case.plain::<true, false>(&expected);
        case.plain::<true, true>(&expected);
        case.matrix(&expected);
        case.set(count);
        #[cfg(all(feature = "std", target_arch = "x86_64"))]
        if scale == T::ONE {
            wide::products(&case, &expected);
        }
    }
}

/// Changes g with w, and returns Σw² and Σg².
type Pass<'a, T> = &'a dyn Fn(&[T], &mut [T]) -> [T; 2];

/// The passes over all parameters, of which there are `count`.
fn passes<T: Scalar>(count: usize, seed: u64) {
    let rng = &mut XorShiftRng::seed_from_u64(seed);
    let w: Vec<T> = (0..count).map(|_| number(rng)).collect();
    let g: Vec<T> = (0..count).map(|_| number(rng)).collect();
    for [share, decay] in [[0.3, 0.01], [1.0, 0.0]].map(|pair| pair.map(T::from_f64)) {
        let mut expected = g.clone();
        let sums = bits(&reference::regularise(&w, &mut expected, share, decay));
        assert_eq!(bits(&[sum_of_squares(&w), sum_of_squares(&expected)]), sums, "{count}, sums alone");
        let agrees = |name: &str, run: Pass<T>| {
            let mut found = g.clone();
            assert_eq!(bits(&run(&w, &mut found)), sums, "{count}, {name}");
            assert_eq!(bits(&found), bits(&expected), "{count}, {name}");
        };
        agrees("chosen", &|w, g| regularise(w, g, share, decay));
        agrees("hard", &|w, g| Plain::<false, false>::regularise(w, g, share, decay));
        agrees("soft", &|w, g| Plain::<true, false>::regularise(w, g, share, decay));
        agrees("pieces", &|w, g| Plain::<false, true>::regularise(w, g, share, decay));
        #[cfg(all(feature = "std", target_arch = "x86_64"))]
        wide::passes(share, decay, &agrees);
    }
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
pub(super) use self::wide::architectures;

/// The wide kernels, with each instruction set.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod wide {
    use super::*;
    use crate::kernels::matrix::Sums;
    use crate::kernels::wide::affine::Affine;
    use crate::kernels::wide::backward::Backward;
    use crate::kernels::wide::dispatch::{Dispatched, Wide, halved};
    use crate::kernels::wide::outer::Outer;
    use crate::kernels::wide::squares::Regularise;
    use pulp::x86::{V3, V4};
    use pulp::{Arch, Simd};

    /// What a kernel is compiled for.
    #[derive(Clone, Copy, Debug)]
    pub(crate) enum Architecture {
        Full(Arch),
        /// Vectors of 256 bits and the registers of AVX-512.
        Halved(V4),
    }

    impl Architecture {
        pub(crate) fn run<W: Wide>(self, kernel: W) -> W::Output {
            match self {
                Self::Full(arch) => arch.dispatch(Dispatched(kernel)),
                Self::Halved(v4) => halved(v4, kernel),
            }
        }
    }

    /// Those that this processor runs; the first has a single lane.
    pub(crate) fn architectures() -> Vec<Architecture> {
        let v4 = V4::try_new();
        let full = [Some(Arch::Scalar), V3::try_new().map(Arch::V3), v4.map(Arch::V4)];
        full.into_iter().flatten().map(Architecture::Full).chain(v4.map(Architecture::Halved)).collect()
    }

    pub(super) fn products<T: Scalar, const R: usize, const C: usize>(case: &Case<T, R, C>, expected: &Found<T, R, C>) {
        for arch in architectures() {
            let mut found = case.places();
            let Found { outputs, input_delta, gradient, bias } = &mut found;
            arch.run(Affine::new(&case.weights, &case.bias, &case.inputs, outputs));
            arch.run(Backward::new(&case.weights, &case.delta, input_delta, &case.inputs));
            arch.run(Outer::new(Sums::Add, gradient, bias, &case.inputs, &case.delta));
            found.agrees(expected, &std::format!("{arch:?}"));
        }
    }

    /// `set_outer`.
    pub(super) fn set<T: Scalar, const R: usize, const C: usize>(
        start: impl Fn() -> Found<T, R, C>,
        (inputs, delta): (&[[T; R]], &[[T; C]]),
        expected: &Found<T, R, C>,
    ) {
        for arch in architectures() {
            let mut found = start();
            arch.run(Outer::new(Sums::Set, &mut found.gradient, &mut found.bias, inputs, delta));
            found.agrees(expected, &std::format!("set, {arch:?}"));
        }
    }

    /// Slices of unequal length: so many inputs, δ and places for results.
    pub(super) fn unequal<T: Scalar, const R: usize, const C: usize>(
        Case { weights, bias, .. }: &Case<T, R, C>,
        (x, d, places): (&[[T; R]], &[[T; C]], usize),
        start: &Found<T, R, C>,
        expected: &Found<T, R, C>,
    ) {
        for arch in architectures() {
            let mut found = start.clone();
            arch.run(Affine::new(weights, bias, x, &mut found.outputs[..places]));
            arch.run(Backward::new(weights, d, &mut found.input_delta[..places], x));
            arch.run(Outer::new(Sums::Add, &mut found.gradient, &mut found.bias, x, d));
            found.agrees(expected, &std::format!("{} inputs, {} δ, {places} places, {arch:?}", x.len(), d.len()));
        }
    }

    /// The pass takes vectors of 256 bits alone.
    pub(super) fn passes<T: Scalar>(share: T, decay: T, agrees: &dyn Fn(&str, Pass<T>)) {
        if let Some(v3) = V3::try_new() {
            agrees("V3", &|w, g| Simd::vectorize(v3, Dispatched(Regularise { w, g, share, decay })));
        }
    }
}

macro_rules! shapes {
    ($($R:literal $C:literal),*) => { &[$(products::<f32, $R, $C>, products::<f64, $R, $C>),*] };
}

/// One function for each shape and scalar.
const SHAPES: &[fn(usize, u64)] = shapes!(
    1 1, 1 2, 2 1, 3 7, 5 4, 8 8, 7 9, 15 16, 16 15, 17 17, 9 29, 31 33, 33 31, 64 32, 2 64, 32 1, 1 65, 65 1, 66 130,
    130 3, 10 100, 50 260, 5 1030
);

/// Numbers of parameters around a chunk of 8 and a piece of 512.
const COUNTS: [usize; 8] = [0, 7, 8, 9, 511, 512, 513, 1030];

#[test]
fn every_shape() {
    for (seed, products) in (0..).zip(SHAPES) {
        for count in [0, 1, 2, 4, 6, 7, 8, 9, 13, 66] {
            products(count, seed);
        }
    }
}

#[test]
fn every_length() {
    for count in (0..70).chain(COUNTS) {
        passes::<f32>(count, 1);
        passes::<f64>(count, 2);
    }
}

/// Checks a property with data from 64 seeds, the same ones each time.
fn property(holds: impl Fn(u64, &mut XorShiftRng)) {
    for seed in 1000..1064 {
        holds(seed, &mut XorShiftRng::seed_from_u64(!seed));
    }
}

#[test]
fn any_shape_and_any_data() {
    property(|seed, rng| {
        let products = SHAPES[rng.next_u32() as usize % SHAPES.len()];
        products(rng.next_u32() as usize % 20, seed);
    });
}

#[test]
fn any_parameters() {
    property(|seed, rng| {
        let count = rng.next_u32() as usize % 1100;
        passes::<f32>(count, seed);
        passes::<f64>(count, seed);
    });
}

#[test]
fn a_step_of_gradient_descent() {
    property(|seed, rng| {
        let (case, other) = (Case::<f32, 5, 7>::draw(0, 1.0, seed), Case::<f32, 5, 7>::draw(0, 1.0, !seed));
        let rate = f32::uniform(rng);
        let network = || Dense::<5, 7, Identity>::new(Matrix(case.weights), case.bias);
        let gradient = Dense::<5, 7, Identity>::new(Matrix(other.weights), other.bias);
        let (mut found, mut expected) = (network(), network());
        Sgd::default().step(&mut (), rate, &mut found, &gradient, 0..2);
        for index in 0..2 {
            reference::update(expected.tensor_mut(index), gradient.tensor(index), rate);
            assert_eq!(bits(found.tensor(index)), bits(expected.tensor(index)), "seed {seed}");
        }
    });
}

#[test]
fn scans_find_a_number_that_is_not_finite() {
    property(|seed, rng| {
        let count = 1 + rng.next_u32() as usize % 40;
        let place = rng.next_u32() as usize % count;
        let mut x: Vec<f32> = (0..count).map(|_| number(rng)).collect();
        let finite = |x: &[f32]| {
            [Plain::<false, false>::all_finite(x), Plain::<true, false>::all_finite(x), Here::all_finite(x)]
        };
        assert_eq!(finite(&x), [true; 3], "seed {seed}");
        let most = x.iter().fold(0.0, |most: f32, x| if x.abs() > most { x.abs() } else { most });
        assert_eq!(worst(&x), most, "seed {seed}");
        for unfit in [f32::NAN, f32::INFINITY, -f32::INFINITY] {
            x[place] = unfit;
            assert_eq!(finite(&x), [false; 3], "seed {seed}");
            assert_eq!(worst(&x).to_bits(), unfit.to_bits(), "seed {seed}");
        }
    });
}

/// The largest update that is small enough, and the next that is not, for all kinds of processors: 2¹⁰⁰ in
/// `f32`.
#[test]
fn the_bound_of_an_update() {
    let [large, half] = [100, 50].map(|power| (0..power).fold(1.0_f32, |x, _| x * 2.0));
    let above = |x: f32| f32::from_bits(x.to_bits() + 1);
    let cases = [
        (1.0, [0.0, -1.0], [0.5, -1.0], true),
        (1.0, [0.0, 0.5], [large, 1.0], true),
        (1.0, [0.0, 0.5], [above(large), 1.0], false),
        (0.5, [half, 2.0], [-half * 2.0, 0.0], true),
        (1.0, [-half, 0.0], [1.0, above(half)], false),
        (2.0, [0.0, 1.0], [0.0, large], false),
        (1.0, [f32::INFINITY, 0.0], [0.0, 0.0], false),
        (1.0, [0.0, 0.0], [f32::NAN, 0.0], false),
    ];
    for (scale, x, delta, sound) in cases {
        let found = [
            Plain::<false, false>::largest_update(scale, &x, &delta).1,
            Plain::<false, true>::largest_update(scale, &x, &delta).1,
            Plain::<true, false>::largest_update(scale, &x, &delta).1,
            Plain::<true, true>::largest_update(scale, &x, &delta).1,
        ];
        assert_eq!(found, [sound; 4], "{scale}, {x:?}, {delta:?}");
    }
}

/// Slices of unequal length: what lies beyond the shortest stays as it is, and counts for nothing.
fn unequal<T: Scalar, const R: usize, const C: usize>(inputs: usize, delta: usize, places: usize) {
    let case = Case::<T, R, C>::draw(9, T::ONE, (R * C) as u64);
    let Case { weights, bias, inputs: x, delta: d, .. } = &case;
    let start = Case::<T, R, C>::draw(9, T::ONE, 5).places();

    let mut expected = start.clone();
    let (x, d) = (&x[..inputs], &d[..delta]);
    for (y, x) in expected.outputs[..places].iter_mut().zip(x) {
        *y = reference::affine(weights, bias, x);
    }
    for (dx, d) in expected.input_delta[..places.min(inputs)].iter_mut().zip(d) {
        *dx = reference::backward(weights, d);
    }
    for (x, d) in x.iter().zip(d) {
        reference::add_outer((&mut expected.gradient, &mut expected.bias), (T::ONE, x, d));
    }

    let name = std::format!("{inputs} inputs, {delta} δ, {places} places");
    let (mut found, matrix) = (start.clone(), Matrix(*weights));
    matrix.affine(x, bias, &mut found.outputs[..places]);
    matrix.backward(d, &mut found.input_delta[..places], x, false);
    let mut gradient = Matrix(found.gradient);
    gradient.add_outer(&mut found.bias, T::ONE, x, d);
    found.gradient = gradient.0;
    found.agrees(&expected, &name);

    #[cfg(all(feature = "std", target_arch = "x86_64"))]
    wide::unequal(&case, (x, d, places), &start, &expected);
    case.set(inputs);
}

#[test]
fn unequal_lengths() {
    for inputs in [0, 1, 5, 9] {
        for delta in [0, 4, 9] {
            for places in [0, 2, 6, 9] {
                unequal::<f32, 3, 7>(inputs, delta, places);
                unequal::<f64, 17, 5>(inputs, delta, places);
                unequal::<f32, 6, 1>(inputs, delta, places);
                unequal::<f32, 1, 40>(inputs, delta, places);
            }
        }
    }
}
