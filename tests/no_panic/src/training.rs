//! Trainer, Predictor, Samples, settings, optimizers, losses.

use crate::see;
use bareprop::trace::{GradientCheck, LayerTrace, UnitTrace};
use bareprop::*;
use core::ops::ControlFlow;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

/// What training is lent.
pub struct Job<'a, N: Layer, L: Loss<N::Output>, O> {
    settings: Settings<L, O, N::Scalar>,
    inputs: &'a [N::Input],
    targets: &'a [L::Target],
    weights: Option<&'a [N::Scalar]>,
    outputs: &'a mut [N::Output],
    classes: &'a mut [usize],
    file: &'a [u8],
    order: &'a [usize],
    init: Option<Init>,
    networks: &'a mut [N; 2],
    units: &'a mut [UnitTrace],
    history: &'a mut History<Epoch<N::Scalar>, 8>,
    patience: u32,
    number: N::Scalar,
    index: usize,
}

/// Everything that a trainer can do, and what stands around it.
#[inline(always)]
fn train<N, L, O, const TILE: usize>(trainer: &mut Trainer<N, O, TILE>, job: &mut Job<'_, N, L, O>) -> Result<(), Error>
where
    N: Layer,
    L: Loss<N::Output>,
    O: Optimizer<N::Scalar>,
{
    trainer.network.initialize(job.init, &mut XorShiftRng::seed_from_u64(job.settings.seed));
    let samples = samples(job)?;
    see(job.settings.check::<N::Output>());
    see(trainer.accumulate(&job.settings, &samples));
    see((trainer.pending(), trainer.steps(), trainer.epochs(), trainer.gradient().bits()));
    see(trainer.update(&job.settings));
    in_parts(trainer.update_in_parts(&job.settings), job.settings.batch_size);
    let each = |step: &Step<N::Scalar>| {
        see(step);
    };
    see(trainer.epoch(&job.settings, &samples, job.order.iter().copied(), each));
    let rows = samples.rows() as u32;
    let shuffle = Shuffle::new(rows, job.settings.seed, rows).map(|index| index as usize);
    see(trainer.epoch(&job.settings, &samples, shuffle, each));
    see(trainer.part_of_epoch(&job.settings, &samples, job.settings.epochs));
    see(trainer.evaluate(&job.settings.loss, &samples));
    see(storage::save(trainer, |bytes| if bytes.len() > job.index { Err(Error::Empty) } else { Ok(()) }));
    see(storage::load(trainer, &mut &*job.file));
    see(storage::save(&mut trainer.network, |bytes| if bytes.is_empty() { Err(Error::Empty) } else { Ok(()) }));
    see(storage::load(&mut trainer.network, &mut &*job.file));
    see((trainer.network.setting_mut(job.index).is_some(), N::FINGERPRINT, storage::bytes::<Trainer<N, O, TILE>>()));
    see(trainer.logits(job.inputs, job.outputs));
    see(trainer.predict(&job.settings.loss, job.inputs, job.outputs));
    see(trainer.classify(job.inputs, job.classes));
    trainer.network.initialize_seeded(job.settings.seed);
    trainer.discard();
    trainer.restart();
    let mut memory = Predictor::<N, TILE>::ZERO;
    predictor(&mut memory, &trainer.network, job);
    Ok(())
}

/// A part of a step, and the rest of it where it is dropped.
#[inline(always)]
fn in_parts<N: Layer, O: Optimizer<N::Scalar>, const TILE: usize>(
    update: Result<UpdateInParts<'_, N, O, TILE>, Error>,
    parameters: usize,
) {
    if let Ok(mut update) = update {
        see(update.advance(parameters));
    }
}

/// Samples, with weights where there are some.
#[inline(always)]
fn samples<'a, N: Layer, L: Loss<N::Output>, O>(
    job: &Job<'a, N, L, O>,
) -> Result<Samples<'a, N::Input, L::Target>, Error> {
    let samples = Samples::new(job.inputs, job.targets)?;
    let samples = match job.weights {
        Some(weights) => samples.weighted(weights)?,
        None => samples,
    };
    see((samples.inputs().len(), samples.targets().len(), samples.get(job.index).is_some()));
    Ok(samples)
}

#[inline(always)]
fn predictor<N: Layer, L: Loss<N::Output>, O, const TILE: usize>(
    predictor: &mut Predictor<N, TILE>,
    network: &N,
    job: &mut Job<'_, N, L, O>,
) {
    see(predictor.logits(network, job.inputs, job.outputs));
    see(predictor.predict(network, &job.settings.loss, job.inputs, job.outputs));
    see(predictor.classify(network, job.inputs, job.classes));
}

