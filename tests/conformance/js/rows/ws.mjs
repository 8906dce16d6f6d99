// GraphQL over WebSocket, by the client of the protocol's authors, and by the wire where a client
// that keeps to the protocol cannot misbehave.
import test from "node:test";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createClient, CloseCode } from "graphql-ws";
import WebSocket from "ws";
import { ask, fresh, revision, socket, until, write } from "./asking.mjs";

const GOOD = "{ graph { revision } }";

const client = (more = {}) =>
  createClient({ url: socket, webSocketImpl: WebSocket, retryAttempts: 0, ...more });

async function one(using, payload) {
  const results = [];
  for await (const result of using.iterate(payload)) results.push(result);
  assert.equal(results.length, 1);
  return results[0];
}

async function closing(act) {
  const using = client();
  try {
    await act(using);
  } finally {
    await using.dispose();
  }
}

test("a query is one result and the end", () =>
  closing(async (using) => {
    const { data } = await one(using, { query: GOOD });
    assert.equal(data.graph.revision, await revision());
  }));

test("a query takes variables and the name of an operation", () =>
  closing(async (using) => {
    const query = "query A { graph { at } } query B($n: Int!) { teams(first: $n) { nodes { key } } }";
    const { data } = await one(using, { query, operationName: "B", variables: { n: 1 } });
    assert.equal(data.teams.nodes.length, 1);
  }));

test("a mutation is written and its problems are data", () =>
  closing(async (using) => {
    const query = `mutation ($key: String!) {
      createTeam(input: { key: $key }) { node { key } problems { code } } }`;
    const key = fresh();
    const first = await one(using, { query, variables: { key } });
    assert.deepEqual(first.data.createTeam, { node: { key }, problems: [] });
    const second = await one(using, { query, variables: { key } });
    assert.equal(second.data.createTeam.node, null);
    assert.equal(second.data.createTeam.problems.length, 1);
  }));

test("a subscriber hears each write once, in order, from the revision it saw last", () =>
  closing(async (using) => {
    const since = await revision();
    await write();
    const heard = [];
    const query = `subscription { changes(since: ${since}) { revision } }`;
    for await (const { data } of using.iterate({ query })) {
      heard.push(data.changes.revision);
      if (heard.length === 1) await write();
      if (heard.length === 2) await write();
      if (heard.length === 3) break;
    }
    assert.deepEqual(heard, [since + 1, since + 2, since + 3]);
  }));

test("many operations run beside each other on one connection", () =>
  closing(async (using) => {
    const since = await revision();
    const query = `subscription { changes(since: ${since}) { revision } }`;
    const waiting = Array.from({ length: 20 }, async () => {
      for await (const { data } of using.iterate({ query })) return data.changes.revision;
    });
    const asked = await Promise.all(Array.from({ length: 20 }, () => one(using, { query: GOOD })));
    assert.equal(asked.length, 20);
    await write();
    assert.deepEqual(await Promise.all(waiting), Array(20).fill(since + 1));
  }));

test("what a client stops is told no more, and its id may be taken again", async () => {
  const wire = await begun();
  const query = `subscription { changes { revision } }`;
  wire.say({ type: "subscribe", id: "s", payload: { query } });
  wire.say({ type: "complete", id: "s" });
  wire.say({ type: "subscribe", id: "s", payload: { query: GOOD } });
  assert.equal((await wire.heard()).type, "next");
  assert.deepEqual(await wire.heard(), { type: "complete", id: "s" });
  await write();
  wire.say({ type: "ping" });
  assert.deepEqual(await wire.heard(), { type: "pong" });
  wire.end();
});

test("a document that cannot run is the error of its operation, and the connection stays", () =>
  closing(async (using) => {
    for (const query of ["{", "{ nothing }", "subscription { progress(of: {}) { key } }"]) {
      await assert.rejects(one(using, { query }), (errors) => Boolean(errors[0].extensions.code));
    }
    assert.ok((await one(using, { query: GOOD })).data);
  }));

test("an error of a field comes beside the data", () =>
  closing(async (using) => {
    const query = "{ teams(first: 501) { totalCount } graph { revision } }";
    const { data, errors } = await one(using, { query });
    assert.equal(data.teams, null);
    assert.equal(errors[0].extensions.code, "BAD_USAGE");
  }));

test("a subscription that cannot begin is the error of its operation", () =>
  closing(async (using) => {
    const query = "subscription { progress(of: []) { key } }";
    await assert.rejects(one(using, { query }), ([error]) => error.extensions.code === "BAD_USAGE");
    assert.ok((await one(using, { query: GOOD })).data);
  }));

test("@defer is answered whole", () =>
  closing(async (using) => {
    const query = "{ graph { revision } ... @defer { teams { totalCount } } }";
    const { data, errors } = await one(using, { query });
    assert.deepEqual([Object.keys(data), errors], [["graph", "teams"], undefined]);
  }));

test("a client that pings is answered", async () => {
  let ponged = 0;
  const using = client({ lazy: false, keepAlive: 50, on: { pong: (received) => (ponged += received ? 1 : 0) } });
  await until(() => ponged > 1);
  await using.dispose();
});

test("a client connects again after its connection broke, and misses nothing", async () => {
  let broken = null;
  const using = client({ retryAttempts: 5, retryWait: async () => {}, on: { opened: (it) => (broken = it) } });
  const since = await revision();
  const heard = [];
  const query = `subscription { changes(since: ${since}) { revision } }`;
  await new Promise((resolve, reject) => {
    using.subscribe({ query }, {
      next: ({ data }) => {
        heard.push(data.changes.revision);
        if (heard.length === 1) {
          broken.terminate();
          write();
        }
        if (heard.at(-1) === since + 2) resolve();
      },
      error: reject,
      complete: () => {},
    });
    write();
  });
  // The document says `since` again, so the first is told twice; nothing is left out.
  assert.deepEqual([...new Set(heard)], [since + 1, since + 2]);
  await using.dispose();
});

