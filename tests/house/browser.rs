//! The demo as a person in a browser: a form filled in has its link in the sheet, the inbox and the schedule.
