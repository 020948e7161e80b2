import { isIP } from 'node:net';
import { z } from 'zod';
import { baseUrl, days, jsonOrFile, keyRing, list, origin, port, seconds } from './fields.js';

const scopeToken = z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, 'is not a scope token (RFC 6749 §3.3)');

const scopeCatalogue = z
  .array(
    z.object({
      name: scopeToken,
      description: z.string().min(1),
      default: z.boolean().default(false),
      sensitive: z.boolean().default(false),
    }),
  )
  .min(1)
  .refine((scopes) => new Set(scopes.map(({ name }) => name)).size === scopes.length, 'names a scope twice')
  .refine((scopes) => scopes.every(({ name }) => name !== 'offline_access'), 'must not name offline_access');

const resourceServers = z.array(
  z.object({
    id: z.string().regex(/^[A-Za-z0-9._~-]{1,128}$/),
    secret: z.string().min(16, 'must have at least 16 characters'),
    resource: baseUrl().optional(),
  }),
);

const isDecodable = (text: string) => !/%(?![0-9a-f]{2})/i.test(text);

/** What Fastify takes: true, false, or addresses and ranges, also by their usual names. */
const trustProxy = list().refine(
  (items) =>
    items.every((item) => {
      const [address, bits] = item.split('/');
      const named = ['true', 'false', 'loopback', 'linklocal', 'uniquelocal'].includes(item);
      return named || (isIP(address!) !== 0 && (bits === undefined || /^\d{1,3}$/.test(bits)));
    }),
  'must be true, false, or addresses and ranges of proxies, comma-separated',
);

const onOff = z.enum(['on', 'off']);

/** The environment as it is documented in .env.example: names, formats and defaults that depend on nothing else. */
export const environmentSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: port().default(3000),
  HOST: z.string().optional(),
  PUBLIC_URL: origin().optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
    .refine((value) => URL.canParse(value) && isDecodable(value), 'is not a URL: percent-encode the password')
    .optional(),
  ALLOW_EMBEDDED_DATABASE: z.enum(['true', 'false']).default('false'),
  DATA_DIR: z.string().default('./.swingdoor'),
  DASHBOARD_URL: baseUrl().optional(),
  DASHBOARD_JWT_SECRET: z
    .string()
    .refine((value) => Buffer.byteLength(value) >= 32, 'must have at least 32 bytes')
    .optional(),
  DASHBOARD_JWKS_URL: baseUrl().optional(),
  DASHBOARD_JWT_ISSUER: z.string().optional(),
  DASHBOARD_JWT_AUDIENCE: z.string().optional(),
  DASHBOARD_JWT_WORKSPACE_CLAIM: z.string().default('org_id'),
  ENCRYPTION_KEYS: keyRing().optional(),
  SCOPES_FILE: jsonOrFile(scopeCatalogue).optional(),
  VERIFIED_CLIENTS: list().default([]),
  RESOURCE_SERVERS: jsonOrFile(resourceServers).default([]),
  PROVIDERS_FILE: jsonOrFile(z.unknown()).optional(),
  PROVIDER_ORIGINS: jsonOrFile(z.record(origin(), baseUrl())).optional(),
  OAUTH_BROWSER_BINDING: z.enum(['on', 'warn', 'off']).optional(),
  RETURN_URLS: list().pipe(z.array(baseUrl())).optional(),
  ACCESS_TOKEN_TTL: seconds().default(3600),
  REFRESH_TOKEN_TTL: seconds().default(7_776_000),
  REFRESH_GRACE: seconds().default(60),
  CODE_TTL: seconds().default(60),
  REQUEST_TTL: seconds().default(600),
  GRANT_MAX_AGE: seconds().optional(),
  RATE_LIMITS: onOff.default('on'),
  TRUST_PROXY: trustProxy.optional(),
  CORS_ORIGINS: list().pipe(z.array(origin())).optional(),
  SHUTDOWN_DRAIN: z
    .string()
    .regex(/^[0-9]{1,3}$/, 'must be a whole number of seconds, at most 999')
    .transform(Number)
    .optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  AUDIT_RETENTION_DAYS: days().default(90),
  OTEL_EXPORTER_OTLP_ENDPOINT: baseUrl().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: baseUrl().optional(),
  METRICS_PORT: port().optional(),
  METRICS_HOST: z.string().default('127.0.0.1'),
});

/** The environment after parsing; undefined where a variable is not set. */
export type Environment = z.output<typeof environmentSchema>;
