//! Layers, activations, losses, functions and scalars, called directly with slices of any lengths.

use crate::see;
use bareprop::functions::*;
use bareprop::*;
use rand_xorshift::XorShiftRng;

/// A layer's passes; the slices need not have one length.
#[inline(always)]
fn passes<L: OnlineLayer, const TILE: usize>(layers: &mut [L; 2], buffers: &mut Buffers<'_, L, TILE>) {
    let [layer, gradient] = layers;
    let Buffers { inputs, input_delta, outputs, delta, tape, deltas, noise, scale, place, init, rng } = buffers;
    gradient.initialize(*init, *rng);
    layer.forward(inputs, tape, outputs, *noise);
    see(L::finite(tape, place.0));
    let pass = || BackwardPass {
        zero_input_blocks_gradient: place.0 > 0,
        zero_output_has_no_delta: place.0 > 1,
        ..BackwardPass::new(&**inputs, &**tape, &**outputs, *noise)
    };
    layer.backward(
        pass(),
        delta,
        deltas,
        Some(input_delta),
    );
    layer.backward(
        pass(),
        delta,
        deltas,
        None,
    );
    see(L::check_update(place.0, *scale, inputs, tape, delta, deltas));
    gradient.add_gradient(*scale, inputs, tape, delta, deltas);
    gradient.set_gradient(inputs, tape, delta, deltas);
    L::visit_units(tape, outputs, *place, &mut |unit: UnitOutput<L::Scalar>| {
        see(unit);
    });
}

/// What the passes are lent.
pub struct Buffers<'a, L: Layer, const TILE: usize> {
    inputs: &'a [L::Input],
    input_delta: &'a mut [L::Input],
    outputs: &'a mut [L::Output],
    delta: &'a mut [L::Output],
    tape: &'a mut L::Tape<TILE>,
    deltas: &'a mut L::Deltas<TILE>,
    noise: Option<Noise>,
    scale: L::Scalar,
    place: (usize, usize),
    init: Option<Init>,
    rng: &'a mut XorShiftRng,
}

macro_rules! export_layers {
    ($($name:ident: $layer:ty, $tile:literal;)*) => {$(
        #[unsafe(no_mangle)]
        pub fn $name(layers: &mut [$layer; 2], buffers: &mut Buffers<'_, $layer, $tile>) {
            passes(layers, buffers);
        }
    )*};
}

export_layers! {
    pass_identity: Dense<3, 17>, 1;
    pass_gelu: Dense<7, 4, Gelu>, 32;
    pass_dropout: Dropout<9>, 4;
    pass_tuple: (Dense<2, 8, Silu>, Dropout<8>, Dense<8, 1>), 3;
    pass_nested: ((Dense<2, 5, Tanh>, Dense<5, 5, Elu>), Dense<5, 3, Softplus>, (Dropout<3>, Dense<3, 2, Sigmoid>)), 2;
    pass_sequence: Conv1d<12, 10, 3, 4, 3, 1, Relu>, 2;
    pass_sequences: (Conv1d<19, 8, 6, 17, 5, 2, Gelu>, Conv1d<8, 8, 17, 3, 1, 1>), 3;
    pass_pictures: (Conv2d<9, 7, 8, 6, 1, 8, 3, 3, 1, Relu>, Conv2d<7, 2, 6, 2, 8, 5, 3, 2, 3>), 2;
    pass_sequence_64: Conv1d<12, 5, 3, 4, 3, 2, Silu, f64>, 2;
    pass_picture_64: Conv2d<5, 3, 6, 5, 2, 1, 3, 2, 1, Tanh, f64>, 5;
    pass_identity_64: Dense<3, 17, Identity, f64>, 1;
    pass_dropout_64: Dropout<9, f64>, 4;
    pass_max_pool: MaxPool1d<7, 3, 3, 3, 2>, 2;
    pass_average_pool: AveragePool1d<7, 3, 3, 2>, 2;
    pass_max_pool_of_pictures: MaxPool2d<5, 4, 6, 5, 3, 2, 1>, 2;
    pass_average_pool_of_pictures: AveragePool2d<5, 2, 6, 3, 3, 2, 2, f64>, 2;
    pass_mean: GlobalAveragePool<[[[f32; 3]; 4]; 5]>, 2;
    pass_flatten: Flatten<[[f32; 3]; 4], 12>, 2;
    pass_norm: LayerNorm<5>, 3;
    pass_norm_of_pixels: LayerNorm<5, f64, [[[f64; 5]; 2]; 3]>, 2;
    pass_residual: Residual<(LayerNorm<5>, Dense<5, 5, Gelu>, Dropout<5>)>, 3;
    pass_gru: Gru<6, 3, 5>, 2;
    pass_gru_of_one_unit: Gru<1, 1, 1, AllStates>, 1;
    pass_gru_of_all_states: Gru<6, 3, 17, AllStates, f64>, 2;
    pass_tuple_64: (Dense<2, 8, Relu, f64>, Dense<8, 1, LeakyRelu, f64>), 3;
}

