import { createHash, createSecretKey } from 'node:crypto';
import { resolve } from 'node:path';
import { BUILT_IN_SCOPES } from './built-in-scopes.js';
import { ConfigError } from './config-error.js';
import { Config, type DashboardJwtKeys, type OperatorOAuthApp } from './config.js';
import { developmentSecrets } from './development-secrets.js';
import { environmentProblems } from './environment-rules.js';
import { environmentSchema, type Environment } from './environment.js';
import { keyRing } from './fields.js';

/**
 * Turns the environment into the configuration; the only reader of it.
 *
 * @param source usually `process.env`; empty strings count as unset
 * @returns the frozen configuration
 * @throws ConfigError with every wrong variable's name and reason, never a value
 */
export function loadConfig(source: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(set);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path: [variable, ...inside], message, code }) => ({
        variable: String(variable),
        // Keys of a record are values of the variable, and values are never shown.
        reason: inside.length > 0 && code !== 'invalid_key' ? `${message} (at ${inside.join('.')})` : message,
      })),
    );
  }
  const problems = environmentProblems(parsed.data);
  if (problems.length > 0) throw new ConfigError(problems);
  return buildConfig(parsed.data, set);
}

function buildConfig(env: Environment, source: NodeJS.ProcessEnv): Config {
  const production = env.NODE_ENV === 'production';
  const publicUrl = env.PUBLIC_URL ?? `http://localhost:${env.PORT}`;
  const dashboardUrl = env.DASHBOARD_URL ?? `${publicUrl}/dashboard`;
  const dataDir = resolve(env.DATA_DIR);
  return new Config({
    production,
    host: env.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: env.PORT,
    publicUrl,
    databaseUrl: env.DATABASE_URL,
    dataDir,
    dashboardUrl,
    dashboardJwt: {
      keys: dashboardJwtKeys(env, dataDir),
      issuer: env.DASHBOARD_JWT_ISSUER,
      audience: env.DASHBOARD_JWT_AUDIENCE,
      workspaceClaim: env.DASHBOARD_JWT_WORKSPACE_CLAIM,
    },
    encryptionKeys: env.ENCRYPTION_KEYS ?? keyRing().parse(developmentSecrets(dataDir).encryptionKeys),
    scopes: env.SCOPES_FILE ?? BUILT_IN_SCOPES,
    verifiedClients: new Set(env.VERIFIED_CLIENTS),
    resourceServers: env.RESOURCE_SERVERS.map(({ id, secret, resource }) => ({
      id,
      secretHash: createHash('sha256').update(secret).digest(),
      resource,
    })),
    providersFile: env.PROVIDERS_FILE,
    providerOrigins: new Map(Object.entries(env.PROVIDER_ORIGINS ?? {})),
    operatorOAuthApps: operatorOAuthApps(source),
    browserBinding: env.OAUTH_BROWSER_BINDING ?? (production ? 'on' : 'warn'),
    returnUrls: env.RETURN_URLS ?? [dashboardUrl],
    accessTokenTtl: env.ACCESS_TOKEN_TTL,
    refreshTokenTtl: env.REFRESH_TOKEN_TTL,
    refreshGrace: env.REFRESH_GRACE,
    codeTtl: env.CODE_TTL,
    requestTtl: env.REQUEST_TTL,
    grantMaxAge: env.GRANT_MAX_AGE,
    rateLimits: env.RATE_LIMITS === 'on',
    trustProxy: trustProxy(env.TRUST_PROXY),
    corsOrigins: env.CORS_ORIGINS ?? [new URL(dashboardUrl).origin],
    logLevel: env.LOG_LEVEL,
    shutdownDrain: env.SHUTDOWN_DRAIN ?? (production ? 5 : 0),
    auditRetentionDays: env.AUDIT_RETENTION_DAYS,
    tracesUrl:
      env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ??
      (env.OTEL_EXPORTER_OTLP_ENDPOINT && `${env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`),
    metrics: env.METRICS_PORT === undefined ? undefined : { host: env.METRICS_HOST, port: env.METRICS_PORT },
    developmentSignIn:
      !production &&
      !Object.keys(source).some((name) => name.startsWith('DASHBOARD_JWT_')) &&
      !env.DASHBOARD_JWKS_URL,
  });
}

function dashboardJwtKeys(env: Environment, dataDir: string): DashboardJwtKeys {
  if (env.DASHBOARD_JWKS_URL) return { kind: 'jwks', url: new URL(env.DASHBOARD_JWKS_URL) };
  const secret = env.DASHBOARD_JWT_SECRET ?? developmentSecrets(dataDir).dashboardJwtSecret;
  // A key object, never a string: a string makes every verification about 20 times slower.
  return { kind: 'secret', secret: createSecretKey(secret, 'utf8') };
}

function operatorOAuthApps(source: NodeJS.ProcessEnv): OperatorOAuthApp[] {
  return Object.keys(source).flatMap((name) => {
    const provider = /^([A-Z][A-Z0-9_]*)_CLIENT_ID$/.exec(name)?.[1];
    const clientId = source[name];
    const clientSecret = source[`${provider}_CLIENT_SECRET`];
    return provider && clientId && clientSecret
      ? [{ provider: provider.toLowerCase(), clientId, clientSecret }]
      : [];
  });
}

function trustProxy(items: readonly string[] = []): boolean | string {
  if (items.length === 0 || items.includes('false')) return false;
  return items.includes('true') ? true : items.join(',');
}
