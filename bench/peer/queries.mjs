// What is asked of both: the same data, each in its own words.
const KR = "key name type unit start target current confidence";
const GOAL = "key name type state revision";
const keyResults = (nodes) => `measuredBy${nodes ? "(first: 20) { nodes" : ""} { ${KR} }${nodes ? " }" : ""}`;
const list = (name, inner, nodes) =>
  nodes ? `${name}(first: 500) { nodes { ${inner} } }` : `${name} { ${inner} }`;
const goals = (name, inner, nodes) =>
  nodes ? `${name}(first: 50) { nodes { ... on Objective { ${inner} } } }` : `${name} { ${inner} }`;

function cascade(depth, nodes) {
  const below = depth > 0 ? ` ${goals("contributors", cascade(depth - 1, nodes), nodes)}` : "";
  return `${GOAL} ${keyResults(nodes)}${below}`;
}

export function queries({ team, objective, after }) {
  return [
    {
      name: "Q1 a team with its objectives and key results",
      ours: { query: `query($k: String!) { team(key: $k) { key name type capacity ${goals("owns", `${GOAL} ${keyResults(true)}`, true)} } }`, variables: { k: team } },
      peer: { query: `query($k: String!) { teams(where: {key: {eq: $k}}) { key name type capacity owns { ${GOAL} ${keyResults(false)} } } }`, variables: { k: team } },
    },
    {
      name: "Q2 the cascade from the company, with key results",
      ours: { query: `{ companies { nodes { key name ${goals("owns", cascade(2, true), true)} } } }` },
      peer: { query: `{ companies { key name owns { ${cascade(2, false)} } } }` },
    },
    {
      name: "Q3 dependency neighbourhood, 2 hops",
      ours: { query: `query($k: String!) { team(key: $k) { key name ${["dependsOn", "dependents"].map((w) => `${w}(first: 500, kinds: [TEAM]) { nodes { ... on Team { key name ${w}(first: 500, kinds: [TEAM]) { nodes { ... on Team { key name } } } } } }`).join(" ")} } }`, variables: { k: team } },
      peer: { query: `query($k: String!) { teams(where: {key: {eq: $k}}) { key name dependsOn { key name dependsOn { key name } } dependents { key name dependents { key name } } } }`, variables: { k: team } },
    },
    {
      name: "Q4 50 teams filtered and sorted",
      ours: { query: `{ teams(first: 50, filter: {type: {eq: PLATFORM}}, orderBy: [{field: KEY}]) { nodes { key name type capacity ${list("builds", "key name", true)} ${goals("owns", GOAL, true)} } } }` },
      peer: { query: `{ teams(limit: 50, where: {type: {eq: "platform"}}, sort: [{key: ASC}]) { key name type capacity builds { key name } owns { ${GOAL} } } }` },
    },
    {
      name: "Q5 downstream impact of a team, unbounded",
      ours: { query: `query($k: ID!) { downstream(of: $k, kinds: [TEAM], limit: 100000) { targets { key node { ... on Team { name type } } } } }`, variables: { k: `Team/${team}` } },
      peer: { query: `query($k: String!) { teams(where: {key: {eq: $k}}) { downstream { key name type } } }`, variables: { k: team } },
    },
    {
      name: "Q6 1,000 work items with team and product",
      ours: { query: `query($a: String!) { a: workItems(first: 500) { ...Items } b: workItems(first: 500, after: $a) { ...Items } } fragment Items on WorkItemConnection { nodes { key name flow state deliveredBy(first: 5) { nodes { key name builds(first: 5) { nodes { key name } } } } } }`, variables: { a: after } },
      peer: { query: `{ workItems(limit: 1000, sort: [{key: ASC}]) { key name flow state deliveredBy { key name builds { key name } } } }` },
    },
    {
      name: "Q7 a team objective traced to the company",
      ours: { query: `query($k: String!) { objective(key: $k) { ${GOAL} ${goals("contributesTo", `${GOAL} ${goals("contributesTo", GOAL, true)}`, true)} } }`, variables: { k: objective } },
      peer: { query: `query($k: String!) { objectives(where: {key: {eq: $k}}) { ${GOAL} contributesTo { ${GOAL} contributesTo { ${GOAL} } } } }`, variables: { k: objective } },
    },
    {
      name: "Q8 create an objective with 3 key results, aligned",
      writes: true,
      ours: { query: `mutation($i: CreateObjectiveWithKeyResultsInput!) { createObjectiveWithKeyResults(input: $i) { node { key } problems { message } } }`, make: (key) => ({ i: { key, name: "New", keyResults: [1, 2, 3].map((n) => ({ key: `${key}-${n}`, name: "KR", start: 0, target: 10, current: 0 })), parents: [{ target: `Objective/${objective}` }] } }) },
      peer: { query: `mutation($i: [ObjectiveCreateInput!]!) { createObjectives(input: $i) { objectives { key } } }`, make: (key) => ({ i: [{ key, name: "New", measuredBy: { create: [1, 2, 3].map((n) => ({ node: { key: `${key}-${n}`, name: "KR", start: 0, target: 10, current: 0 } })) }, contributesTo: { connect: [{ where: { node: { key: { eq: objective } } } }] } }] }) },
    },
  ];
}
