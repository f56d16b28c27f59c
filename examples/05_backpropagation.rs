//! Backpropagation by hand: the guide's six steps on a network of 2-3-1, every matrix printed, and each derivative
//! beside a numerical one and beside what the library says.
//!
//!     cargo run --release --example 05_backpropagation
//!
//! Rows are samples, so that X is [4 × 2] and a layer computes X·W + b. All numbers are `f64`.

mod common;

use std::fmt::Display;

use bareprop::functions::{relu, relu_derivative, sigmoid, softplus};
use bareprop::*;
use clap::Parser;
use common::{Outcome, put, say};

/// Computes a step of training by hand, and compares each derivative with a numerical one and with the library's.
#[derive(Parser)]
struct Arguments {}

/// A matrix of R rows and C columns.
type Mat<const R: usize, const C: usize> = [[f64; C]; R];

/// Four samples with two features each, and their targets.
const X: Mat<4, 2> = [[0.1, 0.2], [0.9, 0.3], [0.2, 0.8], [1.1, 0.7]];
const Y: Mat<4, 1> = [[0.0], [1.0], [1.0], [0.0]];
const LEARNING_RATE: f64 = 0.5;

/// Weights and biases of 2-3-1: ReLU in the hidden layer, a sigmoid behind the output. Its gradient has the same form.
#[derive(Clone)]
struct Parts {
    w1: Mat<2, 3>,
    b1: Mat<1, 3>,
    w2: Mat<3, 1>,
    b2: Mat<1, 1>,
}

const START: Parts = Parts {
    w1: [[0.6, -0.8, 0.3], [-0.4, 0.7, 0.5]],
    b1: [[0.1, 0.2, -0.1]],
    w2: [[0.9], [-0.7], [0.4]],
    b2: [[0.05]],
};

fn main() -> Outcome {
    Arguments::parse();
    say!("samples and targets\n");
    show("X", &X);
    show("Y", &Y);
    let by_hand = six_steps(&START);
    let (gradient, updated) = by_library()?;
    Ok(compare(&by_hand, (&gradient, &updated))?)
}

/// The six steps. Returns the gradient and the new parameters.
fn six_steps(net: &Parts) -> (Parts, Parts) {
    let m = X.len() as f64;
    say!("step 1: forward pass.   Z1 = X·W1 + b1   A1 = relu(Z1)   Z2 = A1·W2 + b2   A2 = sigmoid(Z2)\n");
    let z1 = add_row(&product(&X, &net.w1), &net.b1);
    let a1 = map(&z1, relu);
    let z2 = add_row(&product(&a1, &net.w2), &net.b2);
    let a2 = map(&z2, sigmoid);
    show("W1", &net.w1);
    show("b1", &net.b1);
    show("Z1", &z1);
    show("A1", &a1);
    show("W2", &net.w2);
    show("b2", &net.b2);
    show("Z2", &z2);
    show("A2", &a2);

    say!("step 2: loss.   L = −1/m · Σ (y·ln a + (1 − y)·ln(1 − a)) = {:.6}\n", loss(net));

    say!("step 3: delta of the output, ∂L/∂Z2 for each row.   δ2 = A2 − Y\n");
    let d2 = zip(&a2, &Y, |a, y| a - y);
    show("δ2", &d2);

    say!("step 4: delta of the hidden layer, ∂L/∂Z1.   δ1 = δ2·W2ᵀ ∘ relu′(Z1)\n");
    let slope = map(&z1, relu_derivative);
    let d1 = zip(&product(&d2, &transpose(&net.w2)), &slope, |d, s| d * s);
    show("relu′(Z1)", &slope);
    show("δ1", &d1);

    say!("step 5: gradients, means over the rows.   dW = 1/m · (inputs of the layer)ᵀ·δ   db = 1/m · Σ rows of δ\n");
    let mean = |sum: f64| sum / m;
    let gradient = Parts {
        w1: map(&product(&transpose(&X), &d1), mean),
        b1: map(&sum_rows(&d1), mean),
        w2: map(&product(&transpose(&a1), &d2), mean),
        b2: map(&sum_rows(&d2), mean),
    };
    show("dW1", &gradient.w1);
    show("db1", &gradient.b1);
    show("dW2", &gradient.w2);
    show("db2", &gradient.b2);

    say!("step 6: update.   W ← W − η·dW   b ← b − η·db   with η = {LEARNING_RATE}\n");
    let new = update(net, &gradient);
    show("W1", &new.w1);
    show("b1", &new.b1);
    show("W2", &new.w2);
    show("b2", &new.b2);
    say!("        the loss falls from {:.6} to {:.6}\n", loss(net), loss(&new));
    (gradient, new)
}

