-- The last command of staff in a ticket's row, and what was answered to it.
ALTER TABLE ticket ADD COLUMN command_json TEXT;
