// Puts the compiled artifacts in the place of Relay's tagged documents, as a bundler with Babel would.
import { readFileSync, writeFileSync } from "node:fs";
import { transformSync } from "@babel/core";

for (const path of process.argv.slice(2)) {
  const made = transformSync(readFileSync(path, "utf8"), {
    filename: path,
    babelrc: false,
    configFile: false,
    plugins: ["@babel/plugin-transform-modules-commonjs", ["babel-plugin-relay", { artifactDirectory: new URL("../docs/build/relay/__generated__", import.meta.url).pathname }]],
  });
  writeFileSync(path, made.code);
}
