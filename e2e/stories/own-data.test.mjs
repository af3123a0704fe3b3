// Zhao Min reads what is held of her and who looked at it, takes it along, sets it right, has it erased and thinks
// better of it in time, and asks a person. Somebody whose post has ended closes their account, and undoes that too.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { lampPicture } from '../harness.mjs';
import { message } from '../words.mjs';
import { cast, CITY, WAYS } from './loop.mjs';

const PHONE = '13800137041';
const NEIGHBOUR = { phone: '13800137042', name: '钱来福' };
const SAID = {
  zh: { right: '是文苑路口西侧那盏路灯，不是东侧。', ask: '我搬家了，请把旧地址也删掉。', answer: '旧地址已经删去。', why: '约上门时间' },
  en: {
    right: 'It is the light on the west side of the crossing, not the east.',
    ask: 'I have moved; please erase the old address too.',
    answer: 'The old address is erased.',
    why: 'to agree on a visit',
  },
};

for (const way of WAYS) {
  test(`one's own data (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const people = await cast(way);
    t.after(() => people.browser.close());
    const { browser, stranger: zhao, staff } = people;
    const [words, said] = [(key) => message(key, way.lang), SAID[way.lang]];
    const picture = await lampPicture(browser, false);
    const receipt = await zhao.say({ phone: PHONE, name: '赵敏', picture });
    const qian = await people.resident(true);
    await qian.say({ ...NEIGHBOUR, story: qian.words.sameStory });

    // the clerk looks at the phone, and says why
    const clerk = await staff(/海韵社区/, /受理派单员/);
    await clerk.open(receipt.number);
    const article = clerk.page.getByRole('article');
    assert.ok(!(await article.innerText()).includes(PHONE), 'masked until somebody says why');
    await article.locator('form[action$="/unmask"]').evaluate((form) => (form.parentElement.open = true));
    await article.locator('#reason').fill(said.why);
    await clerk.check();
    await article.locator('form[action$="/unmask"] button').click();
    await clerk.page.locator('[data-whole]').getByText(PHONE).waitFor();
    await clerk.check();

    // Zhao sees it all, who looked too
    await zhao.scan(receipt);
    await zhao.page.getByRole('link', { name: words('mine.title') }).first().click();
    await zhao.page.waitForURL(/\/data$/);
    for (const own of ['赵敏', PHONE, zhao.words.story, said.why]) await zhao.sees(own);
    await zhao.check();

    // and takes it along: hers, and nobody else's
    const [file] = await Promise.all([zhao.page.waitForEvent('download'), zhao.press(words('mine.take'))]);
    assert.match(file.suggestedFilename(), /^linli-D\d{6}-\d+\.zip$/);
    const files = unpack(readFileSync(await file.path()));
    const data = JSON.parse(files.get('data.json'));
    assert.deepEqual(data.cases.map((one) => [one.number, one.name, one.phone]), [[receipt.number, '赵敏', PHONE]]);
    assert.match(files.get('index.html').toString(), new RegExp(PHONE));
    assert.equal([...files.keys()].filter((name) => name.startsWith('pictures/')).length, 1);
    for (const [name, bytes] of files) {
      for (const theirs of Object.values(NEIGHBOUR)) assert.ok(!bytes.includes(theirs), `${theirs} in ${name}`);
    }

    // sets it right, and the clerk reads that
    await zhao.press(words('mine.correct'));
    await zhao.check();
    await zhao.page.getByRole('textbox', { name: words('mine.words') }).fill(said.right);
    await zhao.page.getByRole('button', { name: words('correcting.do') }).click();
    await zhao.page.waitForURL(`**/my/${receipt.number}`);
    await clerk.open(receipt.number);
    await clerk.sees(said.right);

    // has it erased, and thinks better of it
    await eraseIt(zhao, receipt, words);
    await zhao.sees(words('request_state.grace'));
    await zhao.check();
    await zhao.page.getByRole('button', { name: words('mine.undo') }).click();
    await zhao.sees(words('mine.undone'));
    await zhao.sees(words('request_state.undone'));

    // and then has it erased after all: asked once, it need not be asked again
    await eraseIt(zhao, receipt, words);
    await zhao.page.goto(`/my/${receipt.number}/data/erase`);
    await zhao.page.getByRole('button', { name: words('erasing.do') }).click();
    await zhao.sees(words('refusal.erase_asked'));
    await zhao.check();

    // asks a person, whom the city's office answers
    await zhao.page.goto(`/my/${receipt.number}/data/ask`);
    await zhao.check();
    await zhao.page.getByRole('textbox', { name: words('asking.words') }).fill(`${said.ask} ${receipt.number}`);
    await zhao.page.getByRole('button', { name: words('asking.do') }).click();
    await zhao.sees(words('request_state.waiting'));
    const office = await staff(/12345受理中心/, /受理员/);
    await office.page.goto('/data-requests');
    const asked = office.page.getByRole('listitem').filter({ hasText: receipt.number });
    await asked.getByRole('textbox').fill(said.answer);
    await office.check();
    await asked.getByRole('button', { name: words('answering.agree') }).click();
    await office.page.waitForLoadState();
    await office.check();
    await zhao.page.goto(`/my/${receipt.number}/data`);
    await zhao.sees(said.answer);
    await zhao.check();
  });
}

test(`an account is closed and kept (${CITY.database})`, async (t) => {
  const people = await cast({ size: 'phone', lang: 'zh' });
  t.after(() => people.browser.close());
  const words = (key) => message(key, 'zh');
  const hu = await people.staff(/市综合行政执法局/, /经办人/, /胡听雨/);
  await hu.page.goto('/me/data/close');
  await hu.check();
  await hu.page.getByRole('button', { name: words('closing.do') }).click();
  await hu.sees(/先交回职务/);
  await hu.check();

  const admin = await people.staff(/系统管理员/);
  await admin.page.goto('/orgs?q=' + encodeURIComponent('市综合行政执法局'));
  await admin.page.getByRole('main').getByRole('link', { name: '市综合行政执法局' }).first().click();
  await admin.page.getByRole('main').getByRole('link', { name: '胡听雨' }).first().click();
  await admin.page.getByRole('main').locator('a[href$="/end"]').first().click();
  const yesterday = new Date(Date.now() - 16 * 3_600_000).toISOString().slice(0, 10);
  await admin.page.locator('input[type=date]').fill(yesterday);
  await admin.page.getByRole('main').locator('form button').last().click();
  await admin.page.waitForLoadState();

  await hu.page.goto('/me/data/close');
  await hu.page.getByRole('button', { name: words('closing.do') }).click();
  await hu.page.waitForURL(/\/me\/data\?done=/);
  await hu.sees(words('request_kind.close'));
  await hu.check();
  await hu.page.getByRole('button', { name: words('mine.undo') }).click();
  await hu.sees(words('mine.undone'));
});

async function eraseIt(person, { number }, words) {
  await person.page.goto(`/my/${number}/data`);
  await person.page.getByRole('link', { name: words('mine.erase') }).click();
  await person.check();
  await person.page.getByRole('button', { name: words('erasing.do') }).click();
  await person.page.waitForURL(/done=D/);
}

/** The files of an archive whose entries are stored as they are. */
function unpack(bytes) {
  const files = new Map();
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50; ) {
    const [size, name, extra] = [bytes.readUInt32LE(at + 18), bytes.readUInt16LE(at + 26), bytes.readUInt16LE(at + 28)];
    const from = at + 30 + name + extra;
    files.set(bytes.toString('utf8', at + 30, at + 30 + name), bytes.subarray(from, from + size));
    at = from + size;
  }
  return files;
}
