// The pages in a real browser, which has no way out: what axe finds, what the policy refuses, and
// whether people can work with it.
import test from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";
import { base, revision, write } from "./asking.mjs";

const browser = await chromium.launch({
  executablePath: process.env.HEADWATER_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
test.after(() => browser.close());

/** Open a page; whatever it asks of others is refused and noted, as are its complaints. */
async function opened(query = "", colorScheme = "light") {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const outside = [];
  const complaints = [];
  await context.route("**/*", (route) => {
    const url = route.request().url();
    if (url.startsWith(base) || url.startsWith("data:") || url.startsWith("blob:")) return route.continue();
    outside.push(url);
    return route.abort();
  });
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  const response = await page.goto(`${base}/${query}`, { waitUntil: "networkidle" });
  return { page, response, outside, complaints, close: () => context.close() };
}

const asked = (query) => `?query=${encodeURIComponent(query)}`;

async function serious(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} at ${target}`));
}

test("the page loads with nothing from outside and nothing that its policy refuses", async () => {
  const { page, response, outside, complaints, close } = await opened();
  assert.equal(response.status(), 200);
  const policy = response.headers()["content-security-policy"];
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe-eval|script-src[^;]*unsafe-inline/);
  await page.locator(".graphiql-query-editor .CodeMirror").waitFor();
  assert.deepEqual([outside, complaints], [[], []]);
  await close();
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds nothing serious on the page as it opens, ${scheme}`, async () => {
    const { page, close } = await opened("", scheme);
    await page.locator(".graphiql-query-editor .CodeMirror").waitFor();
    assert.deepEqual(await serious(page), []);
    await close();
  });
}

test("a query is run with the keyboard, and axe finds nothing serious in its answer", async () => {
  const { page, outside, complaints, close } = await opened(asked("{ team(key: \"core\") { name capacity } }"));
  await page.locator(".graphiql-query-editor .CodeMirror").click();
  await page.keyboard.press("Control+Enter");
  await page.locator(".result-window").getByText("\"Core\"").waitFor();
  assert.deepEqual(await serious(page), []);
  assert.deepEqual([outside, complaints], [[], []]);
  await close();
});

test("the documentation is read, and axe finds nothing serious in it", async () => {
  const { page, complaints, close } = await opened();
  await page.getByRole("button", { name: /documentation explorer/i }).first().click();
  await page.getByRole("link", { name: "Query", exact: true }).or(page.locator(".graphiql-doc-explorer a", { hasText: "Query" })).first().click();
  await page.locator(".graphiql-doc-explorer").getByText("workItems").first().waitFor();
  assert.deepEqual(await serious(page), []);
  assert.deepEqual(complaints, []);
  await close();
});

test("a subscription hears over the WebSocket that the policy allows", async () => {
  const { page, complaints, close } = await opened(asked(`subscription { changes(since: ${await revision()}) { command } }`));
  await page.locator(".graphiql-query-editor .CodeMirror").click();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: /stop/i }).waitFor();
  await write();
  await page.locator(".result-window").getByText("\"create\"").waitFor();
  assert.deepEqual(complaints, []);
  await close();
});
