// The pulse: a small batch through the whole pipeline, followed to its cards. Throws a sentence when an item was lost or
// doubled, or when a request failed; how late it may be, the pulse knows. Three batches in a hundred hold a word that the
// mock model refuses, which must end quarantined: error counters need something to count, and no alert may fire.
import http from "k6/http";
import { setTimeout } from "k6/timers";

const familiar = ["사과", "나무", "하늘"];
const cardsPerWord = 3;
const refusedEvery = 33;
const pollMs = 300;

const wordsOf = ({ id, n }) => ({
  good: [...familiar, `낱말 ${id}`],
  refused: n % refusedEvery === refusedEvery - 1 ? [`반오류 ${id}`] : [],
});

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const ask = async (what, expected, ...request) => {
  const response = await http.asyncRequest(...request);
  if (response.status !== expected) throw new Error(`${what} answered ${response.status} ${response.error}`.trim());
  return response.json();
};

const upload = async (baseUrl, { good, refused }) => {
  const rows = [...good, ...refused].map((word, index) => `${index + 1},${word},noun`);
  const file = ["position,term,type", ...rows].join("\n");
  const headers = { "content-type": "text/csv" };
  return (await ask("the upload", 202, "POST", `${baseUrl}/batches`, file, { headers })).batchId;
};

const follow = async (batch) => {
  for (;;) {
    const state = await ask("the batch", 200, "GET", `${batch}?items=false`);
    if (state.done + state.failed >= state.total) return state;
    await pause(pollMs);
  }
};

const checkState = ({ id, done, failed }, { good, refused }) => {
  if (done === good.length && failed === refused.length) return;
  throw new Error(`batch ${id} ended with ${done} done and ${failed} failed, not ${good.length} and ${refused.length}`);
};

const checkCards = (cards, words) => {
  const distinct = new Set(cards.map(({ position, tab_name: tab }) => `${position} ${tab}`)).size;
  if (distinct === cards.length && cards.length === words * cardsPerWord) return;
  throw new Error(`${words} words have ${cards.length} cards, ${distinct} of them distinct, not ${words * cardsPerWord}`);
};

export async function item({ id, n, baseUrl }) {
  const words = wordsOf({ id, n });
  const batch = `${baseUrl}/batches/${await upload(baseUrl, words)}`;
  checkState(await follow(batch), words);
  checkCards(await ask("the cards", 200, "GET", `${batch}/cards`), words.good.length);
}
