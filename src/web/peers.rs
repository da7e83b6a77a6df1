//! Who asks: whether a request comes from this very machine. Invariant: a proxy's word counts only where the office trusts the proxy.

use std::net::IpAddr;

use axum::http::HeaderMap;

/// Where a proxy writes whom it speaks for.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// Other heads by which a proxy shows itself; Loket does not read them, so who asks is not known.
const OTHER_PROXY_HEADS: [&str; 2] = ["forwarded", "x-real-ip"];

/// Whether it comes from this machine, and not through a proxy on it.
pub(super) fn is_local(peer: IpAddr, heads: &HeaderMap, trusted: &[IpAddr]) -> bool {
    client(peer, heads, trusted).is_some_and(|address| address.is_loopback())
}

/// The address of who asks; `None` where an untrusted proxy, or an unreadable head, stands between.
fn client(peer: IpAddr, heads: &HeaderMap, trusted: &[IpAddr]) -> Option<IpAddr> {
    let peer = peer.to_canonical();
    let trusts = |address: &IpAddr| trusted.iter().any(|proxy| proxy.to_canonical() == *address);
    if !heads.contains_key(FORWARDED_FOR) {
        let behind = OTHER_PROXY_HEADS.iter().any(|head| heads.contains_key(*head));
        return (!behind).then_some(peer);
    }
    if !trusts(&peer) {
        return None;
    }
    let values = heads.get_all(FORWARDED_FOR).iter().map(|value| value.to_str().ok());
    let listed: Vec<&str> = values.collect::<Option<Vec<_>>>()?.into_iter().flat_map(|value| value.split(',')).collect();
    for entry in listed.iter().rev() {
        let address: IpAddr = entry.trim().parse().ok()?;
        let address = address.to_canonical();
        if !trusts(&address) {
            return Some(address);
        }
    }
    // Every address named is a proxy's: nobody asks through them.
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, forwarded: Option<&str>, trusted: &[&str], expect: bool) {
        let mut heads = HeaderMap::new();
        if let Some(value) = forwarded {
            heads.insert(FORWARDED_FOR, value.parse().unwrap());
        }
        let trusted: Vec<IpAddr> = trusted.iter().map(|proxy| proxy.parse().unwrap()).collect();
        assert_eq!(is_local(peer.parse().unwrap(), &heads, &trusted), expect, "{peer} {forwarded:?} {trusted:?}");
    }

    #[test]
    fn only_this_machine_is_local_and_no_proxy_on_it() {
        check("127.0.0.1", None, &[], true);
        check("::1", None, &[], true);
        check("::ffff:127.0.0.1", None, &[], true);
        check("10.0.0.7", None, &[], false);
        check("127.0.0.1", Some("203.0.113.9"), &[], false);
        check("127.0.0.1", Some("127.0.0.1"), &[], false);
        check("10.0.0.7", Some("127.0.0.1"), &[], false);
        check("10.0.0.7", Some("127.0.0.1"), &["10.0.0.7"], true);
        check("127.0.0.1", Some("127.0.0.1, 203.0.113.9"), &["127.0.0.1"], false);
        check("10.0.0.7", Some("nobody"), &["10.0.0.7"], false);
        check("127.0.0.1", Some("127.0.0.1"), &["127.0.0.1"], false);
    }

    #[test]
    fn a_head_that_is_not_read_hides_who_asks() {
        let heads = HeaderMap::from_iter([("forwarded".parse().unwrap(), "for=127.0.0.1".parse().unwrap())]);
        assert!(!is_local([127, 0, 0, 1].into(), &heads, &[]));
    }
}
