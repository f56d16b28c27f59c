//! What the tensors of a network are called in a file, and how they lie there.

use super::error::{Error, Shape, Tensor};
use crate::{Parameters, TensorKind};

/// How a file names the tensors of a network, and how it orders the numbers of a matrix.
///
/// ```
/// use bareprop::storage::safetensors::{Format, Layout, Names};
/// assert_eq!(Format::default(), Format { names: Names::Sequential, layout: Layout::OutIn });
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Format<'a> {
    /// The names; those of PyTorch's `nn.Sequential` by default.
    pub names: Names<'a>,
    /// The order of weights, and how the last part of a name calls them; PyTorch's by default.
    pub layout: Layout,
}

/// Where the names of tensors come from. A name is a prefix, a dot, and a part that [`Layout`] gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Names<'a> {
    /// The prefixes of PyTorch's `nn.Sequential`, which counts its modules from 0: each layer is one, dropout
    /// included, and an activation other than [`Identity`](crate::Identity) is one more. The tensors of
    /// `(Dense<2, 8, Relu>, Dropout<8>, Dense<8, 1>)` are `0.weight`, `0.bias`, `3.weight`, `3.bias`. Nested
    /// tuples count through.
    #[default]
    Sequential,
    /// A prefix for each layer with parameters: `&["0", "2"]`, `&["fc1", "fc2"]`. With an empty prefix the
    /// name has no dot.
    Prefixes(&'a [&'a str]),
    /// The whole name of each tensor, in the order of [`Parameters::tensor`].
    Tensors(&'a [&'a str]),
}

/// The order of the numbers of weights in a file. In a network it is `[IN × OUT]`, row by row, and for
/// convolutions `[K × C × OUT]` and `[KH × KW × C × OUT]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// `[OUT × IN]`, `[OUT × C × K]`, `[OUT × C × KH × KW]`, as PyTorch has it: `.weight`, `.bias`; a scale is
    /// called `.weight` too.
    #[default]
    OutIn,
    /// `[IN × OUT]`, `[K × C × OUT]`, `[KH × KW × C × OUT]`, as Keras and JAX have it: `.kernel`, `.bias`,
    /// `.scale`.
    InOut,
}

/// A number in decimal.
pub(super) struct Digits {
    bytes: [u8; 20],
    count: usize,
}

impl Digits {
    pub(super) fn new(mut number: u64) -> Self {
        let mut digits = Digits { bytes: [0; 20], count: 0 };
        for byte in digits.bytes.iter_mut().rev() {
            *byte = b'0' | (number % 10) as u8;
            number /= 10;
            digits.count = digits.count.wrapping_add(1);
            if number == 0 {
                break;
            }
        }
        digits
    }

    pub(super) fn bytes(&self) -> impl Iterator<Item = u8> {
        self.bytes.iter().skip(20_usize.saturating_sub(self.count)).copied()
    }
}

/// The name of a tensor.
pub(super) struct Name<'a> {
    /// Goes first, if there is no prefix.
    number: Option<Digits>,
    parts: [&'a str; 2],
}

impl<'a> Name<'a> {
    /// The name of tensor `index`.
    pub(super) fn of<N: Parameters>(format: &Format<'a>, index: usize) -> Self {
        let suffix = suffix(N::describe(index).1, format.layout);
        let entry = |names: &'a [&'a str], place: usize| names.get(place).copied().unwrap_or("");
        let (number, parts) = match format.names {
            Names::Sequential => (Some(Digits::new(N::module(index) as u64)), ["", suffix]),
            Names::Tensors(names) => (None, [entry(names, index), ""]),
            Names::Prefixes(prefixes) => match entry(prefixes, layers_before::<N>(index)) {
                "" => (None, [suffix.trim_start_matches('.'), ""]),
                prefix => (None, [prefix, suffix]),
            },
        };
        Name { number, parts }
    }

    pub(super) fn bytes(&self) -> impl Iterator<Item = u8> {
        let number = self.number.iter().flat_map(Digits::bytes);
        number.chain(self.parts.iter().flat_map(|part| part.bytes()))
    }

    /// How many bytes there are.
    pub(super) fn length(&self) -> usize {
        count(self.bytes())
    }
}

/// How many layers with parameters stand before that of tensor `index`.
fn layers_before<N: Parameters>(index: usize) -> usize {
    let starts = |index: &usize| N::describe(*index).0 != N::describe(index.wrapping_sub(1)).0;
    count((1..index.wrapping_add(1)).filter(starts))
}

