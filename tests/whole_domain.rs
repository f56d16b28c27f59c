//! The functions of a neuron, the activations and the functions of a scalar over the whole domain of both
//! scalars, against other formulas in f64: ±MAX, denormal numbers, infinities and NaN included.
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

use bareprop::functions as f;
use bareprop::*;

/// Positive arguments: denormal and tiny numbers, and either side of where branches meet, of where e^z
/// overflows, and of where e^−z becomes denormal or 0.
fn magnitudes<T: Scalar>() -> Vec<T> {
    let smallest = T::from_f64(if T::EPSILON.to_f64() > 1e-10 { 1e-45 } else { 5e-324 });
    let numbers = [
        1e-310, 1e-300, 1e-40, 1e-38, 1e-30, 1e-19, 1e-10, 1e-7, 1e-4, 0.01, 0.1, 0.346, 0.347, 0.5, 0.624, 0.626, 1.0,
        1.25, 1.3, 2.0, 3.0, 5.0, 7.0, 9.0, 9.9, 10.0, 10.1, 17.0, 20.0, 37.0, 44.0, 50.0, 80.0, 87.0, 87.3, 87.4,
        88.0, 88.72, 88.73, 89.0, 100.0, 103.0, 104.0, 354.0, 355.0, 700.0, 709.0, 710.0, 744.0, 745.0, 746.0, 1e3,
        1e10, 1e30, 1e38, 1e150, 1e300,
    ];
    let numbers = numbers.into_iter().map(T::from_f64).filter(|x| x.is_finite());
    numbers.chain([smallest, T::MAX * T::from_f64(0.5), T::MAX]).collect()
}

/// Both zeros, and every magnitude with either sign.
fn arguments<T: Scalar>() -> Vec<T> {
    let all = magnitudes::<T>();
    [T::ZERO, -T::ZERO].into_iter().chain(all.iter().copied()).chain(all.iter().map(|&x| -x)).collect()
}

fn sigmoid(z: f64) -> f64 {
    if z < -40.0 { z.exp() } else { 1.0 / (1.0 + (-z).exp()) }
}

/// √(2/π)·(z + 0.044715 z³).
fn inner(z: f64) -> f64 {
    (2.0 / std::f64::consts::PI).sqrt() * (z + 0.044_715 * z.powi(3))
}

/// 0 where a factor is 0, however large the other.
fn product(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}

/// ∂/∂z of z·σ(2·inner(z)).
fn gelu_slope(z: f64) -> f64 {
    let (high, low) = (sigmoid(2.0 * inner(z)), sigmoid(-2.0 * inner(z)));
    let slope = 2.0 * (2.0 / std::f64::consts::PI).sqrt() * (1.0 + 3.0 * 0.044_715 * z * z);
    high + product(product(z, high), product(low, slope))
}

fn tanh_slope(z: f64) -> f64 {
    let e = (-2.0 * z.abs()).exp();
    4.0 * e / ((1.0 + e) * (1.0 + e))
}

fn softplus(z: f64) -> f64 {
    if z > 40.0 { z } else { z.exp().ln_1p() }
}

/// How far a function may be off: so many EPSILON of the result, so many of 1, so many of z.
type Limit = (f64, f64, f64);
/// Only the roundings of a result.
const RELATIVE: Limit = (4.0, 0.0, 0.0);
const EXACT: Limit = (0.0, 0.0, 0.0);

/// A function of both scalars: its name, itself, the oracle, the limit.
macro_rules! functions {
    ($($name:literal, $function:expr, $oracle:expr, $limit:expr;)*) => {
        fn compare<T: Scalar>() {
            $({
                let (own, oracle): (fn(T) -> T, fn(f64) -> f64) = ($function, $oracle);
                for z in arguments::<T>() {
                    assert_near($name, z, own(z), oracle(z.to_f64()), $limit);
                }
            })*
        }
    };
}

