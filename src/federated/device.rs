//! The state machine of a device.

use core::fmt;

use super::chunk::{self, chunks};
use super::learner::evaluated;
use super::message::cause;
use super::update::answer;
use super::{CHUNK, Learner, Message, Plan, Reader, Refusal, Report, VERSION, write_message};
use crate::storage::{Stored, bytes};
use crate::{Error, Generator, Layer, Loss, Samples, Settings, Zero};

/// What a device is to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// To call [`Device::train`].
    Train,
    /// To call [`Device::evaluate`].
    Evaluate,
}

/// A device that takes part in rounds: it is fed with the bytes of a line, and writes bytes.
///
/// It asks for nothing by itself: every frame from the gateway has one answer, so that a gateway that hears none
/// sends the frame again. Frames that come twice change nothing. Parameters are received into the device's own
/// memory. The network that learns changes only in [`train`](Self::train) and [`evaluate`](Self::evaluate), once all
/// parameters have come and their checksum is right. A line that is cut off before leaves it as it was.
pub struct Device<N: Layer> {
    reader: Reader,
    plan: Plan,
    /// Of the plan.
    key: u32,
    stage: Stage,
    report: Report,
    /// The parameters of the round, and after training the answer.
    values: N,
}

/// How far the round has come.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Idle,
    /// The number of chunks that have come.
    Receiving(u32),
    Ready,
    Done,
    Failed(Refusal, u32),
}

impl<N: Layer> fmt::Debug for Device<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").field("plan", &self.plan).field("stage", &self.stage).finish_non_exhaustive()
    }
}

impl<N: Layer> Zero for Device<N> {
    const ZERO: Self = Device {
        reader: Reader::EMPTY,
        plan: Plan::NONE,
        key: 0,
        stage: Stage::Idle,
        report: Report::NONE,
        values: N::ZERO,
    };
}

impl<N: Layer> Device<N> {
    /// The size of a value of this type in bytes: that of the network, one frame, and the plan.
    pub const BYTES: usize = size_of::<Self>();
    /// How many chunks the file of the network has.
    pub const CHUNKS: u32 = chunks::<N>();

    /// The plan of the round that was begun last.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Takes a byte of the line. Where it completes a frame, the answer is written with `send`. Returns what is to be
    /// done, which may also be done later: bytes that come meanwhile are answered, and where they begin another round,
    /// [`train`](Self::train) and [`evaluate`](Self::evaluate) do nothing.
    pub fn receive(&mut self, byte: u8, send: &mut impl FnMut(&[u8])) -> Option<Task> {
        match self.reader.push(byte)? {
            Message::Hello => self.here(send),
            Message::Begin(plan) => self.begin(plan, send),
            Message::Chunk { plan, index, bytes, count } => self.chunk(plan, index, bytes, count, send),
            Message::Give { plan, index } => self.give(plan, index, send),
            Message::Work { plan } => return self.work(plan, send),
            // What devices say.
            Message::Here { .. } | Message::Want { .. } | Message::Done(_) | Message::Refused { .. } => {}
        }
        None
    }

    fn here(&self, send: &mut impl FnMut(&[u8])) {
        let (scalar, fingerprint) = (<N as Stored>::SCALAR, <N as Stored>::FINGERPRINT);
        let (bytes, round) = (bytes::<N>() as u32, self.plan.round);
        write_message(&Message::Here { version: VERSION, scalar, fingerprint, bytes, round }, send);
    }

    fn refuse(&self, plan: u32, why: Refusal, here: u32, send: &mut impl FnMut(&[u8])) {
        write_message(&Message::Refused { plan, why, here }, send);
    }

    /// The round does not go on here.
    fn fail(&mut self, why: Refusal, here: u32, send: &mut impl FnMut(&[u8])) {
        self.stage = Stage::Failed(why, here);
        self.refuse(self.key, why, here, send);
    }

