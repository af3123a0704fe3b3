// Somebody says it in half a minute, keeps the receipt, and follows it: by the QR with JavaScript, by the typed code
// without.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lampPicture, openBrowser } from '../harness.mjs';
import { Resident } from '../people.mjs';
import { CITY, WAYS } from './loop.mjs';

for (const way of WAYS) {
  test(`said, kept and followed (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const browser = await openBrowser();
    t.after(() => browser.close());
    const zhao = await Resident.at(browser, { url: CITY.url, ...way });
    const receipt = await zhao.say(
      { phone: '19900000901', name: '赵敏', picture: await lampPicture(browser, false) },
      () => zhao.check(),
    );
    assert.ok(receipt.link.startsWith(`${CITY.url}/r/${receipt.number}#`), receipt.link);

    const phone = await Resident.at(browser, { url: CITY.url, ...way });
    await phone.scan(receipt);
    await phone.sees(phone.word('asker_state.accepting'));
    await phone.sees(phone.words.story);
    await phone.check();
  });

  test(`without JavaScript (${CITY.database}, ${way.size}, ${way.lang})`, async (t) => {
    const browser = await openBrowser();
    t.after(() => browser.close());
    const plain = await Resident.at(browser, { url: CITY.url, ...way, javaScript: false });
    const receipt = await plain.say({ phone: '19900000902', name: '赵敏', picture: await lampPicture(browser, false) });

    const elsewhere = await Resident.at(browser, { url: CITY.url, ...way, javaScript: false });
    await elsewhere.page.goto(`/my/${receipt.number}`);
    assert.ok(!(await elsewhere.page.content()).includes(elsewhere.words.story), 'nobody reads it without the code');
    await elsewhere.page.goto(`/r/${receipt.number}`);
    await elsewhere.page.getByRole('textbox', { name: elsewhere.words.code }).fill('00000000');
    await elsewhere.press(elsewhere.words.lookUp);
    await elsewhere.page.getByRole('alert').first().waitFor();
    await elsewhere.type(receipt);
    await elsewhere.sees(elsewhere.word('asker_state.accepting'));
  });
}