/// W − η·dW for everything.
fn update(net: &Parts, gradient: &Parts) -> Parts {
    let step = |w: f64, g: f64| w - LEARNING_RATE * g;
    Parts {
        w1: zip(&net.w1, &gradient.w1, step),
        b1: zip(&net.b1, &gradient.b1, step),
        w2: zip(&net.w2, &gradient.w2, step),
        b2: zip(&net.b2, &gradient.b2, step),
    }
}

/// The mean cross-entropy. With a = σ(z), −ln a = softplus(−z) and −ln(1 − a) = softplus(z): finite for every z.
fn loss(net: &Parts) -> f64 {
    let a1 = map(&add_row(&product(&X, &net.w1), &net.b1), relu);
    let z2 = add_row(&product(&a1, &net.w2), &net.b2);
    let losses = zip(&z2, &Y, |z, y| y * softplus(-z) + (1.0 - y) * softplus(z));
    losses.as_flattened().iter().sum::<f64>() / X.len() as f64
}

/// The central difference, (L(w + h) − L(w − h)) / 2h, of parameter `index`.
fn numerical_derivative(net: &Parts, index: usize) -> f64 {
    const H: f64 = 1e-5;
    let (mut above, mut below) = (net.clone(), net.clone());
    *above.all_mut()[index] += H;
    *below.all_mut()[index] -= H;
    (loss(&above) - loss(&below)) / (2.0 * H)
}

/// The same by the library: the mean gradient of the four rows, and the parameters after the step.
fn by_library() -> Result<(Parts, Parts), Error> {
    type Net = (Dense<2, 3, Relu, f64>, Dense<3, 1, Identity, f64>);
    let mut trainer = Trainer::<Net, Sgd<f64>, 4>::ZERO;
    trainer.network.0 = Dense::new(Matrix(START.w1), START.b1[0]);
    trainer.network.1 = Dense::new(Matrix(START.w2), START.b2[0]);
    let settings = Settings::new(BinaryCrossEntropy::default(), Sgd { learning_rate: LEARNING_RATE });
    let parts = |net: &Net| Parts { w1: net.0.weights.0, b1: [net.0.bias], w2: net.1.weights.0, b2: [net.1.bias] };

    trainer.accumulate(&settings, &Samples::new(&X, &Y)?)?; // steps 1 to 5: forward, loss, deltas, Σ of gradients
    let mut gradient = parts(trainer.gradient());
    gradient.all_mut().into_iter().for_each(|g| *g /= X.len() as f64); // Σ becomes the mean
    trainer.update(&settings)?; // step 6
    Ok((gradient, parts(&trainer.network)))
}

/// Prints all derivatives side by side.
/// An error says that some differ: by hand and library have to agree but for rounding, central differences have an
/// error of about h² + 10⁻¹⁶/h of their own.
fn compare((gradient, new): &(Parts, Parts), (library_gradient, library_new): (&Parts, &Parts)) -> Result<(), String> {
    say!("every derivative: by hand, by central difference, and by the library\n");
    let head = ["by hand", "numerical", "difference", "library", "difference"];
    say!("  {:<9}{:>14}{:>14}{:>12}{:>14}{:>12}", "", head[0], head[1], head[2], head[3], head[4]);
    let (mut worst_numerical, mut worst_library, mut worst_step) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (index, ((name, g), (_, library))) in gradient.all().into_iter().zip(library_gradient.all()).enumerate() {
        let numerical = numerical_derivative(&START, index);
        let (to_numerical, to_library) = (relative_difference(g, numerical), relative_difference(g, library));
        say!("  {name:<9}{g:>14.9}{numerical:>14.9}{to_numerical:>12.1e}{library:>14.9}{to_library:>12.1e}");
        worst_numerical = worst_numerical.max(to_numerical);
        worst_library = worst_library.max(to_library);
    }
    for ((_, by_hand), (_, library)) in new.all().into_iter().zip(library_new.all()) {
        worst_step = worst_step.max(relative_difference(by_hand, library));
    }
    say!("\nlargest relative difference");
    say!("  to the central differences          {worst_numerical:.1e}");
    say!("  to the library's gradient           {worst_library:.1e}");
    say!("  to its parameters after the step    {worst_step:.1e}");
    let agree = worst_numerical < 1e-8 && worst_library < 1e-13 && worst_step < 1e-13;
    if agree { Ok(()) } else { Err("a derivative is wrong".into()) }
}

