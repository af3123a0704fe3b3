-- Who is told and what is sent to the asker is one job; what waits to be sent is delivered again, which changes nothing.
UPDATE job SET name = 'case.step/inbox' WHERE name = 'case.step/asker';
UPDATE job SET name = 'case.taken_step/inbox' WHERE name = 'case.taken_step/asker';
