//! Any number of threads gives the same bits.

use bareprop::*;

/// The layer in the middle is divided: its outputs, its gradient, the deltas of the layer before it.
type Net = (Dense<7, 520, Relu>, Dense<520, 521, Relu>, Dropout<521>, Dense<521, 11>);
const ROWS: usize = 75;

/// What a step of Adam and an evaluation leave, with a tile that divides the rows and one that does not.
fn trained<const TILE: usize>() -> (u32, u32, u32, u32) {
    let inputs: Vec<[f32; 7]> = (0..ROWS)
        .map(|row| std::array::from_fn(|column| ((row * 31 + column * 17) % 101) as f32 / 50.0 - 1.0))
        .collect();
    let classes: Vec<usize> = (0..ROWS).map(|row| row % 11).collect();
    let samples = Samples::new(&inputs, &classes).unwrap();
    let settings = Settings { l2: 0.1, ..Settings::new(SoftmaxCrossEntropy::default(), Adam::new(0.001)) };
    let mut trainer = Boxed::<Trainer<Net, Adam, TILE>>::zero();
    trainer.network.initialize_seeded(1);
    trainer.network.2.rate = 0.25;
    trainer.accumulate(&settings, &samples).unwrap();
    let gradient = trainer.gradient().bits();
    let step = trainer.update(&settings).unwrap();
    let loss = trainer.evaluate(&settings.loss, &samples).unwrap();
    (gradient, step.gradient_norm.to_bits(), trainer.network.bits(), loss.to_bits())
}

#[test]
fn training_and_evaluation() {
    let expected = trained::<ROWS>();
    assert_eq!(trained::<64>(), expected);
    for threads in 1..=5 {
        assert_eq!(with_threads(threads, trained::<ROWS>).unwrap(), expected, "{threads} threads");
    }
    assert_eq!(with_threads(0, trained::<ROWS>).unwrap(), expected, "as many as there are");
    assert_eq!(with_threads(2, trained::<64>).unwrap(), expected, "two tiles");
}

/// Three steps of an optimizer with a gradient of both signs and zeros.
fn steps<O: Optimizer<f32>>(optimizer: &O) -> u32 {
    type Layer = Dense<530, 601>;
    let (mut network, mut gradient) = (Boxed::<Layer>::zero(), Boxed::<Layer>::zero());
    let mut state = Boxed::<O::State<Layer>>::zero();
    network.initialize_seeded(1);
    for (index, g) in gradient.tensor_mut(0).iter_mut().enumerate() {
        *g = (index % 103) as f32 * 0.01 - 0.5;
    }
    for _ in 0..3 {
        optimizer.step(&mut state, 0.01, &mut network, &gradient, 0..Layer::TENSORS);
    }
    network.bits()
}

#[test]
fn each_optimizer() {
    fn same(optimizer: impl Optimizer<f32> + Sync) {
        let expected = steps(&optimizer);
        assert_eq!(with_threads(3, || steps(&optimizer)).unwrap(), expected);
    }
    same(Sgd::default());
    same(Momentum::default());
    same(Momentum { nesterov: true, ..Momentum::default() });
    same(AdaGrad::default());
    same(RmsProp::default());
    same(Adam::default());
    same(AdamW::default());
    same(AmsGrad::default());
}

#[test]
fn a_panic_comes_through() {
    let panicked = std::panic::catch_unwind(|| with_threads(3, || panic!("on purpose")));
    assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"on purpose"));
}

/// What fits on the stack of a main thread of Linux, which has 8 MB, fits here; other threads have 2 MB.
#[test]
fn the_stack_is_large() {
    let sum = || {
        let mut large = [1_u8; 6 << 20];
        std::hint::black_box(&mut large).iter().map(|&byte| u32::from(byte)).sum::<u32>()
    };
    assert_eq!(with_threads(2, sum).unwrap(), 6 << 20);
}

#[test]
fn the_result_comes_back() {
    let mut sum = 0;
    assert_eq!(with_threads(2, || std::mem::replace(&mut sum, 5)).unwrap(), 0);
    assert_eq!(sum, 5);
}
