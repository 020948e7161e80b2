import { DataSource } from 'typeorm';
import { KeyRing } from '../../src/common/crypto/key-ring.js';
import { SecretBox } from '../../src/common/crypto/secret-box.js';
import { loadConfig } from '../../src/config/load-config.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { OpenOAuthApp } from '../../src/oauth-apps/open-oauth-app.service.js';
import { ProviderRegistry } from '../../src/providers/provider-registry.service.js';
import { DASHBOARD_SECRET, type Env } from '../support/test-app.js';

/** Opens what a server sealed: over HTTP no secret ever comes back. */
export interface Opener extends Pick<OpenOAuthApp, 'forStart' | 'open'> {
  close(): Promise<void>;
}

/**
 * Builds the real opener beside a server, over the server's database.
 *
 * @param env `ENCRYPTION_KEYS`, and whatever else it shall know
 */
export async function openerOf(app: { databaseUrl: string }, env: Env): Promise<Opener> {
  const config = loadConfig({ DASHBOARD_JWT_SECRET: DASHBOARD_SECRET, ...env });
  const dataSource = await new DataSource(dataSourceOptions(app.databaseUrl, { max: 1 })).initialize();
  const box = new SecretBox(new KeyRing(config.encryptionKeys));
  const opener = new OpenOAuthApp(dataSource, box, new ProviderRegistry(config), config);
  return {
    forStart: (...asked) => opener.forStart(...asked),
    open: (...asked) => opener.open(...asked),
    close: () => dataSource.destroy(),
  };
}
