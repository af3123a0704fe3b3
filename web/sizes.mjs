// What is built must stay small: bytes as served, before compression.
import { stat } from "node:fs/promises";

const limits = { "app.css": 30 * 1024, "resident.js": 12 * 1024, "staff.js": 16 * 1024 };
for (const [name, limit] of Object.entries(limits)) {
  const { size } = await stat(new URL(`dist/${name}`, import.meta.url));
  console.log(`${name} ${size} of ${limit}`);
  if (size > limit) process.exitCode = 1;
}
