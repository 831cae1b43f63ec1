// An order, followed until it is packed, and looked at now and then as its customer would. One in ten is for what is sold out,
// and is kept for later.
import http from "k6/http";
import { setTimeout } from "k6/timers";

const headers = { "content-type": "application/json" };
const looks = 4;
const betweenMs = 250;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

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
  for (let look = 0; look < looks; look += 1) {
    await pause(betweenMs);
    const { packed } = await ask(200, "GET", `${baseUrl}/orders/${id}`);
    if ((packed === null) !== soldOut)
      throw new Error(`order ${id} is ${packed ? "packed though sold out" : "not packed"}`);
  }
}