/// |a − b| / max(|a|, |b|); 0 where both are 0.
fn relative_difference(a: f64, b: f64) -> f64 {
    if a == b { 0.0 } else { (a - b).abs() / a.abs().max(b.abs()) }
}

impl Parts {
    /// Every parameter with its name.
    fn all(&self) -> Vec<(String, f64)> {
        let mut all = named("W1", &self.w1);
        all.extend(named("b1", &self.b1));
        all.extend(named("W2", &self.w2));
        all.extend(named("b2", &self.b2));
        all
    }

    /// Every parameter, in the same order, to be changed.
    fn all_mut(&mut self) -> Vec<&mut f64> {
        let mut all: Vec<&mut f64> = self.w1.as_flattened_mut().iter_mut().collect();
        all.extend(self.b1.as_flattened_mut());
        all.extend(self.w2.as_flattened_mut());
        all.extend(self.b2.as_flattened_mut());
        all
    }
}

fn named<const R: usize, const C: usize>(name: &str, matrix: &Mat<R, C>) -> Vec<(String, f64)> {
    let place = |index: usize| format!("{name}[{}, {}]", index / C, index % C);
    matrix.as_flattened().iter().enumerate().map(|(index, &value)| (place(index), value)).collect()
}

/// A·B.
fn product<const R: usize, const K: usize, const C: usize>(a: &Mat<R, K>, b: &Mat<K, C>) -> Mat<R, C> {
    let mut result = [[0.0; C]; R];
    for r in 0..R {
        for c in 0..C {
            result[r][c] = (0..K).map(|k| a[r][k] * b[k][c]).sum();
        }
    }
    result
}

/// Aᵀ.
fn transpose<const R: usize, const C: usize>(a: &Mat<R, C>) -> Mat<C, R> {
    let mut result = [[0.0; R]; C];
    for r in 0..R {
        for c in 0..C {
            result[c][r] = a[r][c];
        }
    }
    result
}

/// f of every element.
fn map<const R: usize, const C: usize>(a: &Mat<R, C>, f: impl Fn(f64) -> f64) -> Mat<R, C> {
    a.map(|row| row.map(&f))
}

/// f of the elements of A and B that stand at the same place.
fn zip<const R: usize, const C: usize>(a: &Mat<R, C>, b: &Mat<R, C>, f: impl Fn(f64, f64) -> f64) -> Mat<R, C> {
    std::array::from_fn(|r| std::array::from_fn(|c| f(a[r][c], b[r][c])))
}

/// b added to every row of A.
fn add_row<const R: usize, const C: usize>(a: &Mat<R, C>, b: &Mat<1, C>) -> Mat<R, C> {
    std::array::from_fn(|r| std::array::from_fn(|c| a[r][c] + b[0][c]))
}

/// The sum of the rows of A.
fn sum_rows<const R: usize, const C: usize>(a: &Mat<R, C>) -> Mat<1, C> {
    [std::array::from_fn(|c| a.iter().map(|row| row[c]).sum())]
}

/// Prints a matrix with its name and shape.
fn show<const R: usize, const C: usize>(name: impl Display, matrix: &Mat<R, C>) {
    for (r, row) in matrix.iter().enumerate() {
        let label = if r == 0 { format!("{name} [{R} × {C}]") } else { String::new() };
        put!("  {label:<18}");
        row.iter().for_each(|value| put!("{:>11.6}", value + 0.0));
        say!("");
    }
    say!("");
}
