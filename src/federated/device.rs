//! The state machine of a device.

use core::fmt;

use super::chunk::{self, chunks};
use super::learner::mean;
use super::update::answer;
use super::{CHUNK, Learner, Message, Plan, Reader, Refusal, Report, VERSION, write_message};
use crate::storage::{Stored, bytes};
use crate::{Generator, Layer, Loss, Samples, Scalar, Settings, Zero};

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
    const ZERO: Self =
        Device { reader: Reader::EMPTY, plan: Plan::NONE, stage: Stage::Idle, report: Report::NONE, values: N::ZERO };
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
            Message::Chunk { round, index, bytes, count } => self.chunk(round, index, bytes, count, send),
            Message::Give { round, index } => self.give(round, index, send),
            Message::Work { round } => return self.work(round, send),
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

    fn refuse(&mut self, round: u32, why: Refusal, here: u32, send: &mut impl FnMut(&[u8])) {
        write_message(&Message::Refused { round, why, here }, send);
    }

    /// The round does not go on here.
    fn fail(&mut self, why: Refusal, here: u32, send: &mut impl FnMut(&[u8])) {
        self.stage = Stage::Failed(why, here);
        self.refuse(self.plan.round, why, here, send);
    }

    /// A plan that is the same as before does not begin the round anew, unless it failed.
    fn begin(&mut self, plan: Plan, send: &mut impl FnMut(&[u8])) {
        let begun = !matches!(self.stage, Stage::Idle | Stage::Failed(..));
        if begun && self.plan.is(&plan) {
            return self.want(send);
        }
        let (fingerprint, size) = (<N as Stored>::FINGERPRINT, bytes::<N>() as u32);
        if plan.fingerprint != fingerprint {
            return self.refuse(plan.round, Refusal::Architecture, fingerprint, send);
        }
        if plan.bytes != size {
            return self.refuse(plan.round, Refusal::Length, size, send);
        }
        if !plan.is_possible() {
            return self.refuse(plan.round, Refusal::Plan, 0, send);
        }
        (self.plan, self.stage) = (plan, Stage::Receiving(0));
        self.want(send);
    }

    /// Says which chunk is wanted next.
    fn want(&mut self, send: &mut impl FnMut(&[u8])) {
        let index = if let Stage::Receiving(next) = self.stage { next } else { chunks::<N>() };
        write_message(&Message::Want { round: self.plan.round, index }, send);
    }

    fn chunk(&mut self, round: u32, index: u32, mut chunk: [u8; CHUNK], count: usize, send: &mut impl FnMut(&[u8])) {
        if round != self.plan.round || self.stage == Stage::Idle {
            return self.refuse(round, Refusal::Round, self.plan.round, send);
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
            Stage::Failed(why, here) => self.refuse(self.plan.round, why, here, send),
            Stage::Idle | Stage::Receiving(_) | Stage::Ready => self.want(send),
        }
    }

    fn work(&mut self, round: u32, send: &mut impl FnMut(&[u8])) -> Option<Task> {
        if round != self.plan.round || self.stage == Stage::Idle {
            self.refuse(round, Refusal::Round, self.plan.round, send);
            return None;
        }
        if self.stage != Stage::Ready {
            self.state(send);
            return None;
        }
        Some(if self.plan.evaluate { Task::Evaluate } else { Task::Train })
    }

    fn give(&mut self, round: u32, index: u32, send: &mut impl FnMut(&[u8])) {
        if round != self.plan.round || self.stage != Stage::Done {
            return self.refuse(round, Refusal::Round, self.plan.round, send);
        }
        let mut bytes = [0; CHUNK];
        let count = chunk::read(&mut self.values, self.report.checksum, index, &mut bytes);
        write_message(&Message::Chunk { round, index, bytes, count }, send);
    }

    /// Does what [`Task::Train`] asks: the network of `learner` becomes that of the round, learns the samples as the
    /// plan says, and the answer is kept for the gateway to fetch. Does nothing where no round asks for it.
    ///
    /// The noise of the plan is drawn from `rng`. It hides something only where nobody else can draw the same: a
    /// generator of the chip or one of cryptographic strength, with a seed that does not leave the device.
    ///
    /// Where training fails, the gateway is told, and the network is that of the round. Where the network has learned and
    /// the answer is not finite, as with too much noise, the gateway is told too, and the network has learned.
    pub fn train<L, T>(
        &mut self,
        learner: &mut T,
        settings: &Settings<L, T::Optimizer, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        rng: &mut (impl Generator + ?Sized),
        send: &mut impl FnMut(&[u8]),
    ) where
        L: Loss<N::Output>,
        T: Learner<L, Network = N>,
    {
        if self.stage != Stage::Ready || self.plan.evaluate {
            return;
        }
        self.commit(learner.network_mut());
        let learned = learner.learn(settings, samples, &self.plan, &self.values);
        let Ok(loss) = learned else {
            self.commit(learner.network_mut());
            return self.fail(Refusal::Training, 0, send);
        };
        let Some(norm) = answer(&self.plan, learner.network_mut(), &mut self.values, rng) else {
            return self.fail(Refusal::Training, 0, send);
        };
        let (rows, checksum) = (self.plan.rows_of(samples.rows()), chunk::checksum(&mut self.values));
        self.done(Report { rows, loss, norm, checksum, ..Report::NONE }, send);
    }

    /// Does what [`Task::Evaluate`] asks: the network of `learner` becomes that of the round, and its mean loss for
    /// the samples is reported, with the number of those whose logits are right according to `is_hit`. Does nothing
    /// where no round asks for it.
    pub fn evaluate<L, T>(
        &mut self,
        learner: &mut T,
        settings: &Settings<L, T::Optimizer, N::Scalar>,
        samples: &Samples<'_, N::Input, L::Target>,
        is_hit: impl Fn(&N::Output, &L::Target) -> bool,
        send: &mut impl FnMut(&[u8]),
    ) where
        L: Loss<N::Output>,
        T: Learner<L, Network = N>,
    {
        if self.stage != Stage::Ready || !self.plan.evaluate {
            return;
        }
        self.commit(learner.network_mut());
        let (mut report, mut sum, mut rows) = (Report::NONE, N::Scalar::ZERO, N::Scalar::ZERO);
        let (mut logits, mut delta) = (N::Output::ZERO, N::Output::ZERO);
        for (index, (input, target)) in (0..).zip(samples.inputs().iter().zip(samples.targets())) {
            let possible = settings.loss.check_target(index, target).is_ok();
            if !possible || learner.logits(input, &mut logits).is_err() {
                return self.fail(Refusal::Training, 0, send);
            }
            sum += settings.loss.evaluate(&logits, target, &mut delta);
            rows += N::Scalar::ONE;
            report.rows = report.rows.saturating_add(1);
            report.hits = report.hits.saturating_add(u32::from(is_hit(&logits, target)));
        }
        report.loss = mean(sum, rows);
        self.done(report, send);
    }

    /// The network becomes that of the round.
    fn commit(&self, network: &mut N) {
        network.copy_from(&self.values);
    }

    fn done(&mut self, report: Report, send: &mut impl FnMut(&[u8])) {
        if !(report.loss.is_finite() && report.norm.is_finite()) {
            return self.fail(Refusal::Training, 0, send);
        }
        (self.report, self.stage) = (Report { round: self.plan.round, ..report }, Stage::Done);
        self.state(send);
    }
}
