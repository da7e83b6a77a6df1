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
problem-or = { " or " }
problem-bad-email = “{ $field }” was answered with “{ $text }”, which is not a complete e-mail address. Please give one address only, for example name@example.go.id.
problem-day = “{ $field }” was answered with “{ $text }”, which we cannot read with certainty as a date. Please write day, month and year in full, for example “30 November 2026”.
problem-day-which = “{ $field }” was answered with “{ $text }”. Did you mean { $likely }? Please write day, month and year in full.
problem-day-weekday-which = “{ $field }” was answered with “{ $text }”, but by the calendar that date is { $date }. Did you mean { $likely }? Please make the day of the week and the date agree.
problem-day-apart = “{ $field }” was answered with “{ $text }”, which are days that do not follow one another. Please send in one request for each day.
problem-day-passed-which = “{ $field }” was answered with “{ $text }”, which has just passed. Did you mean { $likely }? Please write it with the year.
problem-day-no-month-which = “{ $field }” was answered with “{ $text }”, without a month. Did you mean { $likely }? Please write it with month and year.
problem-day-no-day = “{ $field }” was answered with “{ $text }”, without a day. Please write it in full, for example “30 November 2026”.
problem-day-none = “{ $field }” was answered with “{ $text }”, a date that the calendar does not have. Please check day and month.
problem-clock = “{ $field }” was answered with “{ $text }”, which we cannot read with certainty as a time. Please write hours and minutes, for example “09:00” or “09:00–11:30”.
problem-clock-which = “{ $field }” was answered with “{ $text }”. Did you mean { $likely }? Please write hours and minutes on the 24-hour clock.
problem-clock-none = “{ $field }” was answered with “{ $text }”, which no clock shows. Please use the 24-hour clock, for example “09:00” or “13:30”.
problem-clock-midnight = “{ $field }” was answered with “{ $text }”. It is not clear which day's midnight is meant. Please write “00:00” for the beginning of that date, or “23:59” for its end.
problem-clock-zones = “{ $field }” was answered with “{ $text }”: these times do not agree (WIB, WITA and WIT are one hour apart each). Please write one time only, with its zone, for example “09:00 WIB”.
problem-clock-other-day = “{ $field }” was answered with “{ $text }”, which tells { $date }, another day than the question for the date. Please make them agree.
problem-length = “{ $field }” was answered with “{ $text }”, which we cannot read with certainty as a duration. Please write it with its unit, for example “2 hours” or “90 minutes”.
problem-length-which = “{ $field }” was answered with “{ $text }”. Did you mean { $likely }? Please write it with its unit, for example “2 hours” or “90 minutes”.
problem-length-day = “{ $field }” was answered with “{ $text }”. Please write how many hours that is, for example “7 hours”, or give the start and end time.
problem-count = “{ $field }” was answered with “{ $text }”, which we cannot read with certainty as a number of people. Please write one number only, for example “50”.
problem-count-which = “{ $field }” was answered with “{ $text }”. Did you mean { $likely } people? Please write one number only, without dots or commas.
problem-two-ends = The end is told more than once, and differently: { $one } and { $other }. Please keep one of them; a duration counts too.
problem-last-day-first = The last day ({ $last }) lies before the first ({ $first }). Please correct one of them.
problem-end-before-start = The end time ({ $end }) is not later than the start time ({ $start }). Please correct one of them.
problem-too-soon = The start time has passed or is too close to the time of the request. The earliest start that we can schedule is { $earliest }. Please choose another time.
problem-too-far = The date of the event reads as { $date }, which is more than two years ahead. Please check the year.
problem-too-long = The event lasts { $length }, which is over the limit of { $longest }. Please shorten it, or send in several requests.
problem-too-short = The event seems to last only { $length }. Please check its end time or duration.
problem-closed-day = The event falls on { $date }, on which there is no service. The next day with service is { $next }. Please choose another day.
problem-holiday = The event falls on { $date } ({ $holiday }), when the service is closed. The next day with service is { $next }. Please choose another day.
problem-closed-hours = The event lies outside the hours of service, which are { $from } to { $until }. Please choose a time within them.

