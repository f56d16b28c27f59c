//! Files of networks and trainers: training goes on to the same bits, and what is broken is named and changes nothing.

use std::convert::Infallible;

use bareprop::storage::{self, Error as Broken, Scaled, Source, Stored};
use bareprop::*;
use proptest::prelude::*;

type Net<T = f32> =
    (Dense<2, 5, Silu, T>, Dropout<5, T>, (Dense<5, 4, Relu, T>, Dropout<4, T>), Dense<4, 1, Identity, T>);

/// The file of a value.
fn file<S: Stored>(value: &mut S) -> Vec<u8> {
    let mut file = vec![];
    let Ok(()) = storage::save(value, |bytes| -> Result<(), Infallible> {
        assert!(bytes.len() <= 64 && !bytes.is_empty());
        file.extend_from_slice(bytes);
        Ok(())
    });
    assert_eq!(file.len(), storage::bytes::<S>());
    file
}

fn load<S: Stored>(value: &mut S, file: &[u8]) -> Result<(), Broken> {
    storage::load(value, &mut &*file)
}

/// The same file with another checksum: what somebody could write who means harm.
fn sealed(mut file: Vec<u8>) -> Vec<u8> {
    let end = file.len() - 4;
    let mut crc = !0_u32;
    for &byte in &file[..end] {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    file[end..].copy_from_slice(&(!crc).to_le_bytes());
    file
}

/// 23 rows, which are no multiple of the batches.
fn rows<T: Scalar>() -> (Vec<[T; 2]>, Vec<[T; 1]>) {
    let (mut inputs, mut targets) = (vec![[T::ZERO; 2]; 23], vec![[T::ZERO]; 23]);
    datasets::moons(&mut inputs, &mut targets, T::from_f64(0.2), 3).unwrap();
    (inputs, targets)
}

fn trainer<T: Scalar, O: Optimizer<T>, const TILE: usize>() -> Boxed<Trainer<Net<T>, O, TILE>> {
    let mut trainer = Boxed::<Trainer<Net<T>, O, TILE>>::zero();
    trainer.network.initialize_seeded(5);
    trainer.network.1.rate = T::from_f64(0.3);
    trainer.network.2.1.rate = T::from_f64(0.2);
    trainer
}

/// Trains for some steps, and saves and loads after the first `k` of them: the bits are those of training in one piece.
fn resumes<T: Scalar, O: Optimizer<T> + Copy>(optimizer: O, schedule: Schedule<T>, k: u32) {
    let (inputs, targets) = rows::<T>();
    let samples = Samples::new(&inputs, &targets).unwrap();
    let settings = Settings { schedule, batch_size: 4, seed: 9, ..Settings::new(BinaryCrossEntropy::new(), optimizer) };
    let (mut whole, mut before, mut after) = (trainer::<T, O, 4>(), trainer::<T, O, 3>(), trainer::<T, O, 1>());
    // Six steps an epoch. A plateau falls between epochs of `fit`.
    for _ in 0..15 {
        whole.part_of_epoch(&settings, &samples, 1).unwrap();
    }
    for _ in 0..k {
        before.part_of_epoch(&settings, &samples, 1).unwrap();
    }
    // The files do not depend on TILE.
    load(&mut *after, &file(&mut *before)).unwrap();
    for _ in k..15 {
        after.part_of_epoch(&settings, &samples, 1).unwrap();
    }
    let settings = Settings { epochs: 4, ..settings };
    let whole_fit = whole.fit(&settings, &samples, None, None, |_, _| ()).unwrap();
    assert_eq!(after.fit(&settings, &samples, None, None, |_, _| ()).unwrap(), whole_fit);
    assert_eq!(after.network.bits(), whole.network.bits(), "after {k} steps");
    assert_eq!(file(&mut *after), file(&mut *whole));
    assert_eq!((after.steps(), after.epochs()), (whole.steps(), whole.epochs()));
}

fn with_every_optimizer<T: Scalar>(schedule: Schedule<T>, k: u32) {
    resumes(Sgd::new(T::from_f64(0.05)), schedule, k);
    resumes(Momentum::new(T::from_f64(0.05)), schedule, k);
    resumes(Momentum { nesterov: true, ..Momentum::new(T::from_f64(0.05)) }, schedule, k);
    resumes(Adam::new(T::from_f64(0.01)), schedule, k);
    resumes(AdamW::new(T::from_f64(0.01)), schedule, k);
    resumes(AmsGrad::new(T::from_f64(0.01)), schedule, k);
    resumes(RmsProp::new(T::from_f64(0.01)), schedule, k);
    resumes(AdaGrad::new(T::from_f64(0.1)), schedule, k);
}

fn with_every_schedule<T: Scalar>(k: u32) {
    let number = T::from_f64;
    for decay in [
        Decay::Constant,
        Decay::Step { every: 4, factor: number(0.5) },
        Decay::Exponential { factor: number(0.9) },
        Decay::Cosine { steps: 30, floor: number(0.1) },
        Decay::Plateau { factor: number(0.5), patience: 0, min_delta: number(0.05), floor: number(0.1) },
    ] {
        with_every_optimizer(Schedule { warm_up: 3, decay }, k);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]
    #[test]
    fn training_goes_on_to_the_same_bits(k in 1_u32..15) {
        with_every_schedule::<f32>(k);
        with_every_schedule::<f64>(k);
    }
}

/// `fit` finishes an epoch that was begun, and `epoch` and `restart` forget it.
#[test]
fn an_epoch_that_was_begun() {
    let (inputs, targets) = rows::<f32>();
    let samples = Samples::new(&inputs, &targets).unwrap();
    let settings = Settings { batch_size: 4, epochs: 1, ..Settings::new(BinaryCrossEntropy::new(), Adam::new(0.01)) };
    let (mut whole, mut parts) = (trainer::<f32, Adam, 4>(), trainer::<f32, Adam, 4>());
    whole.fit(&settings, &samples, None, None, |_, _| ()).unwrap();
    assert_eq!(parts.part_of_epoch(&settings, &samples, 2).unwrap(), None);
    let wrong = Settings { l2: -1.0, ..settings };
    assert!(parts.part_of_epoch(&wrong, &samples, 2).is_err());
    parts.fit(&settings, &samples, None, None, |_, _| ()).unwrap();
    assert_eq!((parts.network.bits(), parts.epochs(), parts.steps()), (whole.network.bits(), 1, 6));
    assert_eq!(file(&mut *parts), file(&mut *whole));

    parts.part_of_epoch(&settings, &samples, 1).unwrap();
    parts.restart();
    parts.network.copy_from(&trainer::<f32, Adam, 4>().network);
    let loss = parts.part_of_epoch(&settings, &samples, u32::MAX).unwrap();
    assert!(loss.is_some() && parts.network.bits() == whole.network.bits());
}

#[test]
fn online_goes_on_too() {
    let (inputs, targets) = rows::<f32>();
    let settings = Settings::new(BinaryCrossEntropy::new(), Sgd::new(0.1));
    let (mut whole, mut after) = (Online::<Net>::ZERO, Online::<Net>::ZERO);
    whole.network.copy_from(&trainer::<f32, Sgd, 1>().network);
    for (row, (input, target)) in inputs.iter().zip(&targets).enumerate() {
        if row == 10 {
            load(&mut after, &file(&mut whole)).unwrap();
        }
        whole.step(&settings, input, target).unwrap();
        if row >= 10 {
            after.step(&settings, input, target).unwrap();
        }
    }
    assert_eq!((after.network.bits(), after.steps()), (whole.network.bits(), 23));
}

/// The bytes of docs/format.md, for a network that fits in a few.
#[test]
fn byte_by_byte() {
    let mut layer = Dense::<1, 2>::new(Matrix([[1.0, -2.0]]), [0.5, 0.0]);
    let bytes = file(&mut layer);
    assert_eq!(&bytes[..12], b"bareprop\x01\x01\x04\0");
    assert_eq!(bytes[12..16], <Dense<1, 2> as Stored>::FINGERPRINT.to_le_bytes());
    assert_eq!(bytes[16..20], [16, 0, 0, 0]);
    assert_eq!(bytes[20..36], [0, 0, 128, 63, 0, 0, 0, 192, 0, 0, 0, 63, 0, 0, 0, 0]);
    assert_eq!(bytes, sealed(bytes.clone()));
    // A fingerprint that changes makes all files unreadable.
    assert_eq!(<Dense<1, 2> as Stored>::FINGERPRINT, 0x50bb_fb0c);
    assert_eq!(<Trainer<Net, Adam> as Stored>::FINGERPRINT, <Trainer<Net, Adam, 1> as Stored>::FINGERPRINT);
}

/// Another architecture, scalar, optimizer, kind.
#[test]
fn other_types() {
    fn differ<A: Stored + Zero, B: Stored + Zero>() {
        let (mut a, mut b) = (A::ZERO, B::ZERO);
        let error = load(&mut b, &file(&mut a)).unwrap_err();
        let expected = match error {
            Broken::Kind { .. } => A::KIND != B::KIND,
            Broken::Scalar { expected, found } => (expected, found) == (B::SCALAR, A::SCALAR),
            Broken::Architecture { expected, found } => (expected, found) == (B::FINGERPRINT, A::FINGERPRINT),
            _ => false,
        };
        assert!(expected, "{error}");
    }
    differ::<Dense<2, 3>, Dense<3, 2>>();
    differ::<Dense<2, 3>, Dense<2, 3, Relu>>();
    differ::<Dense<2, 3>, Dense<2, 3, Identity, f64>>();
    differ::<Dense<2, 3>, (Dense<2, 3>, Dropout<3>)>();
    differ::<(Dense<2, 2>, Dense<2, 3>), (Dense<2, 3>, Dense<3, 1>)>();
    differ::<Dense<2, 3>, Online<Dense<2, 3>>>();
    differ::<Trainer<Dense<2, 3>, Momentum>, Trainer<Dense<2, 3>, RmsProp>>();
    differ::<Trainer<Dense<2, 3>, RmsProp>, Trainer<Dense<2, 3>, AdaGrad>>();
    differ::<Trainer<Dense<2, 3>, Adam>, Trainer<Dense<2, 3>, AdamW>>();
    differ::<Trainer<Dense<2, 3>, Sgd>, Online<Dense<2, 3>>>();
    differ::<StandardScaler<2>, MinMaxScaler<2>>();
    differ::<StandardScaler<2>, StandardScaler<3>>();
}

/// Every cut, every flipped bit, every longer file is an error, and the value is as it was.
#[test]
fn broken_files_change_nothing() {
    let whole = file(&mut *trainer::<f32, Adam, 1>());
    let mut other = Boxed::<Trainer<Net, Adam, 1>>::zero();
    let zero = file(&mut *other);
    for end in 0..whole.len() {
        let error = load(&mut *other, &whole[..end]).unwrap_err();
        assert!(matches!(error, Broken::Length { found, .. } if found == end as u64), "{error}");
    }
    assert!(matches!(load(&mut *other, &[&whole[..], &[0]].concat()), Err(Broken::Length { .. })));
    for bit in 0..whole.len() * 8 {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(load(&mut *other, &flipped).is_err(), "bit {bit}");
    }
    assert_eq!(file(&mut *other), zero);
    let version = sealed([&whole[..8], &[2], &whole[9..]].concat());
    assert_eq!(load(&mut *other, &version), Err(Broken::Version { found: 2 }));
    assert_eq!(load(&mut *other, &[b"x", &whole[1..]].concat()), Err(Broken::Magic));
    load(&mut *other, &whole).unwrap();
    assert_eq!(file(&mut *other), whole);
}

/// Numbers that no training gives, in a file whose checksum is right.
#[test]
fn no_number_that_could_do_harm() {
    let refused = |value: f32, place: usize, piece: u32, index: u32| {
        let mut trainer = trainer::<f32, Adam, 1>();
        let before = file(&mut *trainer);
        let mut hostile = before.clone();
        hostile[20 + 4 * place..][..4].copy_from_slice(&value.to_le_bytes());
        assert_eq!(load(&mut *trainer, &sealed(hostile)), Err(Broken::Number { piece, index }), "{value} at {place}");
        assert_eq!(file(&mut *trainer), before);
    };
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        refused(bad, 0, 0, 0);
        refused(bad, 11, 1, 1);
    }
    // 15 + 24 + 5 parameters, then the rates; m, v, c₁ and c₂.
    let m = 44 + 2;
    refused(1.0, 44, 6, 0);
    refused(-0.5, 45, 7, 0);
    refused(f32::MAX, m, 8, 0);
    refused(-1e-20, m + 44, 14, 0);
    refused(1.5, m + 88, 20, 0);
}

