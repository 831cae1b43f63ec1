/** What a dashboard shows, in rows. The same panels on both editions: who knows one finds everything in the other. */
import { type QueryName } from "./queries.ts";

export interface Panel {
  title: string;
  unit: string;
  lines: { query: QueryName; legend: string }[];
}

export interface Row {
  title: string;
  panels: Panel[];
}

const one = (title: string, unit: string, line: { query: QueryName; legend: string }): Panel => ({
  title,
  unit,
  lines: [line],
});

export const rows: Row[] = [
  {
    title: "Objectives",
    panels: [
      {
        title: "Burn rate over an hour (1 uses up the budget in 30 days)",
        unit: "short",
        lines: [
          { query: "burnCallsInTime", legend: "calls in time" },
          { query: "burnWords", legend: "words" },
        ],
      },
      {
        title: "Error budget left of 30 days",
        unit: "percentunit",
        lines: [
          { query: "budgetCallsInTime", legend: "calls in time" },
          { query: "budgetWords", legend: "words" },
        ],
      },
    ],
  },
  {
    title: "Calls to the model",
    panels: [
      one("Calls", "reqps", { query: "calls", legend: "{{model}}" }),
      one("Failed calls", "percentunit", { query: "callErrorRatio", legend: "failed" }),
      one("Failures by type", "reqps", { query: "callErrors", legend: "{{model}} {{error_type}}" }),
      {
        title: "Latency",
        unit: "s",
        lines: [
          { query: "callMedian", legend: "p50 {{model}}" },
          { query: "callTail", legend: "p95 {{model}}" },
        ],
      },
      one("Tokens per second", "short", { query: "tokens", legend: "{{model}}" }),
      one("Cost per hour", "currencyUSD", { query: "costPerHour", legend: "{{model}}" }),
    ],
  },
  {
    title: "Processing",
    panels: [
      one("Batches", "reqps", { query: "batches", legend: "{{stage}} success={{success}}" }),
      one("Words", "reqps", { query: "words", legend: "{{stage}}" }),
      one("Stage duration, p95", "s", { query: "stageTail", legend: "{{stage}}" }),
      one("Words that failed", "reqps", {
        query: "stageErrors",
        legend: "{{stage}} {{error_type}}",
      }),
      one("Throughput of batches (words per second)", "short", {
        query: "throughput",
        legend: "words/s",
      }),
      one("Items in flight", "short", { query: "inFlight", legend: "in flight" }),
      one("Queue", "short", { query: "queueDepth", legend: "{{state}}" }),
      one("Oldest item in the queue", "s", { query: "queueOldestAge", legend: "age" }),
    ],
  },
  {
    title: "Cache and database",
    panels: [
      one("Cache operations", "ops", { query: "cacheOperations", legend: "{{operation}}" }),
      one("Cache hit rate", "percentunit", { query: "cacheHitRatio", legend: "hits" }),
      one("Cache size in memory", "bytes", { query: "cacheSize", legend: "bytes" }),
      one("Database operations", "ops", { query: "databaseOperations", legend: "operations" }),
      one("Database duration, p95", "s", { query: "databaseTail", legend: "p95" }),
      one("Rows read and written per second", "short", { query: "databaseRows", legend: "rows" }),
      one("Database connections", "short", { query: "poolConnections", legend: "{{state}}" }),
    ],
  },
  {
    title: "Protection",
    panels: [
      one("Circuit breaker (0 closed, 1 half-open, 2 open)", "short", {
        query: "breakerState",
        legend: "{{name}}",
      }),
      one("Rate limiter in use", "percentunit", {
        query: "limiterUtilization",
        legend: "{{limiter}}",
      }),
      one("Health of the model", "percentunit", { query: "healthScore", legend: "score" }),
    ],
  },
];
