// A connector in Node.js without a dependency: `node sync.mjs pull|push`. The protocol is told in docs/connectors.md.
import { createInterface } from "node:readline";

const env = process.env;
const TRIES = 8;
const BATCH = 100;
const TIMEOUT_MS = 30_000;
const LONGEST_WAIT_SECONDS = 300;
const PASSING = new Set([408, 429, 500, 502, 503, 504]); // these may be gone at the next try

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, Math.ceil(seconds * 1000) + 20));

/** The seconds that a Retry-After tells, as a number or as a date; undefined when it tells nothing. */
function retryAfter(header) {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const until = Date.parse(header);
  return Number.isNaN(until) ? undefined : Math.max(0, (until - Date.now()) / 1000);
}

/** Grows with each try, and differs between workers. */
const backoff = (attempt) => Math.min(30, 0.3 * 2 ** attempt) * (0.75 + Math.random() / 2);

/** Status and body of the first answer that will not change by waiting. */
async function patiently(method, url, headers, body) {
  let trouble = "";
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    let told;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const answer = await fetch(url, { method, headers, body, signal, redirect: "error" });
      const text = await answer.text();
      const typed = (answer.headers.get("content-type") ?? "").includes("json");
      if (!PASSING.has(answer.status) && (typed || !answer.ok)) return { status: answer.status, text };
      trouble = `${answer.status} ${text.slice(0, 200)}`;
      told = retryAfter(answer.headers.get("retry-after"));
    } catch (error) {
      trouble = String(error.cause ?? error);
    }
    if (told > LONGEST_WAIT_SECONDS) break;
    if (attempt + 1 < TRIES) await pause(told ?? backoff(attempt));
  }
  throw new Error(`${method} ${new URL(url).pathname}: gave up after ${trouble}`);
}

let token;
let renewing;

async function grant(body) {
  const basic = Buffer.from(`${env.AKENEO_CLIENT_ID}:${env.AKENEO_SECRET}`).toString("base64");
  const headers = { Authorization: `Basic ${basic}`, "Content-Type": "application/json" };
  return patiently("POST", `${env.AKENEO_BASE_URL}/api/oauth/v1/token`, headers, JSON.stringify(body));
}

/** A token that is not `stale`; whoever asks meanwhile waits for the same one. */
async function renewed(stale) {
  if (token && token.access_token !== stale) return token.access_token;
  renewing ??= (async () => {
    let answer = { status: 0 };
    if (token) answer = await grant({ grant_type: "refresh_token", refresh_token: token.refresh_token });
    if (answer.status !== 200) {
      answer = await grant({ grant_type: "password", username: env.AKENEO_USERNAME, password: env.AKENEO_PASSWORD });
    }
    if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.text.slice(0, 200)}`);
    token = JSON.parse(answer.text);
  })().finally(() => { renewing = undefined; });
  await renewing;
  return token.access_token;
}

async function call(method, url, body, type) {
  const asked = async (bearer) =>
    patiently(method, url, { Authorization: `Bearer ${bearer}`, ...(type && { "Content-Type": type }) }, body);
  let bearer = await renewed(undefined);
  let answer = await asked(bearer);
  if (answer.status === 401) answer = await asked((bearer = await renewed(bearer)));
  if (answer.status >= 400) {
    throw new Error(`${method} ${new URL(url).pathname}: ${answer.status} ${answer.text.slice(0, 200)}`);
  }
  return answer.text;
}

async function pull() {
  const asked = new URLSearchParams({ pagination_type: "search_after", limit: "100" });
  if (env.CONNECTOR_SINCE) {
    // One second earlier than told: the PIM's moments have whole seconds, and ">" is strict.
    const since = new Date(Date.parse(env.CONNECTOR_SINCE) - 1000);
    const value = since.toISOString().slice(0, 19).replace("T", " ");
    asked.set("search", JSON.stringify({ updated: [{ operator: ">", value }] }));
  }
  let url = `${env.AKENEO_BASE_URL}/api/rest/v1/products-uuid?${asked}`;
  while (url) {
    const page = JSON.parse(await call("GET", url));
    for (const product of page._embedded.items) process.stdout.write(`${JSON.stringify(product)}\n`);
    const next = page._links.next?.href;
    // The token goes to the PIM and to nobody else.
    if (next && new URL(next).origin !== new URL(env.AKENEO_BASE_URL).origin) throw new Error("next leads elsewhere");
    url = next;
  }
}

async function push() {
  const products = [];
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim()) products.push(JSON.parse(line));
  }
  for (let begin = 0; begin < products.length; begin += BATCH) {
    const batch = products.slice(begin, begin + BATCH);
    const body = batch.map((product) => JSON.stringify(product)).join("\n");
    const answered = await call(
      "PATCH", `${env.AKENEO_BASE_URL}/api/rest/v1/products`, body, "application/vnd.akeneo.collection+json",
    );
    const lines = answered.split("\n").filter(Boolean).map((line) => JSON.parse(line));
    batch.forEach(({ identifier }, index) => {
      const line = lines.find((one) => one.line === index + 1);
      if (!line) throw new Error(`the PIM did not answer for ${identifier}`);
      const why = [line.message, ...(line.errors ?? []).map((error) => error.message)].filter(Boolean).join(" ");
      const result = line.status_code < 300
        ? { identifier, status: "accepted" }
        : { identifier, status: "refused", message: why };
      process.stdout.write(`${JSON.stringify(result)}\n`);
    });
  }
}

const actions = { pull, push };
try {
  await actions[process.argv[2]]();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
