import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { apiTypes } from './api-types.mjs';
import { buildIfStale } from './build-if-stale.mjs';
import { conformanceTable } from './conformance.mjs';
import { errorPage } from './error-codes.mjs';
import { openApiDocument } from './openapi.mjs';
import { postmanDocuments } from './postman/documents.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');

buildIfStale();
const { ERROR_CODES } = await import('../dist/src/common/errors/error-codes.js');
const { providerDefinition } = await import('../dist/src/providers/provider-definition.js');
const { sampleApps } = await import('../dist/sandbox/apps.js');
const definitionSchema = z.toJSONSchema(providerDefinition, { io: 'input' });
const openApi = await openApiDocument(root);
const postman = await postmanDocuments(openApi, sampleApps([]));
const documents = {
  'docs/conformance.md': conformanceTable(root),
  'docs/errors.md': errorPage(ERROR_CODES),
  'docs/provider-definition.schema.json': `${JSON.stringify(definitionSchema, null, 2)}\n`,
  'docs/openapi.json': openApi,
  'docs/postman/swingdoor.postman_collection.json': postman.collection,
  'docs/postman/swingdoor.postman_environment.json': postman.environment,
  'dashboard/src/api/api-types.d.ts': await apiTypes(openApi),
};
let stale = false;
for (const [file, text] of Object.entries(documents)) {
  const path = join(root, file);
  if (!check) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    stale = true;
    process.stderr.write(`${file} is out of date: run npm run docs:generate and commit it.\n`);
  }
}
process.exit(stale ? 1 : 0);
