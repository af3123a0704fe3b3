// One sprite of the icons named in icons.txt; use <use href="…icons.svg#name">.
import { readFile, writeFile } from "node:fs/promises";

const drawings = new URL("node_modules/lucide-static/icons/", import.meta.url);

/** Writes the sprite to `file` (a URL). Fails on a name that the set lacks. */
export async function writeIcons(file) {
  const list = await readFile(new URL("icons.txt", import.meta.url), "utf8");
  const names = list.split("\n").map((line) => line.trim()).filter(Boolean);
  const symbols = await Promise.all(names.map(symbol));
  await writeFile(file, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function symbol(name) {
  const svg = await readFile(new URL(`${name}.svg`, drawings), "utf8");
  const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  const tight = shapes.replace(/\s+/g, " ").replace(/> </g, "><").replace(/ \/>/g, "/>").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${tight}</symbol>`;
}
