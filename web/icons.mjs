// One sprite of the icons named in icons.txt, for <use href="…icons.svg#name">: of
// our own in icons/, else of lucide's.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";

const folders = ["icons/", "node_modules/lucide-static/icons/"];

/** Writes the sprite to `file` (a URL). Fails on a name that the set lacks. */
export async function writeIcons(file) {
  const list = await readFile(new URL("icons.txt", import.meta.url), "utf8");
  const names = list.split("\n").map((line) => line.trim()).filter(Boolean);
  const symbols = await Promise.all(names.map(symbol));
  await writeFile(file, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function symbol(name) {
  const file = folders.map((folder) => new URL(`${folder}${name}.svg`, import.meta.url)).find(existsSync);
  if (!file) throw new Error(`no icon is named ${name}`);
  const svg = await readFile(file, "utf8");
  const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  const tight = shapes.replace(/\s+/g, " ").replace(/> </g, "><").replace(/ \/>/g, "/>").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${tight}</symbol>`;
}
