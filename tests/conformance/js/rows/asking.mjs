// What every row needs: where the service is, and a way to ask it that is no tool's.
import assert from "node:assert/strict";

export const base = process.env.HEADWATER_URL;
export const http = `${base}/graphql`;
export const socket = http.replace(/^http/, "ws");

/** Ask in the plainest way there is. */
export async function ask(query, variables = {}) {
  const response = await fetch(http, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

let made = 0;

/** A key that nothing else has. */
export const fresh = (word = "t") => `${word}-${process.pid}-${Date.now().toString(36)}-${(made += 1)}`;

/** Write a team, beside whatever is being tested; gives the revision. */
export async function write(key = fresh()) {
  const query = `mutation ($key: String!) { createTeam(input: { key: $key }) { revision } }`;
  return (await ask(query, { key })).createTeam.revision;
}

/** The revision the graph stands at. */
export const revision = async () => (await ask("{ graph { revision } }")).graph.revision;

/** Wait until something holds; fails after some seconds. */
export async function until(holds, patience = 5000) {
  const end = Date.now() + patience;
  while (!(await holds())) {
    assert.ok(Date.now() < end, "it never came to hold");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