    /// A plan that is the same as before does not begin the round anew, unless it failed.
    fn begin(&mut self, plan: Plan, send: &mut impl FnMut(&[u8])) {
        let (begun, key) = (!matches!(self.stage, Stage::Idle | Stage::Failed(..)), plan.key());
        if begun && self.key == key {
            return self.want(send);
        }
        let (fingerprint, size) = (<N as Stored>::FINGERPRINT, bytes::<N>() as u32);
        if plan.fingerprint != fingerprint {
            return self.refuse(key, Refusal::Architecture, fingerprint, send);
        }
        if plan.bytes != size {
            return self.refuse(key, Refusal::Length, size, send);
        }
        if let Some(place) = plan.impossible() {
            return self.refuse(key, Refusal::Plan, place, send);
        }
        (self.plan, self.key, self.stage) = (plan, key, Stage::Receiving(0));
        self.want(send);
    }

    /// Says which chunk is wanted next.
    fn want(&mut self, send: &mut impl FnMut(&[u8])) {
        let index = if let Stage::Receiving(next) = self.stage { next } else { chunks::<N>() };
        write_message(&Message::Want { plan: self.key, index }, send);
    }

    fn chunk(&mut self, plan: u32, index: u32, mut chunk: [u8; CHUNK], count: usize, send: &mut impl FnMut(&[u8])) {
        if plan != self.key || self.stage == Stage::Idle {
            return self.refuse(plan, Refusal::Round, self.key, send);
        }
        let Stage::Receiving(next) = self.stage else { return self.state(send) };
        let left = bytes::<N>().saturating_sub((index as usize).saturating_mul(CHUNK));
        if index == next && count == Ord::min(left, CHUNK) {
            if !chunk::write(&mut self.values, self.plan.checksum, index, &mut chunk) {
                return self.fail(Refusal::Checksum, self.plan.checksum, send);
            }
            self.stage = Stage::Receiving(next.saturating_add(1));
            if next.saturating_add(1) >= chunks::<N>() && !self.complete(send) {
                return;
            }
        }
        self.want(send);
    }

    /// Checks the parameters, once all have come.
    fn complete(&mut self, send: &mut impl FnMut(&[u8])) -> bool {
        let (finite, checksum) = chunk::check(&mut self.values);
        if checksum != self.plan.checksum {
            self.fail(Refusal::Checksum, checksum, send);
        } else if !finite {
            self.fail(Refusal::Number, 0, send);
        } else {
            self.stage = Stage::Ready;
        }
        self.stage == Stage::Ready
    }

    /// Says how far the round has come.
    fn state(&mut self, send: &mut impl FnMut(&[u8])) {
        match self.stage {
            Stage::Done => write_message(&Message::Done(self.report), send),
            Stage::Failed(why, here) => self.refuse(self.key, why, here, send),
            Stage::Idle | Stage::Receiving(_) | Stage::Ready => self.want(send),
        }
    }

    fn work(&mut self, plan: u32, send: &mut impl FnMut(&[u8])) -> Option<Task> {
        if plan != self.key || self.stage == Stage::Idle {
            self.refuse(plan, Refusal::Round, self.key, send);
            return None;
        }
        if self.stage != Stage::Ready {
            self.state(send);
            return None;
        }
        Some(if self.plan.evaluate { Task::Evaluate } else { Task::Train })
    }

    fn give(&mut self, plan: u32, index: u32, send: &mut impl FnMut(&[u8])) {
        if plan != self.key || self.stage != Stage::Done {
            return self.refuse(plan, Refusal::Round, self.key, send);
        }
        let mut bytes = [0; CHUNK];
        let count = chunk::read(&mut self.values, self.report.checksum, index, &mut bytes);
        write_message(&Message::Chunk { plan, index, bytes, count }, send);
    }

