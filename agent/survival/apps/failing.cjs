// For Node's own test runner.
const test = require("node:test");

test("fails", () => {
  throw new Error("planned");
});
