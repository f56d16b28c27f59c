//! Rounds, with whatever the line brings.

use bareprop::federated::*;
use bareprop::*;
use rand_core::SeedableRng;
use rand_xorshift::XorShiftRng;

use crate::see;

type Net = ((Dense<3, 17, Relu>, Dropout<17>), Dense<17, 2>);
type Net64 = (Dense<3, 17, Gelu, f64>, Dense<17, 2, Identity, f64>);

/// What the device learns with.
pub struct Member<N: Layer, O> {
    settings: Settings<SoftmaxCrossEntropy<2, N::Scalar>, O, N::Scalar>,
    inputs: [N::Input; 4],
    classes: [usize; 4],
}

#[inline(always)]
fn hear<N, O, T>(device: &mut Device<N>, learner: &mut T, member: &Member<N, O>, line: &[u8], send: fn(&[u8]))
where
    N: Layer,
    T: Learner<SoftmaxCrossEntropy<2, N::Scalar>, Network = N, Optimizer = O>,
    SoftmaxCrossEntropy<2, N::Scalar>: Loss<N::Output, Target = usize>,
{
    let Ok(samples) = Samples::new(&member.inputs, &member.classes) else { return };
    let send = &mut |bytes: &[u8]| send(bytes);
    for &byte in line {
        see(device.receive(byte, send));
    }
    let mut rng = XorShiftRng::seed_from_u64(u64::from(device.plan().round));
    see(device.train(learner, &member.settings, &samples, &mut rng, send));
    see(device.evaluate(learner, &member.settings, &samples, |_, &class| class == 0, send));
    let plan: &Plan = device.plan();
    see((plan.rows_of(line.len()), plan.key(), Device::<N>::BYTES, Device::<N>::CHUNKS, learner.network_mut().bits()));
    let mut logits = N::Output::ZERO;
    see(learner.learn(&member.settings, &samples, plan, &N::ZERO));
    see(learner.logits(&member.inputs[0], &mut logits));
}

#[unsafe(no_mangle)]
pub fn device_of_trainer(
    device: &mut Device<Net>,
    trainer: &mut Trainer<Net, Adam, 2>,
    member: &Member<Net, Adam>,
    line: &[u8],
    send: fn(&[u8]),
) {
    hear(device, trainer, member, line, send);
}

#[unsafe(no_mangle)]
pub fn device_of_online(
    device: &mut Device<Net64>,
    online: &mut Online<Net64>,
    member: &Member<Net64, Sgd<f64>>,
    line: &[u8],
    send: fn(&[u8]),
) {
    hear(device, online, member, line, send);
}

#[unsafe(no_mangle)]
pub fn proximal_term(trainer: &mut Trainer<Net, Adam, 2>, mu: f32, global: &Net) -> Result<(), Error> {
    trainer.add_proximal_term(mu, global)
}

#[unsafe(no_mangle)]
pub fn proximal_step(online: &mut Online<Net64>, rate: f64, mu: f64, global: &Net64) -> Result<(), Error> {
    online.proximal_step(rate, mu, global)
}

#[unsafe(no_mangle)]
pub fn messages(reader: &mut Reader, byte: u8, message: &Message, send: fn(&[u8])) -> bool {
    write_message(message, &mut |bytes: &[u8]| send(bytes));
    reader.push(byte).is_some()
}
