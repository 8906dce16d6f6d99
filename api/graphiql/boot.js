// Starts GraphiQL in the page: queries over HTTP, subscriptions over a WebSocket.
const http = new URL("/graphql", window.location.href).href;
const socket = http.replace(/^http/, "ws");
const fetcher = GraphiQL.createFetcher({
  url: http,
  wsClient: graphqlWs.createClient({ url: socket }),
});
ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, { fetcher, defaultEditorToolsVisibility: true }),
);
