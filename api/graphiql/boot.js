// Starts GraphiQL in the page: queries over HTTP, subscriptions over a WebSocket.
const http = new URL("/graphql", window.location.href).href;
const socket = http.replace(/^http/, "ws");
const fetcher = GraphiQL.createFetcher({
  url: http,
  wsClient: graphqlWs.createClient({ url: socket }),
});
// A link may bring an operation along, /?query=…&variables=…: it gets a tab before the others.
const given = new URLSearchParams(window.location.search);
const initial = Object.fromEntries(
  ["query", "variables"].filter((name) => given.has(name)).map((name) => [name, given.get(name)]),
);
const prepared = operations.map((query) => {
  const name = query.match(/^(?:query|mutation|subscription) (\w+)/m)[1];
  return { query, variables: name in variables ? JSON.stringify(variables[name], null, 2) : undefined };
});
const defaultTabs = "query" in initial ? [initial, ...prepared] : prepared;
ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, { fetcher, defaultTabs, defaultEditorToolsVisibility: true, ...initial }),
);
