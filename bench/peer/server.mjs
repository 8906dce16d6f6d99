// The peer: @neo4j/graphql over the same database, served by GraphQL Yoga, as its guide has it.
import { createServer } from "node:http";
import { Neo4jGraphQL } from "@neo4j/graphql";
import { createYoga } from "graphql-yoga";
import neo4j from "neo4j-driver";

const typeDefs = /* GraphQL */ `
  type Company @node {
    key: String!
    name: String
    owns: [Objective!]! @relationship(type: "OWNS", direction: OUT)
  }
  type Team @node {
    key: String!
    name: String
    type: String
    capacity: Float
    owns: [Objective!]! @relationship(type: "OWNS", direction: OUT)
    builds: [Product!]! @relationship(type: "BUILDS", direction: OUT)
    dependsOn: [Team!]! @relationship(type: "DEPENDS_ON", direction: OUT)
    dependents: [Team!]! @relationship(type: "DEPENDS_ON", direction: IN)
    downstream: [Team!]!
      @cypher(statement: "MATCH (this)<-[:DEPENDS_ON*]-(hit:Team) RETURN DISTINCT hit", columnName: "hit")
  }
  type Product @node {
    key: String!
    name: String
  }
  type Objective @node {
    key: String!
    name: String
    type: String
    state: String
    revision: Int
    measuredBy: [KeyResult!]! @relationship(type: "MEASURES", direction: IN)
    contributors: [Objective!]! @relationship(type: "CONTRIBUTES_TO", direction: IN)
    contributesTo: [Objective!]! @relationship(type: "CONTRIBUTES_TO", direction: OUT)
  }
  type KeyResult @node {
    key: String!
    name: String
    type: String
    unit: String
    start: Float
    target: Float
    current: Float
    confidence: Float
    measures: [Objective!]! @relationship(type: "MEASURES", direction: OUT)
  }
  type WorkItem @node {
    key: String!
    name: String
    flow: String
    state: String
    deliveredBy: [Team!]! @relationship(type: "DELIVERS", direction: IN)
  }
`;

const { NEO4J_URI, NEO4J_USER, NEO4J_PASSWORD, PORT } = process.env;
const driver = neo4j.driver(NEO4J_URI, neo4j.auth.basic(NEO4J_USER, NEO4J_PASSWORD));
const schema = await new Neo4jGraphQL({ typeDefs, driver }).getSchema();
const yoga = createYoga({ schema, logging: false, graphiql: false, landingPage: false });
createServer(yoga).listen(Number(PORT), "127.0.0.1", () => console.log("ready"));
