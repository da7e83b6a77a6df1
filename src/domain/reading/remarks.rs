//! What stands beside an answer: brackets, and where the event is held.

use super::pieces::{Join, Piece, Token};

/// Words after which what was said before no longer holds, or not surely.
const DOUBT: [&str; 28] = [
    "batal",
    "dibatalkan",
    "ganti",
    "diganti",
    "jadi",
    "menjadi",
    "ubah",
    "diubah",
    "berubah",
    "diundur",
    "undur",
    "mundur",
    "maju",
    "dimajukan",
    "tunda",
    "ditunda",
    "pindah",
    "dipindah",
    "revisi",
    "ralat",
    "bukan",
    "kecuali",
    "jika",
    "kalau",
    "bila",
    "belum",
    "apabila",
    "tidak",
];
const PLACES: [&str; 17] = [
    "aula",
    "ruang",
    "ruangan",
    "rg",
    "kantor",
    "hotel",
    "gedung",
    "tempat",
    "zoom",
    "zoommeeting",
    "meet",
    "teams",
    "lantai",
    "balai",
    "lokasi",
    "rumah",
    "media",
];

/// Whether a remark takes back what it stands beside: `(diundur)`, `(atau menyesuaikan)`.
pub(super) fn doubts(pieces: &[Piece]) -> bool {
    let doubts = |piece: &Piece| piece.word().is_some_and(|word| DOUBT.contains(&word)) || piece.is_sign('?');
    pieces.iter().any(|piece| doubts(piece) || piece.token == Token::Join(Join::Or))
}

/// What stands outside of brackets, and each bracket's content. What is nested belongs to the bracket around it.
pub(super) fn brackets(pieces: &[Piece]) -> (Vec<Piece>, Vec<Vec<Piece>>) {
    let (mut outside, mut inside, mut depth) = (Vec::new(), Vec::new(), 0_u32);
    for piece in pieces {
        match piece.token {
            Token::Sign('(' | '[') => {
                depth += 1;
                if depth == 1 {
                    inside.push(Vec::new());
                }
            }
            Token::Sign(')' | ']') => depth = depth.saturating_sub(1),
            _ => match inside.last_mut().filter(|_| depth > 0) {
                Some(bracket) => bracket.push(piece.clone()),
                None => outside.push(piece.clone()),
            },
        }
    }
    (outside, inside)
}

/// Without the place at the end: `via Zoom`, `di Aula`. A place with figures or a choice behind it tells more than a place.
pub(super) fn without_place(pieces: &[Piece]) -> &[Piece] {
    let word = |index: usize| pieces.get(index).and_then(Piece::word);
    let is_place = |at: usize| match word(at) {
        Some("via" | "melalui" | "bertempat") => true,
        Some("di") => word(at + 1).is_some_and(|next| PLACES.contains(&next)),
        _ => false,
    };
    let Some(at) = (1..pieces.len()).find(|at| is_place(*at)) else { return pieces };
    let tells_more = pieces[at..].iter().any(|piece| piece.digits().is_some() || matches!(piece.token, Token::Join(_)));
    if tells_more || doubts(&pieces[at..]) { pieces } else { &pieces[..at] }
}
