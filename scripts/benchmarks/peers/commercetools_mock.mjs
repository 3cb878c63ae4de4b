// Serves @labdigital/commercetools-mock on a free port, as its own server does: strict, silent, no authentication.
// Usage: node commercetools_mock.mjs FOLDER (that holds node_modules)
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const found = createRequire(resolve(process.argv[2], "package.json")).resolve("@labdigital/commercetools-mock");
const { CommercetoolsMock } = await import(pathToFileURL(found));
const mock = new CommercetoolsMock({ strict: true, silent: true });
await mock.app.listen({ port: 0, host: "127.0.0.1" });
console.log(JSON.stringify({ base_url: `http://127.0.0.1:${mock.app.server.address().port}` }));
