import type { ConfigProblem } from './config-error.js';
import type { Environment } from './environment.js';
import { isLoopbackUrl } from './fields.js';

type Rule = readonly [variable: string, broken: (env: Environment) => unknown, reason: string];

const isProduction = (env: Environment) => env.NODE_ENV === 'production';
const isPlainHttp = (url: string | undefined) => url !== undefined && url.startsWith('http:');

/** Rules between variables. What is told apart by `production` keeps development secrets out of real use. */
const RULES: readonly Rule[] = [
  [
    'DASHBOARD_JWKS_URL',
    (env) => env.DASHBOARD_JWT_SECRET && env.DASHBOARD_JWKS_URL,
    'is set together with DASHBOARD_JWT_SECRET: keep one of them',
  ],
  [
    'DASHBOARD_JWKS_URL',
    (env) =>
      env.DASHBOARD_JWKS_URL && isPlainHttp(env.DASHBOARD_JWKS_URL) && !isLoopbackUrl(env.DASHBOARD_JWKS_URL),
    'must be https: whoever can change this answer can sign in as anybody',
  ],
  ...(['DASHBOARD_JWT_ISSUER', 'DASHBOARD_JWT_AUDIENCE'] as const).map((name): Rule => [
    name,
    (env) => !env[name] && (isProduction(env) || env.DASHBOARD_JWKS_URL),
    'is required in production and with DASHBOARD_JWKS_URL',
  ]),
  [
    'DASHBOARD_JWT_SECRET',
    (env) => isProduction(env) && !env.DASHBOARD_JWT_SECRET && !env.DASHBOARD_JWKS_URL,
    'or DASHBOARD_JWKS_URL is required in production',
  ],
  ['ENCRYPTION_KEYS', (env) => isProduction(env) && !env.ENCRYPTION_KEYS, 'is required in production'],
  [
    'PUBLIC_URL',
    (env) => isProduction(env) && (!env.PUBLIC_URL || isPlainHttp(env.PUBLIC_URL)),
    'must be set, and https, in production',
  ],
  [
    'DATABASE_URL',
    (env) => isProduction(env) && !env.DATABASE_URL && env.ALLOW_EMBEDDED_DATABASE !== 'true',
    'is required in production (or set ALLOW_EMBEDDED_DATABASE=true)',
  ],
  ['PROVIDER_ORIGINS', (env) => isProduction(env) && env.PROVIDER_ORIGINS, 'is refused in production'],
  ['RATE_LIMITS', (env) => isProduction(env) && env.RATE_LIMITS === 'off', 'must not be off in production'],
  [
    'METRICS_PORT',
    (env) => env.METRICS_PORT === env.PORT,
    'must not be PORT: metrics have a port of their own',
  ],
  [
    'CODE_TTL',
    (env) => env.CODE_TTL > 600,
    'must be at most 600: a code lives ten minutes at most (RFC 6749 §4.1.2)',
  ],
  [
    'RESOURCE_SERVERS',
    (env) => new Set(env.RESOURCE_SERVERS.map(({ id }) => id)).size !== env.RESOURCE_SERVERS.length,
    'names the same id twice',
  ],
];

/**
 * Checks what no single variable can say about itself.
 *
 * @param env the parsed environment
 * @returns every broken rule; empty when the environment may be used
 */
export function environmentProblems(env: Environment): ConfigProblem[] {
  return RULES.filter(([, broken]) => broken(env)).map(([variable, , reason]) => ({ variable, reason }));
}
