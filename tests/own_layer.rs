//! The layers of examples/12_own_layer, written outside of the crate: short, with right gradients, whatever TILE, and trained.

#[path = "../examples/12_own_layer/layer_norm.rs"]
mod layer_norm;
#[path = "../examples/12_own_layer/residual.rs"]
mod residual;

use bareprop::*;
use layer_norm::LayerNorm;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;
use residual::Residual;

/// Lines of code: no comments, no blank lines, no `use`, and a signature that rustfmt has wrapped counts once.
fn lines(source: &str) -> usize {
    let code = source
        .lines()
        .map(str::trim)
        .filter(|line| !(line.is_empty() || line.starts_with("//") || line.starts_with("use ")));
    let (mut count, mut signature) = (0, false);
    for line in code {
        count += usize::from(!signature);
        signature = (signature || (line.starts_with("fn ") && line.ends_with('('))) && !line.ends_with('{');
    }
    count
}

#[test]
fn at_most_40_lines_each() {
    let sources =
        [include_str!("../examples/12_own_layer/layer_norm.rs"), include_str!("../examples/12_own_layer/residual.rs")];
    for source in sources {
        assert!((20..=40).contains(&lines(source)), "{} lines", lines(source));
    }
}

const INPUTS: [[f64; 3]; 5] =
    [[0.5, -1.0, 2.0], [0.25, 2.0, -0.5], [1.0, 1.5, 1.0], [-1.0, 0.5, 0.0], [2.0, -2.0, 0.1]];
const TARGETS: [[f64; 2]; 5] = [[0.5, -1.0], [0.0, 1.0], [1.0, 1.0], [-1.0, 0.0], [0.25, 0.75]];

type Norm = ByRow<LayerNorm<4, f64>>;
/// First, in the middle, behind ReLU and dropout, around a nested tuple, last.
type Net = (
    ByRow<LayerNorm<3, f64>>,
    Dense<3, 4, Relu, f64>,
    Residual<Norm>,
    Residual<(Norm, Dense<4, 4, Relu, f64>, Dropout<4, f64>, Dense<4, 4, Gelu, f64>)>,
    Dense<4, 2, Identity, f64>,
    Residual<Dense<2, 2, Tanh, f64>>,
);

fn trainer<const TILE: usize>() -> Trainer<Net, Adam<f64>, TILE> {
    let mut trainer = Trainer::<Net, Adam<f64>, TILE>::ZERO;
    let mut rng = XorShiftRng::seed_from_u64(5);
    trainer.network.initialize(None, &mut rng);
    for index in 0..Net::TENSORS {
        for w in trainer.network.tensor_mut(index) {
            *w += (f64::uniform(&mut rng) - 0.5) * 0.5;
        }
    }
    trainer.network.3.0.2.rate = 0.3;
    trainer
}

#[test]
fn gradients() {
    let samples = Samples::new(&INPUTS, &TARGETS).unwrap();
    let settings = Settings { l2: 0.1, ..Settings::new(MeanSquaredError, Adam::default()) };
    for seed in 0..10 {
        let settings = Settings { seed, ..settings };
        let check = trainer::<2>().gradient_check(&settings, &samples, 1e-5).unwrap();
        assert!(check.relative_error < 1e-6, "{check:?}");
    }
}

/// Every tile gives the same bits, and a batch in two calls too.
#[test]
fn any_tile() {
    fn trained<const TILE: usize>(cut: usize) -> u32 {
        let settings = Settings { l2: 0.1, seed: 3, ..Settings::new(MeanSquaredError, Adam::default()) };
        let mut trainer = trainer::<TILE>();
        for _ in 0..3 {
            trainer.accumulate(&settings, &Samples::new(&INPUTS[..cut], &TARGETS[..cut]).unwrap()).unwrap();
            trainer.accumulate(&settings, &Samples::new(&INPUTS[cut..], &TARGETS[cut..]).unwrap()).unwrap();
            trainer.update(&settings).unwrap();
        }
        trainer.network.bits()
    }
    let expected = trained::<1>(2);
    assert_eq!([trained::<2>(2), trained::<3>(1), trained::<5>(3), trained::<32>(4)], [expected; 4]);
}

/// The parameters of wrapped layers are found, by layer and kind.
#[test]
fn parameters() {
    type Block = Residual<(Norm, Dense<4, 4, Relu, f64>)>;
    assert_eq!((Block::COUNT, Block::TENSORS, Block::LAYERS, Net::LAYERS), (28, 4, 2, 9));
    assert_eq!([0, 1, 2, 3].map(|index| Block::describe(index).0), [0, 0, 1, 1]);
    let mut network = Block::ZERO;
    let lengths = [0, 1, 2, 3, 4].map(|index| network.tensor_mut(index).len());
    assert_eq!(lengths, [4, 4, 16, 4, 0]);
}

/// Rows of two and three axes: of a layer that flattens them, with what stands around it.
#[test]
fn rows_with_axes() {
    struct Flat<R, const N: usize>(std::marker::PhantomData<R>);
    impl<R: Row<Scalar = f64>, const N: usize> Zero for Flat<R, N> {
        const ZERO: Self = Flat(std::marker::PhantomData);
    }
    impl<R: Row<Scalar = f64>, const N: usize> Parameters for Flat<R, N> {
        type Scalar = f64;
    }
    impl<R: Row<Scalar = f64>, const N: usize> PerRow for Flat<R, N> {
        type Input = R;
        type Output = [f64; N];
        fn apply(&self, x: &R, y: &mut [f64; N]) {
            y.copy_from_slice(x.values());
        }
        fn pull_back(&self, _: &R, dy: &[f64; N], dx: &mut R) {
            dx.values_mut().copy_from_slice(dy);
        }
    }
    fn trained<R: Row<Scalar = f64>>(inputs: &[R]) -> u32 {
        let mut trainer = Trainer::<(ByRow<Flat<R, 12>>, Dense<12, 2, Identity, f64>), Adam<f64>, 2>::ZERO;
        trainer.network.initialize(None, &mut XorShiftRng::seed_from_u64(1));
        let samples = Samples::new(inputs, &TARGETS[..3]).unwrap();
        let settings = Settings { epochs: 3, ..Settings::new(MeanSquaredError, Adam::default()) };
        trainer.fit(&settings, &samples, None, None, |_, _| std::ops::ControlFlow::Continue(())).unwrap();
        trainer.network.bits()
    }
    let flat = [0, 1, 2].map(|row| std::array::from_fn::<f64, 12, _>(|i| (row * 12 + i) as f64 / 20.0));
    let two = flat.map(|row| [0, 1, 2].map(|l| std::array::from_fn::<f64, 4, _>(|c| row[4 * l + c])));
    let three =
        flat.map(|row| [0, 1].map(|h| [0, 1, 2].map(|w| std::array::from_fn::<f64, 2, _>(|c| row[6 * h + 2 * w + c]))));
    let expected = trained(&flat);
    assert_eq!([trained(&two), trained(&three)], [expected; 2]);
    // An error counts features through all axes.
    let mut broken = three;
    broken[1][1][2][0] = f64::NAN;
    assert!(matches!(Samples::new(&broken, &TARGETS[..3]), Err(Error::Feature { row: 1, column: 10, .. })));
}

/// A layer that does not say how it is written as source cannot be, nor can a network with it; it has no settings.
#[test]
fn without_source() {
    let (mut network, mut source) = (Net::ZERO, String::new());
    assert!(network.0.write_source(&mut source).is_err());
    assert!(network.write_source(&mut source).is_err());
    assert!(network.0.setting_mut(0).is_none());
}
