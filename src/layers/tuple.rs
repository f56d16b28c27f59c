//! A tuple of layers is a layer.

use core::fmt;

use crate::kernels::Here;
use crate::kernels::inlined_with_vectors;
use crate::kernels::rows::{first_rows, first_rows_mut};
use crate::storage::fingerprint;
use crate::{
    BackwardPass, Error, Generator, Init, Layer, Noise, OnlineLayer, Parameters, Row, TensorKind, UnitOutput, Zero,
};

/// The last entry among `each[0]` to `each[last]` that is not `None`; `None` where there is none.
///
/// A layer with `None` passes on the property of the layer before it. For `[Some(true), None]` (ReLU, then
/// dropout) and `last` = 1 the result is `Some(true)`.
#[inline(always)]
const fn last_known(each: &[Option<bool>], last: usize) -> Option<bool> {
    let (mut known, mut index) = (None, 0);
    while index < each.len() && index <= last {
        if each[index].is_some() {
            known = each[index];
        }
        index += 1;
    }
    known
}

/// Whether one of the layers `0` to `last` has parameters, so that it needs ∂loss/∂output.
#[inline(always)]
const fn learns(tensors: &[usize], last: usize) -> bool {
    let mut index = 0;
    while index < tensors.len() && index <= last {
        if tensors[index] > 0 {
            return true;
        }
        index += 1;
    }
    false
}

/// Whether one of the layers stops the gradient. It is an error where a layer that learns stands before it.
const fn stops_gradient(stops: &[bool], tensors: &[usize]) -> bool {
    let (mut index, mut any) = (0, false);
    while index < stops.len() {
        if stops[index] {
            assert!(index == 0 || !learns(tensors, index - 1), "a layer that learns stands before a frozen one");
            any = true;
        }
        index += 1;
    }
    any
}

