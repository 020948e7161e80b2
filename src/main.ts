import { ConfigError } from './config/config-error.js';
import type { Config } from './config/config.js';
import { loadConfig } from './config/load-config.js';
import { createApp } from './create-app.js';

try {
  const config = loadConfig(process.env);
  const app = await createApp(config);
  await app.listen(config.port, config.host);
  if (process.stdout.isTTY && !config.production) process.stdout.write(welcome(config));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  // Not exitCode: open connections would keep a server that cannot serve alive.
  process.exit(1);
}

function welcome({ publicUrl, dashboardUrl, databaseUrl, dataDir }: Config): string {
  return `
  Swingdoor is ready.

    API and its documentation   ${publicUrl}/docs
    Dashboard                   ${dashboardUrl}
    Metadata                    ${publicUrl}/.well-known/oauth-authorization-server
    Database                    ${databaseUrl ? 'DATABASE_URL' : `embedded, in ${dataDir}`}

  README.md walks through the flow with curl. Ctrl-C stops the server.

`;
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  // Errors with a code come from the system (a port in use, a database that is away): their message says it all.
  const { code } = error as NodeJS.ErrnoException;
  return code ? `Swingdoor cannot start: ${error.message || code}` : (error.stack ?? error.message);
}
