// Copies what the page loads from node_modules to assets/, with the licences it comes under.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const files = {
  "react/umd/react.production.min.js": "react.js",
  "react-dom/umd/react-dom.production.min.js": "react-dom.js",
  "graphiql/graphiql.min.js": "graphiql.js",
  "graphiql/graphiql.min.css": "graphiql.css",
  "graphql-ws/umd/graphql-ws.min.js": "graphql-ws.js",
  "react/LICENSE": "LICENSE.react.txt",
  "graphiql/LICENSE": "LICENSE.graphiql.txt",
  "graphql-ws/LICENSE.md": "LICENSE.graphql-ws.txt",
};

rmSync("assets", { recursive: true, force: true });
mkdirSync("assets");
for (const [from, to] of Object.entries(files)) {
  cpSync(`node_modules/${from}`, `assets/${to}`);
}
// The maps stay behind: a browser would ask for them and get nothing.
for (const name of ["graphiql.js"]) {
  const text = readFileSync(`assets/${name}`, "utf8");
  writeFileSync(`assets/${name}`, text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));
}
for (const own of ["operations.js", "boot.js", "accessible.js", "page.css"]) {
  cpSync(own, `assets/${own}`);
}
