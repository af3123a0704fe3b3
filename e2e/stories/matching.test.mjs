// In the morning some orders wait. The clerk opens the suggestion, looks at the reasons, asks those who are ticked, and
// one of them reads that she is asked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { narrow } from '../harness.mjs';
import { message } from '../words.mjs';
import { cast, CITY, WAYS } from './loop.mjs';

const STORY = {
  zh: { community: '海韵社区', skill: '矛盾调处', item: '纠纷调解' },
  en: { community: 'Haiyun Community', skill: 'Settling quarrels', item: 'Mediation' },
};

for (const way of WAYS) {
  test(`a morning's orders are matched (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const { stranger: zhao, staff } = people;
    const [words, told] = [(key) => message(key, way.lang), STORY[way.lang]];

    const lin = await staff(/市路灯管理所/, /负责人/);
    await lin.page.goto('/help/me');
    const me = lin.page.getByRole('main').locator('form').first();
    await me.locator('[name=community]').selectOption({ label: told.community });
    await me.getByLabel(told.skill, { exact: true }).check();
    for (const time of await me.locator('[name=times]').all()) await time.check();
    await me.locator('[name=fortnight]').fill('14');
    await me.getByRole('button').last().click();
    await lin.page.waitForURL(/saved/);

    const main = zhao.page.getByRole('main');
    await zhao.page.goto('/services');
    await main.getByRole('combobox').selectOption({ label: told.community });
    await main.getByRole('button', { name: words('services.look'), exact: true }).click();
    await main.getByRole('link').filter({ hasText: told.item }).first().click();
    await zhao.press(words('services.order'));
    await main.locator('[name=place]').fill('锦和苑5号楼1单元301');
    await main.locator('[name=phone]').fill('13800137199');
    await zhao.press(words('ordering.send'));
    await zhao.page.waitForURL(/receipt/);

    const clerk = await staff(/海韵社区/, /受理派单员/);
    await clerk.page.goto('/desk?col=views');
    await clerk.page.getByRole('link', { name: words('lanes_of.order') }).first().click();
    await clerk.page.waitForURL(/lanes/);
    await clerk.check();
    await clerk.press(words('lanes.matching'));
    await clerk.page.waitForURL(/matching/);
    await clerk.check();
    await narrow(clerk.page);
    const pairs = clerk.page.locator('[name=pair]');
    assert.ok((await pairs.count()) > 0, 'somebody is suggested');
    for (const pair of await pairs.all()) await pair.check();
    await clerk.press(words('matching.send'));
    await clerk.page.waitForURL(/asked=/);
    await clerk.page.getByRole('status').first().waitFor();
    assert.match(clerk.page.url(), /asked=[1-9]\d*&failed=0/);
    await clerk.check();
    await lin.page.goto('/help');
    await lin.page.getByRole('main').getByRole('link').filter({ hasText: told.item }).first().waitFor();
    await lin.check();
  });
}
