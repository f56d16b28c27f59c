//! An axis with numbers at round places, also on a logarithmic scale.

use std::ops::Range;

use bareprop::Scalar;
use plotters::coord::ranged1d::{KeyPointHint, KeyPointWeight, NoDefaultFormatting, Ranged, ValueFormatter};

/// From `low` to `high`. A logarithmic axis begins above 0.
#[derive(Clone)]
pub struct Axis {
    range: Range<f64>,
    logarithmic: bool,
}

impl Axis {
    pub fn linear(low: impl Into<f64>, high: impl Into<f64>) -> Self {
        Axis { range: low.into()..high.into(), logarithmic: false }
    }

    pub fn logarithmic(low: impl Into<f64>, high: impl Into<f64>) -> Self {
        Axis { range: low.into()..high.into(), logarithmic: true }
    }

    /// Where numbers stand, at most `most` of them.
    fn ticks(&self, most: usize) -> Vec<f64> {
        let wide = self.range.end > 3.0 * self.range.start;
        if self.logarithmic && wide { self.powers(most) } else { self.steps(most) }
    }

    fn span(&self) -> f64 {
        self.range.end - self.range.start
    }

    /// Multiples of 1, 2 or 5 times a power of ten, as few apart as there is room for.
    fn steps(&self, most: usize) -> Vec<f64> {
        let count =
            |step: f64| ((self.range.start / step - 1e-6).ceil() as i64, (self.range.end / step + 1e-6).floor() as i64);
        let fits = |&step: &f64| self.span() / step < 100.0 && (count(step).1 - count(step).0) < most.max(2) as i64;
        let steps = decades(-40, 40).flat_map(|ten| [ten, 2.0 * ten, 5.0 * ten]);
        let Some(step) = { steps }.find(fits) else { return vec![] };
        (count(step).0..=count(step).1).map(|count| count as f64 * step).collect()
    }

    /// Powers of ten, and as many numbers between them as there is room for.
    fn powers(&self, most: usize) -> Vec<f64> {
        let between: [&[f64]; 5] =
            [&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0], &[1.0, 2.0, 3.0, 5.0], &[1.0, 2.0, 5.0], &[1.0, 3.0], &[1.0]];
        let ticks = |numbers: &[f64], every: usize| -> Vec<f64> {
            let tens = decades(-44, 38).step_by(every);
            let all = tens.flat_map(|ten| numbers.iter().map(move |number| number * ten));
            all.filter(|tick| self.range.contains(tick)).collect()
        };
        let dense = between.iter().map(|numbers| ticks(numbers, 1));
        let sparse = (2..20).map(|every| ticks(&[1.0], every));
        { dense.chain(sparse) }.find(|ticks| ticks.len() <= most.max(2)).unwrap_or_default()
    }
}

/// Powers of ten.
fn decades(from: i32, to: i32) -> impl Iterator<Item = f64> {
    // Read from text: the nearest number to each.
    (from..=to).map(|power| format!("1e{power}").parse().unwrap_or(f64::NAN))
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let Range { start, end } = self.range;
        let share = match self.logarithmic {
            true => Scalar::ln(value / start) / Scalar::ln(end / start),
            false => (value - start) / self.span(),
        };
        from + (f64::from(to - from) * share).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        match hint.weight() {
            KeyPointWeight::Bold => self.ticks(hint.max_num_points()),
            KeyPointWeight::Any => vec![],
        }
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

impl ValueFormatter<f64> for Axis {
    /// As many decimals as tell neighbours apart. An exponent stands only where the number is very small or large.
    fn format_ext(&self, value: &f64) -> String {
        let size = value.abs();
        if size < 1e-6 * self.span() && !self.logarithmic {
            return "0".into();
        }
        if !(1e-3..1e7).contains(&size) {
            return format!("{value:.1e}").replace(".0e", "e");
        }
        let step = if self.logarithmic { size } else { self.span() };
        let decimals = decades(0, 9).position(|ten| step * ten >= 100.0).unwrap_or(9);
        let text = format!("{value:.decimals$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
    }
}
