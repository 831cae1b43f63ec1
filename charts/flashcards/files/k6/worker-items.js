// Trial of worker: one word through the worker's own queue, both stages, validation and rows.
import http from "k6/http";

const unique = () => Math.random().toString(36).slice(2, 12).padEnd(10, "0");

export function item({ url, headers, n }) {
  const body = JSON.stringify({ position: 1 + n, term: `낱말 ${unique()}`, type: "noun" });
  const response = http.post(`${url}/items`, body, { headers: { ...headers, "content-type": "application/json" } });
  return response.status === 200 && response.json("rows").length === 3;
}
