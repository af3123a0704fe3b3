use super::{
    Allow,
    beside::Around,
    case::{CasePage, show_panel},
    clash::clash,
    field::filled,
    kept,
    names::Names,
    told::told,
};
use crate::{Casework, Uploads};
use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use linli_base::{CaseId, Flaw, Problem};
use linli_org::{OrgState, SignedIn};
use linli_procedure::FieldKind;
use linli_web::{ProtectedMultipart, Visit, WebError, html_with, is_own_path};

/// `GET /cases/{id}/steps/{step}`: the case with the step's form open.
pub(super) async fn show(Path((id, step)): Path<(String, String)>) -> Redirect {
    Redirect::to(&format!("/cases/{id}?step={step}"))
}

/// `POST /cases/{id}/steps/{step}`: takes the step, or shows the form again with all that was typed, what is wrong
/// with it, or who was faster.
#[expect(clippy::too_many_arguments, reason = "axum hands over what a step needs piece by piece")]
pub(super) async fn take(
    State(work): State<Casework>,
    State(org): State<OrgState>,
    State(uploads): State<Uploads>,
    Extension(allow): Extension<Allow>,
    visit: Visit,
    who: SignedIn,
    Path((id, step)): Path<(String, String)>,
    form: ProtectedMultipart,
) -> Result<Response, WebError> {
    let id: CaseId = id.parse().map_err(|_not_a_key| Problem::NotFound)?;
    let back = Some(form.fields.first("back")).filter(|back| is_own_path(back)).map(str::to_owned);
    let back = back.unwrap_or_else(|| format!("/cases/{id}"));
    // who may not see the case uploads nothing
    let view = work.view(&who.actor, id).await?;
    let table = view.loaded.procedure.step(&step).ok_or(Problem::NotFound)?;
    let mut fields = form.fields;
    let mut raw = fields.0.clone();
    let version = fields.first("version").parse().ok();
    let pictures = table.form.iter().filter(|field| matches!(field.kind, FieldKind::Pictures(_)));
    for field in pictures.clone() {
        let kept = fields.all(&kept::field(field.name)).iter();
        let files = kept.filter_map(|text| kept::carried(&org.site, who.person, text));
        raw.insert(field.name.to_owned(), files.map(|file| file.to_string()).collect());
    }
    let mut problem = None;
    for upload in form.files {
        let Some(field) = pictures.clone().find(|field| field.name == upload.field) else { continue };
        match uploads.take(field.name, upload.bytes).await {
            Ok(file) => {
                let carried = kept::carry(&org.site, who.person, file);
                fields.0.entry(kept::field(field.name)).or_default().push(carried);
                raw.entry(upload.field).or_default().push(file.to_string());
            }
            Err(e) => problem = Some(e),
        }
    }
    let taken = match problem {
        Some(problem) => Err(problem),
        None => work.step(who.actor.clone(), id, &step, version, raw).await,
    };
    let problem = match taken {
        Ok(taken) => {
            let join = if back.contains('?') { '&' } else { '?' };
            return Ok(Redirect::to(&format!("{back}{join}done={}", taken.step)).into_response());
        }
        Err(problem) => problem,
    };
    // as it stands now: whoever was faster has changed it
    let view = work.view(&who.actor, id).await?;
    let names = Names::load(&org, &visit, &who.actor, &view).await?;
    let mut again = filled(&work, &org, &visit, &who.actor, &view, table, &back, &fields).await?;
    let status = match problem {
        Problem::Invalid(flaws) => {
            again.flaws = visit.flaws(&flaws);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Problem::Refused(refusal) => {
            let arg =
                |name: &str| refusal.args.iter().find(|(n, _)| *n == name).map(|(_, value)| value.clone());
            if let Some(findings) = arg("findings") {
                let words = |code: &str| visit.text(&format!("reply.{code}"), &[]);
                again.findings = findings.split(' ').map(words).collect();
                again.flaws = visit.flaws(&[Flaw::new("override", "missing")]);
            }
            let args: Vec<(&str, String)> = refusal
                .args
                .iter()
                .map(|(name, value)| match *name {
                    "state" => (*name, visit.text(&format!("state.{value}"), &[])),
                    "part" => (*name, visit.text(&format!("part.{value}"), &[])),
                    _ => (*name, value.clone()),
                })
                .collect();
            again.refused = Some(visit.text(&format!("refusal.{}", refusal.code), &args));
            StatusCode::CONFLICT
        }
        Problem::Conflict { by } => {
            let last = view.timeline().last().map(|entry| told(&work, &visit, &names, entry, false));
            let state = visit.text(&format!("state.{}", view.loaded.row.state), &[]);
            let open = view.steps.iter().any(|one| one.name == table.name);
            again.clash = Some(clash(by.unwrap_or_default(), last, state, &again, open));
            StatusCode::CONFLICT
        }
        other => return Err(other.into()),
    };
    let here = format!("/cases/{id}");
    let around = Around::load(&work, &visit, &who.actor, &view, true).await?;
    let case = show_panel(&work, &visit, &who.actor, &view, &names, around, Some(again), &here, allow)?;
    html_with(status, &CasePage { page: visit.page(case.title.clone()), case: Some(case), toast: None })
}