/// The passes of rows by themselves, which no update is checked for.
#[unsafe(no_mangle)]
pub fn pass_by_row(
    layer: &mut ByRow<Sign<4>>,
    x: &[[f32; 4]],
    y: &mut [[f32; 4]],
    dx: &mut [[f32; 4]],
    rng: &mut XorShiftRng,
) {
    layer.initialize(None, rng);
    layer.forward::<1>(x, &mut (), y, None);
    let outputs = &*x;
    let pass = BackwardPass::new(x, &(), outputs, None);
    layer.backward::<1>(pass, y, &mut (), Some(dx));
    layer.add_gradient::<1>(1.0, x, &(), y, &());
    see((layer.tensor(0).len(), layer.tensor_mut(0).len(), ByRow::<Sign<4>>::describe(0)));
    for (x, dy) in x.iter().zip(y.iter()) {
        layer.0.learn(1.0, x, dy);
        see((x.values().len(), Row::flat_mut(&mut [*dy]).len()));
    }
}

/// A layer from outside: y = |x|.
pub struct Sign<const N: usize>;

impl<const N: usize> Zero for Sign<N> {
    const ZERO: Self = Sign;
}

impl<const N: usize> Parameters for Sign<N> {
    type Scalar = f32;
}

impl<const N: usize> PerRow for Sign<N> {
    type Input = [f32; N];
    type Output = [f32; N];
    fn apply(&self, x: &[f32; N], y: &mut [f32; N]) {
        *y = x.map(f32::abs);
    }
    fn pull_back(&self, x: &[f32; N], dy: &[f32; N], dx: &mut [f32; N]) {
        for (dx, (&x, &dy)) in dx.iter_mut().zip(x.iter().zip(dy)) {
            *dx = dy * x.signum();
        }
    }
}

/// Constructors, and rows as places.
#[unsafe(no_mangle)]
pub fn fixed_layers(
    row: &mut [[f32; 3]; 4],
    to: &mut (Flatten<[[f32; 3]; 4], 12>, MaxPool1d<4, 2, 3, 2>, LayerNorm<3>),
) {
    *to = (Flatten::new(), MaxPool1d::new(), LayerNorm::new(row[0], row[1]));
    see((AveragePool1d::<4, 2, 3, 2>::new(), MaxPool2d::<4, 2, 4, 2, 1, 2>::default()));
    see((AveragePool2d::<4, 2, 4, 2, 1, 2>::new(), GlobalAveragePool::<[[f32; 3]; 4]>::new()));
    see((row.places().len(), row.places_mut().first().copied(), row[0].places().len(), row[1].places_mut().len()));
}

