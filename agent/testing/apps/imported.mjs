import libraries from "./libraries.cjs";

await libraries.serve((name) => import(name));