/// Fit, trace and gradient check.
#[inline(always)]
fn watch<N, L, O, const TILE: usize>(trainer: &mut Trainer<N, O, TILE>, job: &mut Job<'_, N, L, O>) -> Result<(), Error>
where
    N: Layer,
    L: Loss<N::Output>,
    O: Optimizer<N::Scalar>,
{
    let samples = samples(job)?;
    let [best, before] = &mut *job.networks;
    let stopping = EarlyStopping { patience: job.patience, min_delta: job.number, best: Some(best) };
    let fit: Result<Fit<N::Scalar>, Error> =
        trainer.fit(&job.settings, &samples, Some(&samples), Some(stopping), |epoch, trainer| {
            job.history.push(*epoch);
            let stop = epoch.watched() < job.number || trainer.steps() > job.patience;
            let control = if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
            see((control.ends(), ().ends()));
            control
        });
    see(fit);
    see((job.history.entries().len(), job.history.every()));
    see(trainer.fit(&job.settings, &samples, None, None, |_, _| ()));
    let each = |layer: &LayerTrace<N::Scalar>| {
        see(layer.verdict().advice());
    };
    see(trainer.trace(&job.settings, &samples, before, job.units, each));
    let check: Result<GradientCheck<N::Scalar>, Error> = trainer.gradient_check(&job.settings, &samples, job.number);
    see(check);
    Ok(())
}

/// Exports both for one network, loss, optimizer and TILE.
macro_rules! export {
    ($($train:ident, $watch:ident: $net:ty, $loss:ty, $optimizer:ty, $tile:literal;)*) => {$(
        #[unsafe(no_mangle)]
        pub fn $train(
            trainer: &mut Trainer<$net, $optimizer, $tile>, job: &mut Job<'_, $net, $loss, $optimizer>,
        ) -> Result<(), Error> {
            train(trainer, job)
        }

        #[unsafe(no_mangle)]
        pub fn $watch(
            trainer: &mut Trainer<$net, $optimizer, $tile>, job: &mut Job<'_, $net, $loss, $optimizer>,
        ) -> Result<(), Error> {
            watch(trainer, job)
        }
    )*};
}

type Small<T> = Dense<2, 1, Identity, T>;
type Moons<T> =
    (Dense<2, 8, Relu, T>, Dropout<8, T>, Dense<8, 5, LeakyRelu, T>, Dropout<5, T>, Dense<5, 1, Identity, T>);
type Classes<T> = (Dense<3, 10, Gelu, T>, (Dense<10, 4, Silu, T>, Dropout<4, T>), Dense<4, 3, Identity, T>);
type Every<T> = (
    Dense<3, 4, Identity, T>,
    Dense<4, 5, Elu, T>,
    Dense<5, 2, Sigmoid, T>,
    Dense<2, 9, Tanh, T>,
    Dense<9, 1, Softplus, T>,
    Dense<1, 2, Silu, T>,
);

/// A pretrained body in flash.
pub struct Pre;

static BODY: Dense<3, 4, Tanh> = Dense::new(Matrix([[0.5; 4]; 3]), [0.1; 4]);

impl Pretrained for Pre {
    type Layer = Dense<3, 4, Tanh>;
    const LAYER: &'static Self::Layer = &BODY;
}

export! {
    train_frozen, watch_frozen: (Frozen<Pre>, Dense<4, 3>), SoftmaxCrossEntropy<3>, Adam, 4;
    train_sgd, watch_sgd: Small<f32>, MeanSquaredError, Sgd, 1;
    train_momentum, watch_momentum: Moons<f32>, BinaryCrossEntropy, Momentum, 32;
    train_adam, watch_adam: Moons<f32>, Huber, Adam, 3;
    train_adamw, watch_adamw: Classes<f32>, SoftmaxCrossEntropy<3>, AdamW, 8;
    train_amsgrad, watch_amsgrad: Every<f32>, Huber, AmsGrad, 5;
    train_rmsprop, watch_rmsprop: Moons<f32>, BinaryCrossEntropy, RmsProp, 1;
    train_adagrad, watch_adagrad: Small<f32>, Huber, AdaGrad, 7;
    train_sgd_64, watch_sgd_64: Moons<f64>, BinaryCrossEntropy<f64>, Sgd<f64>, 1;
    train_momentum_64, watch_momentum_64: Small<f64>, MeanSquaredError, Momentum<f64>, 32;
    train_adam_64, watch_adam_64: Classes<f64>, SoftmaxCrossEntropy<3, f64>, Adam<f64>, 16;
    train_adamw_64, watch_adamw_64: Every<f64>, Huber<f64>, AdamW<f64>, 4;
    train_amsgrad_64, watch_amsgrad_64: Small<f64>, Huber<f64>, AmsGrad<f64>, 1;
    train_rmsprop_64, watch_rmsprop_64: Small<f64>, MeanSquaredError, RmsProp<f64>, 2;
    train_adagrad_64, watch_adagrad_64: Small<f64>, BinaryCrossEntropy<f64>, AdaGrad<f64>, 3;
}

/// Gradient descent a sample at a time.
#[inline(always)]
fn online<N: OnlineLayer, L: Loss<N::Output>>(
    online: &mut Online<N>,
    job: &mut Job<'_, N, L, Sgd<N::Scalar>>,
) -> Result<(), Error> {
    for (input, target) in job.inputs.iter().zip(job.targets) {
        see(online.step(&job.settings, input, target));
    }
    see(online.steps());
    online.logits(job.inputs, job.outputs)?;
    see(online.classify(job.inputs, job.classes));
    see(storage::save(online, |bytes| if bytes.len() > job.index { Err(Error::Empty) } else { Ok(()) }));
    see(storage::load(online, &mut &*job.file));
    online.predict(&job.settings.loss, job.inputs, job.outputs)
}

#[unsafe(no_mangle)]
pub fn online_32(
    net: &mut Online<Moons<f32>>,
    job: &mut Job<'_, Moons<f32>, BinaryCrossEntropy, Sgd>,
) -> Result<(), Error> {
    online(net, job)
}

#[unsafe(no_mangle)]
pub fn online_64(
    net: &mut Online<Every<f64>>,
    job: &mut Job<'_, Every<f64>, Huber<f64>, Sgd<f64>>,
) -> Result<(), Error> {
    online(net, job)
}

/// The parts of a step one by one, and what is constructed by default.
#[inline(always)]
fn parts<T: Scalar>(
    schedule: &Schedule<T>,
    step: u32,
    networks: &mut [Classes<T>; 2],
    state: &mut AdamState<Classes<T>>,
) {
    see((schedule.check().is_ok(), schedule.factor(step), Schedule::<T>::CONSTANT.factor(step)));
    let [network, gradient] = networks;
    see((network.bits(), network.weights_squared(), Classes::<T>::describe(step as usize)));
    network.copy_from(gradient);
    network.scale_weights(T::from_u32(step));
    gradient.fill(network.tensor(step as usize).first().copied().unwrap_or(T::ONE));
    network.tensor_mut(step as usize).reverse();
    let adam = Adam::<T>::default();
    see((Optimizer::<T>::check(&adam).is_ok(), Optimizer::<T>::learning_rate(&adam)));
    adam.step(state, T::from_u32(step), network, gradient, step as usize..6);
    let begun: AdamStep<T> = adam.begin(state, T::from_u32(step));
    let part = Part { tensor: step as usize, start: step as usize, count: (step >> 3) as usize };
    Adam::<T>::apply(&begun, state, network, gradient, part);
    see((part.of(network).len(), Part::whole(part.count).of_mut(gradient).len()));
    Adam::<T>::reset(state);
    let settings = Settings::<_, _, T>::new(SoftmaxCrossEntropy::<3, T>::default(), adam);
    see(settings.check::<[T; 3]>());
    let (ams, mut largest) = (AmsGrad::<T>::default(), AmsGradState::<Small<T>>::ZERO);
    let mut dense = Small::<T>::ZERO;
    ams.step(
        &mut largest,
        T::from_u32(step),
        &mut dense,
        &Dense::new(Matrix([[T::ONE]; 2]), [T::from_u32(step)]),
        0..step as usize,
    );
    AmsGrad::<T>::reset(&mut largest);
    see((Sgd::<T>::default(), Momentum::<T>::default(), AdamW::<T>::default(), AmsGrad::<T>::default()));
    see((RmsProp::<T>::default(), AdaGrad::<T>::default(), BinaryCrossEntropy::<T>::default()));
    see(Huber::<T>::default());
}

#[unsafe(no_mangle)]
pub fn parts_32(s: &Schedule, step: u32, networks: &mut [Classes<f32>; 2], state: &mut AdamState<Classes<f32>>) {
    parts(s, step, networks, state);
}

#[unsafe(no_mangle)]
pub fn parts_64(s: &Schedule<f64>, step: u32, networks: &mut [Classes<f64>; 2], state: &mut AdamState<Classes<f64>>) {
    parts(s, step, networks, state);
}