# Why a request waits for staff.
reason-all-taken = All Zoom accounts are taken at the requested time. Agree on another time with the contact person, then ask the applicant to edit the answer or fill in the form again.
reason-free-at = All Zoom accounts are taken at the asked time. Nearest times that were free when it was looked: { $times }. Agree on one with the contact person, then have the applicant correct the answer or fill in the form again. These times are not held and may be taken.
reason-too-large = { $participants } participants are asked for, but the largest Zoom account holds { $largest }. Agree on the number with the contact person, or provide a larger account.
reason-too-long = No Zoom account may hold a meeting of { $length }. Agree on the length with the contact person, or provide a licensed account.
reason-webinar = The applicant asks for a webinar. Webinars are not made automatically: create it in Zoom and send the applicant the link.
reason-several-days = The event lasts more than one day. Such events are not made automatically: create it in Zoom and send the applicant the link.
reason-zoom-refuses = Zoom refuses to make the meeting: “{ $text }”. Check the account and its settings in Zoom, and create the meeting by hand if needed.
reason-looking-failed = Zoom's answer to the creation was lost, and the account { $host } could not be looked through for 15 minutes. Look for a meeting with the marker { $marker } in that account. The system keeps trying; do not create a new meeting until it is certain that there is none.
reason-two-meetings = Two meetings in the account { $host } carry the marker { $marker }. Delete one of them in Zoom; the other will be used.
reason-made-before = The account { $host } holds a meeting of this request with the marker { $marker }, for another time than the answer says, and the system has no record of it. No second meeting is made. Look at the meeting in Zoom: give it the time of the answer and then edit the answer (a word in Keterangan will do), or delete it in Zoom and then edit the answer.
reason-other-time = Zoom made the meeting for another time than was asked, and it has been deleted. Nobody was sent its link. If there is still time, make the meeting in Zoom and send the link to the applicant.
reason-limit-until = Zoom's daily limit for making meetings is used up until { $until }, and the event begins before that. Make the meeting on Zoom's own pages and send the link to the applicant.

# Other notes in the column Catatan Sistem.
note-replaced = Replaced by a later answer of the same applicant, ticket { $ticket }. Nothing needs to be done.
note-cancelling = Its meeting is being deleted in Zoom; nothing needs to be done.
note-meeting-left = The meeting in Zoom does not carry the system's marker any more, so it was not deleted. Delete it in Zoom yourself if need be.
note-reason = Reason: { $reason }
note-command-done = { $command } was carried out ({ $when }).
note-command-unfit = { $command } cannot be carried out as it stands.
note-command-unknown = The word “{ $text }” is not known.
note-commands-fit = What can be written in the column Tindakan Petugas: { $commands }.
note-no-command-fits = No word can be carried out at present.
note-expired = The time of the event passed without a meeting. Nothing more will be done.
note-waiting-for-zoom = Zoom cannot be reached at the moment. The system tries again by itself; nothing needs to be done.
note-limit-until = Zoom's daily limit is used up; this goes on by itself { $until }. Nothing needs to be done.
note-settling = Zoom's answer is uncertain. The system is checking whether the meeting exists; do not create a new one.
note-contact-chat = WhatsApp of the contact person: { $link }
note-open-end = The applicant named no end. The Zoom account is counted as taken until { $until }.
note-record-by-hand = The applicant asked for a recording, but Zoom does not record this meeting by itself. Staff have to enter as the host and start the recording when the event begins.
note-recorded-unasked = Zoom records this meeting by itself by the settings of its account, although the applicant did not ask for it. Change the meeting's settings in Zoom if no recording is wanted.
note-edited-after-end = The answer was edited after the request was ended. Write PROSES ULANG if it is to be processed again as it says now.
note-edited-since = The answer was edited after the meeting was made, and the change has not been carried out. Check the answer, and adjust the meeting in Zoom if needed.
note-letter-in-doubt = It is uncertain whether the e-mail to { $address } was delivered. Ask the recipient if needed.
note-letter-refused = The e-mail to { $address } was refused by the recipient's server. Check the address and contact the person in another way.

