// The city supervises, it stands in the street's view, and an answer that passes the audit ends it. The stories say it
// about one place, so by a rule the street may supervise it already: the city's level is above that.

import { test } from 'node:test';
import { cast, CITY, untilContacted, WAYS } from './loop.mjs';

for (const way of WAYS) {
  test(`督办 supervision (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const { receipt, worker } = await untilContacted(people);

    const auditor = await people.staff(/12345/, /审核员/);
    await auditor.open(receipt.number);
    await auditor.take('supervise', {
      supervision: 'supervised_3',
      supervise_ground: 'safety',
      reason: auditor.words.called,
    });
    const tag = (who) => who.page.getByRole('article').locator('.tag', { hasText: who.word('mark.supervised_3') });
    await tag(auditor).first().waitFor();

    const street = await people.staff(/街道/, /分管负责人/);
    await street.page.goto('/desk?view=supervised');
    await street.page.getByRole('link', { name: new RegExp(receipt.number) }).first().waitFor();
    await street.check();

    await worker.open(receipt.number);
    await tag(worker).first().waitFor();
    await worker.take('answer', { truth: 'true', solved: 'yes', reply: worker.words.watchedReply });
    await auditor.open(receipt.number);
    await auditor.take('pass');
    await tag(auditor).first().waitFor({ state: 'detached' });
  });
}
