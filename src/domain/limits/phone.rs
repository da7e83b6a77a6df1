//! Limits of telephone numbers, each with its reason.

/// Characters of an answer that are looked through for a number: it stands at the beginning, and nobody types more of them.
pub const READ_CHARS_MAX: usize = 200;
/// Digits of an international number without its `+` (ITU-T E.164 allows 15; nowhere are there fewer than 8 with the country).
pub const FOREIGN_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// Digits of an Indonesian mobile number without its leading 0 (Indonesia's numbering plan: 10 to 13 with it).
pub const MOBILE_DIGITS: std::ops::RangeInclusive<usize> = 9..=12;
/// Digits of an Indonesian landline with its area code, without the leading 0 (two or three for the area, five to eight for the line).
pub const LANDLINE_DIGITS: std::ops::RangeInclusive<usize> = 7..=10;
/// Characters of a WhatsApp link with its text: longer addresses are cut or refused by mail programs and browsers. A text that does
/// not fit loses its end.
pub const WHATSAPP_LINK_CHARS_MAX: usize = 2_000;
