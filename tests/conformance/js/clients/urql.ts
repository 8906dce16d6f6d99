// urql's core, typed by codegen's client preset: over HTTP, events, multipart HTTP and WebSocket.
import assert from "node:assert/strict";
import test from "node:test";
import { Client, cacheExchange, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { graphql } from "./gql/gql.js";
import { fresh, socketUrl, url, write } from "./service.js";

const WORK = graphql(`
  query UrqlWork($first: Int!, $after: String) {
    workItems(first: $first, after: $after, orderBy: [{ field: KEY, direction: ASC }]) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { key durationDays }
    }
  }
`);
const MAKE = graphql(`
  mutation UrqlMake($key: String!) { createTeam(input: { key: $key }) { node { id key } problems { code message } } }
`);
const HEARD = graphql(`subscription UrqlHeard($since: Int) { changes(since: $since) { revision } }`);
const LATER = graphql(`query UrqlLater { graph { revision } ... @defer { teams(first: 2) { nodes { id key } } } }`);

const plain = () => new Client({ url, exchanges: [cacheExchange, fetchExchange], preferGetMethod: false });

test("every page, by its cursor", async () => {
  const client = plain();
  const keys: string[] = [];
  let after: string | null = null;
  do {
    const { data, error }: { data?: import("./gql/graphql.js").UrqlWorkQuery | undefined; error?: unknown } = await client
      .query(WORK, { first: 7, after })
      .toPromise();
    assert.equal(error, undefined);
    assert.ok(data?.workItems);
    keys.push(...data.workItems.nodes.map(({ key }) => key));
    after = data.workItems.pageInfo.hasNextPage ? (data.workItems.pageInfo.endCursor ?? null) : null;
  } while (after);
  assert.deepEqual(keys, [...new Set(keys)].sort());
  assert.equal(keys.length, 30);
});

test("a query by GET", async () => {
  const client = new Client({ url, exchanges: [fetchExchange], preferGetMethod: "force" });
  const { data } = await client.query(WORK, { first: 1 }).toPromise();
  assert.equal(data?.workItems?.nodes.length, 1);
});

test("a mutation and its problems as data", async () => {
  const key = fresh("urql");
  const one = await plain().mutation(MAKE, { key }).toPromise();
  assert.deepEqual([one.data?.createTeam.node?.key, one.data?.createTeam.problems], [key, []]);
  const two = await plain().mutation(MAKE, { key }).toPromise();
  assert.deepEqual([two.data?.createTeam.node, two.data?.createTeam.problems.length], [null, 1]);
});

test("wrong variables are refused by the types, and by the service with a code", async () => {
  // @ts-expect-error - first is an Int
  const { error } = await plain().query(WORK, { first: "x" }).toPromise();
  assert.ok(error?.graphQLErrors[0]?.extensions["code"]);
});

test("@defer: the first part at once, the rest in a part of its own", async () => {
  const seen: string[][] = [];
  await new Promise<void>((resolve) => {
    plain().query(LATER, {}).subscribe(({ data, hasNext }) => {
      seen.push(Object.keys(data ?? {}).filter((name) => name !== "__typename"));
      if (!hasNext) resolve();
    });
  });
  assert.deepEqual(seen, [["graph"], ["graph", "teams"]]);
});

async function heard(client: Client): Promise<number[]> {
  const since = await write();
  const revisions: number[] = [];
  await new Promise<void>((resolve, reject) => {
    const { unsubscribe } = client.subscription(HEARD, { since: since - 1 }).subscribe(({ data, error }) => {
      if (error) reject(error);
      revisions.push((data?.changes.revision ?? 0) - since);
      if (revisions.length === 3) {
        unsubscribe();
        resolve();
      } else void write();
    });
  });
  return revisions;
}

/** Node's fetch, but a stream that was stopped ends: urql leaves the error that Node makes of it to nobody. */
async function quietly(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  async function* pieces() {
    try {
      yield* response.body ?? [];
    } catch (error) {
      if (!init?.signal?.aborted) throw error;
    }
  }
  const { status, headers } = response;
  return { status, headers, body: pieces(), text: () => response.text() } as unknown as Response;
}

test("a subscription by events, which urql asks for first", async () => {
  const exchanges = [fetchExchange];
  const client = new Client({ url, exchanges, fetch: quietly, fetchSubscriptions: true, preferGetMethod: false });
  assert.deepEqual(await heard(client), [0, 1, 2]);
});

test("a subscription that cannot begin is an error with a code", async () => {
  const client = new Client({ url, exchanges: [fetchExchange], fetchSubscriptions: true, preferGetMethod: false });
  const query = graphql(`subscription UrqlNothing { progress(of: []) { key } }`);
  const { error } = await new Promise<{ error?: import("@urql/core").CombinedError | undefined }>((resolve) => {
    client.subscription(query, {}).subscribe(resolve);
  });
  assert.equal(error?.graphQLErrors[0]?.extensions["code"], "BAD_USAGE");
});

test("a subscription over a WebSocket", async () => {
  const sockets = createClient({ url: socketUrl, webSocketImpl: WebSocket });
  const exchange = subscriptionExchange({
    forwardSubscription: ({ query, variables }) => ({
      subscribe: (sink) => ({
        unsubscribe: sockets.subscribe(
          { query: query ?? "", variables: variables as Record<string, unknown> },
          { ...sink, next: (value) => sink.next({ ...value, data: value.data ?? null } as never) },
        ),
      }),
    }),
  });
  assert.deepEqual(await heard(new Client({ url, exchanges: [exchange, fetchExchange], preferGetMethod: false })), [0, 1, 2]);
  await sockets.dispose();
});
