// Apollo Client, typed by codegen's client preset: over HTTP, multipart HTTP and WebSocket.
import assert from "node:assert/strict";
import test from "node:test";
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { GraphQL17Alpha9Handler } from "@apollo/client/incremental";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { graphql } from "./gql/gql.js";
import { fresh, socketUrl, url, write } from "./service.js";

// Node 20 has no WebSocket of its own, and GraphQLWsLink looks for a browser's.
Object.assign(globalThis, { WebSocket });

const WORK = graphql(`
  query ApolloWork($first: Int!, $after: String, $filter: WorkItemFilter) {
    workItems(first: $first, after: $after, filter: $filter) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { cursor node { __typename id key durationDays flow deliveredBy { nodes { id name } } } }
    }
  }
`);
const MAKE = graphql(`
  mutation ApolloMake($input: CreateTeamInput!) {
    createTeam(input: $input) { node { id key name capacity } revision problems { code field message hint } }
  }
`);
const RENAME = graphql(`
  mutation ApolloRename($input: UpdateTeamInput!) {
    updateTeam(input: $input) { node { id name } problems { code message } }
  }
`);
const TEAM = graphql(`query ApolloTeam($key: String!) { team(key: $key) { id name } }`);
const HEARD = graphql(`
  subscription ApolloHeard($since: Int) { changes(since: $since) { revision at command } }
`);
const LATER = graphql(`
  query ApolloLater {
    graph { revision }
    ... @defer(label: "teams") { teams(first: 2) { nodes { id key } } }
  }
`);
const CASCADE = graphql(`
  query ApolloCascade($id: ID!) {
    node(id: $id) { __typename ... on Objective { key progress coverage keyResults: measuredBy { nodes { key progress } } } }
    objective(key: "grow") { id }
  }
`);

const link = new HttpLink({ uri: url });

function client(using: ApolloLink = link) {
  return new ApolloClient({ link: using, cache: new InMemoryCache(), incrementalHandler: new GraphQL17Alpha9Handler() });
}

test("a query with variables, an enum, an input object and a nested connection", async () => {
  const { data } = await client().query({
    query: WORK,
    variables: { first: 2, filter: { flow: { eq: "FEATURE" } } },
  });
  const first = data?.workItems?.edges[0]?.node;
  assert.ok(first);
  const days: number | null | undefined = first.durationDays;
  assert.equal(typeof days, "number");
  assert.equal(first.deliveredBy?.nodes[0]?.name, "Core");
  // @ts-expect-error - no field of the document
  assert.equal(first.nothing, undefined);
});

test("a mutation, its problems as data, and the cache that follows it", async () => {
  const apollo = client();
  const key = fresh("apollo");
  const { data } = await apollo.mutate({ mutation: MAKE, variables: { input: { key, name: "One" } } });
  assert.deepEqual(data?.createTeam.problems, []);
  const again = await apollo.mutate({ mutation: MAKE, variables: { input: { key } } });
  assert.equal(again.data?.createTeam.node, null);
  assert.equal(again.data.createTeam.problems.length, 1);
  await apollo.query({ query: TEAM, variables: { key } });
  await apollo.mutate({ mutation: RENAME, variables: { input: { key, name: "Two" } } });
  assert.equal(apollo.readQuery({ query: TEAM, variables: { key } })?.team?.name, "Two");
});

test("wrong variables are refused by the types, and by the service with a code", async () => {
  // @ts-expect-error - first is an Int
  const asked = client().query({ query: WORK, variables: { first: "x" } });
  await assert.rejects(asked, (error) => CombinedGraphQLErrors.is(error) && Boolean(error.errors[0]?.extensions?.["code"]));
});

test("a query by GET", async () => {
  const { data } = await client(new HttpLink({ uri: url, useGETForQueries: true })).query({ query: WORK, variables: { first: 1 } });
  assert.equal(data?.workItems?.edges.length, 1);
});

test("@defer: the first part at once, the rest in a part of its own", async () => {
  const seen: string[][] = [];
  await new Promise<void>((resolve, reject) => {
    client().watchQuery({ query: LATER }).subscribe({
      next: ({ data, dataState }) => {
        if (data) seen.push(Object.keys(data).filter((name) => name !== "__typename"));
        if (dataState === "complete") resolve();
      },
      error: reject,
    });
  });
  assert.deepEqual(seen.at(0), ["graph"]);
  assert.deepEqual(seen.at(-1), ["graph", "teams"]);
});

async function heard(apollo: ApolloClient): Promise<number[]> {
  const since = await write();
  const revisions: number[] = [];
  await new Promise<void>((resolve, reject) => {
    const hearing = apollo.subscribe({ query: HEARD, variables: { since: since - 1 } }).subscribe({
      next: ({ data, error }) => {
        if (error) reject(error);
        revisions.push((data?.changes.revision ?? 0) - since);
        if (revisions.length === 3) {
          hearing.unsubscribe();
          resolve();
        } else void write();
      },
      error: reject,
    });
  });
  return revisions;
}

test("a subscription over multipart HTTP, which HttpLink takes by itself", async () => {
  assert.deepEqual(await heard(client()), [0, 1, 2]);
});

test("a subscription over a WebSocket, split from the rest", async () => {
  const sockets = createClient({ url: socketUrl, webSocketImpl: WebSocket });
  const split = ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(sockets),
    link,
  );
  assert.deepEqual(await heard(client(split)), [0, 1, 2]);
  await sockets.dispose();
});

test("a subscription that cannot begin is an error with a code, by multipart and by WebSocket", async () => {
  const sockets = createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  const query = graphql(`subscription ApolloNothing { progress(of: []) { key } }`);
  for (const using of [link, new GraphQLWsLink(sockets)]) {
    const found = await new Promise<unknown>((resolve) => {
      client(using).subscribe({ query }).subscribe({ next: ({ error }) => resolve(error), error: resolve });
    });
    assert.ok(CombinedGraphQLErrors.is(found), String(found));
    assert.equal(found.errors[0]?.extensions?.["code"], "BAD_USAGE");
  }
  await sockets.dispose();
});

test("a node of any kind by its id, narrowed by its type", async () => {
  const { data: found } = await client().query({ query: CASCADE, variables: { id: "" } });
  assert.equal(found?.node, null);
  const id = found?.objective?.id;
  assert.ok(id);
  const { data } = await client().query({ query: CASCADE, variables: { id } });
  assert.equal(data?.node?.__typename, "Objective");
  if (data.node.__typename === "Objective") assert.equal(data.node.progress, 0.4);
});
