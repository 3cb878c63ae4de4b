// Calls functions of node-akeneo-api one after another and writes what each gave, and what the client logged as errors.
// Usage: NODE_PATH=FOLDER/node_modules AKENEO_BASE_URL=... node calls.mjs < calls.json    ([["get", "/api/..."], ...])
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const akeneo = createRequire(import.meta.url)("node-akeneo-api");
const errors = [];
const silent = () => {};
const kept = (about, text) => errors.push({ ...about, text });
akeneo.setLogger({ debug: silent, info: silent, warn: silent, error: kept });

const answers = [];
for (const [name, ...given] of JSON.parse(readFileSync(0, "utf8"))) answers.push(await akeneo[name](...given));
// An upload leaves its connection open: without `exit` the process would wait until the server closes it.
process.stdout.write(JSON.stringify({ answers, errors }), () => process.exit(0));
