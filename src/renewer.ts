import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LockConnections } from './accounts/lock-connections.js';
import { asAppError } from './accounts/provider-failure.js';
import { RenewConsent } from './accounts/renew-consent.service.js';
import type { RenewalReply, RenewalRequest, RenewerSettings } from './accounts/renewals.service.js';
import { KeyRing } from './common/crypto/key-ring.js';
import { SecretBox } from './common/crypto/secret-box.js';
import { normalizeError } from './common/errors/normalize-error.js';
import type { RefreshReport } from './common/metrics/tallies.js';
import { continueTrace } from './common/spans/traced.js';
import { boundedSocket } from './common/postgres/bounded-socket.js';
import { Config } from './config/config.js';
import { dataSourceOptions } from './database/data-source-options.js';
import { openLog } from './logging/open-log.js';
import { PinoLogger } from './logging/pino-logger.service.js';
import { OpenOAuthApp } from './oauth-apps/open-oauth-app.service.js';
import { ProviderClient } from './providers/provider-client.service.js';
import { ProviderRegistry } from './providers/provider-registry.service.js';
import { startTracing } from './tracing/start-tracing.js';

/**
 * The renewing process of a server; see `Renewals`. It ends with its server, however that ends, but not before what it
 * began is stored. Signals are the server's: a terminal sends them to both.
 */
const logger = new Logger('Accounts');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

/** For reading OAuth apps; in milliseconds, as the server's. */
const POOL = {
  max: 2,
  connectionTimeoutMillis: 5_000,
  statement_timeout: 10_000,
  stream: boundedSocket(12_000),
};

let service: Promise<{ renewal: RenewConsent; close: () => Promise<void> }> | undefined;

process.on('message', (message: RenewalRequest | RenewerSettings) => {
  if ('databaseUrl' in message) {
    service = open(message);
    service.catch((err: unknown) => {
      logger.warn({ err }, 'The renewing process has no database.');
      process.exit(1);
    });
  } else void answer(message);
});

process.once('disconnect', () => void leave());

async function open({ databaseUrl, config: known }: RenewerSettings) {
  // The rest of the configuration is not this process's business, and nothing here asks for it.
  const config = new Config(known as Config);
  Logger.overrideLogger(new PinoLogger(openLog(config.logLevel)));
  const tracing = await startTracing(config.tracesUrl);
  const dataSource = await new DataSource(dataSourceOptions(databaseUrl, POOL)).initialize();
  const box = new SecretBox(new KeyRing(config.encryptionKeys));
  const registry = new ProviderRegistry(config);
  const apps = new OpenOAuthApp(dataSource, box, registry, config);
  const locks = await LockConnections.open(dataSource, 8);
  const renewal = new RenewConsent(locks, box, new ProviderClient(registry), registry, apps, say);
  const close = async () => {
    await renewal.finish();
    await locks.onApplicationShutdown();
    await dataSource.destroy();
    await tracing?.stop();
  };
  return { renewal, close };
}

async function answer({ id, consentId, oauthAppId, wish, trace }: RenewalRequest): Promise<void> {
  let reply: RenewalReply;
  try {
    const { renewal } = await service!;
    reply = { id, renewal: await continueTrace(trace, () => renewal.run(consentId, oauthAppId, wish)) };
  } catch (thrown) {
    const error = normalizeError(asAppError(thrown));
    if (error.code === 'server_error') logger.error({ err: thrown, consentId }, 'Renewing failed.');
    reply = {
      id,
      error: { code: error.code, message: error.message, retryAfter: error.headers['Retry-After'] },
    };
  }
  say(reply);
}

/** Nobody to tell is no reason to fail: what was renewed is stored. */
function say(message: RenewalReply | RefreshReport): void {
  if (process.connected) process.send!(message, undefined, undefined, () => undefined);
}

async function leave(): Promise<void> {
  await (await service)?.close();
  process.exit(0);
}
