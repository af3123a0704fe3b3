// A stranger says that a street lamp is broken. Five people later it is lit, and the stranger sees it closed.

import { test } from 'node:test';
import { cast, CITY, untilAudited, WAYS } from './loop.mjs';

for (const way of WAYS) {
  test(`a lamp, from the first word to the close (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const receipt = await untilAudited(people, 'reply');

    const caller = await people.staff(/方圆街道/, /回访员/);
    await caller.open(receipt.number);
    await caller.take('call_back', { contacted: 'yes', solved: 'yes', satisfied: 'satisfied' });

    const { stranger } = people;
    await stranger.scan(receipt);
    await stranger.sees(stranger.word('asker_state.closed'));
    await stranger.check();
  });
}
