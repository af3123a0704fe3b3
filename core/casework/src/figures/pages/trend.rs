//! Rates over time: the five on top with their line, and the areas' bands.

use super::{
    board::Making,
    svg,
    words::{Num, cases, count_num, figure_name, interval, percent, rate_num, slot_words},
};
use crate::figures::{About, Figure, Figures, Rate};
use linli_authz::{Actor, Tier};
use linli_base::Result;
use linli_org::{Area, areas};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rates by figure, street and place in the row of periods.
pub(super) type Series = BTreeMap<(String, Uuid, usize), Rate>;

/// One of the five rates.
pub(super) struct Card {
    pub name: String,
    pub percent: Option<Num>,
    pub whole: Num,
    pub part: Option<Num>,
    pub total: Num,
    pub of: String,
    pub interval: String,
    pub change: Option<(&'static str, &'static str, String)>,
    pub city: Option<String>,
    pub spark: String,
}

/// Twelve months, or weeks, of an area.
pub(super) struct Band {
    pub name: String,
    pub now: Num,
    pub svg: String,
    pub first: String,
    pub last: String,
    pub months: Vec<(String, String)>,
}

impl Making<'_> {
    /// The row's points: of the rates that `of` picks by figure and street.
    fn points(&self, series: &Series, of: impl Fn(&str, Uuid) -> bool) -> Vec<Option<svg::Point>> {
        let mut points = vec![None; self.row.len()];
        for ((figure, street, at), rate) in series {
            if let (true, Some(point)) = (of(figure, *street), points.get_mut(*at)) {
                *point = svg::point(rate);
            }
        }
        points
    }

    pub(super) fn card(
        &self,
        figure: Figure,
        own: &Figures,
        before: &Figures,
        about: &About,
        trend: &Series,
    ) -> Card {
        let (lang, rate) = (self.visit.lang, own.rate(figure));
        let link = |part: &str| cases(self.asked, figure, part, &[]);
        let points = self.points(trend, |name, _| name == figure.name());
        let earlier = before.rate(figure);
        let change = match (rate.per_mille(), earlier.per_mille()) {
            (Some(now), Some(then)) if rate.compares() && earlier.compares() => {
                let by = percent((now - then).abs());
                Some(match now.cmp(&then) {
                    std::cmp::Ordering::Greater => {
                        ("green", "chevron-up", crate::t::figures::higher(lang, by))
                    }
                    std::cmp::Ordering::Less => ("amber", "chevron-down", crate::t::figures::lower(lang, by)),
                    std::cmp::Ordering::Equal => ("mut", "info", crate::t::figures::same(lang).to_owned()),
                })
            }
            (Some(_), _) if rate.compares() => {
                Some(("mut", "info", crate::t::figures::few_before(lang).to_owned()))
            }
            (Some(_), _) => Some(("mut", "info", crate::t::figures::few(lang).to_owned())),
            _ => None,
        };
        let whole_city = about.org.is_none() && about.area.is_none_or(|(tier, _)| tier == Tier::City);
        let city = self.city.rate(figure).per_mille().filter(|_| !whole_city);
        Card {
            name: figure_name(self.visit, figure),
            percent: rate.per_mille().map(|p| Num { text: percent(p), href: link("") }),
            whole: count_num(lang, rate.whole, link("yes")),
            part: (rate.part > 0).then(|| count_num(lang, rate.part, link("partly"))),
            total: count_num(lang, rate.total, link("")),
            of: self.visit.text(&format!("figures.of_{}", figure.name()), &[]),
            interval: interval(&rate).unwrap_or_default(),
            change,
            city: city.map(|p| crate::t::figures::city_rate(lang, percent(p))),
            spark: svg::spark(&points),
        }
    }

    /// Twelve months, or weeks, of the solved rate: of each street below the city, else of what the page is about.
    pub(super) async fn bands(
        &self,
        actor: &Actor,
        about: &About,
        rows: &[(usize, Area, Figures)],
    ) -> Result<Vec<Band>> {
        let (solved, lang) = ([Figure::Solved], self.visit.lang);
        let city = self.work.figure_row_of_city(&solved, &self.row).await?;
        let whole = about.area.is_none_or(|(tier, _)| tier == Tier::City);
        let streets = About { area: Some((Tier::Street, areas::AreaColumns::default())), org: about.org };
        let of = if whole { &streets } else { about };
        let all = self.work.figure_row(actor, &solved, &self.row, of).await?;
        let city = self.points(&city, |_, _| true);
        let shown =
            rows.iter().filter(
                |(depth, area, _)| if whole { *depth == 1 && area.tier == Tier::Street } else { *depth == 0 },
            );
        let mut bands = Vec::new();
        for (_, area, figures) in shown.take(8) {
            let points = self.points(&all, |_, street| !whole || street == area.id.0);
            let lows = points.iter().chain(&city).flatten().map(|(p, ..)| *p).fold(1.0, f64::min);
            let low = if lows < 0.5 { 0.0 } else { 0.5 };
            let id = area.id.to_string();
            bands.push(Band {
                name: crate::desk::pick(self.visit, &area.name, area.name_en.as_deref()).to_owned(),
                now: rate_num(self.asked, Figure::Solved, &figures.rate(Figure::Solved), &[("area", &id)]),
                svg: svg::band(&points, &city, low),
                first: self.row.first().map(|slot| slot_words(lang, *slot)).unwrap_or_default(),
                last: self.row.last().map(|slot| slot_words(lang, *slot)).unwrap_or_default(),
                months: self
                    .row
                    .iter()
                    .zip(&points)
                    .map(|(slot, point)| {
                        let text =
                            point.map_or_else(|| "–".to_owned(), |(p, ..)| format!("{:.1}%", p * 100.0));
                        (slot_words(lang, *slot), text)
                    })
                    .collect(),
            });
        }
        Ok(bands)
    }
}
