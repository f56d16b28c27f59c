//! The parameters of seeded jobs, to the last bit. A hash here that changes is a breaking change: it belongs in the CHANGELOG,
//! with its reason. No instruction set, no build profile, no `TILE` and no feature may change one.

use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// Job, and the hash over the bits of all its parameters. `examples/moons.rs` is in the table for `.ci/moons`.
const TABLE: &[(&str, u32)] = &[
    ("moons example", 0xbaee7064),
    ("moons, sgd", 0xc5165b39),
    ("identity", 0x6f293a5b),
    ("moons, adam", 0xbc882cd4),
    ("digits", 0xf5dad9b4),
    ("he normal", 0x492f370c),
    ("clip by norm", 0x8c66cbf2),
    ("moons, momentum", 0x8b69cb29),
    ("clip by value", 0x4f6581ce),
    ("he uniform", 0xedee6816),
    ("relu", 0x35c6254d),
    ("leaky relu", 0xf13c8daf),
    ("glorot normal", 0x61b6fb67),
    ("moons, nesterov", 0x4bfab5ba),
    ("glorot uniform", 0xd4a54000),
    ("elu", 0x2def368a),
    ("moons, adamw", 0xc42a3712),
    ("moons, amsgrad", 0xa7b20a63),
    ("sigmoid", 0xa7e6743c),
    ("lecun normal", 0x2f34d648),
    ("tanh", 0xd4a54000),
    ("moons, rmsprop", 0x10c1a584),
    ("lecun uniform", 0x38123974),
    ("silu", 0x3e26914b),
    ("moons, adagrad", 0x88e2a7d6),
    ("moons, online", 0xaf213eb3),
    ("gelu", 0xc3267e7e),
    ("softplus", 0x817f0282),
    ("tanh, f64", 0xe125ba48),
    ("gelu, f64", 0x0ad75e72),
    ("sequences", 0x72fdb331),
    ("pictures", 0x94e4d96f),
    ("pictures, f64", 0x882a183f),
    ("pools and norms", 0xd048b06c),
    ("gru", 0xf0251c78),
];

#[track_caller]
fn assert_bits(job: &str, bits: u32) {
    let expected = TABLE.iter().find(|(name, _)| *name == job).map(|&(_, bits)| bits);
    assert_eq!(expected, Some(bits), "{job}: expected {expected:08x?}, found (\"{job}\", 0x{bits:08x}),");
}

type Moons = (Dense<2, 64, Relu>, Dropout<64>, Dense<64, 32, Relu>, Dropout<32>, Dense<32, 1>);

