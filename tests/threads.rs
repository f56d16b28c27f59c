//! Any number of threads gives the same bits.

use bareprop::*;

const ROWS: usize = 75;

/// Dense layers, with dropout. The one in the middle is divided: its outputs, its gradient, the deltas of the layer before it.
type Wide = (Dense<7, 520, Relu>, Dense<520, 521, Relu>, Dropout<521>, Dense<521, 11>);
/// Convolutions: pieces of 3 numbers, of one and of 16.
type Picture = (
    Conv2d<18, 16, 18, 16, 1, 16, 3, 3, 1, Relu>,
    Conv2d<16, 14, 16, 14, 16, 12, 3, 3, 1, Tanh>,
    Flatten<[[[f32; 12]; 14]; 14], 2352>,
    Dense<2352, 11>,
);
/// Recurrent layers: that of all states has inputs that learn below it.
type Sequence = (Gru<24, 6, 40, AllStates>, Gru<24, 40, 40>, Dense<40, 11>);

/// What a step of Adam and an evaluation leave, with a tile that divides the rows and one that does not.
fn trained<N: Layer<Scalar = f32, Output = [f32; 11]>, const TILE: usize>(set: fn(&mut N)) -> (u32, u32, u32, u32) {
    let mut inputs = vec![N::Input::ZERO; ROWS];
    for (row, x) in inputs.iter_mut().enumerate() {
        for (column, x) in x.values_mut().iter_mut().enumerate() {
            *x = ((row * 31 + column * 17) % 101) as f32 / 50.0 - 1.0;
        }
    }
    let classes: Vec<usize> = (0..ROWS).map(|row| row % 11).collect();
    let samples = Samples::new(&inputs, &classes).unwrap();
    let settings = Settings { l2: 0.1, ..Settings::new(SoftmaxCrossEntropy::default(), Adam::new(0.001)) };
    let mut trainer = Boxed::<Trainer<N, Adam, TILE>>::zero();
    trainer.network.initialize_seeded(1);
    set(&mut trainer.network);
    trainer.accumulate(&settings, &samples).unwrap();
    let gradient = trainer.gradient().bits();
    let step = trainer.update(&settings).unwrap();
    let loss = trainer.evaluate(&settings.loss, &samples).unwrap();
    (gradient, step.gradient_norm.to_bits(), trainer.network.bits(), loss.to_bits())
}

fn same_with_threads<N: Layer<Scalar = f32, Output = [f32; 11]>>(set: fn(&mut N)) {
    let expected = trained::<N, ROWS>(set);
    assert_eq!(trained::<N, 64>(set), expected);
    for threads in 1..=5 {
        assert_eq!(with_threads(threads, || trained::<N, ROWS>(set)).unwrap(), expected, "{threads} threads");
    }
    assert_eq!(with_threads(0, || trained::<N, ROWS>(set)).unwrap(), expected, "as many as there are");
    assert_eq!(with_threads(2, || trained::<N, 64>(set)).unwrap(), expected, "two tiles");
}

#[test]
fn dense_layers() {
    same_with_threads::<Wide>(|network| network.2.rate = 0.25);
}

#[test]
fn convolutions() {
    same_with_threads::<Picture>(|_| ());
}

#[test]
fn recurrent_layers() {
    same_with_threads::<Sequence>(|_| ());
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
