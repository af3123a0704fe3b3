// The answer says it is done, the stranger says it is not, and it is taken up again.

import { test } from 'node:test';
import { cast, CITY, untilAudited, WAYS } from './loop.mjs';

for (const way of WAYS) {
  test(`not solved, taken up again (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const receipt = await untilAudited(people, 'secondReply');

    // The QR link fills in the code by itself where JavaScript runs.
    const { stranger } = people;
    await stranger.scan(receipt);
    await stranger.check();

    // The typed code does without it, and so do the rating and what follows.
    const plain = await people.resident(false);
    await plain.type(receipt);
    await plain.rate({ contacted: 'yes', solved: 'no', satisfied: 'unsatisfied' });
    await plain.sees(plain.word('asker_state.working'));

    await stranger.page.goto(`/my/${receipt.number}`);
    await stranger.sees(stranger.word('told.redo'));
    await stranger.check();
  });
}