/// Any bytes whatever: no panic, nothing changes unless they are a file.
#[test]
fn any_bytes() {
    proptest!(|(bytes in prop::collection::vec(any::<u8>(), 0..200), keep in 0_usize..24)| {
        let mut layer = Dense::<2, 3>::ZERO;
        let mut all = file(&mut layer)[..keep].to_vec();
        all.extend(bytes);
        let _ = load(&mut layer, &all);
        let _ = load(&mut layer, &sealed([all, vec![0; 4]].concat()));
        prop_assert!(layer == Dense::ZERO || layer.weights.0.as_flattened().iter().all(|w| w.is_finite()));
    });
}

/// What the writer or the source says comes back, and the writer is not called again.
#[test]
fn errors_of_the_medium() {
    let mut calls = 0;
    let full = storage::save(&mut *trainer::<f32, Adam, 1>(), |_| {
        calls += 1;
        if calls == 3 { Err("full") } else { Ok(()) }
    });
    assert_eq!((full, calls), (Err("full"), 3));

    struct Bad(Vec<u8>, usize);
    impl Source for Bad {
        type Error = &'static str;
        fn size(&mut self) -> Result<u64, &'static str> {
            Ok(self.0.len() as u64)
        }
        fn read(&mut self, offset: u64, to: &mut [u8]) -> Result<(), &'static str> {
            self.1 = self.1.checked_sub(1).ok_or("worn out")?;
            let Ok(()) = (&*self.0).read(offset, to);
            Ok(())
        }
    }
    let bytes = file(&mut Dense::<2, 3>::new(Matrix([[1.0; 3]; 2]), [2.0; 3]));
    for reads in 0..12 {
        let mut layer = Dense::<2, 3>::ZERO;
        let error = storage::load(&mut layer, &mut Bad(bytes.clone(), reads)).unwrap_err();
        assert_eq!((error, layer), (Broken::Source("worn out"), Dense::ZERO), "{reads}");
    }
}

