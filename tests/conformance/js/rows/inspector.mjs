// graphql-inspector: what changed since the last release, and whether what breaks clients is told.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const now = readFileSync(`${root}schema/schema.graphql`, "utf8");
const released = readFileSync(process.env.HEADWATER_RELEASED_SDL, "utf8");
const unreleased = readFileSync(`${root}CHANGELOG.md`, "utf8").split(/^## /m)[1];

async function breaking(before, after) {
  const changes = await diff(buildSchema(before), buildSchema(after));
  return changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
}

/** A change is told when the changelog names its place, `Type.field`, in a line that says Breaking. */
const told = ({ path }, changelog) =>
  changelog.split(/^- /m).some((entry) => entry.startsWith("Breaking") && entry.includes(`\`${path}\``));

const since = await breaking(released, now);
test("what breaks clients is told in the changelog", () => {
  assert.deepEqual(since.filter((change) => !told(change, unreleased)).map(({ message }) => message), []);
});
for (const change of since) test(`told: ${change.message}`, () => assert.ok(told(change, unreleased)));

test("a removed field would be seen, and is told by its name alone", async () => {
  const [change, ...rest] = await breaking("type Query { a: Int b: Int }", "type Query { a: Int c: Int }");
  assert.deepEqual([change.path, rest], ["Query.b", []]);
  assert.ok(!told(change, "- Something else about `Query.b`"));
  assert.ok(!told(change, "- Breaking: `Query.a` is gone"));
  assert.ok(told(change, "- Breaking: `Query.b` is now `Query.c`"));
});

test("an added field breaks nobody", async () => {
  assert.deepEqual(await breaking("type Query { a: Int }", "type Query { a: Int b: Int }"), []);
});
