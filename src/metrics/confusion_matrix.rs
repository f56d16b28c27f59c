//! K classes: the confusion matrix and the metrics computed from it.

use super::{Confusion, Report, correlation, ratio};
use crate::check::check_rows;
use crate::{Error, Scalar};

/// How the values of a metric for K classes are averaged.
///
/// A class that neither occurs nor is predicted is left out, as in scikit-learn.
///
/// ```
/// use bareprop::metrics::{Average, ConfusionMatrix};
/// let matrix = ConfusionMatrix { counts: [[90, 0], [10, 0]] }; // class 1 is never predicted
/// assert_eq!(matrix.recall(Average::Macro), 0.5);
/// assert_eq!(matrix.recall(Average::Weighted), 0.9);
/// ```
/// Source: M. Sokolova, G. Lapalme (2009), *A systematic analysis of performance measures for classification
/// tasks*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Average {
    /// The plain mean, in which every class has the same weight.
    Macro,
    /// The ratio of the summed counts, in which every row has the same weight. With one label a row,
    /// precision, recall and F1 all equal the accuracy.
    Micro,
    /// The mean weighted by how often each class occurs.
    Weighted,
}

/// The counts of predictions by actual and predicted class: `counts[actual][predicted]`, as in scikit-learn.
/// Counts saturate at `u64::MAX`. 8·K² bytes.
///
/// Every ratio is 0 where its denominator is 0, as in scikit-learn, which also warns. Sums over classes start
/// at class 0.
///
/// ```
/// use bareprop::metrics::{ConfusionMatrix, argmax};
/// let mut matrix = ConfusionMatrix::<3>::new();
/// matrix.add_all(&[0, 1, 1], &[0, 1, 2])?;
/// matrix.add(argmax(&[0.2_f32, 0.1, 0.7]), 2)?; // one at a time, as a stream delivers them
/// assert_eq!(matrix.accuracy(), 0.75);
/// assert_eq!(matrix.class(1)?.precision(), 0.5);
/// # Ok::<(), bareprop::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ConfusionMatrix<const K: usize> {
    /// Rows are actual classes, columns predicted ones.
    pub counts: [[u64; K]; K],
}

impl<const K: usize> Default for ConfusionMatrix<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const K: usize> ConfusionMatrix<K> {
    /// All counts 0.
    ///
    /// ```
    /// # use bareprop::metrics::ConfusionMatrix;
    /// assert_eq!(ConfusionMatrix::<3>::new().total(), 0);
    /// ```
    pub const fn new() -> Self {
        Self { counts: [[0; K]; K] }
    }

