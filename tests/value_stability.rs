//! The samplers that take a generator from outside, to the last bit, and the hash of parameters. The samplers of shuffles, splits, data sets
//! and masks are pinned beside them and in `data.rs`. A value here that changes is a breaking change: it belongs in the CHANGELOG, with its
//! reason.
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

fn rng() -> XorShiftRng {
    XorShiftRng::seed_from_u64(42)
}

#[test]
fn uniform() {
    let mut rng = rng();
    assert_eq!([(); 3].map(|()| f32::uniform(&mut rng).to_bits()), [1062190949, 1043582084, 1064129706]);
    assert_eq!(
        [(); 3].map(|()| f64::uniform(&mut rng).to_bits()),
        [4606806919027900001, 4601886111345622370, 4599777599726798578]
    );
}

#[test]
fn initial_weights() {
    let drawn = |init| {
        let mut layer = Dense::<3, 2, Identity>::ZERO;
        layer.bias = [1.0; 2];
        layer.initialize(init, &mut rng());
        assert_eq!(layer.bias, [0.0; 2]);
        let [first, second, ..] = layer.weights.0;
        [first[0], first[1], second[0]].map(f32::to_bits)
    };
    assert_eq!(drawn(Some(Init::HeNormal)), [1060678523, 3208831108, 1066925736]);
    assert_eq!(drawn(Some(Init::HeUniform)), [1063358324, 3211454163, 1067097587]);
    assert_eq!(drawn(Some(Init::GlorotNormal)), [1057950574, 3205952378, 1064007712]);
    assert_eq!(drawn(Some(Init::GlorotUniform)), [1060026340, 3207984189, 1064273944]);
    assert_eq!(drawn(Some(Init::LeCunNormal)), [1057133776, 3205090433, 1062663162]);
    assert_eq!(drawn(Some(Init::LeCunUniform)), [1059028682, 3206945214, 1062906196]);
    assert_eq!(drawn(None), drawn(Some(Init::GlorotUniform)));
}

#[test]
fn dropout() {
    let mut dropout = Dropout::<16>::ZERO;
    dropout.rate = 0.25;
    let mut kept = [[0.0; 16]; 2];
    dropout.forward::<2>(&[[3.0; 16]; 2], &mut (), &mut kept, Some(Noise::new(42).layer(1).row(7)));
    let mask = kept.map(|row| row.map(|y| if y == 4.0 { '1' } else { '.' }).iter().collect::<String>());
    assert!(kept.as_flattened().iter().all(|&y| y == 4.0 || y == 0.0));
    assert_eq!(mask, ["1.1111.111.1...1", "11111.1.1111111."]);
}

/// Each initialiser has the variance that it promises: within four standard errors, √(2/n) normal, √(0.8/n) uniform.
#[test]
fn initial_variance() {
    let (inputs, outputs) = (200.0_f64, 100.0_f64);
    for (init, variance, error) in [
        (Init::HeNormal, 2.0 / inputs, 2.0_f64),
        (Init::HeUniform, 2.0 / inputs, 0.8),
        (Init::GlorotNormal, 2.0 / (inputs + outputs), 2.0),
        (Init::GlorotUniform, 2.0 / (inputs + outputs), 0.8),
        (Init::LeCunNormal, 1.0 / inputs, 2.0),
        (Init::LeCunUniform, 1.0 / inputs, 0.8),
    ] {
        let mut layer = Box::new(Dense::<200, 100>::ZERO);
        layer.initialize(Some(init), &mut rng());
        let drawn = layer.weights.0.as_flattened();
        let n = drawn.len() as f64;
        let mean = drawn.iter().map(|&w| f64::from(w)).sum::<f64>() / n;
        let found = drawn.iter().map(|&w| f64::from(w) * f64::from(w)).sum::<f64>() / n;
        assert!(mean.abs() < 4.0 * (variance / n).sqrt(), "{init:?}: mean {mean}");
        assert!((found / variance - 1.0).abs() < 4.0 * (error / n).sqrt(), "{init:?}: {found}, not {variance}");
        let limit = (3.0 * variance).sqrt() * 1.000_001;
        let is_uniform = drawn.iter().all(|&w| f64::from(w).abs() <= limit);
        assert_eq!(is_uniform, error < 1.0, "{init:?}");
    }
}

/// `bits` is FNV-1a over the bytes.
#[test]
fn hash_of_parameters() {
    let fnv = |bytes: &[u8]| {
        bytes.iter().fold(0x811c_9dc5_u32, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    };
    assert_eq!(fnv(b"foobar"), 0xbf9c_f968); // as its authors have it
    let single = Dense::<2, 1>::new(Matrix([[1.5], [-0.1]]), [1e30]);
    assert_eq!(single.bits(), fnv([1.5_f32, -0.1, 1e30].map(f32::to_le_bytes).as_flattened()));
    let double = Dense::<2, 1, Identity, f64>::new(Matrix([[1.5], [-0.1]]), [1e300]);
    assert_eq!(double.bits(), fnv([1.5_f64, -0.1, 1e300].map(f64::to_le_bytes).as_flattened()));
}
