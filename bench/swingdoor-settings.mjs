import { randomBytes } from 'node:crypto';

/** The dashboard and the resource server that the bench plays. */
export const DASHBOARD = {
  secret: 'bench-dashboard-secret-of-at-least-32-bytes',
  issuer: 'https://dashboard.example',
  audience: 'https://swingdoor.example',
};
export const RESOURCE_SERVER = { id: 'bench', secret: 'bench-resource-server-secret' };

/**
 * Production, with every check in place and every request logged; a proxy on this machine names the callers. Only a
 * flood of registrations has to do without the ceiling that is there to stop it, which production insists on.
 */
export const swingdoorEnvironment = (work) => ({
  NODE_ENV: work === 'register' ? 'test' : 'production',
  HOST: '127.0.0.1',
  PUBLIC_URL: 'https://swingdoor.example',
  DASHBOARD_URL: 'https://dashboard.example',
  DASHBOARD_JWT_SECRET: DASHBOARD.secret,
  DASHBOARD_JWT_ISSUER: DASHBOARD.issuer,
  DASHBOARD_JWT_AUDIENCE: DASHBOARD.audience,
  ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
  RESOURCE_SERVERS: JSON.stringify([RESOURCE_SERVER]),
  RATE_LIMITS: work === 'register' ? 'off' : 'on',
  TRUST_PROXY: 'loopback',
  LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
});
