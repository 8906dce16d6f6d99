// graphql-eslint on the committed schema: its recommended rules for schemas, and Relay's.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import plugin from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";
import { buildSchema, isObjectType } from "graphql";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const schema = "schema/schema.graphql";
const recommended = plugin.configs["flat/schema-recommended"].rules;
const relay = plugin.configs["flat/schema-relay"].rules;

// Whatever can be asked for again by an id has to have one; the parts of an answer have none.
const built = buildSchema(readFileSync(`${root}${schema}`, "utf8"));
const withoutId = Object.values(built.getTypeMap())
  .filter((type) => isObjectType(type))
  .filter((type) => !type.getInterfaces().some(({ name }) => name === "Node" || name === "Relationship"))
  .map(({ name }) => name);

const rules = {
  ...recommended,
  ...relay,
  "@graphql-eslint/strict-id-in-types": ["error", { exceptions: { types: withoutId } }],
  // The fields of an analysis are the names of its JSON, on the command line too: `forecast.forecast`
  // is the value, beside its bounds.
  "@graphql-eslint/no-typename-prefix": "off",
  // Relay asks for one direction at least; the log is read forward, as it is written.
  "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
  // Short lists that cannot grow, such as tags and paths, are lists; and a page may hold what is no
  // node: commits, changes, shares.
  "@graphql-eslint/relay-edge-types": ["error", { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
};

const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ["**/*.graphql"],
      plugins: { "@graphql-eslint": plugin },
      languageOptions: { parser: plugin.parser, parserOptions: { graphQLConfig: { schema: `${root}${schema}` } } },
      rules,
    },
  ],
});
const [{ messages }] = await eslint.lintFiles([schema]);

test("the whole schema was read", () => assert.deepEqual(messages.filter(({ ruleId }) => ruleId === null), []));

for (const rule of Object.keys(rules).filter((name) => rules[name] !== "off")) {
  test(rule, () => {
    const found = messages.filter(({ ruleId }) => ruleId === rule);
    assert.deepEqual(found.slice(0, 20).map(({ line, message }) => `${schema}:${line} ${message}`), []);
  });
}