// The wire.

async function opened(protocol = "graphql-transport-ws", path = socket) {
  const it = new WebSocket(path, protocol ? [protocol] : []);
  const heard = [];
  const waiting = [];
  const ended = new Promise((resolve) =>
    it.on("close", (code, reason) => resolve({ code, reason: String(reason) })));
  it.on("message", (text) => {
    const message = JSON.parse(text);
    if (waiting.length) waiting.shift()(message);
    else heard.push(message);
  });
  await once(it, "open");
  return {
    say: (message) => it.send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message)),
    heard: () => heard.length ? Promise.resolve(heard.shift()) : new Promise((resolve) => waiting.push(resolve)),
    ended,
    end: () => it.close(),
    it,
  };
}

async function begun() {
  const wire = await opened();
  wire.say({ type: "connection_init" });
  assert.deepEqual(await wire.heard(), { type: "connection_ack" });
  return wire;
}

for (const [name, message] of [
  ["text that is no JSON", "{"],
  ["JSON that is no object", "[]"],
  ["a scalar", "1"],
  ["an unknown type", { type: "nothing" }],
  ["no type", { id: "x" }],
  ["an id that is no text", { type: "subscribe", id: 1, payload: { query: GOOD } }],
  ["no id", { type: "subscribe", payload: { query: GOOD } }],
  ["an end without an id", { type: "complete" }],
  ["the old protocol's start", { type: "start", id: "1", payload: { query: GOOD } }],
  ["bytes", Buffer.from("{}")],
]) {
  test(`${name} ends the connection with ${CloseCode.BadRequest}`, async () => {
    const wire = await begun();
    wire.say(message);
    assert.equal((await wire.ended).code, CloseCode.BadRequest);
  });
}

for (const [name, payload] of [
  ["no payload", undefined],
  ["a payload of null", null],
  ["a list", []],
  ["no query", {}],
  ["a query that is no text", { query: 1 }],
  ["an empty query", { query: "" }],
  ["variables that are no object", { query: GOOD, variables: "x" }],
  ["a name that is no text", { query: GOOD, operationName: 1 }],
  ["a name that is not there", { query: GOOD, operationName: "Other" }],
  ["extensions that are no object", { query: GOOD, extensions: [] }],
  ["several operations without a name", { query: "query A { graph { at } } query B { graph { at } }" }],
  ["a missing variable", { query: "query ($n: Int!) { teams(first: $n) { totalCount } }" }],
  ["a variable of another type", { query: "query ($n: Int!) { teams(first: $n) { totalCount } }", variables: { n: "x" } }],
]) {
  test(`${name} is the error of its operation, and the connection stays`, async () => {
    const wire = await begun();
    wire.say({ type: "subscribe", id: "bad", payload });
    const message = await wire.heard();
    assert.deepEqual([message.type, message.id], ["error", "bad"]);
    assert.ok(Array.isArray(message.payload) && message.payload[0].extensions.code);
    wire.say({ type: "subscribe", id: "bad", payload: { query: GOOD } });
    assert.equal((await wire.heard()).type, "next");
    wire.end();
  });
}

test("two operations of one id end the connection", async () => {
  const wire = await begun();
  const message = { type: "subscribe", id: "x", payload: { query: "subscription { changes { revision } }" } };
  wire.say(message);
  wire.say(message);
  assert.deepEqual(await wire.ended, { code: CloseCode.SubscriberAlreadyExists, reason: "Subscriber for x already exists" });
});

test("a second start ends the connection", async () => {
  const wire = await begun();
  wire.say({ type: "connection_init" });
  assert.deepEqual(await wire.ended, { code: CloseCode.TooManyInitialisationRequests, reason: "Too many initialisation requests" });
});

test("an operation before the start ends the connection", async () => {
  const wire = await opened();
  wire.say({ type: "subscribe", id: "x", payload: { query: GOOD } });
  assert.deepEqual(await wire.ended, { code: CloseCode.Unauthorized, reason: "Unauthorized" });
});

test("a connection that does not start in time is ended", async () => {
  const wire = await opened();
  assert.deepEqual(await wire.ended, { code: CloseCode.ConnectionInitialisationTimeout, reason: "Connection initialisation timeout" });
});

for (const protocol of ["graphql-ws", null]) {
  test(`the subprotocol ${protocol ?? "none"} is not spoken`, async () => {
    const wire = await opened(protocol).catch((error) => ({ ended: { code: error.message } }));
    const { code } = await wire.ended;
    assert.ok(code === CloseCode.SubprotocolNotAcceptable || /subprotocol/i.test(code), String(code));
  });
}

test("a ping before the start is answered", async () => {
  const wire = await opened();
  wire.say({ type: "ping" });
  assert.deepEqual(await wire.heard(), { type: "pong" });
  wire.say({ type: "pong", payload: { any: 1 } });
  wire.end();
});

test("a page of another origin is let in by nobody", async () => {
  const it = new WebSocket(socket, ["graphql-transport-ws"], { headers: { origin: "https://elsewhere.example" } });
  const [, response] = await once(it, "unexpected-response");
  assert.equal(response.statusCode, 403);
});

test("what one connection does wrong ends no other", async () => {
  const [good, bad] = [await begun(), await begun()];
  bad.say("{");
  await bad.ended;
  good.say({ type: "subscribe", id: "1", payload: { query: GOOD } });
  assert.equal((await good.heard()).type, "next");
  good.end();
  assert.ok((await ask(GOOD)).graph);
});
