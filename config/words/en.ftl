# Words and short sentences. The same keys must stand in id.ftl.

# The questions, as the sentences below name them.
field-submitted-at = Timestamp
field-email = E-mail address
field-applicant = Name of the applicant
field-unit = Unit
field-topic = Title of the event
field-date = Date of the event
field-end-date = Last day
field-start = Start time
field-end = End time
field-duration = Duration
field-participants = Number of participants
field-contact-name = Name of the contact person
field-contact-email = E-mail of the contact person
field-contact-phone = Phone of the contact person
field-service = Kind of service
field-recording = Recording
field-public = Open to the public
field-notes = Notes

# What has to be corrected, told to the applicant.
problem-missing = “{ $field }” was not answered. Please fill it in.
problem-unreadable = “{ $field }” was answered with “{ $text }”, which we cannot read with certainty. Please write it in full, for example “30 November 2026” for a date, “09:00” for a time, “2 hours” for a duration, or “50” for a number.
problem-bad-email = “{ $field }” was answered with “{ $text }”, which is not a complete e-mail address. Please give one address only, for example name@example.go.id.
problem-end-before-start = The end time ({ $end }) is not later than the start time ({ $start }). Please correct one of them.
problem-too-soon = The start time has passed or is too close to the time of the request. The earliest start that we can schedule is { $earliest }. Please choose another time.
problem-too-long = The event lasts { $length }, which is over the limit of { $longest }. Please shorten it, or send in several requests.

# Why a request waits for staff.
reason-all-taken = All Zoom accounts are taken at the requested time. Agree on another time with the contact person, then ask the applicant to edit the answer or fill in the form again.
reason-too-large = { $participants } participants are asked for, but the largest Zoom account holds { $largest }. Agree on the number with the contact person, or provide a larger account.
reason-too-long = No Zoom account may hold a meeting of { $length }. Agree on the length with the contact person, or provide a licensed account.
reason-webinar = The applicant asks for a webinar. Webinars are not made automatically: create it in Zoom and send the applicant the link.
reason-several-days = The event lasts more than one day. Such events are not made automatically: create it in Zoom and send the applicant the link.
reason-zoom-refuses = Zoom refuses to make the meeting: “{ $text }”. Check the account and its settings in Zoom, and create the meeting by hand if needed.
reason-looking-failed = Zoom's answer to the creation was lost, and the account { $host } could not be looked through for 15 minutes. Look for a meeting with the marker { $marker } in that account. The system keeps trying; do not create a new meeting until it is certain that there is none.
reason-two-meetings = Two meetings in the account { $host } carry the marker { $marker }. Delete one of them in Zoom; the other will be used.
reason-other-time = Zoom made the meeting for another time than requested. Check the meeting in Zoom and correct its time before the applicant is given the link.

# Other notes in the column Catatan Sistem.
note-expired = The time of the event passed without a meeting. Nothing more will be done.
note-waiting-for-zoom = Zoom cannot be reached at the moment. The system tries again by itself; nothing needs to be done.
note-settling = Zoom's answer is uncertain. The system is checking whether the meeting exists; do not create a new one.
note-edited-since = The answer was edited after the meeting was made, and the change has not been carried out. Check the answer, and adjust the meeting in Zoom if needed.
note-letter-in-doubt = It is uncertain whether the e-mail to { $address } was delivered. Ask the recipient if needed.
note-letter-refused = The e-mail to { $address } was refused by the recipient's server. Check the address and contact the person in another way.

# Lengths of time.
length-hours = { $count } hr
length-minutes = { $count } min
