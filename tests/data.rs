//! Shuffles, splits, data sets and scalers against naive oracles, statistics and pinned values.
#![allow(clippy::disallowed_methods, reason = "oracles may use the functions of std")]

use std::collections::HashMap;

use bareprop::datasets::{Label, blobs, circles, moons, spirals, xor};
use bareprop::split::{
    KFold, shuffle_rows, stratified_split, stratified_three_way_split, train_test_split, train_validation_test_split,
};
use bareprop::{Dense, Error, Init, Layer, MinMaxScaler, Scalar, Shuffle, StandardScaler, Zero};
use proptest::prelude::*;
use rand_core::{Rng, SeedableRng};
use rand_xorshift::XorShiftRng;

/// χ² of counts against equal frequencies; `cells` is how many could have been seen.
fn chi_squared(counts: impl Iterator<Item = u32> + Clone, cells: usize) -> f64 {
    let expected = counts.clone().map(f64::from).sum::<f64>() / cells as f64;
    let unseen = cells - counts.clone().count();
    counts.map(|count| (f64::from(count) - expected).powi(2) / expected).sum::<f64>() + unseen as f64 * expected
}

/// χ² is above this with a probability of about 1 in 10 000 (Wilson and Hilferty 1931).
fn chi_squared_limit(cells: usize) -> f64 {
    let freedom = (cells - 1) as f64;
    let spread = 2.0 / (9.0 * freedom);
    freedom * (1.0 - spread + 3.72 * spread.sqrt()).powi(3)
}

fn assert_permutation(shuffle: &Shuffle, rows: u32) {
    let mut seen = vec![0_u64; rows as usize / 64 + 1];
    let mut count = 0;
    for index in shuffle.clone() {
        assert!(index < rows);
        let (word, bit) = (&mut seen[index as usize / 64], 1_u64 << (index % 64));
        assert_eq!(*word & bit, 0, "{index} twice in {rows}");
        *word |= bit;
        count += 1;
    }
    assert_eq!(count, rows);
}

mod shuffle {
    use super::*;

    #[test]
    fn every_small_size_is_a_permutation() {
        for rows in 0..=3000 {
            assert_permutation(&Shuffle::new(rows, u64::from(rows) * 77, rows % 5), rows);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn large_sizes_are_permutations(rows in 3000_u32..10_000_000, seed: u64, epoch: u32) {
            assert_permutation(&Shuffle::new(rows, seed, epoch), rows);
        }
    }

    proptest! {
        #[test]
        fn places_agree_with_the_iterator(rows in 0_u32..200, seed: u64, epoch: u32, skip in 0_usize..250) {
            let shuffle = Shuffle::new(rows, seed, epoch);
            let all: Vec<u32> = shuffle.clone().collect();
            prop_assert_eq!(&all, &(0..rows).map(|place| shuffle.index(place).unwrap()).collect::<Vec<_>>());
            prop_assert_eq!((shuffle.index(rows), shuffle.index(u32::MAX)), (None, None));
            let mut rest = shuffle.clone();
            prop_assert_eq!(rest.nth(skip), all.get(skip).copied());
            prop_assert_eq!(rest.len(), all.len().saturating_sub(skip + 1));
            prop_assert_eq!(rest.size_hint(), (rest.len(), Some(rest.len())));
            prop_assert_eq!(rest.collect::<Vec<_>>(), all.get(skip + 1..).unwrap_or(&[]).to_vec());
        }
    }

    #[test]
    fn ends_stay_ended() {
        let mut shuffle = Shuffle::new(1, 0, 0);
        assert_eq!(
            [shuffle.next(), shuffle.next(), shuffle.nth(usize::MAX), shuffle.next()],
            [Some(0), None, None, None]
        );
        let largest = Shuffle::new(u32::MAX, 1, 1);
        assert!(largest.index(u32::MAX - 1).unwrap() < u32::MAX);
        assert_eq!(largest.index(u32::MAX), None);
    }

    #[test]
    fn all_permutations_of_few_rows_are_equally_likely() {
        for rows in 2..=5 {
            let mut counts: HashMap<Vec<u32>, u32> = HashMap::new();
            for seed in 0..1000 {
                for epoch in 0..100 {
                    *counts.entry(Shuffle::new(rows, seed, epoch).collect()).or_default() += 1;
                }
            }
            let cells = (1..=rows as usize).product();
            let found = chi_squared(counts.values().copied(), cells);
            assert!(found < chi_squared_limit(cells), "{rows} rows: {found}");
        }
    }

    #[test]
    fn every_place_sees_every_row_equally_often_over_the_epochs_of_one_seed() {
        for (rows, place) in [(2, 0), (3, 1), (5, 4), (16, 7), (17, 16), (100, 0), (257, 128)] {
            let mut counts = vec![0_u32; rows as usize];
            for epoch in 0..rows * 400 {
                counts[Shuffle::new(rows, 42, epoch).index(place).unwrap() as usize] += 1;
            }
            let found = chi_squared(counts.iter().copied(), counts.len());
            assert!(found < chi_squared_limit(counts.len()), "{rows} rows: {found}");
        }
    }

    #[test]
    fn neighbours_in_place_and_in_time_are_independent() {
        let (mut places, mut epochs) = ([0_u32; 100], [0_u32; 100]);
        for epoch in 0..60 {
            let now: Vec<u32> = Shuffle::new(1000, 7, epoch).map(|index| index / 100).collect();
            let next: Vec<u32> = Shuffle::new(1000, 7, epoch + 1).map(|index| index / 100).collect();
            for pair in now.chunks_exact(2) {
                places[(pair[0] * 10 + pair[1]) as usize] += 1;
            }
            for (a, b) in now.iter().zip(&next) {
                epochs[(a * 10 + b) as usize] += 1;
            }
        }
        // Rows do not repeat within an epoch, so that the first is a little below a true χ².
        assert!(chi_squared(places.iter().copied(), 100) < chi_squared_limit(100));
        assert!(chi_squared(epochs.iter().copied(), 100) < chi_squared_limit(100));
    }

    #[test]
    fn a_random_permutation_has_one_fixed_point_on_average() {
        let fixed = |epoch| Shuffle::new(1000, 3, epoch).enumerate().filter(|(place, i)| *place == *i as usize).count();
        let mean = (0..400).map(fixed).sum::<usize>() as f64 / 400.0;
        assert!((mean - 1.0).abs() < 0.2, "{mean}"); // standard error 0.05
    }
}

mod splits {
    use super::*;

    /// Rows that know their number, so that it can be seen that nothing was lost and targets stayed with inputs.
    fn numbered(rows: usize) -> (Vec<[f32; 2]>, Vec<usize>) {
        ((0..rows).map(|i| [i as f32, -(i as f32)]).collect(), (0..rows).collect())
    }

    fn together(inputs: &[[f32; 2]], targets: &[usize]) -> bool {
        inputs.iter().zip(targets).all(|(x, &t)| x[0] == t as f32 && x[1] == -(t as f32))
    }

