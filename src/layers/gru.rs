//! The gated recurrent unit.

use core::fmt;
use core::marker::PhantomData;
use core::slice::{from_mut, from_ref};

use crate::check::check_lengths;
use crate::kernels::Here;
use crate::kernels::each::{each, each_group};
use crate::kernels::rows::first_rows;
use crate::layers::gate::set;
use crate::layers::gru_row::TOGETHER;
use crate::storage::fingerprint;
use crate::{
    BackwardPass, Error, Gate, Generator, Init, LastState, Layer, Noise, OnlineLayer, Parameters, Row, Scalar, States,
    TensorKind, UnitOutput, Zero,
};

/// A gated recurrent unit: a state of H numbers that each step of a sequence changes. x: `[[T; C]; L]`,
/// y: the last state `[T; H]`, or with `AllStates` all states `[[T; H]; L]`.
///
/// For each step, with the input x and the state h, which is 0 at first:
///
/// ```text
/// r = sigmoid((x·W_r + b_r) + (h·U_r + c_r))    reset
/// z = sigmoid((x·W_z + b_z) + (h·U_z + c_z))    update
/// n = tanh((x·W_n + b_n) + r ⊙ (h·U_n + c_n))   new
/// h ← (1 − z) ⊙ n + z ⊙ h
/// ```
///
/// These are the gates of PyTorch's `GRU`, in its order; each has matrices of its own here.
/// [`set_pytorch`](Self::set_pytorch) takes PyTorch's tensors. The gradient goes back through all L steps.
///
/// 3·H·(C + H + 2) parameters: W `[C × H]`, b, U `[H × H]` and c of each gate. A row costs 3·L·H·(C + H)
/// multiply-adds forward, and twice that backward. In training a row takes 9·L·H numbers, in inference 5·L·H.
/// [`step`](Self::step) takes none: it is given one input at a time.
///
/// Sums: ∂loss/∂h is the part of the later steps, to which that of the output of this step is added. The part
/// of the later steps is z ⊙ ∂loss/∂h, to which those of the reset, the update and the new gate are added, in
/// this order. ∂loss/∂x adds the three in the same order. The gradient of a parameter takes the steps from the
/// first to the last.
///
/// Where h·U_n + c_n overflows, the state is NaN from then on, which every call reports as an error of this
/// layer.
///
/// In files of `safetensors` a `Gru` has the names of six modules, one for each product: with
/// [`Names::Sequential`](crate::storage::safetensors::Names::Sequential) `0.weight` and `0.bias` are W_r and
/// b_r, `1` has U_r and c_r, `2` and `3` have those of z, `4` and `5` those of n. From PyTorch:
///
/// ```python
/// tensors = {}
/// for side, kind in enumerate(["ih", "hh"]):
///     for name in ["weight", "bias"]:
///         for gate, part in enumerate(getattr(gru, f"{name}_{kind}_l0").chunk(3)):
///             tensors[f"{2 * gate + side}.{name}"] = part.detach().contiguous()
/// safetensors.torch.save_file(tensors, "gru.safetensors")
/// ```
///
/// ```
/// use bareprop::{AllStates, Dense, Gru, Parameters};
/// type Net = (Gru<128, 6, 16, AllStates>, Gru<128, 16, 16>, Dense<16, 4>);
/// assert_eq!(Net::COUNT, 3 * 16 * (6 + 16 + 2) + 3 * 16 * (16 + 16 + 2) + 68);
/// ```
/// Source: K. Cho et al. (2014), "Learning Phrase Representations using RNN Encoder–Decoder", in the form of
/// PyTorch, which multiplies by r behind the product with the state.
#[derive(Debug)]
pub struct Gru<const L: usize, const C: usize, const H: usize, S = LastState, T = f32> {
    /// r, how much of the state the new one sees.
    pub reset: Gate<C, H, T>,
    /// z, how much of the state is kept.
    pub update: Gate<C, H, T>,
    /// n, what the state becomes where it is not kept.
    pub new: Gate<C, H, T>,
    states: PhantomData<S>,
}

impl<const L: usize, const C: usize, const H: usize, S, T: Scalar> Gru<L, C, H, S, T> {
    /// A layer with these gates: for a `const` or a `static`, which stays in flash.
    pub const fn new(reset: Gate<C, H, T>, update: Gate<C, H, T>, new: Gate<C, H, T>) -> Self {
        Gru { reset, update, new, states: PhantomData }
    }

    /// Takes one more input of a sequence: changes `state` to the state after it. Begin with a state of 0.
    /// The states have the same bits as those that [`forward`](Layer::forward) gives for the whole sequence.
    ///
    /// ```
    /// use bareprop::{Gru, Layer, Zero};
    /// let mut gru = Gru::<3, 2, 4>::ZERO;
    /// gru.initialize_seeded(1);
    /// let mut state = [0.0; 4];
    /// for x in [[0.5, -1.0], [0.25, 2.0], [-1.0, 0.0]] {
    ///     gru.step(&x, &mut state);
    /// }
    /// assert!(state.iter().all(|h| h.abs() < 1.0));
    /// ```
    pub fn step(&self, x: &[T; C], state: &mut [T; H]) {
        let mut tape = [[[T::ZERO; H]; 1]; 5];
        for (gate, values) in [&self.reset, &self.update, &self.new].into_iter().zip(&mut tape) {
            gate.input.weights.affine(from_ref(x), &gate.input.bias, values);
        }
        self.advance(0, from_mut(&mut tape), from_mut(state));
    }

