//! A network that is much larger than the stack.

use bareprop::*;

type Large = (Dense<784, 1024, Relu>, Dense<1024, 10>);

/// 13 MB on a thread with 256 KB of stack, in debug builds too: built, initialised, trained and asked.
#[test]
fn a_large_network_on_a_small_stack() {
    let work = || {
        let mut trainer = Boxed::<Trainer<Large, Adam, 8>>::zero();
        let mut best = Boxed::<Large>::zero();
        trainer.network.initialize_seeded(1);
        let inputs = vec![[0.5; 784]; 4];
        let samples = Samples::new(&inputs, &[0, 1, 2, 3]).unwrap();
        let settings = Settings { epochs: 2, ..Settings::new(SoftmaxCrossEntropy::new(), Adam::new(0.001)) };
        let stopping = EarlyStopping { patience: 2, min_delta: 0.0, best: Some(&mut *best) };
        let fit = trainer.fit(&settings, &samples, None, Some(stopping), |_, _| ()).unwrap();
        let mut classes = [9; 4];
        trainer.classify(&inputs, &mut classes).unwrap();
        assert!(fit.epochs == 2 && classes.iter().all(|class| *class < 10));
        const { assert!(Trainer::<Large, Adam, 8>::BYTES > 12_000_000) };
    };
    std::thread::Builder::new().stack_size(256 * 1024).spawn(work).unwrap().join().unwrap();
}
