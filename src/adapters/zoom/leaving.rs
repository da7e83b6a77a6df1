//! A body that leaves in time or not at all. Connecting may take seconds; a call that must not leave late is looked at for the last time
//! when its body is asked for, just before it is written to the connection. Without its body Zoom can carry out nothing.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// It was too late to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it was too late to send")]
pub(super) struct TooLate;

/// Whether a body was held back.
#[derive(Debug, Clone, Default)]
pub(super) struct HeldBack(Arc<AtomicBool>);

impl HeldBack {
    pub(super) fn is_so(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The body.
#[derive(Debug)]
pub(super) struct InTime {
    content: Option<Bytes>,
    until: Instant,
    held_back: HeldBack,
}

impl InTime {
    /// A body that leaves until the given moment.
    pub(super) fn new(content: Vec<u8>, until: Instant) -> (InTime, HeldBack) {
        let held_back = HeldBack::default();
        (InTime { content: Some(content.into()), until, held_back: held_back.clone() }, held_back)
    }
}

impl Body for InTime {
    type Data = Bytes;
    type Error = TooLate;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, TooLate>>> {
        let Some(content) = self.content.take() else { return Poll::Ready(None) };
        if Instant::now() >= self.until {
            self.held_back.0.store(true, Ordering::Release);
            return Poll::Ready(Some(Err(TooLate)));
        }
        Poll::Ready(Some(Ok(Frame::data(content))))
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.content.as_ref().map_or(0, |content| content.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn it_leaves_in_time_and_never_later() {
        let (body, held_back) = InTime::new(b"{}".to_vec(), Instant::now() + Duration::from_mins(1));
        assert_eq!(body.size_hint().exact(), Some(2));
        assert_eq!(body.collect().await.unwrap().to_bytes(), "{}");
        assert!(!held_back.is_so());
        let (body, held_back) = InTime::new(b"{}".to_vec(), Instant::now());
        assert_eq!(body.collect().await.unwrap_err(), TooLate);
        assert!(held_back.is_so());
    }
}
