//! What tests of a layer have in common.
#![allow(dead_code, reason = "each test takes what it needs")]

use crate::golden::{assert_close, numbers, tolerance};
use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;
use serde_json::Value;

/// Rows of a file.
pub fn rows<R: Row<Scalar = f64>>(value: &Value) -> Vec<R> {
    let numbers = numbers(value);
    assert_eq!(numbers.len() % R::WIDTH, 0);
    let mut rows = vec![R::ZERO; numbers.len() / R::WIDTH];
    R::flat_mut(&mut rows).copy_from_slice(&numbers);
    rows
}

/// Outputs, ∂loss/∂x and the gradient of each tensor, for the delta that the file has. `load` sets the parameters. `expected` gives
/// the gradients, tensor by tensor. The three rows of the file are a tile of 4 that is not full.
pub fn torch<N: Layer<Scalar = f64>>(case: &Value, load: impl Fn(&mut N), expected: impl Fn(&Value) -> Vec<Vec<f64>>) {
    let name = std::any::type_name::<N>();
    let (inputs, mut delta) = (rows::<N::Input>(&case["x"]), rows::<N::Output>(&case["upstream"]));
    let (mut layer, mut gradient) = (N::ZERO, N::ZERO);
    load(&mut layer);
    let (mut tape, mut deltas) = (N::Tape::<4>::ZERO, N::Deltas::<4>::ZERO);
    let (mut outputs, mut input_delta) = (vec![N::Output::ZERO; inputs.len()], vec![N::Input::ZERO; inputs.len()]);
    layer.forward::<4>(&inputs, &mut tape, &mut outputs, None);
    assert_close(name, N::Output::flat(&outputs), &numbers(&case["y"]), tolerance::GRADIENT);
    let pass = BackwardPass::new(&inputs, &tape, &outputs, None);
    layer.backward::<4>(pass, &mut delta, &mut deltas, Some(&mut input_delta));
    assert_close(name, N::Input::flat(&input_delta), &numbers(&case["x_grad"]), tolerance::GRADIENT);
    gradient.add_gradient::<4>(1.0, &inputs, &tape, &delta, &deltas);
    let expected = expected(&case["parameter_grads"]);
    assert_eq!(expected.len(), N::TENSORS, "{name}");
    for (index, expected) in expected.iter().enumerate() {
        assert_close(&format!("{name} {index}"), gradient.tensor(index), expected, tolerance::GRADIENT);
    }
    let mut set = N::ZERO;
    set.fill(f64::NAN);
    set.set_gradient::<4>(&inputs, &tape, &delta, &deltas);
    assert_eq!(set.bits(), gradient.bits(), "{name}: set_gradient");
}

/// Rows of numbers in ±1.5.
pub fn draw<R: Row>(rows: usize, seed: u64) -> Vec<R> {
    let (mut rng, mut drawn) = (XorShiftRng::seed_from_u64(seed), vec![R::ZERO; rows]);
    for x in R::flat_mut(&mut drawn) {
        *x = R::Scalar::from_f64(R::Scalar::uniform(&mut rng).to_f64() * 3.0 - 1.5);
    }
    drawn
}

/// Changes every parameter a little, so that none is 0 or 1.
pub fn shake<N: Layer>(network: &mut N, seed: u64) {
    let mut rng = XorShiftRng::seed_from_u64(seed);
    network.initialize(None, &mut rng);
    for index in 0..N::TENSORS {
        for w in network.tensor_mut(index) {
            *w += N::Scalar::from_f64(N::Scalar::uniform(&mut rng).to_f64() * 0.6 - 0.3);
        }
    }
}

/// Backpropagation against central differences, with L2, for three seeds; every tensor has a gradient.
pub fn check_gradients<N: Layer<Scalar = f64>>()
where
    MeanSquaredError: Loss<N::Output, Target = N::Output>,
{
    for seed in 1..4 {
        let (inputs, targets) = (draw::<N::Input>(5, seed), draw::<N::Output>(5, seed + 10));
        let samples = Samples::new(&inputs, &targets).unwrap();
        let settings = Settings { l2: 0.1, seed, ..Settings::new(MeanSquaredError, Sgd::default()) };
        let mut trainer = Box::new(Trainer::<N, Sgd<f64>, 3>::ZERO);
        shake(&mut trainer.network, seed);
        let check = trainer.gradient_check(&settings, &samples, 1e-5).unwrap();
        assert!(check.relative_error <= tolerance::DIFFERENCES, "{}: {check:?}", std::any::type_name::<N>());
        trainer.accumulate(&settings, &samples).unwrap();
        for index in 0..N::TENSORS {
            assert!(trainer.gradient().tensor(index).iter().all(|&g| g != 0.0), "tensor {index} learns nothing");
        }
    }
}

/// Trains with several tiles, of which most divide neither the batch nor the rows: the same bits. The inputs of training are not
/// those of the test of gradients.
pub fn any_tile<N: Layer>()
where
    MeanSquaredError: Loss<N::Output, Target = N::Output>,
{
    fn trained<N: Layer, const TILE: usize>() -> u32
    where
        MeanSquaredError: Loss<N::Output, Target = N::Output>,
    {
        let (inputs, targets) = (draw::<N::Input>(23, 1), draw::<N::Output>(23, 2));
        let samples = Samples::new(&inputs, &targets).unwrap();
        let mut trainer = Box::new(Trainer::<N, Adam<N::Scalar>, TILE>::ZERO);
        shake(&mut trainer.network, 3);
        let before = trainer.network.bits();
        let adam = Adam::new(N::Scalar::from_f64(0.01));
        let settings = Settings { epochs: 3, batch_size: 19, ..Settings::new(MeanSquaredError, adam) };
        trainer.fit(&settings, &samples, None, None, |_, _| ()).unwrap();
        assert_ne!(trainer.network.bits(), before);
        trainer.network.bits()
    }
    let expected = trained::<N, 1>();
    let found = [trained::<N, 2>(), trained::<N, 3>(), trained::<N, 5>(), trained::<N, 8>(), trained::<N, 32>()];
    assert_eq!(found, [expected; 5], "{}", std::any::type_name::<N>());
}