    /// Sets the parameters to those of a `GRU` of PyTorch: `weight_ih_l0` `[3H × C]`, `weight_hh_l0`
    /// `[3H × H]`, `bias_ih_l0` and `bias_hh_l0` `[3H]`, row by row, with the gates r, z and n one below the
    /// other.
    ///
    /// # Errors
    /// [`Error::Lengths`] where a slice has another length. Nothing has changed then.
    pub fn set_pytorch(
        &mut self,
        [weight_ih, weight_hh]: [&[T]; 2],
        [bias_ih, bias_hh]: [&[T]; 2],
    ) -> Result<(), Error> {
        let rows = H.saturating_mul(3);
        check_lengths("3·H·C and weight_ih", rows.saturating_mul(C), weight_ih.len())?;
        check_lengths("3·H·H and weight_hh", rows.saturating_mul(H), weight_hh.len())?;
        check_lengths("3·H and bias_ih", rows, bias_ih.len())?;
        check_lengths("3·H and bias_hh", rows, bias_hh.len())?;
        for (index, gate) in [&mut self.reset, &mut self.update, &mut self.new].into_iter().enumerate() {
            set(&mut gate.input, part(weight_ih, index), part(bias_ih, index));
            set(&mut gate.state, part(weight_hh, index), part(bias_hh, index));
        }
        Ok(())
    }
}

/// Part `index` of three.
fn part<T>(values: &[T], index: usize) -> &[T] {
    let length = values.len() / 3;
    values.get(index.wrapping_mul(length)..).map_or(&[], |rest| first_rows(rest, length))
}

/// A copy. It passes over the stack; [`copy_from`](Parameters::copy_from) copies in place.
impl<const L: usize, const C: usize, const H: usize, S, T: Scalar> Clone for Gru<L, C, H, S, T> {
    fn clone(&self) -> Self {
        Gru::new(self.reset.clone(), self.update.clone(), self.new.clone())
    }
}

impl<const L: usize, const C: usize, const H: usize, S, T: PartialEq> PartialEq for Gru<L, C, H, S, T> {
    fn eq(&self, other: &Self) -> bool {
        self.reset == other.reset && self.update == other.update && self.new == other.new
    }
}

impl<const L: usize, const C: usize, const H: usize, S, T: Scalar> Zero for Gru<L, C, H, S, T> {
    const ZERO: Self = {
        assert!(L > 0, "a sequence has at least one step");
        Gru::new(Gate::ZERO, Gate::ZERO, Gate::ZERO)
    };
}

impl<const L: usize, const C: usize, const H: usize, S: States, T: Scalar> Parameters for Gru<L, C, H, S, T> {
    type Scalar = T;
    const COUNT: usize = 3 * H * (C + H + 2);
    const TENSORS: usize = 12;
    const FINGERPRINT: u32 = fingerprint("Gru", &[L as u32, C as u32, H as u32, fingerprint(S::NAME, &[])]);
    const MODULES: usize = 6;

    #[inline(always)]
    fn tensor(&self, index: usize) -> &[T] {
        match index {
            0..4 => self.reset.tensor(index),
            4..8 => self.update.tensor(index.wrapping_sub(4)),
            _ => self.new.tensor(index.wrapping_sub(8)),
        }
    }

    #[inline(always)]
    fn tensor_mut(&mut self, index: usize) -> &mut [T] {
        match index {
            0..4 => self.reset.tensor_mut(index),
            4..8 => self.update.tensor_mut(index.wrapping_sub(4)),
            _ => self.new.tensor_mut(index.wrapping_sub(8)),
        }
    }

    #[inline(always)]
    fn describe(index: usize) -> (usize, TensorKind) {
        (0, if index & 1 == 0 { TensorKind::Weights } else { TensorKind::Bias })
    }

    fn shape(&self, index: usize) -> [usize; 2] {
        match index & 3 {
            0 => [C, H],
            2 => [H, H],
            _ => [1, H],
        }
    }

    fn module(index: usize) -> usize {
        index / 2
    }

    fn write_source(&self, out: &mut impl fmt::Write) -> fmt::Result {
        out.write_str("Gru::new(\n")?;
        self.reset.write_source(out)?;
        out.write_str(",\n")?;
        self.update.write_source(out)?;
        out.write_str(",\n")?;
        self.new.write_source(out)?;
        out.write_str(",\n)")
    }
}

