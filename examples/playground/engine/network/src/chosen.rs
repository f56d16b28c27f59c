//! The optimizer, chosen at run time, by the public contract of optimizers.

use bareprop::{
    AdaGrad, Adam, AdamStep, AdamW, AmsGrad, AmsGradState, Error, Momentum, Optimizer, Parameters, Part, RmsProp, Sgd,
};

/// One of the optimizers of the crate.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Chosen {
    Sgd(Sgd),
    Momentum(Momentum),
    Adam(Adam),
    AdamW(AdamW),
    AmsGrad(AmsGrad),
    RmsProp(RmsProp),
    AdaGrad(AdaGrad),
}

/// What one step is.
#[allow(missing_docs)]
pub enum Step {
    Sgd(f32),
    Momentum(Momentum),
    Adam(AdamStep<f32>),
    AdamW((AdamStep<f32>, f32)),
    AmsGrad(AdamStep<f32>),
    RmsProp(RmsProp),
    AdaGrad(AdaGrad),
}

/// Evaluates an expression with the optimizer, whichever it is.
macro_rules! with {
    ($chosen:expr, $optimizer:ident => $value:expr) => {
        match $chosen {
            Chosen::Sgd($optimizer) => $value,
            Chosen::Momentum($optimizer) => $value,
            Chosen::Adam($optimizer) => $value,
            Chosen::AdamW($optimizer) => $value,
            Chosen::AmsGrad($optimizer) => $value,
            Chosen::RmsProp($optimizer) => $value,
            Chosen::AdaGrad($optimizer) => $value,
        }
    };
}

/// What kind of memory an optimizer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// None.
    None,
    /// A velocity, which lies in the mean.
    Velocity,
    /// Squares, which lie in the variance.
    Squares,
    /// The mean and the variance.
    Moments,
    /// These and the largest variance.
    ThreeMoments,
}

impl Chosen {
    /// The name that files have of it.
    pub fn name(&self) -> &'static str {
        fn name<O: Optimizer<f32>>(_: &O) -> &'static str {
            O::NAME
        }
        with!(self, optimizer => name(optimizer))
    }

    /// What it keeps from step to step.
    pub fn memory(&self) -> Memory {
        match self {
            Chosen::Sgd(_) => Memory::None,
            Chosen::Momentum(_) => Memory::Velocity,
            Chosen::RmsProp(_) | Chosen::AdaGrad(_) => Memory::Squares,
            Chosen::Adam(_) | Chosen::AdamW(_) => Memory::Moments,
            Chosen::AmsGrad(_) => Memory::ThreeMoments,
        }
    }
}

/// The state is that of AMSGrad, which has room for every other.
impl Optimizer<f32> for Chosen {
    type State<P: Parameters<Scalar = f32>> = AmsGradState<P>;
    type Step = Step;

    fn check(&self) -> Result<(), Error> {
        with!(self, optimizer => optimizer.check())
    }

    fn learning_rate(&self) -> f32 {
        with!(self, optimizer => optimizer.learning_rate())
    }

    fn reset<P: Parameters<Scalar = f32>>(state: &mut AmsGradState<P>) {
        AmsGrad::<f32>::reset(state);
    }

    fn begin<P: Parameters<Scalar = f32>>(&self, state: &mut AmsGradState<P>, rate: f32) -> Step {
        let AmsGradState { adam, .. } = state;
        match self {
            Chosen::Sgd(sgd) => Step::Sgd(sgd.begin::<P>(&mut (), rate)),
            Chosen::Momentum(momentum) => Step::Momentum(momentum.begin(&mut adam.mean, rate)),
            Chosen::Adam(optimizer) => Step::Adam(optimizer.begin(adam, rate)),
            Chosen::AdamW(optimizer) => Step::AdamW(optimizer.begin(adam, rate)),
            Chosen::AmsGrad(optimizer) => Step::AmsGrad(optimizer.begin(state, rate)),
            Chosen::RmsProp(optimizer) => Step::RmsProp(optimizer.begin(&mut adam.variance, rate)),
            Chosen::AdaGrad(optimizer) => Step::AdaGrad(optimizer.begin(&mut adam.variance, rate)),
        }
    }

    fn apply<P: Parameters<Scalar = f32>>(
        step: &Step,
        state: &mut AmsGradState<P>,
        network: &mut P,
        gradient: &P,
        part: Part,
    ) {
        let AmsGradState { adam, largest } = &mut *state;
        for memory in [&mut adam.mean, &mut adam.variance, largest] {
            shape(memory, network, part.tensor);
        }
        match step {
            Step::Sgd(rate) => Sgd::apply(rate, &mut (), network, gradient, part),
            Step::Momentum(step) => Momentum::apply(step, &mut adam.mean, network, gradient, part),
            Step::Adam(step) => Adam::apply(step, adam, network, gradient, part),
            Step::AdamW(step) => AdamW::apply(step, adam, network, gradient, part),
            Step::AmsGrad(step) => AmsGrad::apply(step, state, network, gradient, part),
            Step::RmsProp(step) => RmsProp::apply(step, &mut adam.variance, network, gradient, part),
            Step::AdaGrad(step) => AdaGrad::apply(step, &mut adam.variance, network, gradient, part),
        }
    }
}

/// Gives a state, which begins without sizes, those of the network.
fn shape<P: Parameters<Scalar = f32>>(memory: &mut P, network: &P, tensor: usize) {
    if memory.tensor(tensor).len() != network.tensor(tensor).len() {
        memory.copy_from(network);
        memory.fill(0.0);
    }
}
