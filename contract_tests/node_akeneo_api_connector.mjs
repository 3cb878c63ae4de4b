// The published client node-akeneo-api (npm) as a command: `node node_akeneo_api_connector.mjs pull|push`.
// Nothing is added that the client does not do by itself: no waiting, no repeating, no renewing. It reads the settings
// from the same variables. The tests install it below build/clients.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const akeneo = createRequire(new URL("../build/clients/package.json", import.meta.url))("node-akeneo-api");
const log = (about, text) => console.error([text, JSON.stringify(about)].filter(Boolean).join(" "));
akeneo.setLogger({ debug() {}, info() {}, warn: log, error: log });

const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function pull() {
  let asked = "?pagination_type=search_after";
  if (process.env.CONNECTOR_SINCE) {
    const value = new Date(process.env.CONNECTOR_SINCE).toISOString().slice(0, 19).replace("T", " ");
    asked += `&search=${encodeURIComponent(JSON.stringify({ updated: [{ operator: ">", value }] }))}`;
  }
  await akeneo.get(akeneo.apiUrlProducts() + asked, (products) => products.forEach(tell));
}

async function push() {
  const products = [];
  for await (const line of createInterface({ input: process.stdin })) products.push(JSON.parse(line));
  const { responses } = await akeneo.patchVndAkeneoCollection(akeneo.apiUrlProducts(), products);
  for (const { identifier, status_code: status, message } of responses) {
    if (identifier) tell({ identifier, status: status < 300 ? "accepted" : "refused", message });
  }
}

await { pull, push }[process.argv[2]]();