    #[test]
    fn value_stability() {
        let (mut inputs, mut targets) = numbered(8);
        shuffle_rows(&mut inputs, &mut targets, 42).unwrap();
        assert_eq!(targets, [1, 0, 5, 3, 6, 4, 7, 2]);
        let (mut inputs, mut targets) = numbered(8);
        let split = stratified_split::<2, _, _>(&mut inputs, &mut targets, 3, 42, |t| t % 2).unwrap();
        assert_eq!((&*split.train.targets, &*split.test.targets), (&[1, 0, 5, 6, 4][..], &[3, 7, 2][..]));
        let test = split.test.samples().unwrap();
        assert_eq!((test.inputs()[0][0], test.targets()), (3.0, &[3, 7, 2][..]));
    }

    /// The draws of a split are not those of a generator that a user has seeded with the same number for the
    /// weights.
    #[test]
    fn the_order_does_not_follow_from_the_generator_of_weights() {
        for seed in 0..100 {
            let (mut inputs, mut targets) = numbered(20);
            shuffle_rows(&mut inputs, &mut targets, seed).unwrap();
            for other in 0..100 {
                let mut rng = XorShiftRng::seed_from_u64(other);
                let mut order: Vec<usize> = (0..20).collect();
                for left in (1..=20).rev() {
                    let chosen = (u64::from(rng.next_u32()) * left) >> 32;
                    order.swap(left as usize - 1, chosen as usize);
                }
                assert_ne!(targets, order, "split of {seed}, weights of {other}");
            }
        }
    }

    #[test]
    fn all_orders_are_equally_likely() {
        let mut counts: HashMap<Vec<usize>, u32> = HashMap::new();
        for seed in 0..24_000 {
            let (mut inputs, mut targets) = numbered(4);
            shuffle_rows(&mut inputs, &mut targets, seed).unwrap();
            *counts.entry(targets).or_default() += 1;
        }
        let found = chi_squared(counts.values().copied(), 24);
        assert!(found < chi_squared_limit(24), "{found}");
    }

    #[test]
    fn the_test_rows_do_not_depend_on_where_a_row_stood() {
        let mut counts = [0_u32; 10];
        for seed in 0..5000 {
            let (mut inputs, mut targets) = numbered(10);
            let split = stratified_split::<1, _, _>(&mut inputs, &mut targets, 3, seed, |_| 0).unwrap();
            split.test.targets.iter().for_each(|&t| counts[t] += 1);
        }
        assert!(chi_squared(counts.iter().copied(), 10) < chi_squared_limit(10));
    }

