//! A request: an answer that could be read.

use serde::{Deserialize, Serialize};

use super::slot::Slot;

/// The person to talk to about the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Contact {
    /// As typed; empty: the applicant.
    pub name: String,
    /// Empty: the applicant's.
    pub email: String,
    /// As typed.
    pub phone: String,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent wishes, each a yes or no")]
pub struct Request {
    /// The applicant's address.
    pub email: String,
    /// The applicant's name as typed.
    pub applicant: String,
    /// Their unit, may be empty.
    pub unit: String,
    /// The event's title.
    pub topic: String,
    /// When.
    pub slot: Slot,
    /// The last day differs from the first.
    pub several_days: bool,
    /// The end is not known ("s.d. selesai"): the slot's is the office's guess.
    #[serde(default)]
    pub open_end: bool,
    /// How many people, where told.
    pub participants: Option<u32>,
    /// More people than that number ("100+").
    #[serde(default)]
    pub more_participants: bool,
    /// Whom to talk to.
    pub contact: Contact,
    /// A webinar is asked for.
    pub webinar: bool,
    /// A recording is asked for.
    pub recording: bool,
    /// Open to the public: told yes, told no, not told.
    pub public: Option<bool>,
    /// Free text.
    pub notes: String,
}

impl Request {
    /// The contact person's name; the applicant's where none is given.
    pub fn contact_name(&self) -> &str {
        if self.contact.name.trim().is_empty() { &self.applicant } else { &self.contact.name }
    }

    /// The contact person's address; the applicant's where nobody else is named, empty where somebody is without one.
    pub fn contact_email(&self) -> &str {
        let nobody_else = self.contact.name.trim().is_empty() && self.contact.email.is_empty();
        if nobody_else { &self.email } else { &self.contact.email }
    }

    /// How many people an account has to hold, where told.
    pub fn seats(&self) -> Option<u32> {
        self.participants.map(|count| count + u32::from(self.more_participants))
    }

    /// Who gets the link, or hears that no account is free: the applicant, and the contact person where that is another address.
    /// Each once.
    pub fn link_goes_to(&self) -> Vec<(&str, &str)> {
        let mut people = vec![(self.applicant.as_str(), self.email.as_str())];
        let contact = &self.contact;
        if !contact.email.is_empty() && !same_address(&contact.email, &self.email) {
            people.push((self.contact_name(), contact.email.as_str()));
        }
        people
    }
}

/// Whether two addresses reach the same mailbox: case is never significant in practice (RFC 5321, 2.4 advises against it).
pub fn same_address(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
