//! A step in parts is the step: the same bits, the same errors, all or nothing.

use bareprop::*;

type Net = (Dense<3, 20, LeakyRelu>, Dense<20, 5, Tanh>, Dense<5, 2>);
type Job<O> = Settings<MeanSquaredError, O>;

const INPUTS: [[f32; 3]; 4] = [[0.1, -0.7, 2.0], [1.5, 0.0, -0.3], [-1.0, 0.4, 0.2], [0.6, 0.6, -2.0]];
const TARGETS: [[f32; 2]; 4] = [[1.0, -1.0], [0.0, 3.0], [-2.0, 0.5], [0.3, 0.3]];

fn trainer<O: Optimizer<f32>>() -> Trainer<Net, O, 2> {
    let mut trainer = Trainer::<Net, O, 2>::ZERO;
    trainer.network.initialize_seeded(7);
    trainer
}

fn accumulate<O: Optimizer<f32>>(trainer: &mut Trainer<Net, O, 2>, settings: &Job<O>) {
    trainer.accumulate(settings, &Samples::new(&INPUTS, &TARGETS).unwrap()).unwrap();
}

/// The whole step in parts, with the number of calls.
fn in_parts<O: Optimizer<f32>>(
    trainer: &mut Trainer<Net, O, 2>,
    settings: &Job<O>,
    size: usize,
) -> Result<(Step, u32), Error> {
    let mut update = trainer.update_in_parts(settings)?;
    for calls in 1..10_000 {
        if let Some(step) = update.advance(size)? {
            assert_eq!(update.advance(size), Ok(Some(step)), "after the end");
            return Ok((step, calls));
        }
    }
    panic!("no end");
}

/// Several steps with each size of parts and each kind of clipping give the bits of whole steps.
fn same_bits<O: Optimizer<f32> + Copy>(optimizer: O) {
    for (clip, l2, frozen_layers) in [
        (Clip::None, 0.0, 0),
        (Clip::None, 0.3, 1),
        (Clip::Value(0.01), 0.0, 0),
        (Clip::Norm(0.1), 0.3, 0),
        (Clip::Norm(1e6), 0.3, 2),
        (Clip::Norm(0.1), 0.0, 3),
    ] {
        let settings = Settings { clip, l2, frozen_layers, ..Settings::new(MeanSquaredError, optimizer) };
        let mut whole = trainer::<O>();
        let mut expected = Vec::new();
        for _ in 0..4 {
            accumulate(&mut whole, &settings);
            expected.push(whole.update(&settings).unwrap());
        }
        for size in [0, 1, 8, 15, 16, 24, 64, 1000, usize::MAX] {
            let mut parts = trainer::<O>();
            for expected in &expected {
                accumulate(&mut parts, &settings);
                let (step, calls) = in_parts(&mut parts, &settings, size).unwrap();
                assert_eq!(step, *expected, "{clip:?}, parts of {size}");
                let least = 2 * (Net::COUNT / (size / 8).saturating_mul(8).max(8)) as u32;
                assert!(calls >= least || frozen_layers > 0, "{calls} calls of {size}");
            }
            assert_eq!(parts.network.bits(), whole.network.bits(), "{clip:?}, parts of {size}");
            assert_eq!((parts.pending(), parts.steps()), (0, 4));
            assert_eq!(parts.gradient().bits(), whole.gradient().bits(), "the gradient of the step stays");
        }
    }
}

#[test]
fn each_optimizer_takes_the_same_steps_in_parts() {
    same_bits(Sgd::new(0.05));
    same_bits(Momentum { nesterov: true, ..Momentum::new(0.05) });
    same_bits(Adam::new(0.01));
    same_bits(AdamW { weight_decay: 0.5, ..AdamW::new(0.01) });
    same_bits(AmsGrad::new(0.01));
    same_bits(RmsProp::new(0.01));
    same_bits(AdaGrad::new(0.1));
}

/// A gradient whose squares overflow is clipped at once, to the bits of a whole step.
#[test]
fn large_gradients_are_clipped() {
    let settings = Settings { clip: Clip::Norm(0.5), ..Settings::new(Huber::new(1.0), Sgd::new(0.1)) };
    let step = |whole: bool| {
        let mut trainer = Trainer::<Dense<1, 2>, Sgd, 1>::ZERO;
        let samples = Samples::new(&[[1e30]], &[[1.0, -1.0]]).unwrap();
        trainer.accumulate(&settings, &samples).unwrap();
        let step = if whole {
            trainer.update(&settings).unwrap()
        } else {
            let mut update = trainer.update_in_parts(&settings).unwrap();
            (0..9).find_map(|_| update.advance(8).unwrap()).unwrap()
        };
        (step, trainer.network.bits())
    };
    assert!(step(true).0.gradient_norm > 1e25);
    assert_eq!(step(true), step(false));
}

