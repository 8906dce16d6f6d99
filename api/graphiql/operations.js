// What stands in the tabs at the first visit. All answer on any graph but the last, which writes.
const operations = [
  `# How large is the graph, and which teams hold others up?
query Begin {
  graph {
    revision
    nodeCount
    relationshipCount
  }
  bottlenecks {
    teams {
      rank
      key
      score
      why
    }
  }
}

# Work, what was changed last first: who delivers it, and what it needs.
query Work {
  workItems(first: 10, orderBy: [{ field: UPDATED_AT, direction: DESC }]) {
    totalCount
    nodes {
      key
      title
      currentState
      deliveredBy { nodes { title } }
      dependsOn(first: 3) { nodes { kind title } }
    }
  }
}
`,
  `# Where do the goals stand, and what are they made of?
query Goals {
  objectives(first: 20) {
    nodes {
      key
      title
      level
      progress
      coverage
      ownedBy { nodes { kind title } }
      measuredBy { nodes { key title progress } }
    }
  }
}
`,
  `# Teams: what they build, deliver and need of each other.
query Teams {
  teams(first: 20) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      key
      title
      type
      capacity
      builds { nodes { title } }
      delivers(first: 3) { totalCount nodes { key } }
      dependsOn(first: 3) { nodes { kind title } }
    }
  }
}
`,
  `# What decides when all is done?
query Schedule {
  criticalPath {
    finishDays
    start
    finish
    pathCount
    items { key name critical totalFloat start finish heldBy }
  }
}
`,
  `# What costs most while it waits?
query Escalation {
  escalation {
    today
    count
    rows { rank dependent needed status lateDays costAtStake reason }
  }
}
`,
  `# Does the work lead to the goals, and do the goals have work?
query Alignment {
  alignment {
    orphanObjectives
    keyResultsWithoutWork
    workWithoutKeyResult
    teamsWithoutObjective
  }
}
`,
  `# Find anything by its words; the variables are below.
query Find($text: String!) {
  search(text: $text) {
    totalCount
    hits { rank node { kind key title } }
  }
}
`,
  `# Who wrote what, from the beginning on, and how did the graph stand before?
query History {
  changes(first: 10) {
    totalCount
    nodes {
      revision
      at
      actor
      command
      changes(first: 3) { totalCount nodes { operation subject } }
    }
  }
  asOf(revision: 0) { graph { revision nodeCount } }
}
`,
  `# Hear of each write as it happens; run the next tab to make one.
subscription Hear {
  changes {
    revision
    actor
    command
    changes(first: 5) { nodes { operation subject after } }
  }
}
`,
  `# Write: a refusal is data, with a code and the way out.
mutation Make($input: CreateTeamInput!) {
  createTeam(input: $input) {
    revision
    node { id key }
    problems { code message field hint }
  }
}
`,
];
const variables = {
  Find: { text: "team" },
  Make: { input: { key: "first-steps", name: "First steps" } },
};
