// Starts GraphiQL in the page: queries over HTTP, subscriptions over a WebSocket.
const http = new URL("/graphql", window.location.href).href;
const socket = http.replace(/^http/, "ws");
const fetcher = GraphiQL.createFetcher({
  url: http,
  wsClient: graphqlWs.createClient({ url: socket }),
});
// What stands in the editor at the first visit: it answers on any graph. More are in the README.
const defaultQuery = `# How large is the graph, and which teams hold others up?
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
`;
// A link may bring an operation along: /?query=…&variables=…
const given = new URLSearchParams(window.location.search);
const initial = Object.fromEntries(
  ["query", "variables"].filter((name) => given.has(name)).map((name) => [name, given.get(name)]),
);
ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, { fetcher, defaultQuery, defaultEditorToolsVisibility: true, ...initial }),
);