/// How many items there are. `Iterator::count` would panic above `usize::MAX`.
fn count<I>(items: impl Iterator<Item = I>) -> usize {
    items.fold(0, |count, _| count.wrapping_add(1))
}

fn suffix(kind: TensorKind, layout: Layout) -> &'static str {
    match (kind, layout) {
        (TensorKind::Bias, _) => ".bias",
        (_, Layout::OutIn) => ".weight",
        (TensorKind::Weights, Layout::InOut) => ".kernel",
        (TensorKind::Scale, Layout::InOut) => ".scale",
    }
}

/// There have to be as many names as the network needs, each of them once.
pub(super) fn check<N: Parameters, E>(format: &Format<'_>) -> Result<(), Error<E>> {
    let counts = match format.names {
        Names::Sequential => None,
        Names::Prefixes(prefixes) if N::TENSORS == 0 => Some((0, prefixes.len())),
        Names::Prefixes(prefixes) => {
            Some((layers_before::<N>(N::TENSORS.wrapping_sub(1)).wrapping_add(1), prefixes.len()))
        }
        Names::Tensors(names) => Some((N::TENSORS, names.len())),
    };
    if let Some((expected, found)) = counts.filter(|(expected, found)| expected != found) {
        return Err(Error::Names { expected, found });
    }
    for index in 0..N::TENSORS {
        let name = Name::of::<N>(format, index);
        if (0..index).any(|other| Name::of::<N>(format, other).bytes().eq(name.bytes())) {
            return Err(Error::Duplicate { tensor: Tensor::of::<N>(index) });
        }
    }
    Ok(())
}

/// Rows and columns of tensor `index`, as the network has it.
fn size<N: Parameters>(network: &N, index: usize) -> [usize; 2] {
    let ([rows, columns], length) = (network.shape(index), network.tensor(index).len());
    if rows.checked_mul(columns) == Some(length) { [rows, columns] } else { [1, length] }
}

/// The window of tensor `index`, how many places it has, and how many channels come in at each: none, 1 and
/// `IN` for the weights of a dense layer.
fn window<N: Parameters>(network: &N, index: usize) -> (&'static [usize], [usize; 2]) {
    let ([rows, _], window) = (size(network, index), N::window(index));
    let places = window.iter().try_fold(1_usize, |places, &size| places.checked_mul(size));
    match places.and_then(|places| Some([places, rows.checked_div(places)?])) {
        Some([places, channels]) if places.checked_mul(channels) == Some(rows) && window.len() <= 2 => {
            (window, [places, channels])
        }
        _ => (&[], [1, rows]),
    }
}

/// The shape of tensor `index` in a file.
pub(super) fn shape<N: Parameters>(network: &N, index: usize, layout: Layout) -> Shape {
    let ((window, [_, channels]), [_, columns]) = (window(network, index), size(network, index));
    let along = |shape: Shape| window.iter().fold(shape, |shape, &size| shape.with(size as u64));
    let [channels, columns] = [channels, columns].map(|size| size as u64);
    match (N::describe(index).1, layout) {
        (TensorKind::Weights, Layout::OutIn) => along(Shape::NONE.with(columns).with(channels)),
        (TensorKind::Weights, Layout::InOut) => along(Shape::NONE).with(channels).with(columns),
        _ => Shape::NONE.with(network.tensor(index).len() as u64),
    }
}

/// Where the numbers of tensor `index` lie in [`Parameters::tensor`], in the order of the file.
pub(super) fn places<N: Parameters>(network: &N, index: usize, layout: Layout) -> impl Iterator<Item = usize> + use<N> {
    let [places, channels, columns] = match (N::describe(index).1, layout) {
        (TensorKind::Weights, Layout::OutIn) => {
            let ((_, [places, channels]), [_, columns]) = (window(network, index), size(network, index));
            [places, channels, columns]
        }
        _ => [1, 1, network.tensor(index).len()],
    };
    let at = move |place: usize, channel: usize, column: usize| {
        let row = place.wrapping_mul(channels).wrapping_add(channel);
        row.wrapping_mul(columns).wrapping_add(column)
    };
    let channel = move |column| (0..channels).map(move |channel| [column, channel]);
    let channels = (0..columns).flat_map(channel);
    channels.flat_map(move |[column, channel]| (0..places).map(move |place| at(place, channel, column)))
}
