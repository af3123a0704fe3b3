// A neighbour wishes for a radio. The community screens it and shows what may be shown; a volunteer whom the community
// knows finds it near her, gives one part of it, a unit gives the other; the neighbour says that it has come true, and
// the story is told with the picture, for she agreed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lampPicture } from '../harness.mjs';
import { Resident } from '../people.mjs';
import { message } from '../words.mjs';
import { cast, CITY, WAYS } from './loop.mjs';

const COPY = {
  zh: { community: '海韵社区', skill: '精神慰藉', title: '想要一台收音机', body: '眼睛看不清了，就爱听个吕剧。', place: '锦和苑', parts: '买收音机\n上门教一遍', thanks: '天天听，谢谢大家。' },
  en: { community: 'Haiyun Community', skill: 'Company', title: 'A radio for the opera', body: 'Her eyes are weak; she loves the opera.', place: '锦和苑', parts: 'Buy the radio\nShow how it works', thanks: 'I listen every day.' },
};

for (const way of WAYS) {
  test(`a wish from the street to its fulfilment (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const { stranger: sun, staff } = people;
    const [words, told] = [(key) => message(key, way.lang), COPY[way.lang]];
    const mine = sun.page.getByRole('main');

    // she wishes for it, and agrees to show it
    await sun.page.goto('/');
    await sun.press(words('home.wish'));
    await sun.check();
    await sun.press(words('wishing.send'));
    await sun.page.getByRole('alert').waitFor();
    await sun.check();
    await mine.locator('[name=title]').fill(told.title);
    await mine.locator('[name=words]').fill(`${told.body}13800137301`);
    await mine.locator('[name=community]').selectOption({ label: told.community });
    await mine.locator('[name=place]').fill('锦和苑5号楼1单元301');
    await mine.locator('[name=phone]').fill('13800137301');
    await mine.locator('[name=name]').fill('孙奶奶');
    await mine.locator('[name=agree][value=public]').check();
    await sun.press(words('wishing.send'));
    await sun.page.waitForURL(/receipt/);
    const receipt = await Resident.prototype.receipt.call(sun);
    await sun.page.goto(`/wishes/${receipt.number}`);
    await sun.sees(words('wish_hint.screening'));
    await sun.check();

    // a volunteer says what she can do; the community says that it knows her
    const lin = await staff(/市路灯管理所/, /经办人/);
    const helping = lin.page.getByRole('main');
    await lin.page.goto('/help/me');
    const me = helping.locator('form').first();
    await me.locator('[name=community]').selectOption({ label: told.community });
    await me.getByLabel(told.skill, { exact: true }).check();
    for (const time of await me.locator('[name=times]').all()) await time.check();
    await me.locator('[name=fortnight]').fill('14');
    await me.getByRole('button').last().click();
    await lin.page.waitForURL(/saved/);

    const clerk = await staff(/海韵社区/, /受理派单员/);
    const desk = clerk.page.getByRole('main');
    await clerk.page.goto('/volunteers');
    await clerk.check();
    const boxes = desk.locator('[name=person]');
    if ((await boxes.count()) > 0) {
      for (const box of await boxes.all()) await box.check();
      await clerk.press(words('helping.known_do'));
      await clerk.page.waitForURL(/done/);
      await clerk.check();
    }

    // it is screened: what tells who she is does not pass
    await clerk.page.goto('/lanes?of=wish');
    await clerk.sees(told.title);
    await clerk.check();
    await clerk.open(receipt.number);
    const shown = {
      shown_title: told.title, shown_body: told.body, shown_place: told.place, heart: 'warm', skill: 'elders.company',
      about: '150', hands: '2', parts: told.parts,
    };
    await clerk.take('publish', shown);
    assert.ok(!(await fetch(`${CITY.url}/wishes/${receipt.number}`).then((page) => page.text())).includes('13800137301'));

    // near her that fits
    await lin.page.goto('/help/near');
    await lin.check();
    await helping.getByRole('link').filter({ hasText: told.title }).first().click();
    await lin.page.waitForURL(`**/wishes/${receipt.number}`);
    assert.ok(!(await helping.innerText()).includes('301'), 'no door before she has claimed it');
    await lin.check();
    await helping.locator('[name=as][value=part]').check();
    await helping.locator('[name=share][value="2"]').check();
    await lin.press(words('wished.claim'));
    await lin.page.waitForURL(/done=claim/);
    await lin.sees('锦和苑5号楼1单元301');
    await lin.check();

    // another unit does the rest
    const water = await staff(/市综合行政执法局/, /经办人/);
    await water.page.goto(`/wishes/${receipt.number}`);
    await water.page.getByRole('main').locator('[name=as][value=unit]').check();
    await water.press(words('wished.claim'));
    await water.page.waitForURL(/done=claim/);
    await water.check();

    // done, with a picture
    await lin.page.goto(`/help/${receipt.number}`);
    const did = helping.locator('form[action$="/did"]');
    await did.locator('[name=minutes]').fill('2');
    await did.locator('[type=file]').setInputFiles(await lampPicture(people.browser, true));
    await did.getByRole('button').last().click();
    await lin.page.getByRole('alert').waitFor();
    await lin.check();
    await did.locator('[name=minutes]').fill('40');
    await did.getByRole('button').last().click();
    await lin.page.waitForURL(/done=fulfil/);

    await sun.page.reload();
    await sun.check();
    await mine.locator('[name=came_true][value=yes]').check();
    await mine.locator('[name=words]').first().fill(told.thanks);
    await mine.locator('[name=show_pictures]').check();
    await sun.press(words('wished.thank'));
    await sun.page.waitForURL(/done=thank/);
    await sun.check();

    // and it is told
    await clerk.open(receipt.number);
    await clerk.take('share', { with_pictures: 'on' });
    await sun.page.goto('/wishes?tab=fulfilled');
    await sun.check();
    const stranger = await people.resident(true);
    await stranger.page.goto('/wishes?tab=fulfilled');
    await stranger.page.getByRole('main').getByRole('link').filter({ hasText: told.title }).first().click();
    await stranger.page.locator('img').first().waitFor();
    await stranger.check();
  });
}
