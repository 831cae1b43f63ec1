import { expect, test } from "@jest/globals";
import { CLIENT, register, SERVER, templates } from "./template.ts";

const shape = { name: "GET", kind: CLIENT, attributes: { a: 1 } };

test("the same shape is the same template, and another one is another", () => {
  const number = register(shape);
  expect(register({ ...shape, attributes: { a: 1 } })).toBe(number);
  const others = [
    { ...shape, name: "PUT" },
    { ...shape, kind: SERVER },
    { ...shape, attributes: { a: "1" } },
    { ...shape, error: true },
    { ...shape, scope: 1 },
  ];
  expect(new Set([number, ...others.map(register)]).size).toBe(6);
});

test("one that is too large keeps its name and outcome", () => {
  const large = register({ ...shape, error: true, attributes: { a: "x".repeat(8000) } });
  expect(templates[large]).toMatchObject({ name: "GET", kind: CLIENT, error: true });
});

test("beyond the limit, kind and outcome are kept, and what is known stays known", () => {
  const known = register(shape);
  for (let name = 0; name < 5000; name++) register({ ...shape, name: String(name) });
  const most = templates.length;
  for (const error of [false, true]) {
    const template = templates[register({ name: "new", kind: SERVER, error })];
    expect(template).toMatchObject({ name: "(too many)", kind: SERVER, error });
  }
  expect(register(shape)).toBe(known);
  expect(templates.length).toBe(most);
});
