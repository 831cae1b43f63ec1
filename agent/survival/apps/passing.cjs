// For Node's own test runner.
const test = require("node:test");
const work = require("./work.cjs");

test("works", () => work(1));
