// GraphQL over server-sent events, by the client of the protocol's authors in the mode of distinct
// connections, and by the wire.
import test from "node:test";
import assert from "node:assert/strict";
import { createClient, NetworkError } from "graphql-sse";
import { ask, fresh, http, revision, write } from "./asking.mjs";

const GOOD = "{ graph { revision } }";

const client = (more = {}) => createClient({ url: http, singleConnection: false, retryAttempts: 0, ...more });

async function all(payload, using = client()) {
  const results = [];
  for await (const result of using.iterate(payload)) results.push(result);
  return results;
}

test("a query is one result and the end", async () => {
  const [{ data }, ...rest] = await all({ query: GOOD });
  assert.equal(data.graph.revision, await revision());
  assert.deepEqual(rest, []);
});

test("a query takes variables and the name of an operation", async () => {
  const query = "query A { graph { at } } query B($n: Int!) { teams(first: $n) { nodes { key } } }";
  const [{ data }] = await all({ query, operationName: "B", variables: { n: 1 } });
  assert.equal(data.teams.nodes.length, 1);
});

test("a mutation is written", async () => {
  const query = "mutation ($key: String!) { createTeam(input: { key: $key }) { node { key } } }";
  const key = fresh();
  const [{ data }] = await all({ query, variables: { key } });
  assert.deepEqual(data.createTeam, { node: { key } });
});

test("a subscriber hears each write once, in order, from the revision it saw last", async () => {
  const since = await revision();
  await write();
  const heard = [];
  for await (const { data } of client().iterate({ query: `subscription { changes(since: ${since}) { revision } }` })) {
    heard.push(data.changes.revision);
    if (heard.length === 3) break;
    await write();
  }
  assert.deepEqual(heard, [since + 1, since + 2, since + 3]);
});

test("subscribers hear beside each other", async () => {
  const since = await revision();
  const query = `subscription { changes(since: ${since}) { revision } }`;
  const using = client();
  const waiting = Array.from({ length: 20 }, async () => {
    for await (const { data } of using.iterate({ query })) return data.changes.revision;
  });
  await write();
  assert.deepEqual(await Promise.all(waiting), Array(20).fill(since + 1));
});

for (const query of ["{", "{ nothing }", "query ($n: Int!) { teams(first: $n) { totalCount } }", "subscription { progress(of: []) { key } }"]) {
  test(`${query} is told as an error, and is the end`, async () => {
    const [{ data, errors }, ...rest] = await all({ query });
    assert.equal(data, undefined);
    assert.ok(errors[0].extensions.code);
    assert.deepEqual(rest, []);
  });
}

test("an error of a field comes beside the data", async () => {
  const [{ data, errors }] = await all({ query: "{ teams(first: 501) { totalCount } graph { revision } }" });
  assert.equal(data.teams, null);
  assert.equal(errors[0].extensions.code, "BAD_USAGE");
});

test("@defer is answered whole", async () => {
  const [{ data }, ...rest] = await all({ query: "{ graph { revision } ... @defer { teams { totalCount } } }" });
  assert.deepEqual([Object.keys(data), rest], [["graph", "teams"], []]);
});

for (const [name, payload] of [["no query", {}], ["a query that is no text", { query: 1 }], ["variables that are no object", { query: GOOD, variables: 1 }]]) {
  test(`${name} is refused before anything is streamed`, async () => {
    await assert.rejects(all(payload), (error) => error instanceof NetworkError && error.response.status === 400);
  });
}

test("a client connects again after its connection broke, and misses nothing", async () => {
  const since = await revision();
  const heard = [];
  const broken = new AbortController();
  let tries = 0;
  const using = client({
    retryAttempts: 5,
    retry: async () => {},
    fetchFn: (input, init) => {
      tries += 1;
      const signal = tries === 1 ? AbortSignal.any([init.signal, broken.signal]) : init.signal;
      return fetch(input, { ...init, signal });
    },
  });
  const query = `subscription { changes(since: ${since}) { revision } }`;
  await write();
  for await (const { data } of using.iterate({ query })) {
    heard.push(data.changes.revision);
    if (heard.length === 1) {
      broken.abort();
      await write();
    }
    if (heard.at(-1) === since + 2) break;
  }
  assert.deepEqual([...new Set(heard)], [since + 1, since + 2]);
  assert.equal(tries, 2);
});

