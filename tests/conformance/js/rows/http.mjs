// GraphQL over HTTP, by the audits of the specification's own working group.
import test from "node:test";
import assert from "node:assert/strict";
import { serverAudits } from "graphql-http";

const url = `${process.env.HEADWATER_URL}/graphql`;
for (const audit of serverAudits({ url })) {
  test(`${audit.id} ${audit.name}`, async () => {
    const found = await audit.fn();
    assert.equal(found.status, "ok", found.reason);
  });
}