/// Finite, and as near as `limit` says. Instead of a denormal number times z there may be 0.
#[track_caller]
fn assert_near<T: Scalar>(name: &str, z: T, found: T, expected: f64, (relative, absolute, of_z): Limit) {
    let magnitude = z.to_f64().abs().min(1e3);
    let smallest = if T::EPSILON.to_f64() > 1e-10 { 1.2e-38 } else { 1e-323 };
    let least = smallest * magnitude.max(2.0);
    let allowed = T::EPSILON.to_f64() * (relative * expected.abs() + absolute + of_z * magnitude) + least;
    assert!(found.is_finite(), "{name}({z:?}) is {found:?}");
    let error = (found.to_f64() - expected).abs();
    assert!(error <= allowed, "{name}({z:?}) is {found:?}, not {expected:e}: {} EPSILON", error / T::EPSILON.to_f64());
}

functions! {
    "sigmoid", f::sigmoid, sigmoid, RELATIVE;
    "sigmoid_derivative", f::sigmoid_derivative, |z| sigmoid(z) * sigmoid(-z), (6.0, 0.0, 0.0);
    "tanh", f::tanh, f64::tanh, RELATIVE;
    "tanh_derivative", f::tanh_derivative, tanh_slope, (0.0, 2.0, 0.0);
    "relu", f::relu, |z| if z > 0.0 { z } else { 0.0 }, EXACT;
    "relu_derivative", f::relu_derivative, |z| if z > 0.0 { 1.0 } else { 0.0 }, EXACT;
    "leaky_relu", f::leaky_relu, |z| if z > 0.0 { z } else { z / 100.0 }, (1.0, 0.0, 0.0);
    "leaky_relu_derivative", f::leaky_relu_derivative, |z| if z > 0.0 { 1.0 } else { 0.01 }, (1.0, 0.0, 0.0);
    "elu", f::elu, |z| if z > 0.0 { z } else { z.exp_m1() }, RELATIVE;
    "elu_derivative", f::elu_derivative, |z| if z > 0.0 { 1.0 } else { z.exp() }, RELATIVE;
    "silu", f::silu, |z| product(z, sigmoid(z)), (6.0, 0.0, 0.0);
    "silu_derivative", f::silu_derivative, |z| sigmoid(z) + product(z, sigmoid(z) * sigmoid(-z)), (0.0, 2.0, 0.0);
    "gelu", f::gelu, |z| product(z, sigmoid(2.0 * inner(z))), (0.0, 0.0, 1.0);
    "gelu_derivative", f::gelu_derivative, gelu_slope, (0.0, 5.0, 0.0);
    "softplus", f::softplus, softplus, RELATIVE;
    "softplus_derivative", f::softplus_derivative, sigmoid, RELATIVE;
    // What activations are made of, or those of a user.
    "exp, to the left", |x| (-x.abs()).exp(), |x| (-x.abs()).exp(), RELATIVE;
    "exp_m1, to 80", |x| Scalar::min(x, T::from_f64(80.0)).exp_m1(), |x| x.min(80.0).exp_m1(), RELATIVE;
    "ln_1p, to the right", |x| x.abs().ln_1p(), |x| x.abs().ln_1p(), RELATIVE;
    "ln, of 1 and more", |x| Scalar::max(x.abs(), T::ONE).ln(), |x| x.abs().max(1.0).ln(), RELATIVE;
    "softplus_parts, e", |x| x.softplus_parts().0, |x| (-x.abs()).exp(), RELATIVE;
    "softplus_parts, ln", |x| x.softplus_parts().1, |x| (-x.abs()).exp().ln_1p(), RELATIVE;
    "sqrt", |x| x.abs().sqrt(), |x| x.abs().sqrt(), (0.5, 0.0, 0.0);
    "cos", Scalar::cos, f64::cos, RELATIVE;
    "sin", Scalar::sin, f64::sin, RELATIVE;
    // f′ from what is kept: the output, or z.
    "Identity", |z| Identity::slope(Identity::apply(z)), |_| 1.0, EXACT;
    "Relu", |z| Relu::slope(Relu::apply(z)), |z| if z > 0.0 { 1.0 } else { 0.0 }, EXACT;
    "Elu", |z| Elu::slope(Elu::apply(z)), |z| if z > 0.0 { 1.0 } else { z.exp() }, (0.0, 2.0, 0.0);
    "Sigmoid", |z| Sigmoid::slope(Sigmoid::apply(z)), |z| sigmoid(z) * sigmoid(-z), (4.0, 1.0, 0.0);
    "Tanh", |z| Tanh::slope(Tanh::apply(z)), tanh_slope, (0.0, 2.0, 0.0);
    "Silu", Silu::slope, |z| sigmoid(z) + product(z, sigmoid(z) * sigmoid(-z)), (0.0, 2.0, 0.0);
    "Gelu", Gelu::slope, gelu_slope, (0.0, 5.0, 0.0);
    "Softplus", |z| Softplus::slope(Softplus::apply(z)), sigmoid, (8.0, 0.0, 0.0);
}

