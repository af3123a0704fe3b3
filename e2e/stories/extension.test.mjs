// More time is asked for before the date, the city's auditor grants it, and the asker reads the new date.

import { test } from 'node:test';
import { cast, CITY, untilContacted, WAYS } from './loop.mjs';

for (const way of WAYS) {
  test(`extension (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const { receipt, worker } = await untilContacted(people);
    await worker.take('ask_extension', { cause: 'material', days: '3', reason: worker.words.called });

    const auditor = await people.staff(/12345/, /审核员/);
    await auditor.page.goto('/desk?view=approve');
    await auditor.open(receipt.number);
    await auditor.sees(auditor.word('mark.extension_asked'));
    await auditor.take('grant_extension');
    await auditor.sees(auditor.word('mark.extended'));
    await auditor.check();

    await people.stranger.scan(receipt);
    await people.stranger.sees(people.stranger.word('told.grant_extension'));
    await people.stranger.check();
  });
}
