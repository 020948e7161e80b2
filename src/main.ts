import type { Config } from './config/config.js';
import { loadConfig } from './config/load-config.js';
import { createApp } from './create-app.js';
import { nameDatabase } from './database/name-database.js';
import { explainFailure } from './explain-failure.js';

try {
  const config = loadConfig(process.env);
  const app = await createApp(config);
  await app.listen(config.port, config.host);
  if (process.stdout.isTTY && !config.production) process.stdout.write(welcome(config));
} catch (error) {
  process.stderr.write(`${explainFailure(error, 'Swingdoor cannot start')}\n`);
  // Not exitCode: open connections would keep a server that cannot serve alive.
  process.exit(1);
}

function welcome(config: Config): string {
  const { publicUrl, dashboardUrl } = config;
  return `
  Swingdoor is ready.

    API and its documentation   ${publicUrl}/docs
    Dashboard                   ${dashboardUrl}
    Metadata                    ${publicUrl}/.well-known/oauth-authorization-server
    Database                    ${nameDatabase(config)}

  README.md walks through the flow with curl. Ctrl-C stops the server.

`;
}