/// A step of a recurrent layer, and the tensors of PyTorch.
#[unsafe(no_mangle)]
pub fn gru_steps(
    gru: &mut Gru<6, 3, 5>,
    all: &mut Gru<6, 3, 5, AllStates>,
    x: &[[f32; 3]],
    state: &mut [f32; 5],
    tensors: [&[f32]; 4],
) -> Result<(), Error> {
    let [weight_ih, weight_hh, bias_ih, bias_hh] = tensors;
    gru.set_pytorch([weight_ih, weight_hh], [bias_ih, bias_hh])?;
    for x in x {
        gru.step(x, state);
    }
    see((LastState::count(x.len()), AllStates::count(x.len())));
    *all =
        Gru::new(gru.reset.clone(), Gate { input: gru.update.input.clone(), state: gru.new.state.clone() }, Gate::ZERO);
    see((*all == all.clone(), gru.tensor_mut(x.len()).len(), gru.shape(x.len()), Gru::<6, 3, 5>::module(x.len())));
    Ok(())
}

/// A batch normalisation, into weights.
#[unsafe(no_mangle)]
pub fn fold(weights: &mut [[f32; 7]], bias: &mut [f32; 7], norm: &BatchNorm<7>) -> Result<(), Error> {
    fold_batch_norm(weights, bias, norm)
}

/// Dropout's rate, the constructor of a layer, and the square of a number.
#[inline(always)]
fn parts<T: Scalar>(bias: &[T; 3], d: &mut Dropout<4, T>) {
    see(bias.map(|b| b.square()));
    *d = Dropout::new(bias[1]);
    see(d.check());
    see((Adam::new(bias[0]), AdamW::new(bias[0]), AmsGrad::new(bias[0]), Sgd::new(bias[0]), Momentum::new(bias[0])));
    see((RmsProp::new(bias[0]), AdaGrad::new(bias[0]), Huber::new(bias[0])));
    see(BinaryCrossEntropy::balanced(&bias.map(|b| [b])));
    see(Dense::<3, 1, Identity, T>::new(Matrix(bias.map(|b| [b])), [bias[2]]));
}

#[unsafe(no_mangle)]
pub fn balanced(classes: &[usize]) -> Result<SoftmaxCrossEntropy<5>, Error> {
    SoftmaxCrossEntropy::balanced(classes)
}

#[unsafe(no_mangle)]
pub fn copies(to: &mut (Dense<3, 4>, Dropout<4>), from: &(Dense<3, 4>, Dropout<4>)) -> bool {
    to.0.clone_from(&from.0);
    let copy = from.clone();
    copy == *to
}

#[unsafe(no_mangle)]
pub fn copies_of_convolutions(to: &mut Conv1d<5, 4, 3, 4, 2, 1>, from: &Conv1d<5, 4, 3, 4, 2, 1>) -> bool {
    to.clone_from(from);
    *to = Conv1d::new(from.weights, from.bias);
    let copy = from.clone();
    copy == *to
}

#[unsafe(no_mangle)]
pub fn copies_of_pictures(
    to: &mut Conv2d<5, 4, 3, 2, 2, 1, 2, 2, 1>,
    from: &Conv2d<5, 4, 3, 2, 2, 1, 2, 2, 1>,
) -> bool {
    to.clone_from(from);
    *to = Conv2d::new(from.weights, from.bias);
    from.clone() == *to
}

#[unsafe(no_mangle)]
pub fn parts_of_layers(b: &[f32; 3], d: &mut Dropout<4>) {
    parts(b, d);
}

#[unsafe(no_mangle)]
pub fn parts_of_layers_64(b: &[f64; 3], d: &mut Dropout<4, f64>) {
    parts(b, d);
}

/// A loss, on its own.
#[inline(always)]
fn loss<Y: Row, L: Loss<Y>>(loss: &L, row: usize, logits: &mut Y, target: &L::Target, delta: &mut Y) {
    see((loss.check(), loss.check_target(row, target), loss.weight(target)));
    see(loss.evaluate(logits, target, delta));
    loss.link(logits);
    see(Row::flat(core::slice::from_ref(delta)));
    delta.values_mut().reverse();
}

