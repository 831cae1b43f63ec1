import { expect, test } from "@jest/globals";
import { ledger } from "./account.ts";

test("what was taken and has not arrived is owed; what nobody promised is not", () => {
  const book = ledger();
  book.answered(book.next(3), "taken");
  book.answered(book.next(2), "refused");
  book.answered(book.next(2), "unanswered");
  book.arrived([0, 1, 5]);
  book.arrived([1]);
  expect(book.account()).toEqual({
    offered: 7,
    taken: 3,
    refused: 2,
    unanswered: 2,
    arrived: 3,
    owed: 1,
    twice: 1,
  });
});

test("numbers go on beyond the first page", () => {
  const book = ledger();
  const numbers = book.next(200_000);
  book.answered(numbers, "taken");
  book.arrived(numbers);
  expect(book.account()).toMatchObject({ arrived: 200_000, owed: 0, twice: 0 });
});
