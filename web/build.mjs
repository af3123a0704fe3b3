// Builds src/ into dist/: app.css, resident.js, staff.js, icons.svg, brand.svg. Each script
// is whole in itself, so that a page loads one; the server puts hashes in names.
import { copyFile, rm } from "node:fs/promises";
import { build } from "vite";
import { writeIcons } from "./icons.mjs";

const dist = new URL("dist/", import.meta.url);
await rm(dist, { recursive: true, force: true });

for (const input of ["src/app.css", "src/resident.ts", "src/staff.ts"]) {
  await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: "warn",
    build: {
      target: ["chrome105", "safari16", "firefox121"],
      emptyOutDir: false,
      modulePreload: false,
      rolldownOptions: {
        input,
        output: {
          format: input.endsWith(".css") ? "es" : "iife",
          entryFileNames: "[name].js",
          assetFileNames: "[name][extname]",
        },
      },
    },
  });
}
await writeIcons(new URL("icons.svg", dist));
await copyFile(new URL("src/brand.svg", import.meta.url), new URL("brand.svg", dist));
