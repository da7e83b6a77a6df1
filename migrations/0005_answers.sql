-- What each answer said, not only what it is known by: a copy of an earlier one is recognised under other headers too. Rows from before
-- hold the ticket's answer of today.
ALTER TABLE answer ADD COLUMN answer_json TEXT NOT NULL DEFAULT '';

UPDATE answer SET answer_json = (SELECT ticket.answer_json FROM ticket WHERE ticket.desk = answer.desk AND ticket.number = answer.ticket)
    WHERE EXISTS (SELECT 1 FROM ticket WHERE ticket.desk = answer.desk AND ticket.number = answer.ticket);
