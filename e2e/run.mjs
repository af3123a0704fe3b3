// Runs the stories: one fresh demo city for each database. `node run.mjs [sqlite] [postgres] [stories/x.test.mjs]`

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLinli } from './harness.mjs';

/** Of looks alone, which are the same on each database. */
const LOOKS = ['elder.test.mjs', 'pages.test.mjs', 'print.test.mjs'];

const HERE = dirname(fileURLToPath(import.meta.url));
const asked = process.argv.slice(2);
const databases = ['sqlite', 'postgres'].filter((name) => asked.includes(name));
const files = asked.filter((name) => name.endsWith('.mjs'));
const all = readdirSync(join(HERE, 'stories')).filter((name) => name.endsWith('.test.mjs'));
const stories = (database) => {
  if (files.length) return files;
  return all.filter((name) => database === 'sqlite' || !LOOKS.includes(name)).map((name) => join(HERE, 'stories', name));
};

const results = [];
for (const database of databases.length ? databases : ['sqlite', 'postgres']) {
  console.log(`\nstories on ${database}`);
  const linli = await startLinli(database);
  const env = { ...process.env, LINLI_URL: linli.url, LINLI_DATABASE: database };
  const args = ['--test', '--test-reporter=spec', '--test-concurrency=2', ...stories(database)];
  const [code] = await once(spawn(process.execPath, args, { env, stdio: 'inherit' }), 'exit');
  await linli.stop();
  results.push([database, code]);
}

console.log('');
for (const [database, code] of results) {
  console.log(`stories on ${database}: ${code === 0 ? 'passed' : `FAILED (log: e2e/report/${database}.log)`}`);
}
process.exitCode = results.every(([, code]) => code === 0) ? 0 : 1;
