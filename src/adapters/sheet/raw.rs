//! The one call that google-sheets4 cannot make: its client takes every `null` out of a request, also out of lists, so that
//! cells which are to be left alone vanish and all others move to the left, into people's answers. This posts the body as it
//! is, with the same client, token and kinds of errors. See docs/decisions/0003-null-in-writes.md.

use google_sheets4::common::{Delegate, Error, Response, to_body};
use google_sheets4::hyper::Request;
use google_sheets4::hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;

use super::door::{SheetDoor, Witness};

impl SheetDoor {
    /// Posts a body as it is. `method` is what stands behind the spreadsheet's id in the path.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        method: &str,
        body: Vec<u8>,
        mut witness: Witness,
    ) -> Result<(Response, T), Error> {
        let token = self.token().await.map_err(|error| Error::MissingToken(Box::new(error)))?;
        let url = format!("{}v4/spreadsheets/{}/{method}?prettyPrint=false&alt=json", self.base, self.id);
        let request = Request::post(url)
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_LENGTH, body.len())
            .body(to_body(Some(body)))
            .map_err(|error| Error::Io(std::io::Error::other(error)))?;
        let answer = self.hub.client.request(request).await.map_err(Error::HttpError)?;
        let (parts, body) = answer.into_parts();
        let collected = body.collect().await;
        let response = Response::from_parts(parts, to_body::<Vec<u8>>(None));
        if !response.status().is_success() {
            let bytes = collected.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            let error = serde_json::from_slice(&bytes);
            witness.http_failure(&response, error.as_ref().ok());
            return Err(error.map_or(Error::Failure(response), Error::BadRequest));
        }
        let bytes = collected.map_err(|error| Error::Io(std::io::Error::other(error)))?.to_bytes();
        // The text of an answer may hold people's words: it is no part of the error.
        let value = serde_json::from_slice(&bytes).map_err(|error| Error::JsonDecodeError(String::new(), error))?;
        Ok((response, value))
    }
}
