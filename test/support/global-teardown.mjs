import { rmSync } from 'node:fs';
import { query } from './global-setup.mjs';

/** Leaves the given server as it was, and nothing of the embedded one. */
export default async function teardown() {
  await query(process.env.TEST_DATABASE_SERVER, `DROP DATABASE ${process.env.TEST_DATABASE_TEMPLATE}`);
  await globalThis.swingdoorPostgres?.stop();
  if (globalThis.swingdoorDataDir) rmSync(globalThis.swingdoorDataDir, { recursive: true, force: true });
}
