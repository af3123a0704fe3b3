//! The tables of the page: rates by area and by org, and the rates that are not on a card.

use super::{
    asked::Asked,
    board::{CARDS, Making},
    svg,
    words::{Num, cases, count_num, figure_name, interval, percent, rate_num},
};
use crate::{
    Casework,
    figures::{About, Figure, Figures, Span},
};
use linli_authz::{Actor, Permission, Tier};
use linli_base::Result;
use linli_org::{Area, OrgState, areas};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A line of a table: an area or an org.
pub(super) struct Row {
    pub depth: usize,
    pub name: String,
    pub href: String,
    /// Unfolds or folds what lies in it.
    pub fold: Option<(bool, String)>,
    pub due: Num,
    pub in_time: Num,
    pub responded: Num,
    pub solved: Num,
    pub dot: String,
    pub interval: String,
    pub reached: Num,
    pub satisfied: Num,
    pub unreached: Num,
    pub excluded: Num,
    pub overall: String,
}

/// Another rate: name, rate, numerator, denominator, interval.
pub(super) struct Other {
    pub name: String,
    pub rate: Num,
    pub whole: Num,
    pub total: Num,
    pub interval: String,
    pub dot: String,
}

/// The area itself, what lies in it, and below an opened street its communities; in the order of the territory.
pub(super) async fn rows_of(
    work: &Casework,
    org: &OrgState,
    actor: &Actor,
    asked: &Asked,
    span: Span,
    about: &About,
    path: &[Area],
) -> Result<Vec<(usize, Area, Figures)>> {
    let scope = actor.may(Permission::OrgSee)?;
    let top = match path.last() {
        Some(area) => area.clone(),
        None => match areas::root(&mut org.db.read(), &scope).await? {
            Some(root) => root,
            None => return Ok(Vec::new()),
        },
    };
    let mut rows = vec![(0, top.clone(), work.figures_of(actor, span, about).await?)];
    if top.tier >= Tier::Grid {
        return Ok(rows);
    }
    let mut within = work.figures_within(actor, span, about).await?;
    for area in areas::children(&mut org.db.read(), &scope, top.id).await? {
        let (id, tier) = (area.id, area.tier);
        let figures = within.remove(&id.0).unwrap_or_default();
        rows.push((1, area, figures));
        if tier == Tier::Street && asked.open.as_deref() == Some(id.to_string().as_str()) {
            let columns = areas::columns(&mut org.db.read(), &scope, id).await?;
            let street = About { area: Some((tier, columns)), org: about.org };
            let mut below = work.figures_within(actor, span, &street).await?;
            for community in areas::children(&mut org.db.read(), &scope, id).await? {
                let figures = below.remove(&community.id.0).unwrap_or_default();
                rows.push((2, community, figures));
            }
        }
    }
    Ok(rows)
}

impl Making<'_> {
    pub(super) fn area_row(&self, depth: usize, area: &Area, figures: &Figures, about: &About) -> Row {
        let id = area.id.to_string();
        let change = [("area", id.as_str())];
        let name = crate::desk::pick(self.visit, &area.name, area.name_en.as_deref()).to_owned();
        let city = about.area.is_none_or(|(tier, _)| tier == Tier::City);
        let opened = self.asked.open.as_deref() == Some(id.as_str());
        let fold = (depth == 1 && city && area.tier == Tier::Street)
            .then(|| (opened, self.asked.link("/figures", &[("open", if opened { "" } else { &id })])));
        let href = if depth == 0 {
            String::new()
        } else {
            self.asked.link("/figures", &[("area", &id), ("open", "")])
        };
        self.row(depth, name, href, fold, figures, &change)
    }

    fn row(
        &self,
        depth: usize,
        name: String,
        href: String,
        fold: Option<(bool, String)>,
        figures: &Figures,
        change: &[(&str, &str)],
    ) -> Row {
        let lang = self.visit.lang;
        let link = |figure: Figure, part: &str| cases(self.asked, figure, part, change);
        let rate = |figure: Figure| figures.rate(figure);
        let count = |figure: Figure, part: &str| {
            let of = rate(figure);
            count_num(lang, if part == "yes" { of.whole } else { of.total }, link(figure, part))
        };
        let compared = |figure: Figure| {
            let of = rate(figure);
            if of.total > 0 && !of.compares() {
                return Num {
                    text: crate::t::figures::not_compared(lang).to_owned(),
                    href: link(figure, ""),
                };
            }
            rate_num(self.asked, figure, &of, change)
        };
        let solved = rate(Figure::Solved);
        Row {
            depth,
            name,
            href,
            fold,
            due: count(Figure::InTime, ""),
            in_time: rate_num(self.asked, Figure::InTime, &rate(Figure::InTime), change),
            responded: rate_num(self.asked, Figure::Responded, &rate(Figure::Responded), change),
            solved: compared(Figure::Solved),
            dot: svg::dot(&solved, svg::point(&self.city.rate(Figure::Solved)).map(|(p, ..)| p), self.low),
            interval: interval(&solved).unwrap_or_else(|| "–".to_owned()),
            reached: count(Figure::Solved, ""),
            satisfied: compared(Figure::Satisfied),
            unreached: count(Figure::Unreached, "yes"),
            excluded: count(Figure::Excluded, "yes"),
            overall: match figures.overall {
                Some(_) if !solved.compares() => crate::t::figures::not_compared(lang).to_owned(),
                Some(overall) => percent(overall),
                None => "–".to_owned(),
            },
        }
    }

    /// The orgs that worked here, by name.
    pub(super) async fn orgs(&self, by_org: &BTreeMap<Uuid, Figures>) -> Result<Vec<Row>> {
        let names = self.org_names(by_org.keys().copied()).await?;
        let mut rows: Vec<Row> = by_org
            .iter()
            .filter(|(_, figures)| {
                figures.rate(Figure::InTime).total + figures.rate(Figure::Signed).total > 0
            })
            .map(|(id, figures)| {
                let id_text = id.to_string();
                let name = names.get(id).cloned().unwrap_or_default();
                let href = self.asked.link("/figures", &[("org", &id_text), ("open", "")]);
                self.row(0, name, href, None, figures, &[("org", &id_text)])
            })
            .collect();
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(rows)
    }

    /// The rates that are not on a card.
    pub(super) fn others(&self, own: &Figures) -> Vec<Other> {
        let rest = Figure::RATES.into_iter().filter(|figure| !CARDS.contains(figure));
        rest.map(|figure| {
            let rate = own.rate(figure);
            let link = |part: &str| cases(self.asked, figure, part, &[]);
            let city = svg::point(&self.city.rate(figure)).map(|(p, ..)| p);
            Other {
                name: figure_name(self.visit, figure),
                rate: rate_num(self.asked, figure, &rate, &[]),
                whole: count_num(self.visit.lang, rate.whole, link("yes")),
                total: count_num(self.visit.lang, rate.total, link("")),
                interval: interval(&rate).unwrap_or_else(|| "–".to_owned()),
                dot: svg::dot(&rate, city, 0.0),
            }
        })
        .collect()
    }
}
