// The pulse: a small batch through the whole pipeline, followed to its cards. Throws a sentence when an item was lost,
// doubled, late, or when any request failed. Three batches in a hundred hold a word that the mock model
// refuses, which must end quarantined: error counters need something to count, and no alert may fire.
import http from "k6/http";

const base = __ENV.BASE_URL || "http://ingest-api:8080";
const deadlineMs = Number(__ENV.DEADLINE_SECONDS || 30) * 1000;
const familiar = ["사과", "나무", "하늘"];
const cardsPerWord = 3;
const failingShare = 0.03;
const pollMs = 300;

const wordsOf = (id) => {
  const own = `${id} ${Math.random().toString(36).slice(2, 10)}`;
  const failing = Math.random() < failingShare ? [`반오류 ${own}`] : [];
  return { good: [...familiar, `낱말 ${own}`], failing };
};

const request = (what, response, status) => {
  if (response.status !== status) throw new Error(`${what} answered ${response.status} ${response.error || ""}`.trim());
  return response.json();
};

const upload = async ({ good, failing }) => {
  const rows = [...good, ...failing].map((word, index) => `${index + 1},${word},noun`);
  const body = ["position,term,type", ...rows].join("\n");
  const params = { headers: { "content-type": "text/csv" } };
  return request("upload", await http.asyncRequest("POST", `${base}/batches`, body, params), 202).batchId;
};

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const get = async (what, path) => request(what, await http.asyncRequest("GET", base + path), 200);

const follow = async (batch) => {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const state = await get("batch", `/batches/${batch}?items=false`);
    if (state.done + state.failed >= state.total) return state;
    if (Date.now() > end) throw new Error(`batch ${batch} is late: ${state.done} of ${state.total} done`);
    await later(pollMs);
  }
};

const check = async (batch, { good, failing }, state) => {
  if (state.done !== good.length || state.failed !== failing.length) {
    throw new Error(`batch ${batch} ended with ${state.done} done and ${state.failed} failed, not ${good.length} and ${failing.length}`);
  }
  const cards = await get("cards", `/batches/${batch}/cards`);
  const distinct = new Set(cards.map((card) => `${card.position} ${card.tab_name}`)).size;
  if (cards.length !== good.length * cardsPerWord || distinct !== cards.length) {
    throw new Error(`batch ${batch} has ${cards.length} cards, ${distinct} of them distinct, not ${good.length * cardsPerWord}`);
  }
};

export async function item({ id }) {
  const words = wordsOf(id);
  const batch = await upload(words);
  await check(batch, words, await follow(batch));
}
