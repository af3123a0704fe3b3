// A grandmother calls the community and wants somebody to come to the hospital with her. The clerk writes it down and
// asks a member who helps after work; she takes it on, comes, and the grandmother says how it was. The street answers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Resident } from '../people.mjs';
import { message } from '../words.mjs';
import { cast, CITY, WAYS } from './loop.mjs';

const STORY = {
  zh: { community: '海韵社区', skill: '就医帮助', item: '陪诊代取药', answer: '下回提前一天说，还请人陪您。' },
  en: { community: 'Haiyun Community', skill: 'Seeing a doctor', item: 'Going along to hospital', answer: 'Tell us a day ahead next time.' },
};

for (const way of WAYS) {
  test(`an order by phone, from the call to the answer (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const { stranger: sun, staff } = people;
    const [words, told] = [(key) => message(key, way.lang), STORY[way.lang]];

    // a member says what she can do, and when
    const lin = await staff(/市路灯管理所/, /经办人/);
    await lin.page.goto('/help/me');
    await lin.check();
    const me = lin.page.getByRole('main').locator('form').first();
    await me.locator('[name=community]').selectOption({ label: told.community });
    await me.getByLabel(told.skill, { exact: true }).check();
    for (const time of await me.locator('[name=times]').all()) await time.check();
    await me.locator('[name=fortnight]').fill('14');
    await me.getByRole('button').last().click();
    await lin.page.waitForURL(/saved/);
    await lin.check();
    await lin.page.goto('/desk');
    const name = (await lin.page.locator('.hat b').first().textContent()).trim();

    // the clerk writes it down for whoever calls
    const clerk = await staff(/海韵社区/, /受理派单员/);
    const main = clerk.page.getByRole('main');
    await clerk.page.goto('/services');
    await main.getByRole('combobox').selectOption({ label: told.community });
    await main.getByRole('button', { name: words('services.look'), exact: true }).click();
    await main.getByRole('link').filter({ hasText: told.item }).first().click();
    await clerk.press(words('services.order'));
    await clerk.sees(words('ordering.behalf'));
    await clerk.check();
    await clerk.press(words('ordering.send'));
    await clerk.page.getByRole('alert').waitFor();
    await clerk.check();
    await main.locator('[name=words]').fill(way.lang === 'zh' ? '复查要人陪' : 'a check-up');
    await main.locator('[name=place]').fill('锦和苑5号楼1单元301');
    await main.locator('[name=phone]').fill('13800137188');
    await main.locator('[name=name]').fill('孙奶奶');
    await clerk.press(words('ordering.send'));
    await clerk.page.waitForURL(/receipt/);
    const receipt = await Resident.prototype.receipt.call(clerk);
    await clerk.open(receipt.number);
    await clerk.take('ask', { helper_person: new RegExp(name), handover: '她耳背，说话慢一点' });

    // she is asked, sees no door, takes it on, and sees it
    await lin.page.goto('/help');
    await lin.check();
    const helping = lin.page.getByRole('main');
    await lin.page.goto(`/help/${receipt.number}`);
    assert.ok(!(await helping.innerText()).includes('301'), 'no door before it is taken on');
    await lin.check();
    const tomorrow = new Date(Date.now() + 8 * 3_600_000 + 86_400_000).toISOString().slice(0, 10);
    await helping.locator('form[action$="take_on"] [name=when]').fill(`${tomorrow}T09:00`);
    await lin.press(words('helping.take_on'));
    await lin.page.waitForURL(/done=take_on/);
    await lin.sees('锦和苑5号楼1单元301');
    await lin.sees('13800137188');
    await lin.check();

    // the grandmother sees who comes, and four digits for the door
    await sun.page.goto(receipt.link);
    await sun.page.waitForURL(`**/orders/${receipt.number}`);
    await sun.sees(name);
    await sun.check();
    const digits = (await sun.page.locator('.code').first().innerText()).trim();
    assert.match(digits, /^\d{4}$/);
    await helping.locator('[name=door]').fill(digits === '0000' ? '0001' : '0000');
    await lin.press(words('helping.arrive'));
    await lin.page.getByRole('alert').waitFor();
    await helping.locator('[name=door]').fill(digits);
    await lin.press(words('helping.arrive'));
    await lin.page.waitForURL(/done=arrive/);
    await helping.locator('[name=minutes]').fill('90');
    await lin.press(words('helping.did_do'));
    await lin.page.waitForURL(/done=did/);
    await lin.check();

    await sun.page.reload();
    await sun.check();
    await sun.page.getByRole('main').locator('[name=solved][value=yes]').check();
    await sun.page.getByRole('main').locator('[name=satisfied][value=satisfied]').check();
    await sun.press(words('ordered.rate'));
    await sun.page.waitForURL(/done=rate_order/);
    await sun.check();

    const feng = await staff(/方圆街道/, /分管负责人/);
    await feng.open(receipt.number);
    await feng.take('evaluate', { kept: 'kept', answer: told.answer });
    await sun.page.reload();
    await sun.sees(told.answer);
    await sun.sees(sun.word('asker_state.served'));

    // her word confirms the hours, which the member takes along
    await lin.page.goto('/help/hours');
    await lin.check();
    await lin.page.goto('/help/record');
    for (let tries = 0; tries < 40 && !(await helping.innerText()).includes(told.item); tries += 1) {
      await lin.page.waitForTimeout(500);
      await lin.page.reload();
    }
    await lin.sees(told.item);
    assert.ok(!(await helping.innerText()).includes('孙奶奶'), 'whom she helped is not named');
    await lin.check();
  });
}
