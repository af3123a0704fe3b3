// The street supervises, it stands in the desk's view, the city raises the level, and an answer that passes lifts it.

import { test } from 'node:test';
import { cast, CITY, untilContacted, WAYS } from './loop.mjs';

for (const way of WAYS) {
  test(`supervision (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const { receipt, worker } = await untilContacted(people);

    const street = await people.staff(/街道/, /分管负责人/);
    await street.open(receipt.number);
    await street.take('supervise', {
      supervision: 'supervised_2',
      supervise_ground: 'media',
      reason: street.words.called,
    });
    await street.page.goto('/desk?view=supervised');
    await street.sees(street.word('mark.supervised_2'));
    await street.check();

    const auditor = await people.staff(/12345/, /审核员/);
    await auditor.open(receipt.number);
    await auditor.take('supervise', {
      supervision: 'supervised_3',
      supervise_ground: 'safety',
      reason: auditor.words.called,
    });
    await auditor.sees(auditor.word('mark.supervised_3'));

    await worker.open(receipt.number);
    await worker.take('answer', { truth: 'true', solved: 'yes', reply: worker.words.thirdReply });
    await auditor.open(receipt.number);
    await auditor.take('pass');
    await auditor.sees(auditor.word('state.calling'));
    const gone = auditor.page.getByRole('article').locator('.tag', { hasText: auditor.word('mark.supervised_3') });
    await gone.first().waitFor({ state: 'detached' });
  });
}
