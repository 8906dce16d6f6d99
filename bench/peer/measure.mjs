// Asks both services the same, in turn, and prints what it took as JSON: one line for each query.
import { Client } from "undici";
import { queries } from "./queries.mjs";

const given = JSON.parse(process.env.BENCH);
const SIDES = {
  ours: { url: given.ours, headers: { "content-type": "application/json", authorization: `Bearer ${given.token}` } },
  peer: { url: given.peer, headers: { "content-type": "application/json" } },
};
let made = 0;

function bodyOf(asked, anew) {
  const variables = asked.make ? asked.make(`bench-${process.pid}-${(made += 1)}`) : { ...asked.variables };
  if (anew) variables.unused = made += 1; // no answer of before is kept for it
  return JSON.stringify({ query: asked.query, variables });
}

async function ask(client, side, body) {
  const answer = await client.request({ path: "/graphql", method: "POST", headers: SIDES[side].headers, body });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${side}: ${answer.statusCode} ${text.slice(0, 500)}`);
  return text;
}

const plain = (value, name) => {
  if (Array.isArray(value)) return value.map((each) => plain(each)).map((each) => [JSON.stringify(each), each]).sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  if (value && typeof value === "object") {
    const { nodes } = value;
    if (nodes && Object.keys(value).length === 1) return plain(nodes);
    return Object.fromEntries(Object.keys(value).sort().map((key) => [key, plain(value[key], key)]));
  }
  return ["type", "state", "flow"].includes(name) && value ? value.toLowerCase() : value;
};
const only = (value) => (Array.isArray(value) ? value : [value]);

// What both gave, brought to one form.
function same(name, ours, peer) {
  const [a, b] = [JSON.parse(ours).data, JSON.parse(peer).data];
  if (name.startsWith("Q5")) {
    // Ours also follows the dependencies of work and products: it holds all that the peer's does.
    const reached = new Set(a.downstream.targets.map(({ key }) => key));
    return b.teams[0].downstream.every(({ key }) => reached.has(key) || key === given.team);
  }
  const forms = {
    Q6: [[...(a.a?.nodes ?? []), ...(a.b?.nodes ?? [])], b.workItems],
  };
  const [left, right] = forms[name.slice(0, 2)] ?? [only(Object.values(a)[0]?.nodes ?? Object.values(a)[0]), only(Object.values(b)[0])];
  return JSON.stringify(plain(left)) === JSON.stringify(plain(right));
}

async function alone(side, asked, anew, seconds) {
  const client = new Client(SIDES[side].url);
  const times = [];
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until || times.length < 5) {
    const body = bodyOf(asked, anew);
    const begun = performance.now();
    await ask(client, side, body);
    times.push(performance.now() - begun);
  }
  await client.close();
  return times;
}

async function together(side, asked, anew, seconds, clients) {
  let count = 0;
  const begun = performance.now();
  const until = begun + seconds * 1000;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const client = new Client(SIDES[side].url);
      while (performance.now() < until) {
        await ask(client, side, bodyOf(asked, anew));
        count += 1;
      }
      await client.close();
    }),
  );
  return (count * 1000) / (performance.now() - begun);
}

const at = (times, part) => times.sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))];
const middle = (values) => at([...values], 0.5);

// Samples of one side alone, for a profile: nothing is compared.
async function profiled(query) {
  const times = await alone("ours", query.ours, true, given.seconds);
  console.log(JSON.stringify({ name: query.name, p50: at(times, 0.5) }));
}

const wanted = given.only ? given.only.split(",") : [];
const asked = queries(given).filter(({ name }) => wanted.length === 0 || wanted.includes(name.slice(0, 2)));
if (asked.length === 0) throw new Error(`there is none of ${given.only}: give some of Q1 to Q8`);
for (const query of asked) {
  if (given.alone) {
    await profiled(query);
    continue;
  }
  const probe = Object.fromEntries(await Promise.all(["ours", "peer"].map(async (side) => {
    const client = new Client(SIDES[side].url);
    const text = await ask(client, side, bodyOf(query[side], false));
    await client.close();
    return [side, text];
  })));
  for (const side of ["ours", "peer"]) {
    if (JSON.parse(probe[side]).errors) throw new Error(`${query.name}, ${side}: ${probe[side].slice(0, 600)}`);
  }
  const ways = query.writes ? [["ours", true], ["peer", true]] : [["ours", true], ["peer", false], ["ours", false]];
  const found = ways.map(([side, anew]) => ({ side, anew, times: [], rates: [] }));
  for (const way of found) await alone(way.side, query[way.side], way.anew, 1); // warms it up
  for (let round = 0; round < given.rounds; round += 1) {
    for (const way of found) way.times.push(...(await alone(way.side, query[way.side], way.anew, given.seconds)));
    for (const way of found) way.rates.push(await together(way.side, query[way.side], way.anew, given.seconds, 8));
  }
  const told = found.map(({ side, anew, times, rates }) => ({ side, anew, p50: at(times, 0.5), p95: at(times, 0.95), rate: middle(rates) }));
  const equal = query.writes ? null : same(query.name, probe.ours, probe.peer);
  console.log(JSON.stringify({ name: query.name, bytes: probe.ours.length, peerBytes: probe.peer.length, equal, told }));
}
