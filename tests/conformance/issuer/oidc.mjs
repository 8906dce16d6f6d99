// Logins by tokens of a real issuer: those that are for us come in, whatever was done to them does not,
// and keys that rotate are followed. The issuer listens here; the service was told where.
import test, { after, before } from "node:test";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createHmac, generateKeyPairSync, createPublicKey } from "node:crypto";
import { Provider } from "oidc-provider";

const issuer = process.env.HEADWATER_ISSUER;
const graphql = `${process.env.HEADWATER_URL}/graphql`;
const OURS = "urn:headwater", SHORT = "urn:headwater:short", OTHER = "urn:other";

let server, key;

function configuration() {
  return {
    clients: [{
      client_id: "planning", client_secret: "planning-secret-of-the-tests-only",
      grant_types: ["client_credentials"], redirect_uris: [], response_types: [],
    }],
    jwks: { keys: [key] },
    cookies: { keys: ["of the tests only"] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: "graph",
          audience: resource === OTHER ? "other" : "headwater",
          accessTokenTTL: resource === SHORT ? 2 : 300,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
    extraTokenClaims: () => ({ roles: ["planner"], teams: ["core"] }),
  };
}

async function start(kid) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  key = { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" };
  server = new Provider(issuer, configuration()).listen(new URL(issuer).port, "127.0.0.1");
  await once(server, "listening");
}

async function stop() {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}

before(() => start("first"));
after(stop);

const seconds = (count) => new Promise((done) => setTimeout(done, count * 1000));

async function token(resource) {
  const body = new URLSearchParams({ grant_type: "client_credentials", ...(resource && { resource }) });
  const login = Buffer.from("planning:planning-secret-of-the-tests-only").toString("base64");
  const answer = await fetch(`${issuer}/token`, { method: "POST", body, headers: { authorization: `Basic ${login}` } });
  const { access_token, ...rest } = await answer.json();
  assert.ok(access_token, JSON.stringify(rest));
  return access_token;
}

async function ask(bearer, query = "{ viewer { name role teams } }") {
  return fetch(graphql, {
    method: "POST", body: JSON.stringify({ query }),
    headers: { "content-type": "application/json", ...(bearer && { authorization: `Bearer ${bearer}` }) },
  });
}

async function turned(bearer) {
  const answer = await ask(bearer);
  assert.equal(answer.status, 401);
  assert.match(answer.headers.get("www-authenticate"), /^Bearer realm="headwater"/);
  const text = await answer.text();
  assert.equal(JSON.parse(text).errors[0].extensions.code, "UNAUTHENTICATED");
  if (bearer) assert.ok(!text.includes(bearer));
}

const read = (part) => JSON.parse(Buffer.from(part, "base64url").toString());
const written = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");

test("a token of the issuer comes in, with the role and the teams that it names", async () => {
  const answer = await ask(await token(OURS));
  assert.equal(answer.status, 200);
  const { viewer } = (await answer.json()).data;
  assert.deepEqual(viewer, { name: "oidc:planning", role: "PLANNER", teams: ["core"] });
});

test("what it may write is written, and the log names it", async () => {
  const bearer = await token(OURS);
  const query = 'mutation { createTeam(input: { key: "of-a-login" }) { revision problems { message } } }';
  const { createTeam } = (await (await ask(bearer, query)).json()).data;
  assert.deepEqual(createTeam.problems, []);
  const log = `{ changes(since: ${createTeam.revision - 1}) { nodes { actor } } }`;
  assert.equal((await (await ask(bearer, log)).json()).data.changes.nodes[0].actor, "oidc:planning");
});

test("what it may not read is refused by name of the role", async () => {
  const { errors } = await (await ask(await token(OURS), "{ refusedWrites { totalCount } }")).json();
  assert.equal(errors[0].extensions.code, "FORBIDDEN");
  assert.match(errors[0].message, /admin/);
});

test("nobody comes in without one", () => turned());

test("a token for another audience is turned away", async () => turned(await token(OTHER)));

test("a token that only its issuer can read is turned away", async () => {
  const opaque = await fetch(`${issuer}/token`, {
    method: "POST", body: new URLSearchParams({ grant_type: "client_credentials" }),
    headers: { authorization: `Basic ${Buffer.from("planning:planning-secret-of-the-tests-only").toString("base64")}` },
  });
  await turned((await opaque.json()).access_token);
});

test("a token that has expired is turned away", async () => {
  const bearer = await token(SHORT);
  assert.equal((await ask(bearer)).status, 200);
  await seconds(3.1);
  await turned(bearer);
});

test("a stream ends when its token expires", async () => {
  const answer = await fetch(graphql, {
    method: "POST", body: JSON.stringify({ query: "subscription { changes { revision } }" }),
    headers: { "content-type": "application/json", accept: "text/event-stream", authorization: `Bearer ${await token(SHORT)}` },
  });
  assert.equal(answer.status, 200);
  assert.ok(!(await answer.text()).includes("complete"));
});

test("a token without a signature is turned away", async () => {
  const [, body] = (await token(OURS)).split(".");
  for (const alg of ["none", "None", "NONE", "RS256"]) await turned(`${written({ alg, typ: "JWT" })}.${body}.`);
});

test("a token that was tampered with is turned away", async () => {
  const [head, body, signature] = (await token(OURS)).split(".");
  await turned(`${head}.${written({ ...read(body), roles: ["admin"] })}.${signature}`);
  await turned(`${head}.${body}.${signature.slice(0, -8)}AAAAAAAA`);
  await turned(`${head}.${body}`);
});

test("the public key is no secret to sign with", async () => {
  const [head, body] = (await token(OURS)).split(".");
  const pem = createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" });
  const forged = `${written({ ...read(head), alg: "HS256" })}.${body}`;
  await turned(`${forged}.${createHmac("sha256", pem).update(forged).digest("base64url")}`);
});

test("keys that rotate are followed, and what the old one signed is worth nothing", async () => {
  const old = await token(OURS);
  assert.equal((await ask(old)).status, 200);
  await stop();
  await start("second");
  await seconds(1.1); // the service looks at most once a second, as it was told
  assert.equal((await ask(await token(OURS))).status, 200);
  await turned(old);
});

test("while the issuer is away its keys are known", async () => {
  const bearer = await token(OURS);
  await stop();
  assert.equal((await ask(bearer)).status, 200);
  await start("second-again");
});
