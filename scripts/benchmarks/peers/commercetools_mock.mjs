// Serves @labdigital/commercetools-mock as its own server does: strict, silent, without authentication.
// Usage: node commercetools_mock.mjs FOLDER PORT (FOLDER holds node_modules)
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const found = createRequire(resolve(process.argv[2], "package.json")).resolve("@labdigital/commercetools-mock");
const { CommercetoolsMock } = await import(pathToFileURL(found));
const mock = new CommercetoolsMock({ strict: true, silent: true });
await mock.app.listen({ port: Number(process.argv[3]), host: "127.0.0.1" });