# Notices to staff: the title, then a paragraph on each line.
notice-row-gone-title = The row of request { $ticket } is not found in the response sheet
notice-row-gone =
    The row of request { $ticket } is no longer found in the response sheet; it was probably deleted.
    Nothing is cancelled: the request goes on, and a meeting and link that exist stay valid.
    If it was deleted by mistake, please bring the row back by Undo (Ctrl+Z) or by the menu File, Version history. It is recognised by itself.
    If the event is called off, please delete its meeting in Zoom and tell the applicant.
notice-torn-title = The response sheet looks mixed up, the system has stopped for now
notice-torn =
    The answers in these rows no longer fit their ticket numbers: { $tickets }. Some columns were probably sorted or moved apart from the others.
    Until that is mended, the system takes up no new request, writes nothing to the sheet and makes no new meeting. Meetings and links that exist stay valid.
    Please bring the content back by Undo (Ctrl+Z) or by the menu File, Version history. Once the rows fit again, the system goes on by itself.
    If the changes were meant, please put the present time into the column Timestamp of each changed row (Ctrl+Alt+Shift+;). The row is then read as an updated answer.
notice-unknown-rows-title = The response sheet shows ticket numbers that the system does not know
notice-unknown-rows =
    The response sheet shows ticket numbers that are not in the system's records, among them: { $tickets }. The system's data was probably lost, or restored from an old backup.
    These rows are left as they are, and no new meeting is made for them. Meetings and links that were given out stay valid, but are missing from the schedule.
    Please restore the latest backup. If there is none, leave the rows as they are and make changes in Zoom itself. Do not empty their ticket numbers: the answers would be taken up as new requests.
notice-headers-title = A question's column is not found in the response sheet
notice-headers =
    The columns of these questions are not found in the header row of the response sheet: { $fields }. Their headers were probably renamed, or the columns deleted.
    Until that is mended, new requests cannot be read and the sheet is not updated. Nothing is lost.
    Please give the columns their headers back. The system then goes on by itself.
notice-overwritten-title = Answers in the row of { $ticket } need a look
notice-overwritten =
    While the system wrote to the row of { $ticket }, columns of the response sheet were being moved. What stood in these columns was overwritten and cannot be brought back by itself: { $columns }.
    Please bring it back by the menu File, Version history.
notice-put-back-title = Columns were moved while the system wrote
notice-put-back =
    On { $when }, while the system wrote to the rows of { $tickets }, columns of the response sheet were being moved. What stood in these columns of those rows was overwritten and put back as it had been read just before: { $columns }.
    If nobody typed into these cells at that very moment, nothing needs to be done. Otherwise please bring it back by the menu File, Version history.
notice-protected-title = Rows of the response sheet are protected against the system
notice-protected =
    The system cannot write to the rows of these requests, since their cells are protected: { $tickets }. The same holds for other rows in the protected range.
    The requests go on and their letters are sent, but status and link do not show in these rows yet. Other rows are written as usual.
    Please let { $account } edit that range by the menu Data, Protect sheets and ranges, or take the protection away. The rows are then written by themselves.
notice-party-sheets = Google Sheets
notice-party-zoom = Zoom
notice-party-mail = The mail server
notice-party-store = The system's data store
notice-down-sheets-title = Trouble: the response sheet cannot be reached
notice-down-sheets =
    Since { $since } the system cannot use Google Sheets: “{ $says }”
    New requests cannot be read and the sheet is not updated. Nothing is lost, and nothing has to be sent again.
    The system keeps trying and goes on by itself. Please check the server's network, the sharing of the sheet, and docs/runbook.md under “A party in trouble”.
