// Trial of ingest-api: an upload of twenty words, checked, stored and handed to a queue.
import http from "k6/http";

const words = ["사과", "나무", "하늘", "바다", "사람", "시간", "학교", "친구", "음식", "여행", "먹다", "가다", "보다", "크다", "작다", "빨리", "아주", "우리", "하나", "그리고"];
const file = ["position,term,type", ...words.map((word, index) => `${index + 1},${word},unknown`)].join("\n");

export function item({ url, headers }) {
  const response = http.post(`${url}/batches`, file, { headers: { ...headers, "content-type": "text/csv" } });
  return response.status === 202 && response.json("accepted") === words.length;
}