macro_rules! export_losses {
    ($($name:ident: $loss:ty, $row:ty;)*) => {$(
        #[unsafe(no_mangle)]
        pub fn $name(l: &$loss, row: usize, logits: &mut $row, target: &<$loss as Loss<$row>>::Target, delta: &mut $row) {
            loss::<$row, $loss>(l, row, logits, target, delta);
        }
    )*};
}

export_losses! {
    loss_binary: BinaryCrossEntropy, [f32; 2];
    loss_softmax: SoftmaxCrossEntropy<7>, [f32; 7];
    loss_squared: MeanSquaredError, [f32; 5];
    loss_huber: Huber, [f32; 3];
    loss_binary_64: BinaryCrossEntropy<f64>, [f64; 1];
    loss_softmax_64: SoftmaxCrossEntropy<1, f64>, [f64; 1];
    loss_squared_64: MeanSquaredError, [f64; 5];
    loss_huber_64: Huber<f64>, [f64; 3];
}

/// The functions of a neuron, and those of a scalar.
#[inline(always)]
fn functions<T: Scalar>(z: T, other: T, n: u32, rng: &mut XorShiftRng, logits: &mut [T]) {
    see([sigmoid(z), sigmoid_derivative(z), functions::tanh(z), tanh_derivative(z), relu(z), relu_derivative(z)]);
    see([leaky_relu(z), leaky_relu_derivative(z), elu(z), elu_derivative(z), silu(z), silu_derivative(z)]);
    see([gelu(z), gelu_derivative(z), softplus(z), softplus_derivative(z)]);
    softmax(logits);
    see([z.abs(), z.sqrt(), z.exp(), z.exp_m1(), z.ln(), z.ln_1p(), Scalar::tanh(z), z.cos(), z.sin()]);
    see([Scalar::max(z, other), Scalar::min(z, other), z.flush(), z.square(), T::from_f64(z.to_f64()), T::from_u32(n)]);
    see(z.softplus_parts());
    see([z.is_zero(), z.is_positive()]);
    see(z.positive_part());
    see((z.to_f32(), z.bits(), Scalar::is_finite(z), T::uniform(rng)));
}

#[unsafe(no_mangle)]
pub fn functions_32(z: f32, other: f32, n: u32, rng: &mut XorShiftRng, logits: &mut [f32]) {
    functions(z, other, n, rng, logits);
}

#[unsafe(no_mangle)]
pub fn functions_64(z: f64, other: f64, n: u32, rng: &mut XorShiftRng, logits: &mut [f64]) {
    functions(z, other, n, rng, logits);
}

/// An activation, on its own.
#[inline(always)]
fn activation<A: Activation, T: Scalar>(z: &mut [T; 4]) {
    z[0] = A::apply(z[0]);
    z[1] = A::slope(z[1]);
    let mut memory = <A::Kept as Kept>::Memory::<T>::ZERO;
    if let Some(place) = A::Kept::place(&mut memory) {
        *place = z[2];
    }
    z[3] = A::Kept::kept(&memory).copied().unwrap_or(z[2]);
    see(A::INIT);
}

macro_rules! export_activations {
    ($($name:ident: $t:ty;)*) => {$(
        #[unsafe(no_mangle)]
        pub fn $name(z: &mut [[$t; 4]; 9]) {
            let [a, b, c, d, e, f, g, h, i] = z;
            activation::<Identity, $t>(a);
            activation::<Relu, $t>(b);
            activation::<LeakyRelu, $t>(c);
            activation::<Elu, $t>(d);
            activation::<Sigmoid, $t>(e);
            activation::<bareprop::Tanh, $t>(f);
            activation::<Silu, $t>(g);
            activation::<Gelu, $t>(h);
            activation::<Softplus, $t>(i);
        }
    )*};
}

export_activations! {
    activations_32: f32;
    activations_64: f64;
}
