//! The accuracy of the functions of `f32`, in units in the last place, against libm in f64.
//!
//! `cargo test` measures every 251st bit pattern, of libm's functions every 1009th. `cargo test --release
//! --test elementary -- --ignored` measures all of them for the library's own functions (minutes).
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

use bareprop::Scalar;

/// The largest error over all arguments from `low` to `high` (by their bits), in steps of `step` patterns.
fn worst(low: f32, high: f32, step: usize, own: fn(f32) -> f32, exact: fn(f64) -> f64) -> (f64, f32) {
    let mut worst = (0.0, 0.0);
    for bits in (0..=u32::MAX).step_by(step) {
        let x = f32::from_bits(bits);
        if !(x >= low && x <= high) {
            continue;
        }
        let (found, expected) = (f64::from(own(x)), exact(f64::from(x)));
        let ulp = f64::from(f32::EPSILON)
            * 2.0_f64.powi((expected.abs().max(f64::from(f32::MIN_POSITIVE))).log2().floor() as i32);
        let error = (found - expected).abs() / ulp;
        assert!(!error.is_nan(), "{x}: {found}, {expected}");
        if error > worst.0 {
            worst = (error, x);
        }
    }
    worst
}

/// Name, first and last argument, function, oracle, limit.
type Check = (&'static str, f32, f32, fn(f32) -> f32, fn(f64) -> f64, f64);

/// The largest argument whose e^x, and e^x − 1, is finite.
const LAST: f32 = 88.722_83;

/// The library's own functions.
const OWN: [Check; 6] = [
    ("exp", -87.336, LAST, Scalar::exp, libm::exp, 1.0),
    ("exp_m1", f32::MIN, 0.0, Scalar::exp_m1, libm::expm1, 1.0),
    ("exp_m1", 0.0, LAST, Scalar::exp_m1, libm::expm1, 2.0),
    ("softplus_parts, e", -87.336, 87.336, |x| x.softplus_parts().0, |x| libm::exp(-x.abs()), 1.0),
    ("softplus_parts, ln", -87.336, 87.336, |x| x.softplus_parts().1, |x| libm::log1p(libm::exp(-x.abs())), 3.0),
    ("tanh", f32::MIN, f32::MAX, Scalar::tanh, libm::tanh, 3.0),
];

/// Those of libm.
const LIBM: [Check; 4] = [
    ("ln", f32::from_bits(1), f32::MAX, Scalar::ln, libm::log, 1.0),
    ("ln_1p", -0.999_999_94, f32::MAX, Scalar::ln_1p, libm::log1p, 1.0),
    ("cos", f32::MIN, f32::MAX, Scalar::cos, libm::cos, 1.0),
    ("sin", f32::MIN, f32::MAX, Scalar::sin, libm::sin, 1.0),
];

#[track_caller]
fn check(step: usize, checks: &[Check]) {
    for &(name, low, high, own, exact, limit) in checks {
        let (error, x) = worst(low, high, step, own, exact);
        println!("{name}: at most {error:.3} units in the last place off, at {x:e}");
        assert!(error <= limit, "{name}({x:e}) is {error} units in the last place off");
    }
}

#[test]
fn accuracy() {
    check(251, &OWN);
}

#[test]
fn accuracy_of_libm() {
    check(1009, &LIBM);
}

#[test]
#[ignore = "every f32: minutes, in release"]
fn accuracy_of_every_argument() {
    check(1, &OWN);
}

#[test]
fn edges() {
    let exp: fn(f32) -> f32 = Scalar::exp;
    assert_eq!([exp(-87.4), exp(-1e30), exp(f32::NEG_INFINITY), exp(0.0)], [0.0, 0.0, 0.0, 1.0]);
    assert_eq!([exp(88.73), exp(1e30), exp(f32::INFINITY)], [f32::INFINITY; 3]);
    assert!(exp(-87.336).is_normal() && exp(f32::NAN).is_nan());
    let tanh: fn(f32) -> f32 = Scalar::tanh;
    for x in [9.1_f32, 44.0, 45.0, 88.0, 89.0, 1e4, 1e30, f32::MAX, f32::INFINITY] {
        assert_eq!([tanh(x), tanh(-x)], [1.0, -1.0], "{x}");
    }
    assert!(tanh(f32::NAN).is_nan());
    assert_eq!([tanh(0.0).to_bits(), tanh(-0.0).to_bits()], [0.0_f32.to_bits(), (-0.0_f32).to_bits()]);
    let exp_m1: fn(f32) -> f32 = Scalar::exp_m1;
    assert_eq!([exp_m1(0.0), exp_m1(-1e30), exp_m1(-20.0)], [0.0, -1.0, -1.0]);
    assert_eq!([exp_m1(1.0), exp_m1(88.73), exp_m1(1e30)], [1.718_281_7, f32::INFINITY, f32::INFINITY]);
    assert!(exp_m1(f32::NAN).is_nan() && exp_m1(LAST).is_finite() && exp(LAST).is_finite());
    assert_eq!([exp_m1(0.0).to_bits(), exp_m1(-0.0).to_bits()], [0.0_f32.to_bits(), (-0.0_f32).to_bits()]);
    let ln_1p: fn(f32) -> f32 = Scalar::ln_1p;
    assert_eq!([ln_1p(0.0), ln_1p(1.0), ln_1p(100.0)], [0.0, core::f32::consts::LN_2, 4.615_120_4]);
    assert_eq!([0.0, 87.4, -87.4, 1e30].map(|x: f32| x.softplus_parts().1), [core::f32::consts::LN_2, 0.0, 0.0, 0.0]);
}

#[test]
fn constants() {
    assert_eq!((Scalar::sqrt(f32::MAX), Scalar::sqrt(f64::MAX)), (f32::ROOT_OF_MAX, f64::ROOT_OF_MAX));
}

/// The smallest argument whose power is not 0, and the next below.
#[test]
fn where_exp_becomes_0() {
    let lowest = -87.336_54_f32;
    assert!(Scalar::exp(lowest) >= f32::MIN_POSITIVE);
    assert_eq!(Scalar::exp(f32::from_bits(lowest.to_bits() + 1)), 0.0);
}
