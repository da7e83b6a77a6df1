//! The two calls that google-sheets4 cannot make as they are wanted. Its client takes every `null` out of a request, also out of
//! lists, so that cells which are to be left alone vanish and all others move to the left, into people's answers; and it does not
//! ask for compressed answers, so that every poll would take six times the bytes. This posts the body as it is, with the same client,
//! token and kinds of errors. See docs/decisions/0003-null-in-writes.md.

use std::io::Read;

use flate2::read::GzDecoder;
use google_sheets4::common::{Delegate, Error, Response, to_body};
use google_sheets4::hyper::Request;
use google_sheets4::hyper::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use url::form_urlencoded::byte_serialize;

use super::door::{SheetDoor, Witness};
use crate::domain::limits::google::ANSWER_BYTES_MAX;

impl SheetDoor {
    /// Posts a body as it is. `method` is what stands behind the spreadsheet's id in the path.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        method: &str,
        fields: Option<&str>,
        body: Vec<u8>,
        mut witness: Witness,
    ) -> Result<(Response, T), Error> {
        let token = self.token().await.map_err(|error| Error::MissingToken(Box::new(error)))?;
        let url = format!("{}v4/spreadsheets/{}/{method}?prettyPrint=false&alt=json", self.base, self.id);
        let fields = fields.map(|fields| format!("&fields={}", byte_serialize(fields.as_bytes()).collect::<String>()));
        let url = format!("{url}{}", fields.unwrap_or_default());
        let request = Request::post(url)
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT_ENCODING, "gzip")
            .header(USER_AGENT, concat!("loket/", env!("CARGO_PKG_VERSION"), " (gzip)"))
            .header(CONTENT_LENGTH, body.len())
            .body(to_body(Some(body)))
            .map_err(|error| Error::Io(std::io::Error::other(error)))?;
        let answer = self.hub.client.request(request).await.map_err(Error::HttpError)?;
        let (parts, body) = answer.into_parts();
        let collected = body.collect().await;
        let response = Response::from_parts(parts, to_body::<Vec<u8>>(None));
        if !response.status().is_success() {
            let bytes = collected.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            let bytes = unpacked(&response, bytes.to_vec()).unwrap_or_default();
            let error = serde_json::from_slice(&bytes);
            witness.http_failure(&response, error.as_ref().ok());
            return Err(error.map_or(Error::Failure(response), Error::BadRequest));
        }
        let bytes = collected.map_err(|error| Error::Io(std::io::Error::other(error)))?.to_bytes();
        let bytes = unpacked(&response, bytes.to_vec()).map_err(Error::Io)?;
        // The text of an answer may hold people's words: it is no part of the error.
        let value = serde_json::from_slice(&bytes).map_err(|error| Error::JsonDecodeError(String::new(), error))?;
        Ok((response, value))
    }
}

/// A body as it was before Google compressed it, if it did.
fn unpacked(response: &Response, bytes: Vec<u8>) -> std::io::Result<Vec<u8>> {
    if response.headers().get(CONTENT_ENCODING).is_none_or(|encoding| encoding != "gzip") {
        return Ok(bytes);
    }
    let mut plain = Vec::new();
    let read = GzDecoder::new(bytes.as_slice()).take(ANSWER_BYTES_MAX + 1).read_to_end(&mut plain)?;
    if u64::try_from(read).is_ok_and(|read| read > ANSWER_BYTES_MAX) {
        return Err(std::io::Error::other("the answer is far larger than any that was asked for"));
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn response(encoding: Option<&str>) -> Response {
        let mut response = Response::new(to_body::<Vec<u8>>(None));
        if let Some(encoding) = encoding {
            response.headers_mut().insert(CONTENT_ENCODING, encoding.parse().unwrap());
        }
        response
    }

    #[test]
    fn a_body_is_unpacked_where_it_is_packed_and_a_broken_or_boundless_one_is_an_error() {
        assert_eq!(unpacked(&response(None), b"plain".to_vec()).unwrap(), b"plain");
        assert_eq!(unpacked(&response(Some("gzip")), packed(b"plain")).unwrap(), b"plain");
        assert!(unpacked(&response(Some("gzip")), b"no gzip".to_vec()).is_err());
        let half = packed(&[7; 10_000]);
        assert!(unpacked(&response(Some("gzip")), half[..half.len() / 2].to_vec()).is_err());
        let boundless = packed(&vec![0; usize::try_from(ANSWER_BYTES_MAX).unwrap() + 1]);
        assert!(unpacked(&response(Some("gzip")), boundless).is_err());
    }
}
