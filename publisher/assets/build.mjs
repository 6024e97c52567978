// In this file the style sheets and scripts are bundled into ../static/built, which is never committed.
import { copyFile, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const built = path.join(here, "..", "static", "built");
const watching = process.argv.includes("--watch");

// Office computers often run a Chromium some years old; newer syntax is rewritten for it.
const browsers = ["chrome86", "firefox78", "safari14"];

await rm(built, { recursive: true, force: true });
await mkdir(built, { recursive: true });
await copyFile(path.join(here, "src", "mark.svg"), path.join(built, "mark.svg"));

const context = await esbuild.context({
  absWorkingDir: here,
  entryPoints: { site: "src/site.css", app: "src/app.js" },
  outdir: built,
  bundle: true,
  splitting: true,
  format: "esm",
  target: browsers,
  minify: !watching,
  sourcemap: watching,
  chunkNames: "[name]-[hash]",
  legalComments: "linked",
  logLevel: "info",
});

if (watching) {
  await context.watch();
} else {
  await context.rebuild();
  await context.dispose();
}
