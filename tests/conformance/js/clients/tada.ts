// gql.tada: types inferred from the documents themselves, by the committed schema.
import assert from "node:assert/strict";
import test from "node:test";
import { initGraphQLTada, type ResultOf, type VariablesOf } from "gql.tada";
import { Client, fetchExchange } from "@urql/core";
import type { introspection } from "./tada/graphql-env.js";
import { fresh, url } from "./service.js";

const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { Date: string; DateTime: string; Moment: string; JSON: unknown };
}>();

const ITEM = graphql(`fragment TadaItem on WorkItem { key durationDays flow updatedAt }`);
const WORK = graphql(
  `query TadaWork($first: Int!, $filter: WorkItemFilter) {
    workItems(first: $first, filter: $filter) { totalCount nodes { ...TadaItem } }
  }`,
  [ITEM],
);
const MAKE = graphql(`
  mutation TadaMake($input: CreateTeamInput!) {
    createTeam(input: $input) { node { __typename key } problems { code message } }
  }
`);

const client = new Client({ url, exchanges: [fetchExchange], preferGetMethod: false });

type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

test("the types are those of the schema", () => {
  const total: Same<NonNullable<ResultOf<typeof WORK>["workItems"]>["totalCount"], number> = true;
  const days: Same<ResultOf<typeof ITEM>["durationDays"], number | null> = true;
  const at: Same<ResultOf<typeof ITEM>["updatedAt"], string | null> = true;
  const flow: Same<NonNullable<ResultOf<typeof ITEM>["flow"]>, "FEATURE" | "DEFECT" | "RISK" | "DEBT"> = true;
  const input: VariablesOf<typeof MAKE> = { input: { key: "a" } };
  // @ts-expect-error - a key has to be given
  const none: VariablesOf<typeof MAKE> = { input: {} };
  assert.deepEqual([total, days, at, flow, input.input.key, none.input], [true, true, true, true, "a", {}]);
});

test("a query", async () => {
  const { data, error } = await client.query(WORK, { first: 3, filter: { flow: { eq: "FEATURE" } } }).toPromise();
  assert.equal(error, undefined);
  assert.equal(data?.workItems?.nodes.length, 3);
});

test("a mutation", async () => {
  const key = fresh("tada");
  const { data } = await client.mutation(MAKE, { input: { key } }).toPromise();
  assert.deepEqual(data?.createTeam, { node: { __typename: "Team", key }, problems: [] });
});
