// An order, followed until it is packed. One in ten is for what is sold out, and is kept for later.
import http from "k6/http";

const headers = { "content-type": "application/json" };

const ask = async (expected, ...request) => {
  const response = await http.asyncRequest(...request);
  if (response.status !== expected)
    throw new Error(`${request[0]} ${request[1]} answered ${response.status}`);
  return response.json();
};

export async function item({ n, baseUrl }) {
  const soldOut = n % 10 === 9;
  const order = JSON.stringify({ sku: soldOut ? "samovar" : "teapot", quantity: 1 });
  const { id } = await ask(soldOut ? 202 : 201, "POST", `${baseUrl}/orders`, order, { headers });
  const { packed } = await ask(200, "GET", `${baseUrl}/orders/${id}`);
  if ((packed === null) !== soldOut)
    throw new Error(`order ${id} is ${packed ? "packed though sold out" : "not packed"}`);
}
