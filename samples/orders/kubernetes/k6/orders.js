// Trial of orders: one look at the shelf. The same work each time, and nothing is left behind.
import http from "k6/http";

export function item({ url, headers }) {
  const response = http.get(`${url}/products`, { headers });
  return response.status === 200 && response.json().length === 3;
}
