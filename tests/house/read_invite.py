"""Reads an invite and the public feed with the icalendar package and checks what a calendar would show."""
import sys
from datetime import datetime, timedelta

from icalendar import Calendar

path, topic, start, to, organizer, link, ticket, feed = sys.argv[1:9]
start = datetime.fromisoformat(start.replace("Z", "+00:00"))
calendar = Calendar.from_ical(open(path, "rb").read())
assert str(calendar["METHOD"]) == "REQUEST", calendar["METHOD"]
assert str(calendar["VERSION"]) == "2.0" and "PRODID" in calendar
events = calendar.walk("VEVENT")
assert len(events) == 1
event = events[0]
assert str(event["SUMMARY"]) == topic, (str(event["SUMMARY"]), topic)
assert event["DTSTART"].dt == start, event["DTSTART"].dt
assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=2, minutes=30)
assert str(event["ORGANIZER"]).lower() == "mailto:" + organizer
attendee = event["ATTENDEE"]
assert not isinstance(attendee, list), "one attendee"
assert str(attendee).lower() == "mailto:" + to.lower(), attendee
assert attendee.params["PARTSTAT"] == "NEEDS-ACTION" and attendee.params["RSVP"] == "TRUE"
assert str(event["STATUS"]) == "CONFIRMED" and int(event["SEQUENCE"]) == 0
assert str(event["UID"]).startswith(ticket + "@"), event["UID"]
assert link in str(event["LOCATION"]) and link in str(event["DESCRIPTION"])
raw = open(path, "rb").read()
assert all(len(line) <= 75 for line in raw.split(b"\r\n")), "folded at 75 octets"
assert b"\n" not in raw.replace(b"\r\n", b""), "CRLF only"

shown = Calendar.from_ical(open(feed, "rb").read()).walk("VEVENT")
assert [str(e["SUMMARY"]) for e in shown] == [topic]
assert shown[0]["DTSTART"].dt == start
assert "ATTENDEE" not in shown[0] and link not in str(shown[0].to_ical())
assert ticket not in str(shown[0]["UID"])