notice-down-zoom-title = Trouble: Zoom cannot be used
notice-down-zoom =
    Since { $since } the system cannot use Zoom: “{ $says }”
    Requests are taken up and recorded as Diproses, but their meetings cannot be made yet. Meetings and links that exist stay valid.
    The system keeps trying and goes on by itself. For events that begin soon, please contact the applicant. If the trouble is not at Zoom, please check the server's network, and docs/runbook.md under “A party in trouble”.
notice-back-title = Trouble over: { $party } is back
notice-back =
    { $party } could not be used since { $since } and is back { $until }.
    Requests, the sheet and letters that waited are dealt with by themselves. Nothing has to be sent again.
notice-orphan-title = There is a Zoom meeting that belongs to no request
notice-orphan =
    The meeting { $id } of the account { $host } ({ $when }) was made by the system with the marker { $marker }, but no request holds it.
    It is left as it is and counts as taking that account's time. The system deletes no such meeting.
    Please see that nobody uses its link, then delete it in Zoom. If this service runs in two places with the same Zoom accounts, it may be the other one's.

# Lengths of time.
length-hours = { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
length-minutes = { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }

# The web pages.
page-service = Virtual Meeting Service (Zoom)
page-description = Requests and schedule of virtual meetings (Zoom) at { $office }.
page-skip = Skip to content
page-nav = Main menu
page-nav-home = Home
page-nav-schedule = Schedule
page-foot = The schedule is updated automatically from the requests that have been processed.
page-today = Today
page-status = Status
page-status-terjadwal = Scheduled
page-status-dibatalkan = Cancelled
page-status-ditolak = Cancelled
page-event-internal = Internal event
page-event-untitled = Untitled event
page-join = Join on Zoom

# The first page.
page-home-title = Request a virtual meeting (Zoom)
page-home-intro = For units that are going to hold an online meeting or event. Fill in the form; we provide the Zoom account and send you the link by e-mail.
page-home-apply = Request a meeting
page-home-apply-note = Opens a Google Form. Filling it in takes about 5 minutes.
page-home-no-form = To request a meeting, please contact { $unit }.
page-today-none = No events are scheduled today.
page-today-more = Further events today: { $count }.
page-next = Coming up
page-whole-schedule = See the whole schedule
page-steps = How it works
page-step-form = Fill in the request form
page-step-form-text = Give the title of the event, its date and time, the expected number of participants, and a contact person.
page-step-check = We check availability
page-step-check-text = We look for a Zoom account that is free at that time. If all are taken, we get in touch with the contact person.
page-step-link = The link comes by e-mail
page-step-link-text = Applicant and contact person receive the Zoom link with a calendar invitation. Our standard: 20 minutes within working hours.
page-step-schedule = The event appears on the schedule
page-step-schedule-text = The schedule is open to everyone. Events that are not public are shown without their title.
page-help = Help
page-help-text = For questions, changes or cancellations, please contact { $unit } and give the ticket number that stands in your e-mail.
page-help-phone = WhatsApp { $phone }
page-survey-text = Is your event over? Please take a moment for the
page-survey = public satisfaction survey (SKM)

# The schedule.
page-schedule-title = Schedule of events
page-schedule-intro = Virtual meetings scheduled from today on.
page-schedule-none = No events are scheduled yet.
page-feed = Add it to a calendar
page-feed-text = Add this schedule to the calendar on your phone or computer; it will be kept up to date.
page-feed-subscribe = Subscribe to the schedule
page-feed-address = For Google Calendar, choose “From URL” and paste this address:
page-feed-name = Virtual meetings – { $office }

# When a page cannot be shown.
page-missing-title = Page not found
page-missing-text = The address does not exist or has moved. Please check how it is written.
page-not-allowed-title = This cannot be done
page-not-allowed-text = This page can only be read.
page-forbidden-title = No access
page-forbidden-text = This page can only be opened from the server of the service.
page-unavailable-title = The service is disturbed
page-unavailable-text = The schedule cannot be shown at the moment. Please try again in a while.
page-failed-title = Something went wrong
page-failed-text = The page cannot be shown because of a fault on our side. Please try again in a while.
page-back-home = Back to the first page
page-back-schedule = See the schedule
