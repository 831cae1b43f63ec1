// For Node's own test runner.
const test = require("node:test");

void test("fails", () => {
  throw new Error("planned");
});