impl<const L: usize, const C: usize, const H: usize, S: States, T: Scalar> Layer for Gru<L, C, H, S, T> {
    type Input = [[T; C]; L];
    type Output = S::Row<L, H, T>;
    /// For each row: r, z, n, h·U_n + c_n and h, after each step.
    type Tape<const TILE: usize> = [[[[T; H]; L]; 5]; TILE];
    /// For each row the δ of r, z, n, and h·U_n + c_n, for each step.
    type Deltas<const TILE: usize> = [[[[T; H]; L]; 4]; TILE];
    const UNITS: usize = <S::Row<L, H, T> as Row>::WIDTH;
    const ACTIVATED: Option<bool> = Some(true);

    fn initialize(&mut self, init: Option<Init>, rng: &mut (impl Generator + ?Sized)) {
        for gate in [&mut self.reset, &mut self.update, &mut self.new] {
            gate.initialize(init, rng);
        }
    }

    #[inline(always)]
    fn forward<const TILE: usize>(
        &self,
        inputs: &[[[T; C]; L]],
        tape: &mut Self::Tape<TILE>,
        outputs: &mut [Self::Output],
        _: Option<Noise>,
    ) {
        each_group(
            const { L * 3 * H * (C + H) },
            TOGETHER,
            (inputs, (&mut tape[..], outputs)),
            #[inline(always)]
            |(inputs, (tapes, outputs))| {
                self.run(inputs, tapes);
                for ([.., states], y) in tapes.iter().zip(outputs) {
                    for (y, state) in y.values_mut().rchunks_mut(Ord::max(H, 1)).zip(states.iter().rev()) {
                        for (y, &h) in y.iter_mut().zip(state) {
                            *y = h;
                        }
                    }
                }
            },
        );
    }

    #[inline(always)]
    fn backward<const TILE: usize>(
        &self,
        pass: BackwardPass<'_, Self, TILE>,
        delta: &mut [Self::Output],
        deltas: &mut Self::Deltas<TILE>,
        input_delta: Option<&mut [[[T; C]; L]]>,
    ) {
        each_group(
            const { L * 3 * H * H },
            TOGETHER,
            ((&pass.tape[..], &*delta), &mut deltas[..]),
            #[inline(always)]
            |((tapes, outputs), deltas)| self.back(tapes, outputs, deltas),
        );
        let Some(input_delta) = input_delta else { return };
        each(
            const { L * 3 * H * C },
            ((pass.inputs, &deltas[..]), input_delta),
            #[inline(always)]
            |((x, deltas), dx)| self.input_delta(x, deltas, dx, pass.zero_input_blocks_gradient),
        );
    }

    #[inline(always)]
    fn add_gradient<const TILE: usize>(
        &mut self,
        scale: T,
        inputs: &[[[T; C]; L]],
        tape: &Self::Tape<TILE>,
        _: &[Self::Output],
        deltas: &Self::Deltas<TILE>,
    ) {
        let mut gates = [(&mut self.reset, [0, 0]), (&mut self.update, [1, 1]), (&mut self.new, [2, 3])];
        let work = inputs.len().wrapping_mul(const { L * H * (C + H) });
        each(
            work,
            &mut gates[..],
            #[inline(always)]
            |(gate, which)| {
                for (x, ([.., states], deltas)) in inputs.iter().zip(tape.iter().zip(deltas)) {
                    let [delta, inner] = which.map(|which| deltas.get(which).map_or(&[][..], |delta| &delta[..]));
                    gate.add_gradient(scale, x, states, delta, inner);
                }
            },
        );
    }

    /// The outputs. The slope of a unit is that of the tanh of n.
    fn visit_units<const TILE: usize>(
        tape: &Self::Tape<TILE>,
        outputs: &[Self::Output],
        (layer, first): (usize, usize),
        visit: &mut impl FnMut(UnitOutput<T>),
    ) {
        for (row, (y, [_, _, n, ..])) in (0..TILE).zip(outputs.iter().zip(tape)) {
            let skipped = L.saturating_sub(S::count(L));
            let n = n.get(skipped..).unwrap_or(&[]).as_flattened();
            for (unit, (&output, &n)) in (first..usize::MAX).zip(y.values().iter().zip(n)) {
                visit(UnitOutput { row, layer, unit, output, slope: T::ONE - n * n });
            }
        }
    }
}

/// A parameter gets one term of each step.
impl<const L: usize, const C: usize, const H: usize, S: States, T: Scalar> OnlineLayer for Gru<L, C, H, S, T> {
    #[inline(always)]
    fn check_update<const TILE: usize>(
        layer: usize,
        scale: T,
        inputs: &[[[T; C]; L]],
        tape: &Self::Tape<TILE>,
        _: &[Self::Output],
        deltas: &Self::Deltas<TILE>,
    ) -> Result<(), Error> {
        let scale = scale * T::from_u32(L as u32);
        for ((x, [.., states]), deltas) in inputs.iter().zip(tape).zip(deltas) {
            let delta = deltas.as_flattened().as_flattened();
            for x in [x.as_flattened(), states.as_flattened()] {
                let (value, sound) = Here::largest_update(scale, x, delta);
                if !sound {
                    return Err(Error::Gradient { layer, kind: TensorKind::Weights, value: value.to_f32() });
                }
            }
        }
        Ok(())
    }
}
