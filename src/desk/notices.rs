//! Notices: what only people can mend is told to staff, once for each trouble until it is over.

use super::wiring::House;
use crate::adapters::store::StoreError;

impl House {
    /// Tells staff of a trouble, in the words `notice-<name>`. `key` is what it is known by: the same trouble is told once until
    /// [`House::notice_over`]. Says whether it was told now.
    pub async fn notice(&self, key: &str, name: &str, values: &[(&'static str, &str)]) -> Result<bool, StoreError> {
        let now = self.now();
        let raised = self.store.raise_notice(key, self.teller.notice(name, values, now), now).await?;
        if raised {
            tracing::warn!("staff are told by letter: {key}");
            self.bells.post.notify_one();
        }
        Ok(raised)
    }

    /// A trouble is over: should it come again, it is told again.
    pub async fn notice_over(&self, key: &str) -> Result<(), StoreError> {
        tracing::info!("over: {key}");
        self.store.end_notice(key).await
    }
}
