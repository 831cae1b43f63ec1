/** Every view once, with a word that can only be read when its content is there. */
export interface Stop {
  name: string;
  hash: string;
  shows: string;
}

const storefront = "#/shop/storefront";

/** What a narrow window looks like. */
export const narrow: Omit<Stop, "shows"> = { name: "narrow", hash: `${storefront}/steps` };

export const pictures: Stop[] = [
  { name: "fleet", hash: "#/", shows: "16 components" },
  { name: "steps", hash: `${storefront}/steps`, shows: "1 of 4 components instrumented" },
  { name: "verdicts", hash: `${storefront}/verdicts/gateway`, shows: "evidence matches its seal" },
  { name: "running", hash: `${storefront}/verdicts/orders`, shows: "not sealed yet" },
  { name: "parity", hash: "#/shop/invoices/parity", shows: "checkout total" },
  { name: "traces", hash: `${storefront}/traces`, shows: "SELECT stock" },
  { name: "pulse", hash: `${storefront}/pulse`, shows: "Since the beginning" },
  { name: "dashboards", hash: `${storefront}/dashboards`, shows: "Failed requests" },
  { name: "history", hash: `${storefront}/history`, shows: "AlongsideReached" },
  { name: "plan", hash: "#/ledger/postings/plan", shows: "Changes on your workloads" },
];