/// Implements the traits for one tuple. For `(A, B, C)` the tape is
/// `((A::Tape, [A::Output; TILE]), (B::Tape, [B::Output; TILE]), C::Tape)`: each layer's own tape, with its
/// outputs for all layers except the last. The deltas have the same form. A group `[C 2 B 1]` is a layer with
/// its index, followed by the layer before it with its index.
macro_rules! tuple_layer {
    ([$F:ident $f:tt] [$([$M:ident $m:tt $MP:ident $mp:tt])*] [$([$R:ident $r:tt $RP:ident $rp:tt])*]
     [$L:ident $l:tt $LP:ident $lp:tt]) => {
        impl<$F: Zero, $($M: Zero,)* $L: Zero> Zero for ($F, $($M,)* $L) {
            const ZERO: Self = ($F::ZERO, $($M::ZERO,)* $L::ZERO);
        }

        impl<$F, $($M,)* $L> Parameters for ($F, $($M,)* $L)
        where
            $F: Parameters, $($M: Parameters<Scalar = $F::Scalar>,)* $L: Parameters<Scalar = $F::Scalar>,
        {
            type Scalar = $F::Scalar;
            const COUNT: usize = $F::COUNT $(+ $M::COUNT)* + $L::COUNT;
            const TENSORS: usize = $F::TENSORS $(+ $M::TENSORS)* + $L::TENSORS;
            const LAYERS: usize = $F::LAYERS $(+ $M::LAYERS)* + $L::LAYERS;
            const SETTINGS: usize = $F::SETTINGS $(+ $M::SETTINGS)* + $L::SETTINGS;
            const FINGERPRINT: u32 = fingerprint("tuple", &[$F::FINGERPRINT, $($M::FINGERPRINT,)* $L::FINGERPRINT]);
            const MODULES: usize = $F::MODULES $(+ $M::MODULES)* + $L::MODULES;

            // Where no code for wide vectors is chosen, this is called, not inlined, because every inlined
            // copy would repeat the offsets of all tensors in flash.
            inlined_with_vectors! {
                fn tensor(&self, index: usize) -> &[Self::Scalar] {
                    if index < $F::TENSORS { return self.$f.tensor(index); }
                    let index = index.wrapping_sub($F::TENSORS);
                    $(
                        if index < $M::TENSORS { return self.$m.tensor(index); }
                        let index = index.wrapping_sub($M::TENSORS);
                    )*
                    self.$l.tensor(index)
                }
            }

            inlined_with_vectors! {
                fn tensor_mut(&mut self, index: usize) -> &mut [Self::Scalar] {
                    if index < $F::TENSORS { return self.$f.tensor_mut(index); }
                    let index = index.wrapping_sub($F::TENSORS);
                    $(
                        if index < $M::TENSORS { return self.$m.tensor_mut(index); }
                        let index = index.wrapping_sub($M::TENSORS);
                    )*
                    self.$l.tensor_mut(index)
                }
            }

            fn write_source(&self, out: &mut impl fmt::Write) -> fmt::Result {
                out.write_str("(\n")?;
                self.$f.write_source(out)?;
                $(
                    out.write_str(",\n")?;
                    self.$m.write_source(out)?;
                )*
                out.write_str(",\n")?;
                self.$l.write_source(out)?;
                out.write_str(",\n)")
            }

            fn setting_mut(&mut self, index: usize) -> Option<&mut Self::Scalar> {
                if index < $F::SETTINGS { return self.$f.setting_mut(index); }
                let index = index.wrapping_sub($F::SETTINGS);
                $(
                    if index < $M::SETTINGS { return self.$m.setting_mut(index); }
                    let index = index.wrapping_sub($M::SETTINGS);
                )*
                self.$l.setting_mut(index)
            }

            fn copy_from(&mut self, other: &Self) {
                self.$f.copy_from(&other.$f);
                $(self.$m.copy_from(&other.$m);)*
                self.$l.copy_from(&other.$l);
            }

            #[inline(always)]
            fn check(&self) -> Result<(), Error> {
                self.$f.check()?;
                $(self.$m.check()?;)*
                self.$l.check()
            }

            #[inline(always)]
            fn describe(index: usize) -> (usize, TensorKind) {
                if index < $F::TENSORS { return $F::describe(index); }
                let (index, before) = (index.wrapping_sub($F::TENSORS), $F::LAYERS);
                $(
                    if index < $M::TENSORS {
                        let (layer, kind) = $M::describe(index);
                        return (layer.wrapping_add(before), kind);
                    }
                    let (index, before) = (index.wrapping_sub($M::TENSORS), before.wrapping_add($M::LAYERS));
                )*
                let (layer, kind) = $L::describe(index);
                (layer.wrapping_add(before), kind)
            }

            fn shape(&self, index: usize) -> [usize; 2] {
                if index < $F::TENSORS { return self.$f.shape(index); }
                let index = index.wrapping_sub($F::TENSORS);
                $(
                    if index < $M::TENSORS { return self.$m.shape(index); }
                    let index = index.wrapping_sub($M::TENSORS);
                )*
                self.$l.shape(index)
            }

            fn window(index: usize) -> &'static [usize] {
                if index < $F::TENSORS { return $F::window(index); }
                let index = index.wrapping_sub($F::TENSORS);
                $(
                    if index < $M::TENSORS { return $M::window(index); }
                    let index = index.wrapping_sub($M::TENSORS);
                )*
                $L::window(index)
            }

            fn module(index: usize) -> usize {
                if index < $F::TENSORS { return $F::module(index); }
                let (index, before) = (index.wrapping_sub($F::TENSORS), $F::MODULES);
                $(
                    if index < $M::TENSORS { return $M::module(index).wrapping_add(before); }
                    let (index, before) = (index.wrapping_sub($M::TENSORS), before.wrapping_add($M::MODULES));
                )*
                $L::module(index).wrapping_add(before)
            }
        }

        impl<$F, $($M,)* $L> Layer for ($F, $($M,)* $L)
        where
            $F: Layer,
            $($M: Layer<Input = $MP::Output, Scalar = $F::Scalar>,)*
            $L: Layer<Input = $LP::Output, Scalar = $F::Scalar>,
        {
            type Input = $F::Input;
            type Output = $L::Output;
            type Tape<const TILE: usize> =
                (($F::Tape<TILE>, [$F::Output; TILE]), $(($M::Tape<TILE>, [$M::Output; TILE]),)* $L::Tape<TILE>);
            type Deltas<const TILE: usize> =
                (($F::Deltas<TILE>, [$F::Output; TILE]), $(($M::Deltas<TILE>, [$M::Output; TILE]),)* $L::Deltas<TILE>);
            const UNITS: usize = $F::UNITS $(+ $M::UNITS)* + $L::UNITS;
            const ZERO_OUTPUT_BLOCKS_GRADIENT: Option<bool> = last_known(&[$F::ZERO_OUTPUT_BLOCKS_GRADIENT, $($M::ZERO_OUTPUT_BLOCKS_GRADIENT,)* $L::ZERO_OUTPUT_BLOCKS_GRADIENT], $l);
            const CLEARS_BLOCKED_GRADIENT: bool = $F::CLEARS_BLOCKED_GRADIENT;
            const ACTIVATED: Option<bool> = last_known(&[$F::ACTIVATED, $($M::ACTIVATED,)* $L::ACTIVATED], $l);

            const STOPS_GRADIENT: bool = stops_gradient(
                &[$F::STOPS_GRADIENT, $($M::STOPS_GRADIENT,)* $L::STOPS_GRADIENT],
                &[$F::TENSORS, $($M::TENSORS,)* $L::TENSORS],
            );

            fn initialize(&mut self, init: Option<Init>, rng: &mut (impl Generator + ?Sized)) {
                self.$f.initialize(init, rng);
                $(self.$m.initialize(init, rng);)*
                self.$l.initialize(init, rng);
            }

            #[inline(always)]
            fn forward<const TILE: usize>(
                &self, inputs: &[Self::Input], tape: &mut Self::Tape<TILE>, outputs: &mut [Self::Output],
                noise: Option<Noise>,
            ) {
                let rows = inputs.len();
                self.$f.forward(
                    inputs, &mut tape.$f.0, first_rows_mut(&mut tape.$f.1, rows), noise.map(|n| n.layer($f)),
                );
                $(
                    self.$m.forward(
                        first_rows(&tape.$mp.1, rows), &mut tape.$m.0, first_rows_mut(&mut tape.$m.1, rows),
                        noise.map(|n| n.layer($m)),
                    );
                )*
                self.$l.forward(
                    first_rows(&tape.$lp.1, rows), &mut tape.$l, outputs, noise.map(|n| n.layer($l)),
                );
            }

            #[inline(always)]
            fn backward<const TILE: usize>(
                &self, pass: BackwardPass<'_, Self, TILE>, delta: &mut [Self::Output], deltas: &mut Self::Deltas<TILE>,
                input_delta: Option<&mut [Self::Input]>,
            ) {
                let BackwardPass { inputs, tape, outputs, noise, zero_input_blocks_gradient, zero_output_has_no_delta } = pass;
                const { let _ = Self::STOPS_GRADIENT; }
                let (rows, wanted) = (inputs.len(), input_delta.is_some());
                let asks = |last: usize| wanted || learns(&const { [$F::TENSORS, $($M::TENSORS,)* $L::TENSORS] }, last);
                let blocked = |before: usize| {
                    let each = const { [$F::ZERO_OUTPUT_BLOCKS_GRADIENT, $($M::ZERO_OUTPUT_BLOCKS_GRADIENT,)* $L::ZERO_OUTPUT_BLOCKS_GRADIENT] };
                    last_known(&each, before).unwrap_or(zero_input_blocks_gradient)
                };
                let clears = const { [$F::CLEARS_BLOCKED_GRADIENT, $($M::CLEARS_BLOCKED_GRADIENT,)* $L::CLEARS_BLOCKED_GRADIENT] };
                let cleared = |layer: usize| blocked(layer) && clears.get(layer.wrapping_add(1)).is_some_and(|&clears| clears);
                self.$l.backward(
                    BackwardPass {
                        inputs: first_rows(&tape.$lp.1, rows), tape: &tape.$l, outputs,
                        noise: noise.map(|n| n.layer($l)), zero_input_blocks_gradient: blocked($lp), zero_output_has_no_delta,
                    },
                    delta, &mut deltas.$l, asks($lp).then(|| first_rows_mut(&mut deltas.$lp.1, rows)),
                );
                $(
                    self.$r.backward(
                        BackwardPass {
                            inputs: first_rows(&tape.$rp.1, rows), tape: &tape.$r.0,
                            outputs: first_rows(&tape.$r.1, rows), noise: noise.map(|n| n.layer($r)),
                            zero_input_blocks_gradient: blocked($rp), zero_output_has_no_delta: cleared($r),
                        },
                        first_rows_mut(&mut deltas.$r.1, rows), &mut deltas.$r.0,
                        asks($rp).then(|| first_rows_mut(&mut deltas.$rp.1, rows)),
                    );
                )*
                self.$f.backward(
                    BackwardPass {
                        inputs, tape: &tape.$f.0, outputs: first_rows(&tape.$f.1, rows),
                        noise: noise.map(|n| n.layer($f)), zero_input_blocks_gradient, zero_output_has_no_delta: cleared($f),
                    },
                    first_rows_mut(&mut deltas.$f.1, rows), &mut deltas.$f.0, input_delta,
                );
            }

            #[inline(always)]
            fn add_gradient<const TILE: usize>(
                &mut self, scale: Self::Scalar, inputs: &[Self::Input], tape: &Self::Tape<TILE>,
                delta: &[Self::Output], deltas: &Self::Deltas<TILE>,
            ) {
                let rows = inputs.len();
                self.$f.add_gradient(scale, inputs, &tape.$f.0, first_rows(&deltas.$f.1, rows), &deltas.$f.0);
                $(
                    self.$m.add_gradient(
                        scale, first_rows(&tape.$mp.1, rows), &tape.$m.0, first_rows(&deltas.$m.1, rows), &deltas.$m.0,
                    );
                )*
                self.$l.add_gradient(scale, first_rows(&tape.$lp.1, rows), &tape.$l, delta, &deltas.$l);
            }

            #[inline(always)]
            fn set_gradient<const TILE: usize>(
                &mut self, inputs: &[Self::Input], tape: &Self::Tape<TILE>,
                delta: &[Self::Output], deltas: &Self::Deltas<TILE>,
            ) {
                let rows = inputs.len();
                self.$f.set_gradient(inputs, &tape.$f.0, first_rows(&deltas.$f.1, rows), &deltas.$f.0);
                $(
                    self.$m.set_gradient(
                        first_rows(&tape.$mp.1, rows), &tape.$m.0, first_rows(&deltas.$m.1, rows), &deltas.$m.0,
                    );
                )*
                self.$l.set_gradient(first_rows(&tape.$lp.1, rows), &tape.$l, delta, &deltas.$l);
            }

            #[inline(always)]
            fn finite<const TILE: usize>(tape: &Self::Tape<TILE>, rows: usize) -> bool {
                $F::finite(&tape.$f.0, rows) & Here::all_finite(Row::flat(first_rows(&tape.$f.1, rows)))
                    $(& $M::finite(&tape.$m.0, rows) & Here::all_finite(Row::flat(first_rows(&tape.$m.1, rows))))*
                    & $L::finite(&tape.$l, rows)
            }

            fn visit_units<const TILE: usize>(
                tape: &Self::Tape<TILE>, outputs: &[Self::Output], first: (usize, usize),
                visit: &mut impl FnMut(UnitOutput<Self::Scalar>),
            ) {
                let rows = outputs.len();
                let (layer, unit) = first;
                $F::visit_units(&tape.$f.0, first_rows(&tape.$f.1, rows), first, visit);
                let (layer, unit) = (layer.wrapping_add($F::LAYERS), unit.wrapping_add($F::UNITS));
                $(
                    $M::visit_units(&tape.$m.0, first_rows(&tape.$m.1, rows), (layer, unit), visit);
                    let (layer, unit) = (layer.wrapping_add($M::LAYERS), unit.wrapping_add($M::UNITS));
                )*
                $L::visit_units(&tape.$l, outputs, (layer, unit), visit);
            }
        }

        impl<$F, $($M,)* $L> OnlineLayer for ($F, $($M,)* $L)
        where
            $F: OnlineLayer,
            $($M: OnlineLayer<Input = $MP::Output, Scalar = $F::Scalar>,)*
            $L: OnlineLayer<Input = $LP::Output, Scalar = $F::Scalar>,
        {
            #[inline(always)]
            fn check_update<const TILE: usize>(
                layer: usize, scale: Self::Scalar, inputs: &[Self::Input], tape: &Self::Tape<TILE>,
                delta: &[Self::Output], deltas: &Self::Deltas<TILE>,
            ) -> Result<(), Error> {
                let rows = inputs.len();
                $F::check_update(layer, scale, inputs, &tape.$f.0, first_rows(&deltas.$f.1, rows), &deltas.$f.0)?;
                let layer = layer.wrapping_add($F::LAYERS);
                $(
                    $M::check_update(
                        layer, scale, first_rows(&tape.$mp.1, rows), &tape.$m.0, first_rows(&deltas.$m.1, rows), &deltas.$m.0,
                    )?;
                    let layer = layer.wrapping_add($M::LAYERS);
                )*
                $L::check_update(layer, scale, first_rows(&tape.$lp.1, rows), &tape.$l, delta, &deltas.$l)
            }
        }
    };
}

/// Calls `tuple_layer!` for 2, 3, … layers: in each round the last group joins those in the middle (once in
/// order, once reversed, as backward needs them), and the next group becomes the last.
macro_rules! tuple_layers {
    ($first:tt [$($middle:tt)*] [$($reversed:tt)*] $last:tt $($next:tt)*) => {
        tuple_layer!($first [$($middle)*] [$($reversed)*] $last);
        tuple_layers!($first [$($middle)* $last] [$last $($reversed)*] $($next)*);
    };
    ($first:tt [$($middle:tt)*] [$($reversed:tt)*]) => {};
}

tuple_layers!([A 0] [] [] [B 1 A 0] [C 2 B 1] [D 3 C 2] [E 4 D 3] [F 5 E 4] [G 6 F 5] [H 7 G 6] [I 8 H 7]
    [J 9 I 8] [K 10 J 9] [L 11 K 10]);