/// A model with its scaler, and files.
#[test]
fn files_and_scalers() {
    let folder = std::env::temp_dir().join(format!("bareprop-storage-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("a.model");
    let scaler = StandardScaler::from_rows(&[[1.0_f32, 2.0], [3.0, 5.0]]).unwrap();
    let mut model = Scaled { network: Dense::<2, 3>::ZERO, scaler };
    model.network.initialize_seeded(1);
    let mut other = Scaled::<Dense<2, 3>, StandardScaler<2>>::ZERO;
    assert!(matches!(storage::load_file(&mut other, &path), Err(Broken::Source(_))));
    storage::save_file(&mut model, &path).unwrap();
    storage::save_file(&mut model, &path).unwrap();
    storage::load_file(&mut other, &path).unwrap();
    assert_eq!(other, model);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "no temporary file is left");
    let error = storage::load_file(&mut model.network, &path).unwrap_err();
    assert!(error.to_string().starts_with("the file is of another architecture"), "{error}");
    assert!(storage::save_file(&mut model, folder.join("no/such/folder")).is_err());
    assert!(storage::save_file(&mut model, "/").is_err());
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Rates of dropout are saved, loaded and copied wherever they stand.
#[test]
fn rates_in_every_place() {
    type Inner = Residual<(Dense<2, 2>, Dropout<2>)>;
    type Deep = (Dropout<2>, Inner, Dense<2, 2>, Dropout<2>, Dense<2, 2>, Dropout<2>);
    fn rates(network: &mut Deep) -> [&mut f32; 4] {
        let (first, inner, _, third, _, last) = network;
        [&mut first.rate, &mut inner.0.1.rate, &mut third.rate, &mut last.rate]
    }
    let (mut network, mut loaded, mut copied) = (Deep::ZERO, Deep::ZERO, Deep::ZERO);
    let expected = [0.125, 0.25, 0.375, 0.5];
    rates(&mut network).into_iter().zip(expected).for_each(|(rate, value)| *rate = value);
    load(&mut loaded, &file(&mut network)).unwrap();
    copied.copy_from(&network);
    assert_eq!(rates(&mut loaded).map(|rate| *rate), expected);
    assert_eq!(rates(&mut copied).map(|rate| *rate), expected);
    for (index, rate) in expected.into_iter().enumerate() {
        assert_eq!(network.setting_mut(index), Some(&mut rate.clone()));
    }
    assert_eq!(network.setting_mut(4), None);
    assert_eq!(network.2.setting_mut(0), None);
}

#[test]
fn min_max_scalers() {
    let mut scaler = MinMaxScaler::from_rows(&[[1.0_f32, -2.0], [3.0, 5.0]]).unwrap();
    let mut other = MinMaxScaler::<2>::ZERO;
    let whole = file(&mut scaler);
    load(&mut other, &whole).unwrap();
    assert_eq!(other, scaler);
    // The first of the lowest numbers, behind header and count.
    let nan = sealed([&whole[..24], &f64::NAN.to_le_bytes(), &whole[32..]].concat());
    assert_eq!(load(&mut other, &nan), Err(Broken::Number { piece: 1, index: 0 }));
    assert_eq!(other, scaler);
}

fn zeros<S: Stored + Zero>() -> Vec<u8> {
    let mut value = S::ZERO;
    file(&mut value)
}

/// A file on disk has the errors of its bytes.
#[test]
fn errors_of_files() {
    let path = std::env::temp_dir().join(format!("bareprop-errors-{}", std::process::id()));
    let mut layer = Dense::<2, 3>::new(Matrix([[1.0; 3]; 2]), [2.0; 3]);
    let whole = file(&mut layer);
    let changed = |index: usize, byte: u8| [&whole[..index], &[byte], &whole[index + 1..]].concat();
    let number = [&whole[..20], &f32::NAN.to_le_bytes(), &whole[24..]].concat();
    let mut found = vec![];
    for bytes in [
        changed(0, 0),
        sealed(changed(8, 9)),
        zeros::<Trainer<Dense<2, 3>, Sgd>>(),
        zeros::<Dense<2, 3, Identity, f64>>(),
        zeros::<Dense<3, 2>>(),
        [&whole[..], &[0]].concat(),
        changed(24, 1),
        sealed(number),
    ] {
        std::fs::write(&path, &bytes).unwrap();
        let (expected, error) = (load(&mut layer, &bytes).unwrap_err(), storage::load_file(&mut layer, &path));
        let (expected, error) = (expected.to_string(), error.unwrap_err().to_string());
        assert_eq!(error, expected);
        found.push(error);
    }
    std::fs::remove_file(&path).unwrap();
    let [.., length, _, _] = &found[..] else { panic!("{found:?}") };
    assert_eq!(length, "the file has 61 bytes, not 60");
    assert_eq!(found.iter().collect::<std::collections::HashSet<_>>().len(), 8, "{found:#?}");
}

/// FNV-1a with 32 bits, by the values of its authors; numbers are four bytes, the lowest first.
#[test]
fn fingerprints() {
    for (name, hash) in [("", 0x811c_9dc5), ("a", 0xe40c_292c), ("foobar", 0xbf9c_f968)] {
        assert_eq!(storage::fingerprint(name, &[]), hash, "{name}");
    }
    let word = u32::from_le_bytes(*b"obar");
    assert_eq!(storage::fingerprint("fo", &[word]), 0xbf9c_f968);
    assert_eq!(storage::fingerprint("", &[word, word]), storage::fingerprint("obarobar", &[]));
}

/// What is printed names each figure.
#[test]
fn messages() {
    for (error, message) in [
        (Broken::Source("worn"), "the file cannot be read: worn"),
        (Broken::Magic, "this is no file of bareprop"),
        (Broken::Version { found: 7 }, "the file is of version 7, and this crate knows 1"),
        (Broken::Kind { expected: 1, found: 2 }, "the file is of kind 2, not 1 (1 is a model, 2 a checkpoint)"),
        (Broken::Scalar { expected: 4, found: 8 }, "the numbers of the file have 8 bytes, those of the network 4"),
        (
            Broken::Architecture { expected: 0xab, found: 0xcd },
            "the file is of another architecture or optimizer: fingerprint 000000cd, not 000000ab",
        ),
        (Broken::Length { expected: 64, found: 65 }, "the file has 65 bytes, not 64"),
        (Broken::Checksum, "the checksum of the file is wrong"),
        (
            Broken::Number { piece: 1, index: 2 },
            "number 2 of piece 1 (both counted from 0) is not finite or out of its range",
        ),
        (
            Broken::Range { least: 512, sector: 256 },
            "the range of flash needs at least 512 bytes in whole sectors of 256",
        ),
        (Broken::Worn { address: 0x8000 }, "the flash gives back other bytes than were written from 0x8000 on"),
    ] {
        assert_eq!(error.to_string(), message);
    }
}

/// A network as Rust source: `network/source.rs` is what is written, and compiles to the same bits. After a change of the
/// text, take it from the message.
#[test]
fn source_compiles_to_the_same_bits() {
    type Nested = (Dense<2, 3, Relu>, Dropout<3>, (Dense<3, 2>, Dense<2, 1>));
    static COMPILED: Nested = include!("network/source.rs");
    let mut network = Nested::ZERO;
    network.initialize_seeded(7);
    network.1.rate = 0.25;
    network.0.bias = [1e-30, -0.0, f32::MAX];
    let mut source = String::new();
    network.write_source(&mut source).unwrap();
    assert_eq!(source, include_str!("network/source.rs").trim_end(), "{source}");
    assert!(COMPILED.bits() == network.bits() && COMPILED.1.rate == 0.25);
    network.0.bias[0] = f32::NAN;
    assert!(network.write_source(&mut source).is_err());
}

/// A layer of each other kind, as `network/sequence.rs`.
#[test]
fn source_of_other_layers() {
    type Pooled = (MaxPool1d<6, 5, 2, 2, 1>, AveragePool1d<5, 4, 2, 2, 1>, Gru<4, 2, 3, AllStates>);
    type Sequence = (Pooled, Flatten<[[f32; 3]; 4], 12>, LayerNorm<12>, Residual<Dense<12, 12, Tanh>>, Dense<12, 1>);
    static COMPILED: Sequence = include!("network/sequence.rs");
    let mut network = Sequence::ZERO;
    network.initialize_seeded(7);
    network.2.bias[1] = 0.5;
    let mut source = String::new();
    network.write_source(&mut source).unwrap();
    assert_eq!(source, include_str!("network/sequence.rs").trim_end(), "{source}");
    assert_eq!(COMPILED.bits(), network.bits());
    network.2.scale[3] = f32::INFINITY;
    assert!(network.write_source(&mut source).is_err());
}

/// Early stopping whose best network is a file: the same epochs, and the same parameters, as with a second network.
#[test]
fn the_best_network_may_be_saved_instead_of_kept() {
    let (inputs, targets) = rows::<f32>();
    let (training, validation) =
        (Samples::new(&inputs[..12], &targets[..12]).unwrap(), Samples::new(&inputs[12..], &targets[12..]).unwrap());
    let settings = Settings { epochs: 200, ..Settings::new(BinaryCrossEntropy::new(), Adam::new(0.05)) };
    let mut best = Net::ZERO;
    let (mut kept, mut saved) = (trainer::<f32, Adam, 4>(), trainer::<f32, Adam, 4>());
    let stopping = EarlyStopping { patience: 5, min_delta: 0.0, best: Some(&mut best) };
    let expected = kept.fit(&settings, &training, Some(&validation), Some(stopping), |_, _| ()).unwrap();
    assert!(expected.end == FitEnd::Early && expected.best_epoch > 1 && expected.best_epoch < expected.epochs);

    let (mut model, mut bests) = (file(&mut saved.network), vec![]);
    let stopping = EarlyStopping { patience: 5, min_delta: 0.0, best: None };
    let fit = saved.fit(&settings, &training, Some(&validation), Some(stopping), |epoch, trainer| {
        if epoch.is_best {
            model = file(&mut trainer.network);
            bests.push(epoch.epoch);
        }
    });
    assert_eq!((fit.unwrap(), bests.last()), (expected, Some(&expected.best_epoch)));
    assert_ne!(saved.network.bits(), kept.network.bits());
    load(&mut saved.network, &model).unwrap();
    assert!(saved.network == kept.network);
}