    /// Does what [`Task::Train`] asks: the network of `learner` becomes that of the round, learns the samples as the
    /// plan says, and the answer is kept for the gateway to fetch. Does nothing where no round asks for it.
    ///
    /// The noise of the plan is drawn from `rng`. It hides something only where nobody else can draw the same: a
    /// generator of the chip or one of cryptographic strength, with a seed that does not leave the device.
    ///
    /// A device hears nothing while it trains. What comes meanwhile waits in the buffer of the line or is lost, and
    /// the gateway says it again.
    ///
    /// # Errors
    /// Those of [`Learner::learn`], [`Error::Loss`] where no `f32` holds the mean loss, and [`Error::Parameter`] where a
    /// number of the answer is not finite. The gateway is told, and the network is that of the round.
    pub fn train<L, T>(
        &mut self,
        learner: &mut T,
        settings: &Settings<L, T::Optimizer, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        rng: &mut (impl Generator + ?Sized),
        send: &mut impl FnMut(&[u8]),
    ) -> Result<(), Error>
    where
        L: Loss<N::Output>,
        T: Learner<L, Network = N>,
    {
        if self.stage != Stage::Ready || self.plan.evaluate {
            return Ok(());
        }
        self.commit(learner.network_mut());
        let trained = self.trained(learner, settings, samples, rng);
        if trained.is_err() {
            self.commit(learner.network_mut());
        }
        self.done(trained, send)
    }

    /// Trains, and replaces w₀ by the answer; w₀ remains where that fails.
    fn trained<L, T>(
        &mut self,
        learner: &mut T,
        settings: &Settings<L, T::Optimizer, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        rng: &mut (impl Generator + ?Sized),
    ) -> Result<Report, Error>
    where
        L: Loss<N::Output>,
        T: Learner<L, Network = N>,
    {
        let loss = finite(learner.learn(settings, samples, &self.plan, &self.values)?)?;
        let norm = answer(&self.plan, learner.network_mut(), &mut self.values, rng)?;
        let (rows, checksum) = (self.plan.rows_of(samples.rows()), chunk::checksum(&mut self.values));
        Ok(Report { rows, loss, norm, checksum, ..Report::NONE })
    }

    /// Does what [`Task::Evaluate`] asks: the network of `learner` becomes that of the round, and its mean loss for
    /// the samples is reported, with the number of those whose logits are right according to `is_hit`. Does nothing
    /// where no round asks for it.
    ///
    /// # Errors
    /// Those of [`Learner::logits`] and of [`Loss::check_target`], and [`Error::Loss`] where no `f32` holds the mean loss.
    /// The gateway is told.
    pub fn evaluate<L, T>(
        &mut self,
        learner: &mut T,
        settings: &Settings<L, T::Optimizer, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        is_hit: impl Fn(&N::Output, &L::Target) -> bool,
        send: &mut impl FnMut(&[u8]),
    ) -> Result<(), Error>
    where
        L: Loss<N::Output>,
        T: Learner<L, Network = N>,
    {
        if self.stage != Stage::Ready || !self.plan.evaluate {
            return Ok(());
        }
        self.commit(learner.network_mut());
        let report = evaluated(learner, &settings.loss, samples, is_hit);
        self.done(report.and_then(|report| finite(report.loss).map(|_| report)), send)
    }

    /// The network becomes that of the round.
    fn commit(&self, network: &mut N) {
        network.copy_from(&self.values);
    }

    /// Ends the round.
    fn done(&mut self, report: Result<Report, Error>, send: &mut impl FnMut(&[u8])) -> Result<(), Error> {
        match report {
            Ok(report) => (self.report, self.stage) = (Report { plan: self.key, ..report }, Stage::Done),
            Err(error) => self.stage = Stage::Failed(Refusal::Training, cause(error)),
        }
        self.state(send);
        report.map(|_| ())
    }
}

/// The mean loss, which the gateway is to hear.
fn finite(loss: f32) -> Result<f32, Error> {
    if loss.is_finite() { Ok(loss) } else { Err(Error::Loss { row: 0, layer: None }) }
}
