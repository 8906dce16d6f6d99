// What the clients share: where the service is, and how to write beside what is being tested.
import assert from "node:assert/strict";

export const url = `${process.env["HEADWATER_URL"]}/graphql`;
export const socketUrl = url.replace(/^http/, "ws");

let made = 0;

export const fresh = (word: string) => `zz-${word}-${process.pid}-${Date.now().toString(36)}-${(made += 1)}`;

export async function write(): Promise<number> {
  const query = "mutation ($key: String!) { createTeam(input: { key: $key }) { revision } }";
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables: { key: fresh("beside") } }),
  });
  const { data, errors } = (await response.json()) as { data: { createTeam: { revision: number } }; errors?: unknown };
  assert.equal(errors, undefined);
  return data.createTeam.revision;
}
