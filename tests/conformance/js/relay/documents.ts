// What relay-compiler compiles: a page of a connection, a node that is asked for again, writes that
// move the store, and a subscription. The artifacts are what runs; this module never does.
import { graphql } from "relay-runtime";

export const work = graphql`
  query documentsWorkQuery($count: Int!, $cursor: String) {
    ...documentsWork_query @arguments(count: $count, cursor: $cursor)
  }
`;
export const page = graphql`
  fragment documentsWork_query on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" })
  @refetchable(queryName: "documentsWorkPageQuery") {
    workItems(first: $count, after: $cursor) @connection(key: "documents_workItems") {
      totalCount
      edges { node { id key durationDays deliveredBy { nodes { ...documentsTeam_team } } } }
    }
  }
`;
export const team = graphql`
  fragment documentsTeam_team on Team @refetchable(queryName: "documentsTeamRefetchQuery") {
    id
    key
    name
    capacity
  }
`;
export const teams = graphql`
  query documentsTeamsQuery {
    teams(first: 3) @connection(key: "documents_teams") {
      edges { node { id ...documentsTeam_team } }
    }
  }
`;
export const back = graphql`
  query documentsBackQuery($last: Int!, $before: String) {
    workItems(last: $last, before: $before) {
      edges { cursor node { key } }
      pageInfo { hasPreviousPage startCursor }
    }
  }
`;
export const anything = graphql`
  query documentsNodesQuery($ids: [ID!]!) {
    nodes(ids: $ids) { __typename id kind title ... on WorkItem { durationDays } ... on Team { capacity } }
  }
`;
export const create = graphql`
  mutation documentsCreateMutation($input: CreateTeamInput!, $connections: [ID!]!) {
    createTeam(input: $input) {
      node @appendNode(connections: $connections, edgeTypeName: "TeamEdge") { id ...documentsTeam_team }
      problems { code message field }
    }
  }
`;
export const rename = graphql`
  mutation documentsRenameMutation($input: UpdateTeamInput!) {
    updateTeam(input: $input) { node { id name } problems { code } }
  }
`;
export const heard = graphql`
  subscription documentsHeardSubscription($since: Int) {
    changes(since: $since) { revision command }
  }
`;