    /// Counts one prediction.
    ///
    /// # Errors
    /// [`Error::Class`] for a class that is not below K; its `row` is the number of predictions
    /// counted so far. The matrix stays as it was.
    ///
    /// ```
    /// # use bareprop::{Error, metrics::ConfusionMatrix};
    /// let mut matrix = ConfusionMatrix::<3>::new();
    /// matrix.add(1, 2)?;
    /// assert_eq!(matrix.counts[2][1], 1);
    /// assert_eq!(matrix.add(3, 0), Err(Error::Class { row: 1, class: 3, classes: 3 }));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn add(&mut self, predicted: usize, actual: usize) -> Result<(), Error> {
        check_classes::<K>(usize::try_from(self.total()).unwrap_or(usize::MAX), predicted, actual)?;
        self.count(predicted, actual);
        Ok(())
    }

    /// Counts predictions, all or none.
    ///
    /// # Errors
    /// [`Error::Lengths`] for slices of different lengths, [`Error::Empty`] for empty ones,
    /// [`Error::Class`] for a class that is not below K. The matrix stays as it was.
    ///
    /// ```
    /// # use bareprop::metrics::ConfusionMatrix;
    /// let mut matrix = ConfusionMatrix::<2>::new();
    /// matrix.add_all(&[0, 1, 1], &[0, 0, 1])?;
    /// assert_eq!(matrix.counts, [[1, 1], [0, 1]]);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    pub fn add_all(&mut self, predicted: &[usize], actual: &[usize]) -> Result<(), Error> {
        check_rows("predictions and actual classes", predicted.len(), actual.len())?;
        for (row, (&predicted, &actual)) in (0..predicted.len()).zip(predicted.iter().zip(actual)) {
            check_classes::<K>(row, predicted, actual)?;
        }
        for (&predicted, &actual) in predicted.iter().zip(actual) {
            self.count(predicted, actual);
        }
        Ok(())
    }

    /// Counts a prediction whose classes have been checked.
    fn count(&mut self, predicted: usize, actual: usize) {
        if let Some(count) = self.counts.get_mut(actual).and_then(|row| row.get_mut(predicted)) {
            *count = count.saturating_add(1);
        }
    }

    /// Precision, recall, F1 and support of each class as a table, to be printed.
    pub fn report(&self) -> Report<'_, K> {
        Report::new(self)
    }

    /// The matrix of predictions.
    ///
    /// # Errors
    /// As [`add_all`](Self::add_all).
    ///
    /// ```
    /// # use bareprop::metrics::ConfusionMatrix;
    /// let matrix = ConfusionMatrix::<2>::from_classes(&[0, 1, 1], &[0, 0, 1])?;
    /// assert_eq!(matrix.counts, [[1, 1], [0, 1]]);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    pub fn from_classes(predicted: &[usize], actual: &[usize]) -> Result<Self, Error> {
        let mut matrix = Self::new();
        matrix.add_all(predicted, actual)?;
        Ok(matrix)
    }

    /// The number of predictions.
    ///
    /// ```
    /// # use bareprop::metrics::ConfusionMatrix;
    /// assert_eq!(ConfusionMatrix { counts: [[1, 2], [3, 4]] }.total(), 10);
    /// ```
    pub fn total(&self) -> u64 {
        total(self.counts.as_flattened())
    }

    /// The four counts of one class against the rest, for its precision, recall and so on.
    ///
    /// # Errors
    /// [`Error::Index`] for a class that is not below K.
    ///
    /// ```
    /// # use bareprop::metrics::ConfusionMatrix;
    /// let matrix = ConfusionMatrix { counts: [[5, 1], [0, 4]] };
    /// assert_eq!(matrix.class(1)?.precision(), 0.8);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    pub fn class(&self, class: usize) -> Result<Confusion, Error> {
        if class < K { Ok(self.against_rest(class, self.total())) } else { Err(Error::Index { index: class, rows: K }) }
    }

    /// The four counts of a class, given the number of predictions.
    fn against_rest(&self, class: usize, all: u64) -> Confusion {
        let at = |row: &[u64; K]| row.get(class).copied().unwrap_or(0);
        let true_positives = self.counts.get(class).map_or(0, at);
        let actual = self.counts.get(class).map_or(0, |row| total(row));
        let predicted = self.counts.iter().fold(0, |sum: u64, row| sum.saturating_add(at(row)));
        let false_positives = predicted.saturating_sub(true_positives);
        let true_negatives = all.saturating_sub(actual).saturating_sub(false_positives);
        Confusion {
            true_positives,
            false_positives,
            true_negatives,
            false_negatives: actual.saturating_sub(true_positives),
        }
    }

    /// The four counts of each class, and how often it occurs and is predicted.
    fn classes(&self) -> impl Iterator<Item = Class> + '_ {
        let all = self.total();
        (0..K).map(move |class| {
            let confusion = self.against_rest(class, all);
            let right = confusion.true_positives as f64;
            let actual = right + confusion.false_negatives as f64;
            Class { confusion, actual, predicted: right + confusion.false_positives as f64 }
        })
    }

    /// The share of right predictions: the sum of the diagonal over the sum of all counts.
    ///
    /// ```
    /// # use bareprop::metrics::ConfusionMatrix;
    /// assert_eq!(ConfusionMatrix { counts: [[5, 2], [0, 1]] }.accuracy(), 0.75);
    /// ```
    pub fn accuracy(&self) -> f64 {
        let marginals = self.marginals();
        // Where the total has saturated, the sum of the diagonal may exceed it.
        ratio(Scalar::min(marginals.right, marginals.all), marginals.all)
    }

    /// [`Confusion::precision`] over the classes.
    ///
    /// ```
    /// # use bareprop::metrics::{Average, ConfusionMatrix};
    /// assert_eq!(ConfusionMatrix { counts: [[5, 1], [0, 4]] }.precision(Average::Macro), 0.9);
    /// ```
    pub fn precision(&self, average: Average) -> f64 {
        self.average(average, Confusion::precision)
    }

    /// [`Confusion::recall`] over the classes.
    ///
    /// ```
    /// # use bareprop::metrics::{Average, ConfusionMatrix};
    /// assert_eq!(ConfusionMatrix { counts: [[3, 1], [0, 4]] }.recall(Average::Macro), 0.875);
    /// ```
    pub fn recall(&self, average: Average) -> f64 {
        self.average(average, Confusion::recall)
    }

    /// [`Confusion::f1`] over the classes: the average of the F1 of each class, not the F1 of the average
    /// precision and recall.
    ///
    /// ```
    /// # use bareprop::metrics::{Average, ConfusionMatrix};
    /// assert_eq!(ConfusionMatrix { counts: [[1, 2], [0, 0]] }.f1(Average::Weighted), 0.5);
    /// ```
    pub fn f1(&self, average: Average) -> f64 {
        self.average(average, Confusion::f1)
    }

    /// The average of a metric over the classes.
    fn average(&self, average: Average, metric: fn(&Confusion) -> f64) -> f64 {
        if average == Average::Micro {
            return self.accuracy(); // every wrong row is one false positive and one false negative
        }
        let (mut sum, mut weights) = (0.0, 0.0);
        for class in self.classes().filter(|class| class.actual + class.predicted > 0.0) {
            let weight = if average == Average::Weighted { class.actual } else { 1.0 };
            sum += weight * metric(&class.confusion);
            weights += weight;
        }
        ratio(sum, weights)
    }

    /// The mean recall of the classes that occur.
    ///
    /// ```
    /// # use bareprop::metrics::ConfusionMatrix;
    /// assert_eq!(ConfusionMatrix { counts: [[90, 0], [10, 0]] }.balanced_accuracy(), 0.5);
    /// ```
    /// Source: K. H. Brodersen et al. (2010), *The balanced accuracy and its posterior distribution*.
    pub fn balanced_accuracy(&self) -> f64 {
        let (mut sum, mut classes) = (0.0, 0.0);
        for class in self.classes().filter(|class| class.actual > 0.0) {
            sum += class.confusion.recall();
            classes += 1.0;
        }
        ratio(sum, classes)
    }

    /// Cohen's kappa, the agreement beyond chance, from −1 to 1, with 0 for chance: (pₒ − pₑ) / (1 − pₑ).
    ///
    /// pₒ is the accuracy and pₑ = Σ aₖ·pₖ / m², where class k occurs aₖ times and is predicted pₖ times in m
    /// rows. It is 0 where only one class occurs and only that class is predicted (NaN in scikit-learn).
    ///
    /// ```
    /// # use bareprop::metrics::ConfusionMatrix;
    /// assert_eq!(ConfusionMatrix { counts: [[20, 5], [10, 15]] }.cohen_kappa(), 0.4);
    /// ```
    /// Source: J. Cohen (1960), *A coefficient of agreement for nominal scales*.
    pub fn cohen_kappa(&self) -> f64 {
        let Marginals { all, right, actual_predicted, .. } = self.marginals();
        ratio(all * right - actual_predicted, all * all - actual_predicted)
    }

    /// Matthews' correlation for K classes, at most 1: (m·right − Σ aₖ·pₖ) / √((m² − Σ pₖ²)·(m² − Σ aₖ²)),
    /// where class k occurs aₖ times and is predicted pₖ times in m rows. 0 where only one class occurs or is
    /// predicted, as in scikit-learn. For two classes it is [`Confusion::matthews_correlation`].
    ///
    /// ```
    /// # use bareprop::metrics::ConfusionMatrix;
    /// assert_eq!(ConfusionMatrix { counts: [[2, 0, 0], [0, 3, 0], [0, 0, 4]] }.matthews_correlation(), 1.0);
    /// ```
    /// Source: J. Gorodkin (2004), *Comparing two K-category assignments by a K-category correlation
    /// coefficient*.
    pub fn matthews_correlation(&self) -> f64 {
        let Marginals { all, right, actual_predicted, actual_squared, predicted_squared } = self.marginals();
        correlation(all * right - actual_predicted, all * all - predicted_squared, all * all - actual_squared)
    }

    /// The sums from which kappa and the correlation are computed.
    fn marginals(&self) -> Marginals {
        let mut sums = Marginals { all: self.total() as f64, ..Marginals::default() };
        for Class { confusion, actual, predicted } in self.classes() {
            sums.right += confusion.true_positives as f64;
            sums.actual_predicted += actual * predicted;
            sums.actual_squared += actual * actual;
            sums.predicted_squared += predicted * predicted;
        }
        sums
    }
}

/// The counts of a class against the rest.
struct Class {
    confusion: Confusion,
    actual: f64,
    predicted: f64,
}

/// m, Σ right, Σ aₖ·pₖ, Σ aₖ², Σ pₖ².
#[derive(Default)]
struct Marginals {
    all: f64,
    right: f64,
    actual_predicted: f64,
    actual_squared: f64,
    predicted_squared: f64,
}

/// Checks that both classes are below K.
fn check_classes<const K: usize>(row: usize, predicted: usize, actual: usize) -> Result<(), Error> {
    match (predicted < K, actual < K) {
        (true, true) => Ok(()),
        (false, _) => Err(Error::Class { row, class: predicted, classes: K }),
        _ => Err(Error::Class { row, class: actual, classes: K }),
    }
}

/// The sum of counts, at most `u64::MAX`.
fn total(counts: &[u64]) -> u64 {
    counts.iter().fold(0, |sum, &count| sum.saturating_add(count))
}
