//! No accepted setting makes an optimizer take a step that its formula does not take: `f32` beside the same in `f64`.
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

use bareprop::*;
use proptest::prelude::*;

type Single = Dense<1, 1>;
type Double = Dense<1, 1, Identity, f64>;

/// The largest |g| of a step: Σg² of a tensor may be MAX/8.
fn most() -> f32 {
    (f32::MAX / 8.0).sqrt()
}

/// Magnitudes from the smallest number to the largest that is accepted: powers of two and numbers between.
fn magnitudes() -> impl Iterator<Item = f32> {
    (-149..=62).flat_map(|k| [1.0, 1.37].map(|x| (x * (2.0_f64).powi(k)) as f32)).chain([most()])
}

/// How far the gradients move a bias from 0, with either scalar.
fn moved<O: Optimizer<f32>, P: Optimizer<f64>>(single: &O, double: &P, gradients: &[f32]) -> (f64, f64) {
    single.check().unwrap();
    let (mut state, mut twin_state) = (O::State::<Single>::ZERO, P::State::<Double>::ZERO);
    let (mut network, mut twin) = (Single::ZERO, Double::ZERO);
    for &g in gradients {
        let (gradient, twin_gradient) = (Single::new(Matrix([[0.0]]), [g]), Double::new(Matrix([[0.0]]), [g.into()]));
        single.step(&mut state, single.learning_rate(), &mut network, &gradient, 0..2);
        double.step(&mut twin_state, double.learning_rate(), &mut twin, &twin_gradient, 0..2);
    }
    (network.bias[0].into(), twin.bias[0])
}

/// Within one part in 1000 of the twin, but for what is less than 2⁻²⁴ of the learning rate a step: that moves no parameter as
/// large as the learning rate.
#[track_caller]
fn agrees<O: Optimizer<f32> + std::fmt::Debug, P: Optimizer<f64>>(single: &O, double: &P, gradients: &[f32]) {
    let (found, expected) = moved(single, double, gradients);
    let unmoved = single.learning_rate() * f32::EPSILON / 2.0 * gradients.len() as f32;
    let allowed = 1e-3 * expected.abs() + f64::from(unmoved.max(f32::TINY));
    assert!((found - expected).abs() <= allowed, "{single:?}, {gradients:?}: {found:e}, in f64 {expected:e}");
}

/// An optimizer, the same in `f64`, and gradients: all that is to be tried.
fn each_adam(mut check: impl FnMut(Adam<f32>, Adam<f64>)) {
    let last = 1.0 - f32::EPSILON;
    for epsilon in [(2.0_f32).powi(-40), 1e-10, 1e-8, 1e-3, 1.0] {
        for beta1 in [0.0, 0.9, last] {
            for beta2 in [0.0, 0.5, 0.999, last] {
                let largest = epsilon * (1.0 - beta1) * (f32::MAX.sqrt() * 0.125);
                for learning_rate in [1e-8, 1e-3, 1.0, largest].into_iter().filter(|&rate| rate <= largest) {
                    let single = Adam { learning_rate, beta1, beta2, epsilon };
                    let [learning_rate, beta1, beta2, epsilon] = [learning_rate, beta1, beta2, epsilon].map(f64::from);
                    check(single, Adam { learning_rate, beta1, beta2, epsilon });
                }
            }
        }
    }
}

/// With any accepted settings and any gradient, Adam's first step is at most η.
#[test]
fn first_step_of_adam() {
    each_adam(|adam, twin| {
        for g in magnitudes() {
            let (found, _) = moved(&adam, &twin, &[g]);
            let most = f64::from(adam.learning_rate) * (1.0 + 1e-6);
            assert!(found <= 0.0 && found >= -most, "{adam:?}, g = {g:e}: {found:e}");
            agrees(&adam, &twin, &[g]);
            agrees(&AmsGrad(adam), &AmsGrad(twin), &[-g]);
            let (single, double) = (AdamW { adam, weight_decay: 0.0 }, AdamW { adam: twin, weight_decay: 0.0 });
            agrees(&single, &double, &[g]);
        }
    });
}

/// What was found first: steps of 2000 and of 800 where the learning rate is 0.001 and 0.01. Such an ε is refused now.
#[test]
fn an_epsilon_below_what_a_root_can_tell() {
    let refused = Error::Setting { name: "epsilon", value: 1e-20, range: [1.0 / (1_u64 << 40) as f32, 1.0] };
    let adam = Adam { epsilon: 1e-20_f32, ..Adam::default() };
    assert_eq!(adam.check(), Err(refused));
    let ada_grad = AdaGrad { epsilon: 1e-20_f32, ..AdaGrad::default() };
    assert_eq!(ada_grad.check(), Err(refused));
    let rms_prop = RmsProp { epsilon: 1e-20_f32, ..RmsProp::default() };
    assert_eq!(rms_prop.check(), Err(refused));
    let (adam, twin) = (Adam { epsilon: 1e-12_f32, ..Adam::default() }, Adam { epsilon: 1e-12_f64, ..Adam::default() });
    agrees(&adam, &twin, &[2e-14; 1000]);
    let (single, double) =
        (AdaGrad { epsilon: 1e-12_f32, ..AdaGrad::default() }, AdaGrad { epsilon: 1e-12, ..AdaGrad::default() });
    agrees(&single, &double, &[8e-16; 1000]);
    let (single, double) =
        (RmsProp { epsilon: 1e-12_f32, ..RmsProp::default() }, RmsProp { epsilon: 1e-12, ..RmsProp::default() });
    agrees(&single, &double, &[2e-14; 1000]);
}

