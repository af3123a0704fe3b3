//! What of the figures everybody may read: the city's, of twelve months that are over.

use super::{About, Figure, Rate, Span, month_of, span::Slot};
use crate::Casework;
use linli_authz::Scope;
use linli_base::Result;
use std::sync::Arc;
use uuid::Uuid;

/// What rests on fewer is not published.
pub(crate) const PUBLISHED_FROM: i64 = 10;
/// The rates that are published.
pub(crate) const PUBLISHED: [Figure; 3] = [Figure::InTime, Figure::Solved, Figure::Satisfied];

/// The city's figures that are fit to be published.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// The twelve months.
    pub span: Span,
    /// How many were said.
    pub said: Option<i64>,
    /// Closed in time, solved, satisfied.
    pub rates: [Option<Rate>; 3],
    /// Each month with how many were said, and the rates in thousandths.
    pub months: Vec<(i64, Option<i64>, [Option<i64>; 3])>,
    /// Categories with how many were said, most first; without a name what is told only together.
    pub topics: Vec<(Option<String>, i64)>,
}

fn enough(rate: &Rate) -> bool {
    rate.total >= PUBLISHED_FROM
}

/// Which of the parts of a known whole may be told. Where those that are too small are fewer than ten together the whole
/// would give them away, so the smallest of the others goes with them.
fn told(counts: &[i64]) -> Vec<bool> {
    let mut told: Vec<bool> = counts.iter().map(|count| *count == 0 || *count >= PUBLISHED_FROM).collect();
    loop {
        let hidden: i64 = counts.iter().zip(&told).filter(|(_, told)| !**told).map(|(count, _)| *count).sum();
        if hidden == 0 || hidden >= PUBLISHED_FROM {
            return told;
        }
        let rest = counts.iter().zip(&mut told).filter(|(count, told)| **told && **count > 0);
        match rest.min_by_key(|(count, _)| **count) {
            Some((_, told)) => *told = false,
            None => return told,
        }
    }
}

impl Casework {
    /// What everybody may read, kept for a while.
    pub async fn published(&self) -> Result<Arc<Published>> {
        let last = month_of(self.world.now().day()) - 1;
        let key = Slot::Month(last).to_string();
        self.published
            .get(key, self.world.clock.as_ref(), Box::pin(async { self.publish(last).await.map(Arc::new) }))
            .await
    }

    async fn publish(&self, last: i64) -> Result<Published> {
        let (scope, city) = (Scope::system("figures for everybody"), About::default());
        let span = Span::Months(last - 11, last);
        let all = self.figures_in(&scope, span, &city).await?;
        let slots: Vec<Slot> = (last - 11..=last).map(Slot::Month).collect();
        let figures = [Figure::Said, PUBLISHED[0], PUBLISHED[1], PUBLISHED[2]];
        let row = self.figure_row_of_city(&figures, &slots).await?;
        let of = |figure: Figure, at: usize| {
            row.get(&(figure.name().to_owned(), Uuid::nil(), at)).copied().unwrap_or_default()
        };
        let said: Vec<i64> = (0..slots.len()).map(|at| of(Figure::Said, at).total).collect();
        let months = (last - 11..=last).enumerate().zip(said.iter().zip(told(&said))).map(
            |((at, month), (said, told))| {
                let rates = PUBLISHED
                    .map(|figure| Some(of(figure, at)).filter(enough).and_then(|rate| rate.per_mille()));
                (month, told.then_some(*said), rates)
            },
        );
        let details = self.details_in(&scope, Figure::Said, span, &city).await?;
        let total = all.rate(Figure::Said);
        let mut topics: Vec<(Option<String>, i64)> = details
            .into_iter()
            .map(|(category, rate)| (Some(category), rate.total))
            .filter(|(_, count)| *count > 0)
            .collect();
        topics.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        // what has no category yet is one of the parts
        let none = total.total - topics.iter().map(|(_, count)| count).sum::<i64>();
        let counts: Vec<i64> = topics.iter().map(|(_, count)| *count).chain([none]).collect();
        let may = told(&counts);
        let hidden: i64 = counts.iter().zip(&may).filter(|(_, told)| !**told).map(|(count, _)| *count).sum();
        let mut topics: Vec<(Option<String>, i64)> =
            topics.into_iter().zip(&may).filter(|(_, told)| **told).map(|(topic, _)| topic).collect();
        let untold = if may.last() == Some(&true) { none } else { 0 };
        if hidden + untold >= PUBLISHED_FROM {
            topics.push((None, hidden + untold));
        }
        Ok(Published {
            span,
            said: enough(&total).then_some(total.total),
            rates: PUBLISHED.map(|figure| Some(all.rate(figure)).filter(enough)),
            months: months.collect(),
            topics: if enough(&total) { topics } else { Vec::new() },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn a_small_part_is_not_told_by_the_others() {
        assert_eq!(told(&[40, 12, 10, 0]), [true, true, true, true]);
        assert_eq!(told(&[40, 12, 3]), [true, false, false], "52 of 55 would tell the three");
        assert_eq!(told(&[40, 12, 6, 5]), [true, true, false, false], "eleven together");
        assert_eq!(told(&[5, 0]), [false, true], "alone it is not told at all");
    }
}
