// The pulse: a small batch through the whole pipeline, followed to its cards. Throws a sentence when an item was lost,
// doubled, late, or when any request failed. Every tenth batch holds a word that the mock model refuses, which must end
// quarantined: error counters and alerts need something to count.
import http from "k6/http";
import { sleep } from "k6";

const base = __ENV.BASE_URL || "http://ingest-api:8080";
const deadlineMs = Number(__ENV.DEADLINE_SECONDS || 30) * 1000;
const familiar = ["사과", "나무", "하늘"];
const cardsPerWord = 3;
const pollSeconds = 0.3;

let turn = 0;

const wordsOf = (id) => {
  const own = `${id} ${Math.random().toString(36).slice(2, 10)}`;
  turn += 1;
  const failing = turn % 10 === 0 ? [`반오류 ${own}`] : [];
  return { good: [...familiar, `낱말 ${own}`], failing };
};

const request = (what, response, status) => {
  if (response.status !== status) throw new Error(`${what} answered ${response.status} ${response.error || ""}`.trim());
  return response.json();
};

const upload = ({ good, failing }) => {
  const rows = [...good, ...failing].map((word, index) => `${index + 1},${word},noun`);
  const body = ["position,term,type", ...rows].join("\n");
  return request("upload", http.post(`${base}/batches`, body, { headers: { "content-type": "text/csv" } }), 202).batchId;
};

const follow = (batch) => {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const state = request("batch", http.get(`${base}/batches/${batch}?items=false`), 200);
    if (state.done + state.failed >= state.total) return state;
    if (Date.now() > end) throw new Error(`batch ${batch} is late: ${state.done} of ${state.total} done`);
    sleep(pollSeconds);
  }
};

const check = (batch, { good, failing }, state) => {
  if (state.done !== good.length || state.failed !== failing.length) {
    throw new Error(`batch ${batch} ended with ${state.done} done and ${state.failed} failed, not ${good.length} and ${failing.length}`);
  }
  const cards = request("cards", http.get(`${base}/batches/${batch}/cards`), 200);
  const distinct = new Set(cards.map((card) => `${card.position} ${card.tab_name}`)).size;
  if (cards.length !== good.length * cardsPerWord || distinct !== cards.length) {
    throw new Error(`batch ${batch} has ${cards.length} cards, ${distinct} of them distinct, not ${good.length * cardsPerWord}`);
  }
};

export async function item({ id }) {
  const words = wordsOf(id);
  const batch = upload(words);
  check(batch, words, follow(batch));
}
