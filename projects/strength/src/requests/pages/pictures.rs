use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use linli_base::{FileId, Problem};
use linli_casework::Visitor;
use linli_web::WebError;

/// A picture of a case, whole.
pub(super) async fn whole(visitor: Visitor, Path(id): Path<FileId>) -> Result<Response, WebError> {
    seen(&visitor, id, false).await
}

/// A picture of a case, small.
pub(super) async fn small(visitor: Visitor, Path(id): Path<FileId>) -> Result<Response, WebError> {
    seen(&visitor, id, true).await
}

/// A picture that waits for its form, small.
pub(super) async fn carried(visitor: Visitor, Path(text): Path<String>) -> Result<Response, WebError> {
    let (_, id) = visitor.carried(&text).ok_or(Problem::NotFound)?;
    jpeg(&visitor, id, true).await
}

async fn seen(visitor: &Visitor, id: FileId, small: bool) -> Result<Response, WebError> {
    for actor in visitor.asked.iter().chain(&visitor.own).chain(&visitor.staff) {
        match visitor.work.sees_picture(actor, id).await {
            Ok(()) => return jpeg(visitor, id, small).await,
            Err(Problem::NotFound | Problem::Forbidden { .. }) => {}
            Err(other) => return Err(other.into()),
        }
    }
    if visitor.work.public_picture(id).await? {
        return jpeg(visitor, id, small).await;
    }
    Err(Problem::NotFound.into())
}

async fn jpeg(visitor: &Visitor, id: FileId, small: bool) -> Result<Response, WebError> {
    let bytes = visitor.uploads.jpeg(id, small).await?;
    let head = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
    ];
    Ok((head, bytes).into_response())
}
