//! Reports of metrics, as text.

use core::fmt;

use super::{Average, Confusion, ConfusionMatrix, mae, mse, r2};
use crate::{Error, Scalar};

/// Precision, recall, F1 and support of each class, and their averages, laid out as scikit-learn's
/// `classification_report`. Made by [`ConfusionMatrix::report`].
///
/// A class that neither occurs nor is predicted has no line. The support of a class is the number of its rows.
///
/// ```
/// use bareprop::metrics::ConfusionMatrix;
/// let matrix = ConfusionMatrix { counts: [[40, 10], [5, 45]] };
/// let report = matrix.report().named(&["benign", "malignant"]).to_string();
/// assert!(report.contains("benign     0.889     0.800     0.842        50"));
/// ```
#[derive(Clone, Debug)]
pub struct Report<'a, const K: usize> {
    matrix: &'a ConfusionMatrix<K>,
    names: Option<&'a [&'a str; K]>,
}

impl<'a, const K: usize> Report<'a, K> {
    /// The report of a matrix, with classes named by their numbers.
    pub(super) fn new(matrix: &'a ConfusionMatrix<K>) -> Self {
        Report { matrix, names: None }
    }

    /// The same with names of the classes.
    pub fn named(self, names: &'a [&'a str; K]) -> Self {
        Report { names: Some(names), ..self }
    }
}

impl<const K: usize> fmt::Display for Report<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (matrix, name) = (self.matrix, Name(self.names.map(|names| &names[..])));
        let width = (0..K).fold("weighted average".len(), |width, class| width.max(name.width(class)));
        writeln!(f, "{:width$} {:>9} {:>9} {:>9} {:>9}\n", "", "precision", "recall", "F1", "support")?;
        for class in 0..K {
            let Ok(counts) = matrix.class(class) else { continue };
            let support = counts.true_positives.saturating_add(counts.false_negatives);
            if support > 0 || counts.false_positives > 0 {
                name.pad(f, class, width)?;
                line(f, counts.precision(), counts.recall(), counts.f1(), support)?;
            }
        }
        let total = matrix.total();
        writeln!(f, "\n{:>width$} {:>9} {:>9} {:>9.3} {total:>9}", "accuracy", "", "", matrix.accuracy())?;
        for (label, average) in [("macro average", Average::Macro), ("weighted average", Average::Weighted)] {
            write!(f, "{label:>width$}")?;
            line(f, matrix.precision(average), matrix.recall(average), matrix.f1(average), total)?;
        }
        Ok(())
    }
}

/// The figures of one line of a report.
fn line(f: &mut fmt::Formatter<'_>, precision: f64, recall: f64, f1: f64, support: u64) -> fmt::Result {
    writeln!(f, " {precision:>9.3} {recall:>9.3} {f1:>9.3} {support:>9}")
}

/// The names of classes: those given, or their numbers.
struct Name<'a>(Option<&'a [&'a str]>);

impl Name<'_> {
    fn get(&self, class: usize) -> Option<&str> {
        self.0?.get(class).copied()
    }

    /// The width of the name of a class in characters.
    fn width(&self, class: usize) -> usize {
        match self.get(class) {
            Some(name) => name.chars().count(),
            None => class.checked_ilog10().map_or(1, |digits| digits.saturating_add(1) as usize),
        }
    }

    /// Writes the name of a class, to the right.
    fn pad(&self, f: &mut fmt::Formatter<'_>, class: usize, width: usize) -> fmt::Result {
        match self.get(class) {
            Some(name) => write!(f, "{name:>width$}"),
            None => write!(f, "{class:>width$}"),
        }
    }
}

/// The counts as a table: a line for each actual class, a column for each predicted one.
impl<const K: usize> fmt::Display for ConfusionMatrix<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>19}", "actual \\ predicted")?;
        for class in 0..K {
            write!(f, " {class:>7}")?;
        }
        for (class, counts) in self.counts.iter().enumerate() {
            write!(f, "\n{class:>19}")?;
            for count in counts {
                write!(f, " {count:>7}")?;
            }
        }
        writeln!(f)
    }
}

/// The counts as a table: a line for each actual answer, a column for each predicted one.
impl fmt::Display for Confusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Confusion { true_positives, false_positives, true_negatives, false_negatives } = self;
        writeln!(f, "{:>19} {:>9} {:>9}", "actual \\ predicted", "negative", "positive")?;
        writeln!(f, "{:>19} {true_negatives:>9} {false_positives:>9}", "negative")?;
        writeln!(f, "{:>19} {false_negatives:>9} {true_positives:>9}", "positive")
    }
}

/// The errors of a regression.
///
/// ```
/// use bareprop::metrics::Regression;
/// let found = Regression::new(&[1.0, 2.0, 4.0], &[1.0, 2.0, 3.0])?;
/// assert_eq!((found.rows, found.mae, found.r2), (3, 1.0 / 3.0, 0.5));
/// assert_eq!(found.to_string(), "R² 0.5000, RMSE 0.5774, MAE 0.3333 (3 rows)");
/// # Ok::<(), bareprop::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Regression {
    /// The number of rows.
    pub rows: usize,
    /// The mean squared error, see [`mse`].
    pub mse: f64,
    /// Its root, in the unit of the targets.
    pub rmse: f64,
    /// The mean absolute error, see [`mae`].
    pub mae: f64,
    /// The coefficient of determination, see [`r2`].
    pub r2: f64,
}

impl Regression {
    /// The errors of predictions.
    ///
    /// # Errors
    /// As [`mse`].
    pub fn new<T: Scalar>(predicted: &[T], targets: &[T]) -> Result<Self, Error> {
        let mse = mse(predicted, targets)?;
        let (mae, r2) = (mae(predicted, targets)?, r2(predicted, targets)?);
        Ok(Regression { rows: targets.len(), mse, rmse: libm::sqrt(mse), mae, r2 })
    }
}

impl fmt::Display for Regression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Regression { rows, rmse, mae, r2, .. } = self;
        write!(f, "R² {r2:.4}, RMSE {rmse:.4}, MAE {mae:.4} ({rows} rows)")
    }
}