/// One and many steps of one gradient, whatever its magnitude.
#[test]
fn every_magnitude_with_every_optimizer() {
    for g in magnitudes() {
        for gradients in [&[g; 1][..], &[g; 40]] {
            for rate in [1e-6, 0.01, 1.0] {
                let double = f64::from(rate);
                agrees(&Sgd { learning_rate: rate }, &Sgd { learning_rate: double }, gradients);
                for (momentum, nesterov) in [(0.0, false), (0.9, false), (0.9, true), (0.999, true)] {
                    let single = Momentum { learning_rate: rate, momentum, nesterov };
                    let double = Momentum { learning_rate: double, momentum: momentum.into(), nesterov };
                    agrees(&single, &double, gradients);
                }
                for epsilon in [(2.0_f32).powi(-40), 1e-10, 1e-4, 1.0] {
                    let (twin_epsilon, most) = (f64::from(epsilon), epsilon * (f32::MAX.sqrt() * 0.125));
                    let rate = rate.min(most);
                    let double = f64::from(rate);
                    // The sum of AdaGrad stops at MAX, as its formula says.
                    if g * g <= f32::MAX / gradients.len() as f32 {
                        let single = AdaGrad { learning_rate: rate, epsilon };
                        agrees(&single, &AdaGrad { learning_rate: double, epsilon: twin_epsilon }, gradients);
                    }
                    for alpha in [0.0, 0.99, 1.0 - f32::EPSILON] {
                        let single = RmsProp { learning_rate: rate, alpha, epsilon };
                        let twin = RmsProp { learning_rate: double, alpha: alpha.into(), epsilon: twin_epsilon };
                        agrees(&single, &twin, gradients);
                    }
                }
            }
        }
    }
}

/// A mean of squares becomes 0 below 2⁻¹²⁴, where a gradient of 0 follows others; at 2⁻¹²⁴ it stays.
#[test]
fn a_mean_of_squares_does_not_become_denormal() {
    let least = (2.0_f32).powi(-124);
    for (before, after) in
        [(2.0 * least, least), (least, 0.0), (1.5 * least, 0.0), (4.0 * least, 2.0 * least), (1.0, 0.5)]
    {
        let mut state = AdamState::<Single>::ZERO;
        state.variance.bias = [before];
        let adam = Adam { beta2: 0.5, ..Adam::default() };
        adam.step(&mut state, 0.0, &mut Single::new(Matrix([[0.0]]), [0.0]), &Single::ZERO, 0..2);
        let mut variance = Single::new(Matrix([[0.0]]), [before]);
        let rms_prop = RmsProp { alpha: 0.5, ..RmsProp::default() };
        rms_prop.step(&mut variance, 0.0, &mut Single::new(Matrix([[0.0]]), [0.0]), &Single::ZERO, 0..2);
        assert_eq!((state.variance.bias, variance.bias), ([after], [after]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    /// Any sequence of magnitudes.
    #[test]
    fn any_sequence(
        powers in proptest::collection::vec((-140.0_f64..60.0, 1_usize..9), 1..30),
        beta1 in 0.0_f32..0.999,
        beta2 in 0.0_f32..1.0,
        epsilon in -40.0_f32..0.0,
        rate in -20.0_f32..0.0,
    ) {
        let gradients: Vec<f32> =
            powers.iter().flat_map(|&(power, times)| std::iter::repeat_n(power.exp2() as f32, times)).collect();
        let (learning_rate, epsilon, beta2) = (rate.exp2(), epsilon.exp2(), beta2.min(1.0 - f32::EPSILON));
        let single = Adam { learning_rate, beta1, beta2, epsilon };
        let twin = Adam {
            learning_rate: learning_rate.into(),
            beta1: beta1.into(),
            beta2: beta2.into(),
            epsilon: epsilon.into(),
        };
        prop_assume!(single.check().is_ok());
        agrees(&single, &twin, &gradients);
        agrees(&AmsGrad(single), &AmsGrad(twin), &gradients);
        let double = RmsProp { learning_rate: learning_rate.into(), alpha: beta2.into(), epsilon: epsilon.into() };
        agrees(&RmsProp { learning_rate, alpha: beta2, epsilon }, &double, &gradients);
        let double = AdaGrad { learning_rate: learning_rate.into(), epsilon: epsilon.into() };
        agrees(&AdaGrad { learning_rate, epsilon }, &double, &gradients);
    }
}
