//! Notices to staff: one trouble is one letter until it is over, also over a restart.

use std::collections::HashSet;

use jiff::Timestamp;

use super::letters::{NewLetter, insert_letters};
use super::{Store, StoreError};
use crate::domain::letter::DESK_LABEL;

impl Store {
    /// Raises a notice: its letters become due, unless the same was raised before and is not over. Says whether they did.
    pub async fn raise_notice(&self, key: &str, letters: Vec<NewLetter>, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let raised =
            sqlx::query("INSERT INTO notice (desk, key, raised_at) VALUES ($1, $2, $3) ON CONFLICT (desk, key) DO NOTHING")
                .bind(&self.desk)
                .bind(key)
                .bind(now.as_millisecond())
                .execute(&mut *tx)
                .await?;
        let new = raised.rows_affected() == 1;
        if new {
            insert_letters(&mut tx, &self.desk, DESK_LABEL, letters, now).await?;
        }
        tx.commit().await?;
        Ok(new)
    }

    /// Ends a notice: should the same happen again, it is told again.
    pub async fn end_notice(&self, key: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM notice WHERE desk = $1 AND key = $2").bind(&self.desk).bind(key).execute(&self.pool).await?;
        Ok(())
    }

    /// The keys of all notices that are not over.
    pub async fn notices(&self) -> Result<HashSet<String>, StoreError> {
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT key FROM notice WHERE desk = $1").bind(&self.desk).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(key,)| key).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::letter::{LetterFacts, LetterKind, NoticeFacts, Role};

    fn letters(now: Timestamp) -> Vec<NewLetter> {
        let notice = NoticeFacts { title: "Baris hilang".into(), lines: vec!["Satu.".into()] };
        let facts = LetterFacts::of_notice(notice, now);
        vec![NewLetter { kind: LetterKind::Notice, role: Role::Staff, to: "tik@example.go.id".into(), facts }]
    }

    #[tokio::test]
    async fn one_trouble_is_one_letter_until_it_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("loket.db").display()), "main").await.unwrap();
        let now: Timestamp = "2026-11-24T03:00:00Z".parse().unwrap();
        assert!(store.raise_notice("torn", letters(now), now).await.unwrap());
        assert!(!store.raise_notice("torn", letters(now), now).await.unwrap());
        assert_eq!(store.notices().await.unwrap(), HashSet::from(["torn".to_owned()]));
        store.end_notice("torn").await.unwrap();
        assert!(store.raise_notice("torn", letters(now), now).await.unwrap(), "it happened again");
        let due = store.letters_due(now).await.unwrap();
        assert_eq!(due.iter().map(crate::domain::letter::Letter::label).collect::<Vec<_>>(), ["DESK/notice/1", "DESK/notice/2"]);
        assert_eq!((due[0].ticket, due[0].facts.notice.as_ref().unwrap().lines.len()), (None, 1));
    }
}