test("what a client stops, the service stops", async () => {
  const stopped = new AbortController();
  const response = await streamed({ query: "subscription { changes { revision } }" }, { signal: stopped.signal });
  assert.equal(response.status, 200);
  stopped.abort();
  await assert.rejects(response.text());
  await write();
  assert.ok((await ask(GOOD)).graph);
});

// The wire.

const streamed = (body, more = {}) =>
  fetch(http, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify(body),
    ...more,
  });

test("an EventSource's GET hears, and is not kept by what lies between", async () => {
  const query = `subscription { changes(since: 0) { revision } }`;
  const response = await fetch(`${http}?query=${encodeURIComponent(query)}`, { headers: { accept: "text/event-stream", "cache-control": "no-cache" } });
  assert.match(response.headers.get("content-type"), /^text\/event-stream/);
  assert.match(response.headers.get("cache-control"), /no-cache/);
  const reader = response.body.getReader();
  let text = "";
  while (!text.includes("\n\r\n") && !text.includes("\n\n")) text += Buffer.from((await reader.read()).value).toString();
  assert.match(text, /^event: next\r?\ndata: \{"data":\{"changes":\{"revision":1\}\}\}\r?\n\r?\n/);
  await reader.cancel();
});

test("nothing is written by GET", async () => {
  const before = await revision();
  const query = encodeURIComponent(`mutation { createTeam(input: { key: "${fresh()}" }) { node { key } } }`);
  const response = await fetch(`${http}?query=${query}`, { headers: { accept: "text/event-stream" } });
  assert.match(await response.text(), /"errors"/);
  assert.equal(await revision(), before);
});

for (const accept of ["application/json, text/event-stream", "application/graphql-response+json, application/json;q=0.9, text/event-stream;q=0.8", "*/*", "text/event-stream;q=0.1, application/json"]) {
  test(`who takes ${accept} gets JSON`, async () => {
    const response = await streamed({ query: GOOD }, { headers: { "content-type": "application/json", accept } });
    assert.match(response.headers.get("content-type"), /^application\/(graphql-response\+)?json/);
    assert.ok((await response.json()).data);
  });
}

test("a subscription that nobody can be told of is refused with the way to hear it", async () => {
  const response = await streamed({ query: "subscription { changes { revision } }" }, { headers: { "content-type": "application/json", accept: "application/json" } });
  assert.equal(response.status, 400);
  const { errors } = await response.json();
  assert.match(errors[0].message, /text\/event-stream/);
});

test("a subscriber who hears nothing for long is told that the service lives", async () => {
  const response = await streamed({ query: "subscription { changes { revision } }" });
  const reader = response.body.getReader();
  const { value } = await reader.read();
  assert.match(Buffer.from(value).toString(), /^: ping\r?\n\r?\n$/);
  await reader.cancel();
});

test("two hundred come and go, and those who stay are told all the same", async () => {
  const since = await revision();
  const stays = all({ query: GOOD });
  const hears = (async () => {
    const query = `subscription { changes(since: ${since}) { revision } }`;
    for await (const { data } of client().iterate({ query })) return data.changes.revision;
  })();
  for (let round = 0; round < 10; round += 1) {
    const gone = Array.from({ length: 20 }, async () => {
      const response = await streamed({ query: "subscription { changes { revision } }" });
      await response.body.cancel();
    });
    await Promise.all(gone);
  }
  assert.equal((await stays).length, 1);
  await write();
  assert.equal(await hears, since + 1);
});
