// Trial of llm-gateway: stage 1 for a word nobody has asked for. Missed in both cache layers, limited, sent through the
// breaker to the model, parsed, stored in both layers. Every item is the same work, whichever arm it belongs to.
import http from "k6/http";

const unique = () => Math.random().toString(36).slice(2, 12).padEnd(10, "0");

export function item({ url, headers, n }) {
  const body = JSON.stringify({ position: 1 + n, term: `낱말 ${unique()}`, type: "noun" });
  const response = http.post(`${url}/v1/stage1`, body, { headers: { ...headers, "content-type": "application/json" } });
  return response.status === 200 && response.json("cached") === false;
}
