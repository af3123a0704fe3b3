//! `/api/v1/figures`: the figures of an area or an org, for programs that act as a post.

use super::{
    About, Figure, Figures, Span, month_of,
    span::{Slot, month_of_text, month_text, week_of_text},
};
use crate::Casework;
use axum::{
    Json,
    extract::{Query, State},
};
use linli_base::{AreaId, OrgId, Problem, Result};
use linli_org::{Bearer, OrgState, areas};
use linli_web::WebError;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Whose figures, of which months.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FiguresQuery {
    /// The first month, such as `2026-07`; this month by default.
    from: Option<String>,
    /// The last month; the first by default.
    to: Option<String>,
    /// A week instead, such as `2026-W39`.
    week: Option<String>,
    /// Of this area; the city by default.
    #[param(value_type = Option<String>)]
    area: Option<AreaId>,
    /// Of this org.
    #[param(value_type = Option<String>)]
    org: Option<OrgId>,
}

/// All figures; what each counts is in the glossary.
#[derive(Serialize, ToSchema)]
pub(crate) struct FigureList {
    /// The first month, or the week.
    from: String,
    to: String,
    /// Since when something waits to be counted; null where everything is.
    waiting_since: Option<String>,
    /// 综合 in per cent, where responded, solved and satisfied are there.
    overall: Option<f64>,
    figures: Vec<OneFigure>,
}

/// A rate, or a count (its denominator).
#[derive(Serialize, ToSchema)]
struct OneFigure {
    /// Such as `solved`.
    figure: String,
    denominator: i64,
    /// Wholly in the numerator.
    numerator: i64,
    /// In the numerator as a part: partly solved.
    partly: i64,
    /// In per cent, one decimal.
    rate: Option<f64>,
    /// Its 95 % interval (Wilson), in per cent.
    low: Option<f64>,
    high: Option<f64>,
    /// Whether it rests on 30 at least; if not it is not to be compared.
    compared: bool,
}

fn percent(thousandths: i64) -> Option<f64> {
    i32::try_from(thousandths).ok().map(|n| f64::from(n) / 10.0)
}

/// Figures within the token's reach.
#[utoipa::path(get, path = "/api/v1/figures", params(FiguresQuery), tag = "figures", security(("bearer" = [])),
    responses((status = 200, body = FigureList), (status = 401), (status = 403), (status = 422)))]
pub(crate) async fn figures(
    State(work): State<Casework>,
    State(org): State<OrgState>,
    Bearer(actor): Bearer,
    Query(query): Query<FiguresQuery>,
) -> Result<Json<FigureList>, WebError> {
    let month = |name: &str, text: Option<&str>, usual: i64| match text {
        None => Ok(usual),
        Some(text) => month_of_text(text).ok_or_else(|| Problem::invalid(name, "not_a_date")),
    };
    let from = month("from", query.from.as_deref(), month_of(work.world().now().day()))?;
    let to = month("to", query.to.as_deref(), from)?;
    let scope = actor.may(linli_authz::Permission::OrgSee)?;
    let area = match query.area {
        Some(id) => {
            let mut read = org.db.read();
            let area = areas::by_id(&mut read, &scope, id).await?;
            Some((area.tier, areas::columns(&mut read, &scope, id).await?))
        }
        None => None,
    };
    let about = About { area, org: query.org };
    let span = match query.week.as_deref() {
        Some(week) => Span::Week(week_of_text(week).ok_or_else(|| Problem::invalid("week", "not_a_date"))?),
        None => Span::Months(from.min(to), from.max(to)),
    };
    let figures = work.figures_of(&actor, span, &about).await?;
    let (from, to) = match span {
        Span::Week(week) => (Slot::Week(week).to_string(), Slot::Week(week).to_string()),
        Span::Months(from, to) => (month_text(from), month_text(to)),
    };
    Ok(Json(FigureList {
        from,
        to,
        waiting_since: work.figures_wait().await?.map(|at| at.to_string()),
        overall: figures.overall.and_then(percent),
        figures: Figure::ALL.into_iter().map(|figure| one(figure, &figures)).collect(),
    }))
}

fn one(figure: Figure, figures: &Figures) -> OneFigure {
    let rate = figures.rate(figure);
    let (low, high) = rate.interval().unzip();
    OneFigure {
        figure: figure.name().to_owned(),
        denominator: rate.total,
        numerator: rate.whole,
        partly: rate.part,
        rate: rate.per_mille().and_then(percent),
        low: low.map(|p| (p * 1000.0).round() / 10.0),
        high: high.map(|p| (p * 1000.0).round() / 10.0),
        compared: rate.compares(),
    }
}
