// relay-runtime on what the compiler made, without React: store, connections, refetch, subscription.
import assert from "node:assert/strict";
import test from "node:test";
import { createClient } from "graphql-ws";
import relay from "relay-runtime";
import type { FragmentType, GraphQLTaggedNode, RequestParameters, Variables } from "relay-runtime";
import WebSocket from "ws";
import back from "./__generated__/documentsBackQuery.graphql.js";
import create from "./__generated__/documentsCreateMutation.graphql.js";
import heard from "./__generated__/documentsHeardSubscription.graphql.js";
import anything from "./__generated__/documentsNodesQuery.graphql.js";
import rename from "./__generated__/documentsRenameMutation.graphql.js";
import refetch from "./__generated__/documentsTeamRefetchQuery.graphql.js";
import team from "./__generated__/documentsTeam_team.graphql.js";
import teams from "./__generated__/documentsTeamsQuery.graphql.js";
import workPage from "./__generated__/documentsWorkPageQuery.graphql.js";
import work from "./__generated__/documentsWorkQuery.graphql.js";
import workFragment from "./__generated__/documentsWork_query.graphql.js";

const {
  ConnectionHandler, Environment, Network, Observable, RecordSource, Store,
  commitMutation, createOperationDescriptor, fetchQuery, getSingularSelector, requestSubscription,
} = relay;
const url = `${process.env["HEADWATER_URL"]}/graphql`;
const sockets = createClient({ url: url.replace(/^http/, "ws"), webSocketImpl: WebSocket });
test.after(() => sockets.dispose());

type Made = any; // the artifacts' own types are checked by the compiler; here it is the runtime that counts

function environment() {
  const ask = async (request: RequestParameters, variables: Variables): Promise<Made> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
      body: JSON.stringify({ query: request.text, variables, operationName: request.name }),
    });
    return response.json();
  };
  const hear = (request: RequestParameters, variables: Variables): Made =>
    Observable.create((sink: Made) => sockets.subscribe({ query: request.text ?? "", variables, operationName: request.name }, sink));
  return new Environment({ network: Network.create(ask, hear), store: new Store(new RecordSource()) });
}

const asked = (env: Made, query: Made, variables: Variables = {}): Promise<Made> =>
  fetchQuery(env, query as GraphQLTaggedNode, variables).toPromise();

function read(env: Made, fragment: Made, ref: unknown): Made {
  const selector = getSingularSelector(fragment, ref as FragmentType);
  assert.ok(selector);
  return env.lookup(selector).data;
}

function done(env: Made, mutation: Made, variables: Variables): Promise<Made> {
  return new Promise((resolve, reject) => {
    commitMutation(env, { mutation, variables, onCompleted: resolve as Made, onError: reject });
  });
}

const retained = (env: Made, query: Made, variables: Variables) =>
  env.retain(createOperationDescriptor(query, variables));

const fresh = (word: string) => `zz-${word}-${process.pid}-${Date.now().toString(36)}`;

test("a connection is paged through to its end, each edge once", async () => {
  const env = environment();
  const variables = { count: 7, cursor: null };
  retained(env, work, variables);
  const root = await asked(env, work, variables);
  let page = read(env, workFragment, root).workItems;
  assert.equal(page.edges.length, 7);
  let pages = 1;
  while (page.pageInfo.hasNextPage) {
    await asked(env, workPage, { count: 7, cursor: page.pageInfo.endCursor });
    page = read(env, workFragment, root).workItems;
    pages += 1;
  }
  const keys = page.edges.map((edge: Made) => edge.node.key);
  assert.deepEqual([pages, keys.length, new Set(keys).size, page.totalCount], [5, 30, 30, 30]);
  assert.deepEqual(keys, [...keys].sort());
});

test("a connection is paged through from its end", async () => {
  const env = environment();
  const keys: string[] = [];
  let before: string | null = null;
  for (;;) {
    const { workItems }: Made = await asked(env, back, { last: 8, before });
    keys.unshift(...workItems.edges.map((edge: Made) => edge.node.key));
    if (!workItems.pageInfo.hasPreviousPage) break;
    before = workItems.pageInfo.startCursor;
  }
  assert.deepEqual([keys.length, keys], [30, [...keys].sort()]);
});

test("a node is asked for again by its id", async () => {
  const env = environment();
  const root = await asked(env, teams);
  const ref = root.teams.edges[0].node;
  const { node } = await asked(env, refetch, { id: ref.id });
  const found = read(env, team, node);
  assert.deepEqual(found, read(env, team, ref));
  assert.equal(typeof found.capacity, "number");
});

test("one bad id among good ones is null for itself alone", async () => {
  const env = environment();
  const root = await asked(env, teams);
  const ids = root.teams.edges.map((edge: Made) => edge.node.id);
  const { nodes } = await asked(env, anything, { ids: [ids[0], "nothing", "", ids[1]] });
  assert.deepEqual(nodes.map((node: Made) => node?.id ?? null), [ids[0], null, null, ids[1]]);
});

test("what is made is appended to a connection of the store, and what is renamed is renamed there", async () => {
  const env = environment();
  retained(env, teams, {});
  const root = await asked(env, teams);
  const before = root.teams.edges.length;
  const connection = ConnectionHandler.getConnectionID("client:root", "documents_teams");
  const key = fresh("relay");
  const { createTeam } = await done(env, create, { input: { key, name: "One", capacity: 2 }, connections: [connection] });
  assert.deepEqual(createTeam.problems, []);
  const operation = createOperationDescriptor(teams as Made, {});
  const now: Made = env.lookup(operation.fragment).data;
  assert.equal(now.teams.edges.length, before + 1);
  const ref = now.teams.edges.at(-1).node;
  assert.equal(read(env, team, ref).name, "One");
  await done(env, rename, { input: { key, name: "Two" } });
  assert.equal(read(env, team, ref).name, "Two");
  const again = await done(env, create, { input: { key }, connections: [connection] });
  assert.deepEqual([again.createTeam.node, again.createTeam.problems[0].code], [null, "ALREADY_EXISTS"]);
});

test("a subscription hears what is written", async () => {
  const env = environment();
  const first = await done(env, create, { input: { key: fresh("first") }, connections: [] });
  assert.ok(first.createTeam.node);
  const told: number[] = [];
  await new Promise<void>((resolve, reject) => {
    const hearing: { dispose: () => void } = requestSubscription(env, {
      subscription: heard as Made,
      variables: { since: 0 },
      onNext: (data: Made) => {
        told.push(data.changes.revision);
        if (told.length === 2) {
          hearing.dispose();
          resolve();
        }
      },
      onError: reject,
    });
  });
  assert.deepEqual(told, [1, 2]);
});

test("an error of the request is thrown with what the service said", async () => {
  await assert.rejects(asked(environment(), work, { count: "x" }), /documentsWorkQuery|has invalid value/);
});