#[test]
fn every_function_is_finite_and_right_for_every_finite_argument() {
    compare::<f32>();
    compare::<f64>();
}

/// The derivative of the leaky rectifier jumps at 0, which z/100 may become.
#[test]
fn the_slope_of_the_leaky_rectifier_is_one_of_two() {
    fn check<T: Scalar>() {
        for z in arguments::<T>() {
            let expected = if z > T::ZERO { T::ONE } else { T::from_f64(0.01) };
            assert_eq!(LeakyRelu::slope(LeakyRelu::apply(z)), expected, "{z:?}");
        }
    }
    check::<f32>();
    check::<f64>();
}

/// What overflows becomes +∞, what has no value NaN, and −0 stays −0 where the function is odd near 0.
macro_rules! ends {
    ($test:ident, $T:ident, $just:literal, $above:literal) => {
        #[test]
        fn $test() {
            type T = $T;
            let (infinity, nan) = (T::INFINITY, T::NAN);
            let all = |function: fn(T) -> T, arguments: [T; 4]| arguments.map(function);
            let [exp, exp_m1, ln, ln_1p]: [fn(T) -> T; 4] = [Scalar::exp, Scalar::exp_m1, Scalar::ln, Scalar::ln_1p];
            for function in [exp, exp_m1] {
                assert!(function($just).is_finite() && function($just) > T::MAX * 0.5);
                assert_eq!(all(function, [$above, T::MAX * 0.5, T::MAX, infinity]), [infinity; 4]);
            }
            assert_eq!(all(exp, [-1e3, -T::MAX, -infinity, 0.0]), [0.0, 0.0, 0.0, 1.0]);
            assert_eq!(all(exp_m1, [-1e3, -T::MAX, -infinity, 0.0]), [-1.0, -1.0, -1.0, 0.0]);
            assert_eq!(all(ln, [0.0, -0.0, 1.0, infinity]), [-infinity, -infinity, 0.0, infinity]);
            assert_eq!(all(ln_1p, [-1.0, -0.0, 0.0, infinity]), [-infinity, 0.0, 0.0, infinity]);
            assert!(all(ln, [-T::from_bits(1), -1.0, -T::MAX, -infinity]).iter().all(|y| y.is_nan()));
            assert!(all(ln_1p, [-1.0 - T::EPSILON, -2.0, -T::MAX, -infinity]).iter().all(|y| y.is_nan()));
            let root: fn(T) -> T = Scalar::sqrt;
            assert_eq!(all(root, [0.0, 4.0, T::MAX, infinity]), [0.0, 2.0, T::ROOT_OF_MAX, infinity]);
            assert!(all(root, [-T::from_bits(1), -1.0, -T::MAX, -infinity]).iter().all(|y| y.is_nan()));
            let [tanh, sin, cos]: [fn(T) -> T; 3] = [Scalar::tanh, Scalar::sin, Scalar::cos];
            assert_eq!(all(tanh, [infinity, -infinity, T::MAX, -T::MAX]), [1.0, -1.0, 1.0, -1.0]);
            assert!([sin, cos].iter().all(|f| f(infinity).is_nan() && f(-infinity).is_nan()));
            for function in [exp_m1, ln_1p, tanh, sin, root] {
                assert_eq!([function(0.0), function(-0.0)].map(T::to_bits), [0.0, -0.0 as T].map(T::to_bits));
            }
            for function in [exp, exp_m1, ln, ln_1p, tanh, sin, cos, root, Scalar::abs, Scalar::square, Scalar::flush] {
                assert!(function(nan).is_nan() && function(-nan).is_nan());
            }
            assert_eq!([infinity, -infinity].map(Scalar::softplus_parts), [(0.0, 0.0); 2]);
            assert!([nan.softplus_parts().0, nan.softplus_parts().1].iter().all(|y| y.is_nan()));
            assert_eq!([infinity, -infinity].map(|x: T| Scalar::abs(x)), [infinity; 2]);
            assert_eq!([infinity, -infinity].map(<T as Scalar>::flush), [infinity, -infinity]);
            assert_eq!([infinity, -infinity, T::MAX, -T::MAX].map(<T as Scalar>::square), [infinity; 4]);

            // The functions of a neuron: their limits; where two factors disagree, and of NaN, NaN.
            assert_eq!([f::sigmoid(infinity), f::sigmoid(-infinity), f::sigmoid_derivative(infinity)], [1.0, 0.0, 0.0]);
            assert_eq!([f::tanh_derivative(infinity), f::relu(infinity), f::relu(-infinity)], [0.0, infinity, 0.0]);
            assert_eq!([f::leaky_relu(infinity), f::leaky_relu(-infinity)], [infinity, -infinity]);
            assert_eq!([f::elu(infinity), f::elu(-infinity), f::elu_derivative(-infinity)], [infinity, -1.0, 0.0]);
            assert_eq!([f::silu(infinity), f::gelu(infinity)], [infinity; 2]);
            assert_eq!([f::gelu_derivative(infinity), f::gelu_derivative(-infinity)], [1.0, 0.0]);
            assert_eq!([f::softplus(infinity), f::softplus(-infinity)], [infinity, 0.0]);
            let none =
                [f::silu(-infinity), f::gelu(-infinity), f::silu_derivative(infinity), f::silu_derivative(-infinity)];
            assert!(none.iter().all(|y| y.is_nan()), "{none:?}");
            let functions: [fn(T) -> T; 14] = [
                f::sigmoid,
                f::sigmoid_derivative,
                f::tanh,
                f::tanh_derivative,
                f::relu,
                f::leaky_relu,
                f::elu,
                f::elu_derivative,
                f::silu,
                f::silu_derivative,
                f::gelu,
                f::gelu_derivative,
                f::softplus,
                f::softplus_derivative,
            ];
            for (number, function) in functions.iter().enumerate() {
                assert!(
                    function(nan).is_nan() && function(-nan).is_nan(),
                    "function {number} of NaN: {}",
                    function(nan)
                );
            }
            assert_eq!([f::relu_derivative(nan), f::leaky_relu_derivative(nan)], [0.0, 0.01]);

            let softmax = |mut logits: [T; 2]| {
                f::softmax(&mut logits);
                logits
            };
            assert_eq!(softmax([T::MAX, -T::MAX]), [1.0, 0.0]);
            assert_eq!([softmax([T::MAX; 2]), softmax([-T::MAX; 2])], [[0.5; 2]; 2]);
            assert_eq!(softmax([-infinity, -T::MAX]), [0.0, 1.0]);
            for logits in [[infinity, 0.0], [0.0, nan], [nan, infinity], [-infinity; 2]] {
                assert!(softmax(logits).iter().all(|p| p.is_nan()), "{logits:?}");
            }
            f::softmax::<T>(&mut []);
        }
    };
}

ends!(ends_of_f32, f32, 88.722, 88.73);
ends!(ends_of_f64, f64, 709.78, 709.79);

/// In `f32` no denormal number leaves eˣ.
#[test]
fn no_denormal_number_leaves_exp_of_f32() {
    for step in 0..20_000 {
        let e = Scalar::exp(-(80.0 + 0.001 * step as f32));
        assert!(e == 0.0 || e.is_normal(), "{e:e}");
    }
}

/// Numbers that are rounded on their way into and out of a scalar.
#[test]
fn conversions() {
    assert_eq!([1e39, -1e39, 1e-60, f64::MAX].map(f32::from_f64), [f32::INFINITY, -f32::INFINITY, 0.0, f32::INFINITY]);
    assert_eq!([1e39, -1e39, 1e-60].map(|x: f64| Scalar::to_f32(x)), [f32::INFINITY, -f32::INFINITY, 0.0]);
    assert!(f32::from_f64(f64::NAN).is_nan() && Scalar::to_f32(f64::NAN).is_nan());
    assert_eq!((f32::from_u32(u32::MAX), f64::from_u32(u32::MAX)), (4_294_967_296.0, 4_294_967_295.0));
}
