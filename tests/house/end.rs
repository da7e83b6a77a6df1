//! Ways to end and to begin that some stories need.

use loket::cli::demo::household::write_config;

use loket_sandbox::answer::Answer;

use crate::office::Office;

impl Office {
    /// Staff changed an answer in the sheet itself.
    pub fn corrected(&mut self, topic: &str, answer: Answer) {
        self.asked.retain(|asked| asked.topic != topic);
        self.asked.push(answer);
    }

    /// Writes the configuration anew, after accounts were added to Zoom.
    pub fn rewrite_config(&self) {
        write_config(&self.sandbox, self.folder.path(), &self.web, "1s").unwrap();
    }

    /// Waits until each letter of each row was taken by the mail server, or stands in the row as in doubt.
    pub async fn settle_letters(&self) {
        self.until("everyone is told, or staff know who may not be", |office| {
            office.rows().iter().all(|row| {
                let note = row.text("Catatan Sistem");
                let letters = office.letters_of(&row.text("No. Tiket"));
                let told =
                    |kind: &str, to: &str| letters.iter().any(|(of, address)| of == kind && address == to) || note.contains(to);
                let (applicant, contact) = (row.text("Email Address"), row.text("Email Narahubung"));
                told("received", &applicant)
                    && told("link", &applicant)
                    && told("link", &contact)
                    && told("new_request", "tik@example.go.id")
            })
        })
        .await;
    }

    /// Ends a story in which letters were left in doubt: a link letter goes once more only after ten minutes, so it may be missing.
    pub async fn close_in_doubt(mut self) {
        self.letters_may_be_missing = true;
        self.close().await;
    }

    /// Ends a story in which an answer was edited: its staff hear of it again, so letters may repeat.
    pub async fn close_edited(mut self) {
        self.letters_may_repeat = true;
        self.close().await;
    }
}