/// What an error leaves: the network, the optimizer and the counters as they were, and no rows.
fn fails(settings: &Job<Adam>, prepare: impl Fn(&mut Trainer<Net, Adam, 2>)) {
    let run = |size: Option<usize>| {
        let mut trainer = trainer::<Adam>();
        prepare(&mut trainer);
        let before = trainer.network.bits();
        let error = match size {
            Some(size) => in_parts(&mut trainer, settings, size).unwrap_err(),
            None => trainer.update(settings).unwrap_err(),
        };
        assert_eq!((trainer.network.bits(), trainer.steps(), trainer.pending()), (before, 0, 0), "{error}");
        // The next step is that of a trainer without the error.
        trainer.network.initialize_seeded(7);
        let settings = Settings::new(MeanSquaredError, Adam::new(0.01));
        accumulate(&mut trainer, &settings);
        trainer.update(&settings).unwrap();
        (format!("{error:?}"), trainer.network.bits())
    };
    let whole = run(None);
    for size in [8, 64, 1000] {
        assert_eq!(run(Some(size)), whole, "parts of {size}");
    }
}

#[test]
fn errors_change_nothing() {
    let settings = Settings::new(MeanSquaredError, Adam::new(0.01));
    let samples = Samples::new(&INPUTS, &TARGETS).unwrap();
    let weightless = || samples.weighted(&[0.0; 4]).unwrap();
    fails(&settings, |_| {});
    fails(&settings, |trainer| trainer.accumulate(&settings, &weightless()).unwrap());
    fails(&settings, |trainer| {
        accumulate(trainer, &settings);
        trainer.network.1.weights.0[19][4] = 3e19;
    });
    fails(&settings, |trainer| {
        accumulate(trainer, &settings);
        trainer.network.2.bias[1] = f32::NAN;
    });
    fails(&settings, |trainer| {
        trainer.accumulate(&settings, &Samples::new(&INPUTS[..1], &[[1e19, 1e19]]).unwrap()).unwrap();
    });
    fails(&settings, |trainer| {
        trainer.network = Net::ZERO;
        trainer.accumulate(&settings, &samples).unwrap();
    });
    fails(&Settings { l2: f32::NAN, ..settings }, |_| {});
    let mut trainer = trainer::<Adam>();
    accumulate(&mut trainer, &settings);
    trainer.network.2.bias[1] = f32::NAN;
    let mut update = trainer.update_in_parts(&settings).unwrap();
    assert!((0..100).any(|_| update.advance(64).is_err()));
    assert_eq!(update.advance(64), Err(Error::Empty), "after an error");
}

/// A step that is dropped while it checks has not begun; one that is dropped later is complete.
#[test]
fn a_dropped_step_is_none_or_whole() {
    let settings = Settings { clip: Clip::Norm(0.1), l2: 0.3, ..Settings::new(MeanSquaredError, Adam::new(0.01)) };
    let mut whole = trainer::<Adam>();
    let untouched = whole.network.bits();
    accumulate(&mut whole, &settings);
    whole.update(&settings).unwrap();
    let mut ends = [0; 2];
    for calls in 0..60 {
        let mut trainer = trainer::<Adam>();
        accumulate(&mut trainer, &settings);
        let mut update = trainer.update_in_parts(&settings).unwrap();
        for _ in 0..calls {
            update.advance(8).unwrap();
        }
        drop(update);
        assert_eq!(trainer.pending(), 0);
        let gradient = if trainer.steps() == 0 { Net::ZERO.bits() } else { whole.gradient().bits() };
        assert_eq!(trainer.gradient().bits(), gradient);
        let expected = if trainer.steps() == 0 { untouched } else { whole.network.bits() };
        assert_eq!(trainer.network.bits(), expected, "dropped after {calls} calls");
        ends[trainer.steps() as usize] += 1;
    }
    assert!(ends[0] > 20 && ends[1] > 20, "{ends:?}");
}
