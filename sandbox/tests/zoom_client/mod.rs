//! A plain client of Zoom for tests.

use loket_sandbox::handle::Handle;
use reqwest::{Client, Method, Response};
use serde_json::Value;

/// A client with a token.
pub(crate) struct ZoomClient {
    client: Client,
    base: String,
    token: String,
}

impl ZoomClient {
    /// Fetches a token and makes the client.
    pub(crate) async fn new(world: &Handle) -> Self {
        let given = world.zoom_credentials();
        let client = http_client();
        let answer = client
            .post(world.zoom_oauth_endpoint())
            .basic_auth(&given.client_id, Some(&given.client_secret))
            .form(&[("grant_type", "account_credentials"), ("account_id", given.account_id.as_str())])
            .send()
            .await
            .expect("the token endpoint answers");
        assert_eq!(answer.status(), 200);
        let answer: Value = answer.json().await.expect("the token answer is JSON");
        let token = answer["access_token"].as_str().expect("there is a token").to_owned();
        Self { client, base: world.zoom_api_endpoint(), token }
    }

    /// One call; an error if the connection gave no whole answer.
    pub(crate) async fn try_call(&self, method: Method, path: &str, body: &Value) -> Result<(Response, String), reqwest::Error> {
        let mut request = self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await?;
        let head = http_head(&answer);
        let body = answer.text().await?;
        Ok((head, body))
    }

    /// One call that is answered: status and body, null for an empty one.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let (head, text) = self.try_call(method, path, &body).await.expect("Zoom answers");
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).expect("the answer is JSON") };
        (head.status().as_u16(), body)
    }
}

/// A client that waits for ten seconds at most.
pub(crate) fn http_client() -> Client {
    Client::builder().timeout(std::time::Duration::from_secs(10)).build().expect("a client can be made")
}

/// Status and headers of an answer, without its body.
fn http_head(answer: &Response) -> Response {
    let mut head = axum::http::Response::new("");
    *head.status_mut() = answer.status();
    *head.headers_mut() = answer.headers().clone();
    head.into()
}
