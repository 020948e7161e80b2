import { mkdtempSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';

/**
 * One PostgreSQL for the whole run: the one that `DATABASE_URL` names, or the embedded one. Test files make
 * databases of their own from a template, which is migrated here once.
 */
export default async function setup() {
  buildIfStale();
  const { startEmbeddedPostgres } =
    await import('../../dist/src/database/embedded/start-embedded-postgres.js');
  const { migrate } = await import('../../dist/src/database/migrate.js');
  let server = process.env.DATABASE_URL;
  if (!server) {
    const dataDir = mkdtempSync(join(tmpdir(), 'swingdoor-test-'));
    chmodSync(dataDir, 0o755);
    globalThis.swingdoorPostgres = await startEmbeddedPostgres({ dataDir });
    globalThis.swingdoorDataDir = dataDir;
    server = globalThis.swingdoorPostgres.url;
  }
  const template = `swingdoor_template_${process.pid}`;
  await query(server, `CREATE DATABASE ${template}`);
  await migrate(withDatabase(server, template));
  process.env.TEST_DATABASE_SERVER = server;
  process.env.TEST_DATABASE_TEMPLATE = template;
}

export async function query(url, text) {
  const { Client } = await import('pg').then((module) => module.default);
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

function withDatabase(url, name) {
  return url.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${name}`);
}
