//! Pools and Flatten: PyTorch's values, central differences, ties, and the same bits with any `TILE`.

mod golden;
mod layer;

use bareprop::*;
use golden::golden;
use layer::{any_tile, check_gradients, torch};

#[test]
fn values_of_pytorch() {
    let file = golden("torch_sequences");
    let case = |name: &str| &file["layers"][name];
    torch::<MaxPool1d<12, 4, 3, 3, 3, f64>>(case("max_pool1d"), |_| (), |_| vec![]);
    torch::<AveragePool1d<12, 4, 3, 3, 3, f64>>(case("average_pool1d"), |_| (), |_| vec![]);
    torch::<GlobalAveragePool<[[f64; 3]; 12]>>(case("global_average_pool"), |_| (), |_| vec![]);
    torch::<MaxPool2d<6, 3, 5, 2, 3, 2, 2, f64>>(case("max_pool2d"), |_| (), |_| vec![]);
}

/// What `backward` makes of a delta, for one row.
fn input_delta<N: Layer>(layer: &N, x: N::Input, mut delta: N::Output) -> (N::Output, N::Input) {
    let (mut tape, mut deltas, mut y) = (N::Tape::<1>::ZERO, N::Deltas::<1>::ZERO, N::Output::ZERO);
    layer.forward::<1>(&[x], &mut tape, std::slice::from_mut(&mut y), None);
    let mut dx = N::Input::ZERO;
    let pass = BackwardPass::new(std::slice::from_ref(&x), &tape, std::slice::from_ref(&y), None);
    layer.backward::<1>(pass, std::slice::from_mut(&mut delta), &mut deltas, Some(std::slice::from_mut(&mut dx)));
    (y, dx)
}

/// The first of equal numbers gets the gradient, also of two zeros; steps behind the last window get none.
#[test]
fn ties() {
    let pool = MaxPool1d::<7, 2, 1, 3>::new();
    let (y, dx) = input_delta(&pool, [[1.0], [2.0], [2.0], [-0.0], [0.0], [-1.0], [9.0]], [[5.0], [7.0]]);
    assert_eq!(y.map(|[y]| y.to_bits()), [2.0_f32, -0.0].map(f32::to_bits));
    assert_eq!(dx, [[0.0], [5.0], [0.0], [7.0], [0.0], [0.0], [0.0]]);
}

/// A window that shares steps with others adds to their gradient.
#[test]
fn windows_that_overlap() {
    let (y, dx) =
        input_delta(&MaxPool1d::<5, 3, 1, 3, 1>::new(), [[1.0], [2.0], [3.0], [2.0], [1.0]], [[1.0], [2.0], [4.0]]);
    assert_eq!((y, dx), ([[3.0]; 3], [[0.0], [0.0], [7.0], [0.0], [0.0]]));
    let (y, dx) =
        input_delta(&AveragePool1d::<5, 2, 1, 3, 2>::new(), [[1.0], [2.0], [3.0], [4.0], [5.0]], [[3.0], [6.0]]);
    assert_eq!((y, dx), ([[2.0], [4.0]], [[1.0], [1.0], [3.0], [2.0], [2.0]]));
    let picture = [[[1.0], [2.0], [3.0]], [[4.0], [9.0], [6.0]], [[7.0], [8.0], [5.0]]];
    let (y, dx) = input_delta(&MaxPool2d::<3, 2, 3, 2, 1, 2, 1>::new(), picture, [[[1.0], [2.0]], [[4.0], [8.0]]]);
    assert_eq!((y, dx[1][1]), ([[[9.0]; 2]; 2], [15.0]));
    let (y, dx) =
        input_delta(&AveragePool2d::<3, 2, 3, 2, 1, 2, 1>::new(), picture, [[[4.0], [8.0]], [[16.0], [32.0]]]);
    assert_eq!(y, [[[4.0], [5.0]], [[7.0], [7.0]]]);
    assert_eq!(dx, [[[1.0], [3.0], [2.0]], [[5.0], [15.0], [10.0]], [[4.0], [12.0], [8.0]]]);
}

/// A number that is not finite is seen behind a pool.
#[test]
fn not_a_number() {
    for place in 0..3 {
        let mut x = [[1.0], [2.0], [0.5]];
        x[place] = [f32::NAN];
        assert!(input_delta(&MaxPool1d::<3, 1, 1, 3>::new(), x, [[1.0]]).0[0][0].is_nan());
        assert!(input_delta(&AveragePool1d::<3, 1, 1, 3>::new(), x, [[1.0]]).0[0][0].is_nan());
    }
}

/// The mean of each channel; each place gets an equal part of its delta.
#[test]
fn global_means() {
    let found = input_delta(&GlobalAveragePool::new(), [[1.0_f32, 2.0], [3.0, 6.0]], [5.0, -1.0]);
    assert_eq!(found, ([2.0, 4.0], [[2.5, -0.5], [2.5, -0.5]]));
    assert_eq!(input_delta(&GlobalAveragePool::default(), [[1.0_f32, 2.0], [3.0, 6.0]], [5.0, -1.0]), found);
}

#[test]
fn order_of_flatten() {
    let steps = [[1.0_f32, 2.0], [3.0, 4.0], [5.0, 6.0]];
    let found = input_delta(&Flatten::<[[f32; 2]; 3], 6>::new(), steps, [6.0, 5.0, 4.0, 3.0, 2.0, 1.0]);
    assert_eq!(found, ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [[6.0, 5.0], [4.0, 3.0], [2.0, 1.0]]));
    let picture = [[[1.0_f64, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]];
    let (y, dx) = input_delta(&Flatten::<_, 8>::new(), picture, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    assert_eq!((y, dx), ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], picture));
}

/// Two axes: pools that overlap, pools that leave steps out.
type Sequence<T> = (
    LayerNorm<3, T, [[T; 3]; 12]>,
    MaxPool1d<12, 5, 3, 3, 2, T>,
    LayerNorm<3, T, [[T; 3]; 5]>,
    AveragePool1d<5, 4, 3, 2, 1, T>,
    Flatten<[[T; 3]; 4], 12>,
    Dense<12, 2, Identity, T>,
);
/// Three axes.
type Picture<T> = (
    LayerNorm<3, T, [[[T; 3]; 5]; 6]>,
    AveragePool2d<6, 5, 5, 4, 3, 2, 1, T>,
    LayerNorm<3, T, [[[T; 3]; 4]; 5]>,
    MaxPool2d<5, 2, 4, 2, 3, 2, 2, T>,
    Flatten<[[[T; 3]; 2]; 2], 12>,
    Dense<12, 2, Identity, T>,
);
/// The mean over all places, twice.
type Means<T> = (LayerNorm<3, T, [[[T; 3]; 5]; 6]>, GlobalAveragePool<[[[T; 3]; 5]; 6]>, Dense<3, 2, Identity, T>);
type MeansOfSteps<T> = (LayerNorm<3, T, [[T; 3]; 12]>, GlobalAveragePool<[[T; 3]; 12]>, Dense<3, 2, Identity, T>);

#[test]
fn central_differences() {
    check_gradients::<Sequence<f64>>();
    check_gradients::<Picture<f64>>();
    check_gradients::<Means<f64>>();
    check_gradients::<MeansOfSteps<f64>>();
}

#[test]
fn same_bits_with_any_tile() {
    any_tile::<Sequence<f32>>();
    any_tile::<Picture<f32>>();
    any_tile::<Means<f32>>();
    any_tile::<MeansOfSteps<f32>>();
}
