import { DEMO_SERVICE, NOTES_SERVICE } from '../demo-service.mjs';

/** What the system, Node.js and a collector of traces want to be told. */
const SURROUNDINGS = /^(PATH|HOME|LANG|LC_.+|TZ|TMPDIR|TEMP|TMP|SystemRoot|NODE_.+|OTEL_.+)$/i;
/** Settings that may be tried with the demo. Those of a real server, which a shell may hold as well, would break it. */
const SETTINGS = [
  'ACCESS_TOKEN_TTL',
  'LOG_LEVEL',
  'METRICS_PORT',
  'OAUTH_BROWSER_BINDING',
  'RATE_LIMITS',
  'RESOURCE_SERVERS',
];

/**
 * The environment of the demo's server.
 *
 * @param {{ port: number, url: string, dataDir: string }} place where it is served
 * @param sandbox the running sandbox, whose first app of each provider is the operator's default
 * @returns {Record<string, string>} nothing of this process's environment but what is listed above
 */
export function demoEnvironment({ port, url, dataDir }, sandbox) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => SURROUNDINGS.test(name) || SETTINGS.includes(name),
  );
  return {
    RESOURCE_SERVERS: JSON.stringify([DEMO_SERVICE, NOTES_SERVICE]),
    ...Object.fromEntries(inherited.filter(([, value]) => value !== '')),
    NODE_ENV: 'development',
    PORT: String(port),
    PUBLIC_URL: url,
    DATA_DIR: dataDir,
    PROVIDER_ORIGINS: JSON.stringify(sandbox.origins),
    ...operatorApps(sandbox.world.apps),
  };
}

function operatorApps(apps) {
  const variables = {};
  for (const { provider, clientId, clientSecret } of apps) {
    const name = provider.toUpperCase();
    variables[`${name}_CLIENT_ID`] ??= clientId;
    variables[`${name}_CLIENT_SECRET`] ??= clientSecret;
  }
  return variables;
}