/// The main job: 800 moons, dropout, L2, batches of 32.
fn moons<O: Optimizer<f32>, const TILE: usize>(optimizer: O, epochs: u32) -> u32 {
    let (mut inputs, mut targets) = (vec![[0.0; 2]; 1000], vec![[0.0]; 1000]);
    datasets::moons(&mut inputs, &mut targets, 0.2, 1).unwrap();
    let split = split::train_test_split(&mut inputs, &mut targets, 200, 1).unwrap();
    let train = split.train.samples().unwrap();
    let mut trainer = Box::new(Trainer::<Moons, O, TILE>::ZERO);
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    trainer.network.1.rate = 0.1;
    trainer.network.3.rate = 0.1;
    let settings = Settings { l2: 0.001, epochs, seed: 1, ..Settings::new(BinaryCrossEntropy::default(), optimizer) };
    trainer.fit(&settings, &train, None, None, |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    trainer.network.bits()
}

#[test]
fn moons_example() {
    assert_bits("moons example", moons::<_, 32>(Adam::default(), 200));
}

#[test]
fn moons_with_every_optimizer() {
    assert_bits("moons, sgd", moons::<_, 32>(Sgd { learning_rate: 0.1 }, 5));
    assert_bits("moons, momentum", moons::<_, 32>(Momentum::default(), 5));
    assert_bits("moons, nesterov", moons::<_, 32>(Momentum { nesterov: true, ..Momentum::default() }, 5));
    assert_bits("moons, adam", moons::<_, 32>(Adam::default(), 5));
    assert_bits("moons, adamw", moons::<_, 32>(AdamW::default(), 5));
    assert_bits("moons, amsgrad", moons::<_, 32>(AmsGrad::default(), 5));
    assert_bits("moons, rmsprop", moons::<_, 32>(RmsProp::default(), 5));
    assert_bits("moons, adagrad", moons::<_, 32>(AdaGrad::default(), 5));
}

/// One sample at a time, straight into the weights.
#[test]
fn moons_online() {
    let (mut inputs, mut targets) = (vec![[0.0; 2]; 1000], vec![[0.0]; 1000]);
    datasets::moons(&mut inputs, &mut targets, 0.2, 1).unwrap();
    let mut online = Box::new(Online::<Moons>::ZERO);
    online.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    online.network.1.rate = 0.1;
    online.network.3.rate = 0.1;
    let sgd = Sgd { learning_rate: 0.05 };
    let settings = Settings { l2: 0.001, seed: 1, ..Settings::new(BinaryCrossEntropy::default(), sgd) };
    for (input, target) in inputs.iter().zip(&targets) {
        online.step(&settings, input, target).unwrap();
    }
    assert_bits("moons, online", online.network.bits());
}

/// No tile size changes a bit: not one row at a time, not sizes that divide nothing, not more than a batch.
#[test]
fn moons_in_every_tile() {
    assert_bits("moons, adam", moons::<_, 1>(Adam::default(), 5));
    assert_bits("moons, adam", moons::<_, 3>(Adam::default(), 5));
    assert_bits("moons, adam", moons::<_, 8>(Adam::default(), 5));
    assert_bits("moons, adam", moons::<_, 17>(Adam::default(), 5));
    assert_bits("moons, adam", moons::<_, 64>(Adam::default(), 5));
}

/// One epoch of the UCI digits.
#[test]
fn digits() {
    let file = include_str!("../examples/data/digits.csv");
    let (mut inputs, mut targets) = (vec![], vec![]);
    for line in file.lines().skip(1).take(1437) {
        let numbers: Vec<u8> = line.split(',').map(|number| number.parse().unwrap()).collect();
        inputs.push(
            <[f32; 64]>::try_from(&*numbers[..64].iter().map(|&p| f32::from(p) / 16.0).collect::<Vec<_>>()).unwrap(),
        );
        targets.push(usize::from(numbers[64]));
    }
    let samples = Samples::new(&inputs, &targets).unwrap();
    let mut trainer = Box::new(Trainer::<(Dense<64, 128, Relu>, Dense<128, 64, Relu>, Dense<64, 10>), Adam, 32>::ZERO);
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
    let settings = Settings { epochs: 1, ..Settings::new(SoftmaxCrossEntropy::default(), Adam::default()) };
    trainer.fit(&settings, &samples, None, None, |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    assert_bits("digits", trainer.network.bits());
}

/// A few steps of regression through one activation.
fn regression<A: Activation, T: Scalar>(init: Option<Init>, clip: Clip<T>) -> u32 {
    let mut rng = XorShiftRng::seed_from_u64(9);
    let mut draw = || T::uniform(&mut rng) * T::from_f64(4.0) - T::from_f64(2.0);
    let inputs: Vec<[T; 3]> = (0..50).map(|_| [draw(), draw(), draw()]).collect();
    let targets: Vec<[T; 2]> = inputs.iter().map(|&[a, b, c]| [a * b, b - c]).collect();
    let mut trainer =
        Box::new(Trainer::<(Dense<3, 11, A, T>, Dense<11, 5, A, T>, Dense<5, 2, Identity, T>), Adam<T>, 8>::ZERO);
    trainer.network.initialize(init, &mut XorShiftRng::seed_from_u64(2));
    let settings = Settings { epochs: 4, batch_size: 12, clip, ..Settings::new(Huber::default(), Adam::default()) };
    let samples = Samples::new(&inputs, &targets).unwrap();
    trainer.fit(&settings, &samples, None, None, |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    trainer.network.bits()
}

#[test]
fn every_activation() {
    let clip = Clip::None;
    assert_bits("identity", regression::<Identity, f32>(None, clip));
    assert_bits("relu", regression::<Relu, f32>(None, clip));
    assert_bits("leaky relu", regression::<LeakyRelu, f32>(None, clip));
    assert_bits("elu", regression::<Elu, f32>(None, clip));
    assert_bits("sigmoid", regression::<Sigmoid, f32>(None, clip));
    assert_bits("tanh", regression::<Tanh, f32>(None, clip));
    assert_bits("silu", regression::<Silu, f32>(None, clip));
    assert_bits("gelu", regression::<Gelu, f32>(None, clip));
    assert_bits("softplus", regression::<Softplus, f32>(None, clip));
    assert_bits("tanh, f64", regression::<Tanh, f64>(None, Clip::None));
    assert_bits("gelu, f64", regression::<Gelu, f64>(None, Clip::None));
}

#[test]
fn every_initialiser() {
    for (name, init) in [
        ("he normal", Init::HeNormal),
        ("he uniform", Init::HeUniform),
        ("glorot normal", Init::GlorotNormal),
        ("glorot uniform", Init::GlorotUniform),
        ("lecun normal", Init::LeCunNormal),
        ("lecun uniform", Init::LeCunUniform),
    ] {
        assert_bits(name, regression::<Tanh, f32>(Some(init), Clip::None));
    }
}

#[test]
fn clipping() {
    assert_bits("clip by norm", regression::<Tanh, f32>(None, Clip::Norm(0.5)));
    assert_bits("clip by value", regression::<Tanh, f32>(None, Clip::Value(0.05)));
}

/// ½·Σ(y − t)² with the target 0.25, for rows of any shape.
struct Squares;

impl<Y: Row> Loss<Y> for Squares {
    type Target = ();
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }
    fn check_target(&self, _: usize, (): &()) -> Result<(), Error> {
        Ok(())
    }
    fn evaluate(&self, outputs: &Y, (): &(), delta: &mut Y) -> Y::Scalar {
        let mut loss = Y::Scalar::ZERO;
        for (d, &y) in delta.values_mut().iter_mut().zip(outputs.values()) {
            *d = y - Y::Scalar::from_f64(0.25);
            loss += Y::Scalar::from_f64(0.5) * *d * *d;
        }
        loss
    }
    fn link(&self, _: &mut Y) {}
}

/// A few steps of two convolutions: the second gives the first its ∂x.
fn convolutions<N: Layer, const TILE: usize>() -> u32 {
    let mut rng = XorShiftRng::seed_from_u64(9);
    let mut inputs = vec![N::Input::ZERO; 30];
    for x in Row::flat_mut(&mut inputs) {
        *x = N::Scalar::uniform(&mut rng) - N::Scalar::from_f64(0.5);
    }
    let mut trainer = Box::new(Trainer::<N, Adam<N::Scalar>, TILE>::ZERO);
    trainer.network.initialize_seeded(2);
    let settings = Settings { epochs: 4, batch_size: 12, ..Settings::new(Squares, Adam::default()) };
    let samples = Samples::new(&inputs, &[(); 30]).unwrap();
    trainer.fit(&settings, &samples, None, None, |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    trainer.network.bits()
}

/// Kernels and channels that fill vectors in part, windows that overlap and that leave numbers at the end unread.
#[test]
fn convolutions_of_both_kinds() {
    type Sequences = (Conv1d<40, 36, 6, 17, 5, 1, Relu>, Conv1d<36, 17, 17, 5, 3, 2>);
    type Pictures<T> = (Conv2d<9, 7, 11, 9, 3, 10, 3, 3, 1, Gelu, T>, Conv2d<7, 3, 9, 4, 10, 4, 2, 3, 2, Identity, T>);
    assert_bits("sequences", convolutions::<Sequences, 8>());
    assert_bits("sequences", convolutions::<Sequences, 1>());
    assert_bits("sequences", convolutions::<Sequences, 7>());
    assert_bits("pictures", convolutions::<Pictures<f32>, 8>());
    assert_bits("pictures", convolutions::<Pictures<f32>, 5>());
    assert_bits("pictures, f64", convolutions::<Pictures<f64>, 8>());
    assert_bits("pictures, f64", convolutions::<Pictures<f64>, 1>());
}

/// A few epochs of sums of sequences: 40 rows in batches of 7.
fn sequences<N, const L: usize, const C: usize, const TILE: usize>() -> u32
where
    N: Layer<Scalar = f32, Input = [[f32; C]; L], Output = [f32; 2]>,
{
    let mut rng = XorShiftRng::seed_from_u64(4);
    let mut draw = || f32::uniform(&mut rng) * 4.0 - 2.0;
    let inputs: Vec<[[f32; C]; L]> = (0..40).map(|_| [(); L].map(|()| [(); C].map(|()| draw()))).collect();
    let targets: Vec<[f32; 2]> = inputs.iter().map(|x| [x[0][0] * x[L - 1][C - 1], x[L / 2][0] - x[1][0]]).collect();
    let mut trainer = Box::new(Trainer::<N, Adam, TILE>::ZERO);
    trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(5));
    let settings = Settings { epochs: 4, batch_size: 7, l2: 0.01, ..Settings::new(MeanSquaredError, Adam::new(0.02)) };
    let samples = Samples::new(&inputs, &targets).unwrap();
    trainer.fit(&settings, &samples, None, None, |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    trainer.network.bits()
}

/// Windows that overlap and that do not, blocks, both kinds of means.
#[test]
fn pools_and_norms() {
    type Net = (
        LayerNorm<3, f32, [[f32; 3]; 16]>,
        Residual<LayerNorm<3, f32, [[f32; 3]; 16]>>,
        MaxPool1d<16, 7, 3, 3, 2>,
        AveragePool1d<7, 6, 3, 2, 1>,
        LayerNorm<3, f32, [[f32; 3]; 6]>,
        Flatten<[[f32; 3]; 6], 18>,
        Residual<(LayerNorm<18>, Dense<18, 18, Gelu>)>,
        Dense<18, 2>,
    );
    for bits in [sequences::<Net, 16, 3, 1>(), sequences::<Net, 16, 3, 3>(), sequences::<Net, 16, 3, 8>()] {
        assert_bits("pools and norms", bits);
    }
}

/// Two layers, so that ∂loss/∂x of the second counts; 20 units are more than a vector and no multiple of one.
#[test]
fn gru() {
    type Net = (Gru<9, 3, 20, AllStates>, Gru<9, 20, 5>, Dense<5, 2>);
    for bits in [sequences::<Net, 9, 3, 1>(), sequences::<Net, 9, 3, 3>(), sequences::<Net, 9, 3, 8>()] {
        assert_bits("gru", bits);
    }
}
