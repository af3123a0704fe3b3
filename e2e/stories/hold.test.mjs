// What needs funds is held with dates that the asker sees; the street grants it, and a milestone is reached.

import { test } from 'node:test';
import { cast, CITY, untilContacted, WAYS } from './loop.mjs';

const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

for (const way of WAYS) {
  test(`挂账 hold (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const { receipt } = await untilContacted(people);

    const leader = await people.staff(/市路灯管理所/, /负责人/);
    await leader.open(receipt.number);
    await leader.take('ask_hold', {
      hold_ground: 'funds',
      owner: /^(?!请|选|Choose|—)/,
      hold_plan: leader.words.called,
      m1: inDays(40),
      w1: leader.words.firstStep,
      m2: inDays(90),
      w2: leader.words.secondStep,
    });

    const street = await people.staff(/街道/, /分管负责人/);
    await street.open(receipt.number);
    await street.take('grant_hold');
    await street.page.getByRole('article').locator('.tag', { hasText: street.word('state.held') }).first().waitFor();
    await street.sees(street.words.secondStep);
    await street.check();

    await leader.open(receipt.number);
    await leader.take('reach_milestone', { words: leader.words.firstStep });
    await leader.check();

    const { stranger } = people;
    await stranger.scan(receipt);
    await stranger.sees(stranger.words.secondStep);
    await stranger.sees(stranger.words.firstStep);
    await stranger.check();
  });
}
