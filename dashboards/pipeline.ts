/** The dashboard of the pipeline. The same panels in both editions: who knows one finds everything in the other. */
import { type Board, one, type Row } from "./panels.ts";
import { queries } from "./queries.ts";

const rows: Row[] = [
  {
    title: "Objectives",
    panels: [
      {
        title: "Burn rate over an hour (1 uses up the budget in 30 days)",
        unit: "short",
        lines: [
          { query: queries.burnCallsInTime, legend: "calls in time" },
          { query: queries.burnWords, legend: "words" },
        ],
      },
      {
        title: "Error budget left of 30 days",
        unit: "percentunit",
        lines: [
          { query: queries.budgetCallsInTime, legend: "calls in time" },
          { query: queries.budgetWords, legend: "words" },
        ],
      },
    ],
  },
  {
    title: "Calls to the model",
    panels: [
      one("Calls", "reqps", { query: queries.calls, legend: "{{model}}" }),
      one("Failed calls", "percentunit", { query: queries.callErrorRatio, legend: "failed" }),
      one("Failures by type", "reqps", {
        query: queries.callErrors,
        legend: "{{model}} {{error_type}}",
      }),
      {
        title: "Latency",
        unit: "s",
        lines: [
          { query: queries.callMedian, legend: "p50 {{model}}" },
          { query: queries.callTail, legend: "p95 {{model}}" },
        ],
      },
      one("Tokens per second", "short", { query: queries.tokens, legend: "{{model}}" }),
      one("Cost per hour", "currencyUSD", { query: queries.costPerHour, legend: "{{model}}" }),
    ],
  },
  {
    title: "Processing",
    panels: [
      one("Batches", "reqps", { query: queries.batches, legend: "{{stage}} success={{success}}" }),
      one("Words", "reqps", { query: queries.words, legend: "{{stage}}" }),
      one("Stage duration, p95", "s", { query: queries.stageTail, legend: "{{stage}}" }),
      one("Words that failed", "reqps", {
        query: queries.stageErrors,
        legend: "{{stage}} {{error_type}}",
      }),
      one("Throughput of batches (words per second)", "short", {
        query: queries.throughput,
        legend: "words/s",
      }),
      one("Items in flight", "short", { query: queries.inFlight, legend: "in flight" }),
      one("Queue", "short", { query: queries.queueDepth, legend: "{{state}}" }),
      one("Oldest item in the queue", "s", { query: queries.queueOldestAge, legend: "age" }),
    ],
  },
  {
    title: "Cache and database",
    panels: [
      one("Cache operations", "ops", { query: queries.cacheOperations, legend: "{{operation}}" }),
      one("Cache hit rate", "percentunit", { query: queries.cacheHitRatio, legend: "hits" }),
      one("Cache size in memory", "bytes", { query: queries.cacheSize, legend: "bytes" }),
      one("Database operations", "ops", {
        query: queries.databaseOperations,
        legend: "operations",
      }),
      one("Database duration, p95", "s", { query: queries.databaseTail, legend: "p95" }),
      one("Rows read and written per second", "short", {
        query: queries.databaseRows,
        legend: "rows",
      }),
      one("Database connections", "short", { query: queries.poolConnections, legend: "{{state}}" }),
    ],
  },
  {
    title: "Protection",
    panels: [
      one("Circuit breaker (0 closed, 1 half-open, 2 open)", "short", {
        query: queries.breakerState,
        legend: "{{name}}",
      }),
      one("Rate limiter in use", "percentunit", {
        query: queries.limiterUtilization,
        legend: "{{limiter}}",
      }),
      one("Health of the model", "percentunit", { query: queries.healthScore, legend: "score" }),
    ],
  },
];

export const pipeline: Board = { name: "flashcards", title: "Flashcard pipeline", rows };
