// In this file the style sheets and scripts are bundled into ../static/built, which is never committed.
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const built = path.join(here, "..", "static", "built");
const watching = process.argv.includes("--watch");
const into = watching ? built : path.join(here, "node_modules", ".built");

const settings = {
  absWorkingDir: here,
  entryPoints: { site: "src/site.css", app: "src/app.js", worker: "src/worker.js" },
  outdir: into,
  bundle: true,
  splitting: true,
  format: "esm",
  // Office computers often run a Chromium some years old; newer syntax is rewritten for it.
  target: ["chrome86", "firefox78", "safari15"],
  minify: !watching,
  sourcemap: watching,
  chunkNames: "[name]-[hash]",
  legalComments: "linked",
  logLevel: "info",
};

await rm(into, { recursive: true, force: true });
await mkdir(into, { recursive: true });
await copyFile(path.join(here, "src", "mark.svg"), path.join(into, "mark.svg"));
if (watching) {
  await (await esbuild.context(settings)).watch();
} else {
  // What is served stays whole until the new build has succeeded.
  await esbuild.build(settings);
  await mkdir(path.dirname(built), { recursive: true });
  await rm(built, { recursive: true, force: true });
  await rename(into, built);
}