    proptest! {
        #[test]
        fn parts_are_a_partition(rows in 2_usize..60, share in 0.0_f64..1.0, seed: u64) {
            let test_rows = 1 + (share * (rows - 1) as f64) as usize;
            let (mut inputs, mut targets) = numbered(rows);
            let (mut whole_inputs, mut whole_targets) = numbered(rows);
            let split = train_test_split(&mut inputs, &mut targets, test_rows, seed).unwrap();
            prop_assert_eq!((split.train.inputs.len(), split.train.targets.len()), (rows - test_rows, rows - test_rows));
            prop_assert_eq!((split.test.inputs.len(), split.test.targets.len()), (test_rows, test_rows));
            shuffle_rows(&mut whole_inputs, &mut whole_targets, seed).unwrap();
            prop_assert_eq!((&inputs, &targets), (&whole_inputs, &whole_targets));
            prop_assert!(together(&inputs, &targets));
            targets.sort();
            prop_assert_eq!(targets, (0..rows).collect::<Vec<_>>());
        }

        #[test]
        fn three_parts_are_a_partition(rows in 3_usize..60, shares in [0.0_f64..1.0, 0.0_f64..1.0], seed: u64) {
            let test_rows = 1 + (shares[0] * (rows - 2) as f64) as usize;
            let validation_rows = 1 + (shares[1] * (rows - 1 - test_rows) as f64) as usize;
            let sizes = [rows - test_rows - validation_rows, validation_rows, test_rows];
            let (mut inputs, mut targets) = numbered(rows);
            let (mut two_inputs, mut two_targets) = numbered(rows);
            let class = |&t: &usize| t % 3;
            let split = train_validation_test_split(&mut inputs, &mut targets, sizes[1], sizes[2], seed).unwrap();
            prop_assert_eq!([&split.train, &split.validation, &split.test].map(|part| part.inputs.len()), sizes);
            let two = train_test_split(&mut two_inputs, &mut two_targets, sizes[2], seed).unwrap();
            prop_assert_eq!(two.test, split.test);
            prop_assert!(together(&inputs, &targets));
            let split =
                stratified_three_way_split::<3, _, _>(&mut inputs, &mut targets, sizes[1], sizes[2], seed, class).unwrap();
            for (part, size) in [&split.train, &split.validation, &split.test].into_iter().zip(sizes) {
                prop_assert_eq!((part.inputs.len(), part.targets.len()), (size, size));
                for k in 0..3 {
                    let exact = (0..rows).filter(|t| t % 3 == k).count() as f64 * size as f64 / rows as f64;
                    let found = part.targets.iter().filter(|t| *t % 3 == k).count() as f64;
                    prop_assert!((found - exact).abs() < 2.0, "{found} of {exact}");
                }
            }
            prop_assert!(together(&inputs, &targets));
            targets.sort();
            prop_assert_eq!(targets, (0..rows).collect::<Vec<_>>());
        }

        #[test]
        fn each_row_is_tested_in_one_fold(rows in 2_usize..40, share in 0.0_f64..=1.0, seed: u64) {
            let k = 2 + (share * (rows - 2) as f64) as usize;
            let (mut inputs, mut targets) = numbered(rows);
            let mut folds = KFold::new(&mut inputs, &mut targets, k, seed).unwrap();
            let (mut tested, mut sizes) = (vec![], vec![]);
            while let Some(split) = folds.next_fold() {
                let mut both = [&*split.train.targets, &*split.test.targets].concat();
                prop_assert!(together(split.train.inputs, split.train.targets));
                prop_assert!(together(split.test.inputs, split.test.targets));
                both.sort();
                prop_assert_eq!(both, (0..rows).collect::<Vec<_>>());
                tested.extend_from_slice(split.test.targets);
                sizes.push(split.test.targets.len());
            }
            prop_assert!(folds.next_fold().is_none());
            tested.sort();
            prop_assert_eq!(tested, (0..rows).collect::<Vec<_>>());
            // As scikit-learn's KFold: the first folds have one row more.
            prop_assert_eq!(sizes, (0..k).map(|fold| rows / k + usize::from(fold < rows % k)).collect::<Vec<_>>());
        }

        #[test]
        fn stratified_shares_are_right(classes in prop::collection::vec(0_usize..4, 2..80), share in 0.0_f64..1.0, seed: u64) {
            let rows = classes.len();
            let test_rows = 1 + (share * (rows - 1) as f64) as usize;
            let (mut inputs, mut targets) = numbered(rows);
            let split = stratified_split::<5, _, _>(&mut inputs, &mut targets, test_rows, seed, |&t| classes[t]).unwrap();
            prop_assert_eq!(split.test.inputs.len(), test_rows);
            prop_assert_eq!(split.train.inputs.len(), rows - test_rows);
            for class in 0..5 {
                let whole = classes.iter().filter(|&&c| c == class).count();
                let test = split.test.targets.iter().filter(|&&t| classes[t] == class).count();
                let exact = whole as f64 * test_rows as f64 / rows as f64;
                prop_assert!((test as f64 - exact).abs() < 1.0, "{test} of {exact}");
            }
            prop_assert!(together(&inputs, &targets));
            targets.sort();
            prop_assert_eq!(targets, (0..rows).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_largest_remainders_are_rounded_up() {
        // 5, 3 and 2 rows; 6 of 10 train: 3, 1.8, 1.2.
        let (mut inputs, mut targets) = numbered(10);
        let class = |&t: &usize| [0, 1, 0, 2, 0, 1, 0, 1, 2, 0][t];
        let split = stratified_split::<3, _, _>(&mut inputs, &mut targets, 4, 1, class).unwrap();
        let counts = [0, 1, 2].map(|c| split.train.targets.iter().filter(|t| class(t) == c).count());
        assert_eq!(counts, [3, 2, 1]);
    }

    #[test]
    fn a_rare_class_can_be_missing_from_a_part() {
        let class = |&t: &usize| usize::from(t >= 18);
        let counts = |test_rows, seed| {
            let (mut inputs, mut targets) = numbered(20);
            let split = stratified_split::<2, _, _>(&mut inputs, &mut targets, test_rows, seed, class).unwrap();
            let count = |part: &[usize]| [0, 1].map(|c| part.iter().filter(|t| class(t) == c).count());
            (count(split.train.targets), count(split.test.targets))
        };
        for seed in 0..50 {
            assert_eq!(counts(4, seed), ([14, 2], [4, 0]));
            assert_eq!(counts(5, seed), ([14, 1], [4, 1])); // 13.5 and 1.5: the lower class first
            assert_eq!(counts(6, seed), ([13, 1], [5, 1]));
            assert_eq!(counts(16, seed), ([4, 0], [14, 2]));
        }
    }

    #[test]
    fn errors_change_nothing() {
        let (inputs, targets) = numbered(4);
        let (mut xs, mut ys) = (inputs.clone(), targets.clone());
        let lengths = Error::Lengths { slices: "inputs and targets", expected: 4, found: 3 };
        assert_eq!(shuffle_rows(&mut xs, &mut ys[..3], 1), Err(lengths));
        assert_eq!(train_test_split(&mut xs, &mut ys[..3], 1, 1).unwrap_err(), lengths);
        assert_eq!(stratified_split::<4, _, _>(&mut xs, &mut ys[..3], 1, 1, |&t| t).unwrap_err(), lengths);
        assert_eq!(shuffle_rows::<u8, u8>(&mut [], &mut [], 1), Err(Error::Empty));
        assert_eq!(train_test_split::<u8, u8>(&mut [], &mut [], 1, 1).unwrap_err(), Error::Empty);
        for test_rows in [0, 4, 5, usize::MAX] {
            let setting = Error::Setting { name: "test", value: test_rows as f32, range: [1.0, 3.0] };
            assert_eq!(train_test_split(&mut xs, &mut ys, test_rows, 1).unwrap_err(), setting);
            assert_eq!(stratified_split::<4, _, _>(&mut xs, &mut ys, test_rows, 1, |&t| t).unwrap_err(), setting);
        }
        let class = Error::Class { row: 3, class: 3, classes: 3 };
        assert_eq!(stratified_split::<3, _, _>(&mut xs, &mut ys, 2, 1, |&t| t).unwrap_err(), class);
        assert!(stratified_split::<0, _, _>(&mut xs, &mut ys, 2, 1, |&t| t).is_err());
        assert_eq!((xs, ys), (inputs, targets));
        let (mut xs, mut ys) = numbered(4);
        for share in [0.0, -0.5, 0.76, 1.0, f64::NAN, f64::INFINITY] {
            let error = train_test_split(&mut xs, &mut ys, share, 1).unwrap_err();
            assert!(matches!(error, Error::Setting { name: "test", range: [0.25, 0.75], .. }), "{error}");
        }
        let error = train_validation_test_split(&mut xs, &mut ys, 2, 0.5, 1).unwrap_err();
        assert_eq!(error, Error::Setting { name: "validation", value: 2.0, range: [1.0, 1.0] });
        for folds in [0, 1, 5] {
            let error = KFold::new(&mut xs, &mut ys, folds, 1).unwrap_err();
            assert_eq!(error, Error::Setting { name: "folds", value: folds as f32, range: [2.0, 4.0] });
        }
        assert_eq!(KFold::new(&mut xs[..3], &mut ys, 2, 1).unwrap_err().to_string().split(' ').next(), Some("inputs"));
        assert_eq!((xs, ys), numbered(4));
        let (mut none, mut also) = (vec![(); usize::MAX], vec![(); usize::MAX]);
        assert!(matches!(shuffle_rows(&mut none, &mut also, 1), Err(Error::Setting { name: "rows", .. })));
    }

    #[test]
    fn a_class_that_changes_its_mind_does_no_harm() {
        let calls = std::cell::Cell::new(0_usize);
        let fickle = |_: &usize| {
            calls.set(calls.get() + 1);
            if calls.get() <= 6 { calls.get() % 3 } else { calls.get() }
        };
        let (mut inputs, mut targets) = numbered(6);
        let split = stratified_split::<3, _, _>(&mut inputs, &mut targets, 2, 1, fickle).unwrap();
        assert_eq!((split.train.inputs.len(), split.test.targets.len()), (4, 2));
        assert!(together(&inputs, &targets));
    }
}

mod data_sets {
    use super::*;

    /// Every row is one of `expected`, each of which is there once.
    fn assert_same_points(inputs: &[[f64; 2]], classes: &[usize], expected: &[([f64; 2], usize)]) {
        assert_eq!((inputs.len(), classes.len()), (expected.len(), expected.len()));
        for (point, class) in expected {
            let near = |x: &[f64; 2]| (x[0] - point[0]).abs() < 4e-16 && (x[1] - point[1]).abs() < 4e-16;
            let found = inputs.iter().zip(classes).filter(|(x, c)| near(x) && *c == class).count();
            assert_eq!(found, 1, "{point:?} of class {class}");
        }
    }

    #[test]
    fn moons_are_those_of_scikit_learn() {
        let corners = [([1.0, 0.0], 0), ([-1.0, 0.0], 0), ([0.0, 0.5], 1), ([2.0, 0.5], 1)];
        let (mut inputs, mut classes) = ([[0.0; 2]; 4], [9; 4]);
        moons(&mut inputs, &mut classes, 0.0, 5).unwrap();
        assert_same_points(&inputs, &classes, &corners);
        for rows in [1, 2, 3, 101, 400] {
            let (outer, inner) = (rows / 2, rows - rows / 2);
            let angle =
                |i: usize, n: usize| if n == 1 { 0.0 } else { i as f64 * (std::f64::consts::PI / (n - 1) as f64) };
            let mut expected: Vec<_> =
                (0..outer).map(|i| ([angle(i, outer).cos(), angle(i, outer).sin()], 0)).collect();
            expected.extend((0..inner).map(|i| ([1.0 - angle(i, inner).cos(), 1.0 - angle(i, inner).sin() - 0.5], 1)));
            let (mut inputs, mut classes) = (vec![[0.0; 2]; rows], vec![9; rows]);
            moons(&mut inputs, &mut classes, 0.0, 5).unwrap();
            assert_same_points(&inputs, &classes, &expected);
        }
    }

    #[test]
    fn circles_are_those_of_scikit_learn() {
        for rows in [1, 2, 7, 100] {
            let (outer, inner) = (rows / 2, rows - rows / 2);
            let angle = |i: usize, n: usize| i as f64 * (std::f64::consts::TAU / n as f64);
            let mut expected: Vec<_> =
                (0..outer).map(|i| ([angle(i, outer).cos(), angle(i, outer).sin()], 0)).collect();
            expected.extend((0..inner).map(|i| ([0.3 * angle(i, inner).cos(), 0.3 * angle(i, inner).sin()], 1)));
            let (mut inputs, mut classes) = (vec![[0.0; 2]; rows], vec![9; rows]);
            circles(&mut inputs, &mut classes, 0.3, 0.0, 5).unwrap();
            assert_same_points(&inputs, &classes, &expected);
        }
    }

    #[test]
    fn spirals_turn_once() {
        let (mut inputs, mut classes) = ([[0.0_f64; 2]; 400], [9_usize; 400]);
        spirals(&mut inputs, &mut classes, 4, 0.0, 5).unwrap();
        for ([x, y], class) in inputs.into_iter().zip(classes) {
            let radius = x.hypot(y);
            let turn = y.atan2(x) / std::f64::consts::TAU - radius - class as f64 / 4.0;
            assert!((turn - turn.round()).abs() < 1e-12);
        }
        let mut radii: Vec<i32> = inputs.iter().map(|[x, y]| (x.hypot(*y) * 100.0).round() as i32).collect();
        radii.sort();
        assert_eq!(radii, (1..=100).flat_map(|r| [r; 4]).collect::<Vec<_>>());
    }

    #[test]
    fn classes_are_balanced_and_mixed() {
        for (rows, classes) in [(400, 4_u32), (403, 4), (1000, 3), (2, 5)] {
            let (mut inputs, mut targets) = (vec![[0.0_f32; 2]; rows], vec![9_usize; rows]);
            spirals(&mut inputs, &mut targets, classes, 0.1, 8).unwrap();
            let counts: Vec<usize> =
                (0..classes).map(|k| targets.iter().filter(|&&t| t == k as usize).count()).collect();
            assert!(
                counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1
                    && counts.iter().sum::<usize>() == rows
            );
        }
        let (mut inputs, mut targets) = ([[0.0_f32; 2]; 1000], [false; 1000]);
        xor(&mut inputs, &mut targets, 0.1, 8).unwrap();
        assert_eq!(targets.iter().filter(|&&t| t).count(), 500);
        let changes = targets.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!((440..560).contains(&changes), "{changes}"); // 500 ± 16
    }

    #[test]
    fn labels_agree() {
        fn drawn<Y: Label + Clone>(start: Y) -> Vec<Y> {
            let (mut inputs, mut targets) = ([[0.0_f32; 2]; 50], vec![start; 50]);
            moons(&mut inputs, &mut targets, 0.1, 3).unwrap();
            targets
        }
        let classes = drawn(9_usize);
        assert_eq!(drawn([9.0_f32]), classes.iter().map(|&k| [k as f32]).collect::<Vec<_>>());
        assert_eq!(drawn([9.0_f64]), classes.iter().map(|&k| [k as f64]).collect::<Vec<_>>());
        assert_eq!(drawn(true), classes.iter().map(|&k| k == 1).collect::<Vec<_>>());
    }

    fn normals<T: Scalar>(seed: u64) -> Vec<f64> {
        let (mut inputs, mut classes) = (vec![[T::ZERO; 2]; 50_000], vec![0_usize; 50_000]);
        blobs(&mut inputs, &mut classes, &[[T::ZERO; 2]], T::ONE, seed).unwrap();
        inputs.as_flattened().iter().map(|z| z.to_f64()).collect()
    }

    #[test]
    fn noise_is_normal() {
        for mut z in [normals::<f32>(1), normals::<f64>(2)] {
            let n = z.len() as f64;
            let moment = |power: i32| z.iter().map(|z| z.powi(power)).sum::<f64>() / n;
            let (mean, square, cube, fourth) = (moment(1), moment(2), moment(3), moment(4));
            // Four standard errors: √(1/n), √(2/n), √(15/n), √(96/n).
            assert!(
                mean.abs() < 4.0 * (1.0 / n).sqrt() && (square - 1.0).abs() < 4.0 * (2.0 / n).sqrt(),
                "{mean} {square}"
            );
            assert!(
                cube.abs() < 4.0 * (15.0 / n).sqrt() && (fourth - 3.0).abs() < 4.0 * (96.0 / n).sqrt(),
                "{cube} {fourth}"
            );
            for limit in [2.0_f64, 3.0, 4.0] {
                let expected = n * libm::erfc(limit * std::f64::consts::FRAC_1_SQRT_2);
                let found = z.iter().filter(|z| z.abs() > limit).count() as f64;
                assert!((found - expected).abs() < 4.0 * expected.sqrt(), "{found} beyond {limit}, not {expected}");
            }
            z.sort_by(f64::total_cmp);
            let below = |z: f64| 0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2);
            let distance =
                z.iter().enumerate().map(|(i, &z)| (below(z) - (i as f64 + 0.5) / n).abs()).fold(0.0, f64::max);
            assert!(distance < 1.95 / n.sqrt(), "Kolmogorov-Smirnov {distance}"); // 1 in 1000
        }
    }

    /// Noise and initial weights of one seed, or of two, have no number in common that is followed by the
    /// same one.
    #[test]
    fn noise_is_not_drawn_as_weights_are() {
        let mut seen = HashMap::new();
        for seed in 0..100 {
            let (mut inputs, mut classes) = ([[0.0_f32; 1]; 50], [0_usize; 50]);
            blobs(&mut inputs, &mut classes, &[[0.0]], 1.0, seed).unwrap();
            let mut layer = Dense::<1, 50>::ZERO; // one input: normal weights have a deviation of 1
            layer.initialize(Some(Init::LeCunNormal), &mut XorShiftRng::seed_from_u64(seed));
            for (name, numbers) in [("noise", inputs.as_flattened()), ("weights", layer.weights.0.as_flattened())] {
                for pair in numbers.windows(2) {
                    let other = seen.insert([pair[0].to_bits(), pair[1].to_bits()], (name, seed));
                    assert_eq!(other, None, "{name} of seed {seed}");
                }
            }
        }
    }

    #[test]
    fn both_coordinates_are_independent() {
        let z = normals::<f32>(11);
        let correlation = z.chunks_exact(2).map(|pair| pair[0] * pair[1]).sum::<f64>() / (z.len() / 2) as f64;
        assert!(correlation.abs() < 4.0 / ((z.len() / 2) as f64).sqrt(), "{correlation}");
    }

    #[test]
    fn value_stability() {
        let bits = |inputs: &[[f32; 2]]| inputs.iter().map(|x| x.map(f32::to_bits)).collect::<Vec<_>>();
        let (mut inputs, mut classes) = ([[0.0_f32; 2]; 3], [9_usize; 3]);
        moons(&mut inputs, &mut classes, 0.2, 42).unwrap();
        assert_eq!(
            (bits(&inputs), classes),
            (vec![[3198890480, 1046491610], [1074528927, 1059296698], [1061397083, 1043587083]], [1, 1, 0]),
            "moons"
        );
        circles(&mut inputs, &mut classes, 0.5, 0.2, 42).unwrap();
        assert_eq!(
            (bits(&inputs), classes),
            (vec![[1042914336, 3197101843], [3198151429, 1041127133], [1061397083, 1043587083]], [1, 1, 0]),
            "circles"
        );
        blobs(&mut inputs, &mut classes, &[[0.0, 0.0], [5.0, 5.0]], 1.0, 42).unwrap();
        assert_eq!(
            (bits(&inputs), classes),
            (vec![[3218472556, 3216236760], [1064318067, 1060236440], [1081379570, 1086069506]], [0, 0, 1]),
            "blobs"
        );
        xor(&mut inputs, &mut classes, 0.2, 42).unwrap();
        assert_eq!(
            (bits(&inputs), classes),
            (vec![[3198890480, 3197101843], [1066927423, 1041127136], [3195106965, 1066826753]], [0, 1, 1]),
            "xor"
        );
        spirals(&mut inputs, &mut classes, 3, 0.2, 42).unwrap();
        assert_eq!(
            (bits(&inputs), classes),
            (vec![[1059743496, 3197101837], [3198151407, 3208257062], [3208404392, 1065702892]], [0, 2, 1]),
            "spirals"
        );
    }

    #[test]
    fn errors_change_nothing() {
        let (mut inputs, mut classes) = ([[7.0_f32; 2]; 4], [9_usize; 4]);
        for noise in [-0.1, f32::NAN, f32::INFINITY, f32::MAX] {
            let errors = [
                moons(&mut inputs, &mut classes, noise, 1),
                circles(&mut inputs, &mut classes, 0.5, noise, 1),
                blobs(&mut inputs, &mut classes, &[[0.0; 2]], noise, 1),
                xor(&mut inputs, &mut classes, noise, 1),
                spirals(&mut inputs, &mut classes, 2, noise, 1),
            ];
            assert!(errors.iter().all(|e| matches!(e, Err(Error::Setting { name: "noise", .. }))), "{errors:?}");
        }
        for factor in [-0.1, 1.1, f32::NAN] {
            let error = circles(&mut inputs, &mut classes, factor, 0.1, 1);
            assert!(matches!(error, Err(Error::Setting { name: "factor", .. })));
        }
        let lengths = Err(Error::Lengths { slices: "inputs and targets", expected: 4, found: 3 });
        assert_eq!(moons(&mut inputs, &mut classes[..3], 0.1, 1), lengths);
        assert_eq!(blobs(&mut inputs, &mut classes[..3], &[[0.0; 2]], 0.1, 1), lengths);
        assert_eq!(moons::<f32, usize>(&mut [], &mut [], 0.1, 1), Err(Error::Empty));
        let none = Error::Setting { name: "centers", value: 0.0, range: [1.0, u32::MAX as f32] };
        assert_eq!(blobs(&mut inputs, &mut classes, &[], 0.1, 1), Err(none));
        let broken = blobs(&mut inputs, &mut classes, &[[0.0, 0.0], [1.0, f32::INFINITY]], 0.1, 1);
        assert_eq!(broken, Err(Error::Feature { row: 1, column: 1, value: f32::INFINITY }));
        let none = Error::Setting { name: "classes", value: 0.0, range: [1.0, u32::MAX as f32] };
        assert_eq!(spirals(&mut inputs, &mut classes, 0, 0.1, 1), Err(none));
        assert_eq!((inputs, classes), ([[7.0; 2]; 4], [9; 4]));
    }

    #[test]
    fn the_largest_settings_stay_finite() {
        let (mut inputs, mut classes) = ([[0.0_f32; 2]; 100], [0_usize; 100]);
        let noise = 1.0 / f32::TINY;
        blobs(&mut inputs, &mut classes, &[[f32::MAX; 2], [-f32::MAX; 2]], noise, 1).unwrap();
        assert!(inputs.as_flattened().iter().all(|x| x.is_finite()));
        spirals(&mut inputs, &mut classes, u32::MAX, noise, 1).unwrap();
        assert!(inputs.as_flattened().iter().all(|x| x.is_finite()));
    }
}

mod scalers {
    use super::*;

    /// Many rows are scaled as one row is, all or none.
    #[test]
    fn rows_are_scaled_as_one_row() {
        let rows = [[1.0_f32, -3.0], [4.0, 2.0], [2.5, 2.0]];
        let (standard, min_max) = (StandardScaler::from_rows(&rows).unwrap(), MinMaxScaler::from_rows(&rows).unwrap());
        let (mut all, mut each) = (rows, rows);
        standard.transform_rows(&mut all).unwrap();
        min_max.transform_rows(&mut all).unwrap();
        for row in &mut each {
            standard.transform(row).unwrap();
            min_max.transform(row).unwrap();
        }
        assert_eq!(all, each);
        min_max.inverse_rows(&mut all).unwrap();
        standard.inverse_rows(&mut all).unwrap();
        assert!(all.as_flattened().iter().zip(rows.as_flattened()).all(|(a, b)| (a - b).abs() < 1e-5), "{all:?}");

        let broken = [[1.0, 2.0], [3.0, f32::NAN]];
        let mut kept = broken;
        let errors = [
            standard.transform_rows(&mut kept),
            standard.inverse_rows(&mut kept),
            min_max.transform_rows(&mut kept),
            min_max.inverse_rows(&mut kept),
            StandardScaler::from_rows(&kept).map(|_| ()),
            MinMaxScaler::from_rows(&kept).map(|_| ()),
        ];
        assert!(
            errors.iter().all(|error| matches!(error, Err(Error::Feature { row: 1, column: 1, .. }))),
            "{errors:?}"
        );
        assert_eq!(kept[0], broken[0]);
    }

    /// Mean and standard deviation of a column in two passes.
    fn moments<T: Scalar>(rows: &[[T; 2]], column: usize) -> (f64, f64) {
        let n = rows.len() as f64;
        let mean = rows.iter().map(|row| row[column].to_f64()).sum::<f64>() / n;
        let variance = rows.iter().map(|row| (row[column].to_f64() - mean).powi(2)).sum::<f64>() / n;
        (mean, variance.sqrt())
    }

    fn agrees_with_two_passes<T: Scalar>(rows: &[[T; 2]]) {
        let mut scaler = StandardScaler::<2>::ZERO;
        scaler.fit(rows).unwrap();
        for row in rows {
            let mut scaled = *row;
            scaler.transform(&mut scaled).unwrap();
            for column in 0..2 {
                let (mean, deviation) = moments(rows, column);
                let largest = rows.iter().map(|row| row[column].to_f64().abs()).fold(0.0, f64::max);
                // Rounding alone makes a constant. Near that bound the two deviations may lie on its two
                // sides.
                let rounding = T::EPSILON.to_f64() / 2.0 * mean.abs();
                let deviation = match deviation {
                    _ if deviation <= 1e-13 * largest || (deviation / rounding - 1.0).abs() < 1e-6 => continue,
                    _ if deviation < rounding => 1.0,
                    _ => deviation,
                };
                let expected = (row[column].to_f64() - mean) / deviation;
                let error = (scaled[column].to_f64() - expected).abs();
                // The mean is good to about 1e-15 of the largest value; the rest is one rounding to T.
                let allowed =
                    1e-14 * (1.0 + largest / deviation) * (1.0 + expected.abs()) + T::EPSILON.to_f64() * expected.abs();
                assert!(error <= allowed, "{expected} became {:?}", scaled[column]);
            }
        }
    }

    proptest! {
        #[test]
        fn standard_scaler_agrees_with_two_passes(
            rows in prop::collection::vec(prop::array::uniform2(-1e3_f64..1e3), 1..40),
            offset in prop::sample::select(vec![0.0, 1e6, -1e6]),
            scale in prop::sample::select(vec![1e-30, 1e-3, 1.0, 1e27]),
        ) {
            let moved = |x: f64| x * scale + offset;
            agrees_with_two_passes(&rows.iter().map(|row| row.map(moved)).collect::<Vec<_>>());
            agrees_with_two_passes(&rows.iter().map(|row| row.map(|x| moved(x) as f32)).collect::<Vec<_>>());
        }

        #[test]
        fn scalers_invert(rows in prop::collection::vec(prop::array::uniform2(-1e30_f32..1e30), 1..20)) {
            let (mut standard, mut range) = (StandardScaler::<2>::ZERO, MinMaxScaler::<2>::ZERO);
            standard.fit(&rows).unwrap();
            range.fit(&rows).unwrap();
            for &row in &rows {
                let (mut a, mut b) = (row, row);
                standard.transform(&mut a).unwrap();
                standard.inverse(&mut a).unwrap();
                range.transform(&mut b).unwrap();
                prop_assert!(b.iter().all(|x| (0.0..=1.0).contains(x)));
                range.inverse(&mut b).unwrap();
                for (was, is) in row.into_iter().chain(row).zip(a.into_iter().chain(b)) {
                    prop_assert!((was - is).abs() <= 1e24 + 1e-6 * was.abs(), "{was} became {is}");
                }
            }
        }

        #[test]
        fn min_max_finds_the_ends(rows in prop::collection::vec(prop::array::uniform2(-1e3_f64..1e3), 1..20)) {
            let mut scaler = MinMaxScaler::<2>::ZERO;
            scaler.fit(&rows).unwrap();
            for column in 0..2 {
                let values = rows.iter().map(|row| row[column]);
                prop_assert_eq!(scaler.low[column], values.clone().fold(f64::INFINITY, f64::min));
                prop_assert_eq!(scaler.high[column], values.fold(f64::NEG_INFINITY, f64::max));
            }
        }

        #[test]
        fn no_row_gives_a_number_that_is_not_finite(
            rows in prop::collection::vec(prop::array::uniform2(any::<f32>()), 1..10), probe in prop::array::uniform2(any::<f32>()),
        ) {
            let (mut standard, mut range) = (StandardScaler::<2>::ZERO, MinMaxScaler::<2>::ZERO);
            let finite = rows.as_flattened().iter().all(|x| x.is_finite());
            prop_assert_eq!((standard.fit(&rows).is_ok(), range.fit(&rows).is_ok()), (finite, finite));
            let (mut a, mut b, mut c, mut d) = (probe, probe, probe, probe);
            let results =
                [standard.transform(&mut a), standard.inverse(&mut b), range.transform(&mut c), range.inverse(&mut d)];
            if results.iter().all(Result::is_ok) {
                prop_assert!([a, b, c, d].as_flattened().iter().all(|x| x.is_finite()));
            } else {
                prop_assert!(!finite || probe.iter().any(|x| !x.is_finite()));
                prop_assert_eq!([a, b, c, d].map(|x| x.map(f32::to_bits)), [probe.map(f32::to_bits); 4]);
            }
        }
    }

    #[test]
    fn huge_values_and_offsets_survive() {
        let mut scaler = StandardScaler::<2>::ZERO;
        scaler.fit(&[[1e30_f32, 1e6], [-1e30, 1e6 + 1.0]]).unwrap();
        let mut row = [1e30_f32, 1e6];
        scaler.transform(&mut row).unwrap();
        assert_eq!(row, [1.0, -1.0]);
        let mut scaler = StandardScaler::<2>::ZERO;
        scaler.fit(&[[f32::MAX, f32::MIN_POSITIVE], [-f32::MAX, 0.0]]).unwrap();
        let mut row = [f32::MAX, f32::MAX];
        scaler.transform(&mut row).unwrap();
        assert_eq!(row, [1.0, f32::MAX]);
        let mut scaler = MinMaxScaler::<1>::ZERO;
        scaler.fit(&[[f32::MAX], [-f32::MAX]]).unwrap();
        let mut row = [0.0_f32];
        scaler.transform(&mut row).unwrap();
        assert_eq!(row, [0.5]);
    }

    #[test]
    fn constant_columns_are_only_shifted() {
        let rows = [[0.1_f32, 1e30]; 7];
        let (mut standard, mut range) = (StandardScaler::<2>::ZERO, MinMaxScaler::<2>::ZERO);
        standard.fit(&rows).unwrap();
        range.fit(&rows).unwrap();
        let (mut a, mut b) = (rows[0], rows[0]);
        standard.transform(&mut a).unwrap();
        range.transform(&mut b).unwrap();
        assert_eq!((a, b), ([0.0; 2], [0.0; 2]));
        standard.inverse(&mut a).unwrap();
        range.inverse(&mut b).unwrap();
        assert_eq!((a, b), (rows[0], rows[0]));
    }

    fn fit<T: Scalar>(column: &[T]) -> (StandardScaler<1>, MinMaxScaler<1>) {
        let rows: Vec<[T; 1]> = column.iter().map(|&x| [x]).collect();
        let (mut standard, mut range) = (StandardScaler::ZERO, MinMaxScaler::ZERO);
        standard.fit(&rows).unwrap();
        range.fit(&rows).unwrap();
        (standard, range)
    }

    /// What both scalers make of `x`, after both have turned it back into `x`.
    fn both<T: Scalar>((standard, range): &(StandardScaler<1>, MinMaxScaler<1>), x: T) -> [f64; 2] {
        let (mut a, mut b) = ([x], [x]);
        standard.transform(&mut a).unwrap();
        range.transform(&mut b).unwrap();
        let found = [a[0].to_f64(), b[0].to_f64()];
        standard.inverse(&mut a).unwrap();
        range.inverse(&mut b).unwrap();
        for back in [a[0], b[0]] {
            let error = (back.to_f64() - x.to_f64()).abs();
            assert!(error <= 2.0 * T::EPSILON.to_f64() * x.to_f64().abs(), "{x} became {back}");
        }
        found
    }

    #[track_caller]
    fn near(found: [f64; 2], expected: [f64; 2], allowed: f64) {
        let error = |k: usize| (found[k] - expected[k]).abs();
        assert!(error(0) <= allowed && error(1) <= allowed, "found {found:?}, expected {expected:?}");
    }

    #[test]
    fn rounding_alone_makes_a_constant() {
        let rounded = fit(&[0.1 + 0.2, 0.3, 0.3, 0.3_f64]);
        assert_ne!(rounded.1.low, rounded.1.high);
        near(both(&rounded, 0.31), [0.01; 2], 1e-15);
        let rounded = fit(&[0.3, 0.3, 0.3, 0.3_f32.next_up()]);
        assert_ne!(rounded.1.low, rounded.1.high);
        near(both(&rounded, 0.31_f32), [0.01; 2], 1e-7);
        // The rows of f64 can tell these numbers apart: 0.01 is 10⁶ standard deviations.
        let [standard, range] = both(&rounded, 0.31_f64);
        assert!((7.7e5..7.8e5).contains(&standard) && (3.35e5..3.36e5).contains(&range), "{standard} {range}");
    }

    #[test]
    fn two_neighbours_make_a_constant_wherever_they_lie_and_however_many_rows() {
        for x in [0.3_f64, -0.3, 1.0, 1.9999999999, 1e6, -1e100, 1e-100, 3e-308] {
            for rows in [2, 3, 10, 1001] {
                for mixture in [|i| i % 2 == 0, |i| i == 0, |i| i > 0, |i: i32| i * i % 7 < 3] {
                    let next = if x > 0.0 { x.next_up() } else { x.next_down() };
                    let column: Vec<f64> = (0..rows).map(|i| if mixture(i) { x } else { next }).collect();
                    near(both(&fit(&column), 2.0 * x), [x; 2], 4.0 * f64::EPSILON * x.abs());
                    let (x, next) = (x as f32, if x > 0.0 { (x as f32).next_up() } else { (x as f32).next_down() });
                    if x.abs() < 1e-30 || !x.is_finite() {
                        continue;
                    }
                    let column: Vec<f32> = (0..rows).map(|i| if mixture(i) { x } else { next }).collect();
                    let (x, allowed) = (f64::from(x), 2.0 * f64::from(f32::EPSILON) * f64::from(x).abs());
                    near(both(&fit(&column), 2.0 * x as f32), [x; 2], allowed);
                }
            }
        }
    }

    #[test]
    fn small_numbers_are_no_constant() {
        let expected = 1.5_f64.sqrt();
        for size in [1e-13, 1e-20, 1e-150, 2e-154, 1.0, 1e140] {
            let fitted = fit(&[size, 2.0 * size, 3.0 * size]);
            near(both(&fitted, size), [-expected, 0.0], 1e-14);
            near(both(&fitted, 2.0 * size), [0.0, 0.5], 1e-14);
            near(both(&fitted, 3.0 * size), [expected, 1.0], 1e-14);
        }
        for size in [1e-37_f32, 1e-20, 1e38] {
            let fitted = fit(&[size, 2.0 * size, 3.0 * size]);
            near(both(&fitted, size), [-expected, 0.0], 1e-6);
            near(both(&fitted, 3.0 * size), [expected, 1.0], 1e-6);
        }
    }

    /// Squares of such numbers are denormal or 0: without σ the feature is only shifted. The range has no
    /// squares.
    #[test]
    fn denormal_variances_count_as_constant() {
        for size in [1e-154, 1e-160, 1e-170, 1e-300] {
            let fitted = fit(&[size, 2.0 * size, 3.0 * size]);
            let [standard, range] = both(&fitted, 3.0 * size);
            assert!((standard / size - 1.0).abs() < 1e-14 && range == 1.0, "{standard} {range}");
        }
        // A variance written down by hand, and the same as a sum.
        for (rows, squares) in [(1, f64::MIN_POSITIVE), (1000, 1000.0 * f64::MIN_POSITIVE)] {
            let scaler = |squares| StandardScaler { rows, mean: [0.0], squares: [squares] };
            let (mut scaled, mut shifted) = ([1.0_f64], [1.0_f64]);
            scaler(squares).transform(&mut scaled).unwrap();
            scaler(squares.next_down()).transform(&mut shifted).unwrap();
            assert_eq!((scaled, shifted), ([f64::powi(2.0, 511)], [1.0]));
        }
    }

    #[test]
    fn a_small_spread_far_from_zero_is_scaled_however_many_rows() {
        for rows in [5, 1000, 100_000] {
            let column: Vec<f32> = (0..rows).map(|row| 1e6 + 0.0625 * (row % 5 - 2) as f32).collect();
            let fitted = fit(&column);
            // The mean is rounded with every row: after 100 000 of them it is off by 10⁻⁷, 1.4·10⁻⁶ of the
            // deviation.
            near(both(&fitted, 1e6_f32 + 0.125), [2.0_f64.sqrt(), 1.0], 1e-5);
            near(both(&fitted, 1e6_f32 - 0.0625), [-0.5_f64.sqrt(), 0.25], 1e-5);
        }
    }

    #[test]
    fn the_bounds_of_a_constant() {
        let transformed = |mean: f64, deviation: f64| {
            let scaler = StandardScaler { rows: 1, mean: [mean], squares: [deviation * deviation] };
            let (mut single, mut double) = ([0.0_f32], [0.0_f64]);
            scaler.transform(&mut single).unwrap();
            scaler.transform(&mut double).unwrap();
            [f64::from(single[0]), double[0]]
        };
        let (single, double) = (f64::from(f32::EPSILON), f64::EPSILON);
        for mean in [1024.0, -1024.0] {
            assert_eq!(transformed(mean, double * 1024.0), [-mean; 2]);
            assert_eq!(transformed(mean, 2.0 * double * 1024.0), [-mean, -mean.signum() / (2.0 * double)]);
            assert_eq!(transformed(mean, 0.5 * single * 1024.0)[0], -mean);
            assert_eq!(transformed(mean, single * 1024.0)[0], -mean.signum() / single);
        }
        let transformed = |low: f64, high: f64| {
            let scaler = MinMaxScaler { rows: 1, low: [low], high: [high] };
            let (mut single, mut double) = ([0.0_f32], [0.0_f64]);
            scaler.transform(&mut single).unwrap();
            scaler.transform(&mut double).unwrap();
            [f64::from(single[0]), double[0]]
        };
        assert_eq!(transformed(-1024.0, -1024.0 + 1024.0 * double), [1024.0; 2]);
        assert_eq!(transformed(-1024.0, -1024.0 + 2048.0 * double), [1024.0, 0.5 / double]);
        assert_eq!(transformed(-1024.0, -1024.0 + 1024.0 * single)[0], 1024.0);
        assert_eq!(transformed(-1024.0, -1024.0 + 2048.0 * single)[0], 0.5 / single);
        // The larger end counts, whichever it is.
        assert_eq!(transformed(1024.0, 1024.0 + 2048.0 * double), [-1024.0, -0.5 / double]);
        assert_eq!(transformed(1024.0 - 1024.0 * double, 1024.0)[1], 1024.0 * double - 1024.0);
    }

    #[test]
    fn fields_written_by_hand_give_finite_numbers() {
        let odd = [0.0, -0.0, 1.0, -1.0, 5e-324, 1e308, -1e308, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        for a in odd {
            for b in odd {
                for rows in [1, 2, u32::MAX] {
                    let standard = StandardScaler { rows, mean: [a], squares: [b] };
                    let range = MinMaxScaler { rows, low: [a], high: [b] };
                    for x in [0.0, -3.0, 1e30] {
                        let (mut singles, mut doubles) = ([[x as f32]; 4], [[x]; 4]);
                        standard.transform(&mut singles[0]).unwrap();
                        standard.inverse(&mut singles[1]).unwrap();
                        range.transform(&mut singles[2]).unwrap();
                        range.inverse(&mut singles[3]).unwrap();
                        standard.transform(&mut doubles[0]).unwrap();
                        standard.inverse(&mut doubles[1]).unwrap();
                        range.transform(&mut doubles[2]).unwrap();
                        range.inverse(&mut doubles[3]).unwrap();
                        assert!(singles.as_flattened().iter().all(|x| x.is_finite()), "{standard:?} {range:?}");
                        assert!(doubles.as_flattened().iter().all(|x| x.is_finite()), "{standard:?} {range:?}");
                    }
                }
            }
        }
        let mut row = [5.0_f64, 5.0, 5.0];
        let scaler = StandardScaler { rows: 1, mean: [3.0; 3], squares: [f64::NAN, -1.0, 0.25] };
        scaler.transform(&mut row).unwrap();
        assert_eq!(row, [2.0, 2.0, 4.0]);
        scaler.inverse(&mut row).unwrap();
        assert_eq!(row, [5.0; 3]);
        let mut row = [5.0_f64, 5.0, 5.0];
        let scaler = MinMaxScaler { rows: 1, low: [3.0; 3], high: [f64::NAN, 1.0, 3.5] };
        scaler.transform(&mut row).unwrap();
        assert_eq!(row, [2.0, 2.0, 4.0]);
        scaler.inverse(&mut row).unwrap();
        assert_eq!(row, [5.0; 3]);
    }

    #[test]
    fn rows_added_one_by_one_are_rows_fitted() {
        let rows = [[1.5_f64, 2.0], [4.0, -8.0], [0.25, 3.0]];
        let (mut fitted, mut added) = (StandardScaler::<2>::ZERO, StandardScaler::<2>::ZERO);
        fitted.fit(&[[9.0_f64, 9.0]]).unwrap(); // forgotten by the next
        fitted.fit(&rows).unwrap();
        rows.iter().for_each(|row| added.add(row).unwrap());
        assert_eq!(fitted, added);
        let (mut fitted, mut added) = (MinMaxScaler::<2>::ZERO, MinMaxScaler::<2>::ZERO);
        fitted.fit(&[[99.0_f64, -99.0]]).unwrap();
        fitted.fit(&rows).unwrap();
        rows.iter().for_each(|row| added.add(row).unwrap());
        assert_eq!(fitted, added);
    }

    #[test]
    fn the_count_never_overflows() {
        let rows = u32::MAX;
        let mut scaler = StandardScaler { rows, mean: [3.0], squares: [4.0 * f64::from(rows)] };
        scaler.add(&[3.0_f32]).unwrap();
        assert_eq!((scaler.rows, scaler.mean), (1 << 31, [3.0]));
        assert!((scaler.squares[0] / f64::from(scaler.rows) - 4.0).abs() < 1e-8);
        let mut scaler = MinMaxScaler { rows, low: [0.0], high: [1.0] };
        scaler.add(&[2.0_f32]).unwrap();
        assert_eq!(scaler, MinMaxScaler { rows, low: [0.0], high: [2.0] });
    }

    #[test]
    fn errors_change_nothing() {
        let rows = [[1.0_f32, 2.0], [3.0, 7.0]];
        let (mut standard, mut range) = (StandardScaler::<2>::ZERO, MinMaxScaler::<2>::ZERO);
        let mut row = [5.0_f32, 6.0];
        assert_eq!((standard.transform(&mut row), range.inverse(&mut row)), (Err(Error::Empty), Err(Error::Empty)));
        standard.fit(&rows).unwrap();
        range.fit(&rows).unwrap();
        let (before, range_before) = (standard.clone(), range.clone());
        let found = |row| Err(Error::Feature { row, column: 1, value: f32::NEG_INFINITY });
        let broken = [5.0, f32::NEG_INFINITY];
        assert_eq!((standard.add(&broken), range.add(&broken)), (found(2), found(2)));
        assert_eq!((standard.fit(&[rows[1], broken]), range.fit(&[rows[1], broken])), (found(1), found(1)));
        assert_eq!((standard.fit::<f32>(&[]), range.fit::<f32>(&[])), (Err(Error::Empty), Err(Error::Empty)));
        let mut row = broken;
        assert_eq!((standard.transform(&mut row), standard.inverse(&mut row)), (found(0), found(0)));
        assert_eq!((range.transform(&mut row), range.inverse(&mut row)), (found(0), found(0)));
        assert_eq!((row, standard.clone(), range), (broken, before, range_before));
        assert!(matches!(standard.add(&[0.0, f64::NAN]), Err(Error::Feature { row: 2, column: 1, .. })));
        assert!(standard.add(&[0.0, 1e145]).is_err() && standard.add(&[0.0, 1e144]).is_ok());
    }
}
