// For Node's own test runner.
const test = require("node:test");
const work = require("./work.cjs");

void test("works", () => work(1));
