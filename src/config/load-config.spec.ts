import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError } from './config-error.js';
import { loadConfig } from './load-config.js';

const KEY = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const SECRET = 'a-dashboard-secret-of-32-bytes-or-more';
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://auth.example.com',
  DATABASE_URL: 'postgres://user:hunter2@db/swingdoor',
  DASHBOARD_JWT_SECRET: SECRET,
  DASHBOARD_JWT_ISSUER: 'https://dash.example.com',
  DASHBOARD_JWT_AUDIENCE: 'swingdoor',
  ENCRYPTION_KEYS: KEY,
};

let dataDir: string;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'swingdoor-config-'));
});
afterAll(() => rmSync(dataDir, { recursive: true }));

function problems(env: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig({ DATA_DIR: dataDir, ...env });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable }) => variable);
  }
}

describe('defaults', () => {
  it('need no variable at all', () => {
    const config = loadConfig({ DATA_DIR: dataDir });
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://localhost:3000',
      dashboardUrl: 'http://localhost:3000/dashboard',
      accessTokenTtl: 3600,
      refreshTokenTtl: 7_776_000,
      refreshGrace: 60,
      codeTtl: 60,
      requestTtl: 600,
      grantMaxAge: undefined,
      browserBinding: 'warn',
      developmentSignIn: true,
      returnUrls: ['http://localhost:3000/dashboard'],
      corsOrigins: ['http://localhost:3000'],
    });
    expect(config.scopes.map(({ name }) => name)).toEqual([
      'profile:read',
      'accounts:read',
      'accounts:write',
      'apps:read',
      'apps:write',
    ]);
  });

  it('generate secrets once, readable by their owner alone', () => {
    const first = loadConfig({ DATA_DIR: dataDir });
    const second = loadConfig({ DATA_DIR: dataDir });
    expect(second.encryptionKeys).toEqual(first.encryptionKeys);
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('are frozen, and an empty variable counts as unset', () => {
    const config = loadConfig({ DATA_DIR: dataDir, PORT: '', PUBLIC_URL: '' });
    expect(config.port).toBe(3000);
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
  });
});

describe('production', () => {
  it('starts with everything set, and without development sign-in', () => {
    const config = loadConfig(PRODUCTION);
    expect(config).toMatchObject({ host: '0.0.0.0', browserBinding: 'on', developmentSignIn: false });
  });

  it.each(Object.keys(PRODUCTION).filter((name) => name !== 'NODE_ENV'))(
    'does not start without %s',
    (name) => {
      expect(problems({ ...PRODUCTION, [name]: undefined })).toContain(name);
    },
  );

  it.each([
    ['an http PUBLIC_URL', { PUBLIC_URL: 'http://auth.example.com' }, 'PUBLIC_URL'],
    [
      'replaced provider origins',
      { PROVIDER_ORIGINS: '{"https://api.x.com":"http://127.0.0.1:1"}' },
      'PROVIDER_ORIGINS',
    ],
    ['rate limits off', { RATE_LIMITS: 'off' }, 'RATE_LIMITS'],
  ])('refuses %s', (_title, env, variable) => {
    expect(problems({ ...PRODUCTION, ...env })).toEqual([variable]);
  });

  it('takes an embedded database only when told to', () => {
    expect(problems({ ...PRODUCTION, DATABASE_URL: '', ALLOW_EMBEDDED_DATABASE: 'true' })).toEqual([]);
  });
});

describe('a wrong value', () => {
  it.each([
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['PUBLIC_URL', 'https://auth.example.com/path'],
    ['PUBLIC_URL', 'ftp://auth.example.com'],
    ['DASHBOARD_URL', 'https://user:pass@dash.example.com'],
    ['DATABASE_URL', 'mysql://db/x'],
    ['DASHBOARD_JWT_SECRET', 'short'],
    ['DASHBOARD_JWKS_URL', 'http://dash.example.com/jwks.json'],
    ['ENCRYPTION_KEYS', 'k1:c2hvcnQ='],
    ['ENCRYPTION_KEYS', `${KEY},${KEY}`],
    ['SCOPES_FILE', '[]'],
    ['SCOPES_FILE', '[{"name":"two words","description":"x"}]'],
    ['SCOPES_FILE', '/no/such/file.json'],
    ['RESOURCE_SERVERS', '[{"id":"api"}]'],
    ['RESOURCE_SERVERS', '{not json'],
    ['PROVIDER_ORIGINS', '{"https://api.x.com/path":"http://127.0.0.1:1"}'],
    ['OAUTH_BROWSER_BINDING', 'maybe'],
    ['ACCESS_TOKEN_TTL', '0'],
    ['REFRESH_TOKEN_TTL', '1h'],
    ['CODE_TTL', '601'],
    ['LOG_LEVEL', 'loud'],
  ])('%s=%s is named with a reason, never with its value', (variable, value) => {
    expect(problems({ [variable]: value })).toContain(variable);
    expect(() => loadConfig({ DATA_DIR: dataDir, [variable]: value })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(value) }),
    );
  });

  it('does not hide the others', () => {
    expect(problems({ PORT: 'x', PUBLIC_URL: 'y', LOG_LEVEL: 'z' })).toEqual([
      'PORT',
      'PUBLIC_URL',
      'LOG_LEVEL',
    ]);
  });

  it('such as a secret together with a JWKS stops the start', () => {
    const env = { DASHBOARD_JWT_SECRET: SECRET, DASHBOARD_JWKS_URL: 'https://dash.example.com/jwks.json' };
    expect(problems(env)).toContain('DASHBOARD_JWKS_URL');
  });
});

describe('documents', () => {
  it('come inline or from a file', () => {
    const file = join(dataDir, 'servers.json');
    const json = '[{"id":"api","secret":"sixteen-characters","resource":"https://API.example.com/"}]';
    writeFileSync(file, json);
    for (const value of [json, file]) {
      const [server] = loadConfig({ DATA_DIR: dataDir, RESOURCE_SERVERS: value }).resourceServers;
      expect(server).toMatchObject({ id: 'api', resource: 'https://api.example.com' });
      expect(JSON.stringify(server)).not.toContain('sixteen-characters');
    }
  });

  it('of operator apps need both halves', () => {
    const config = loadConfig({
      DATA_DIR: dataDir,
      X_CLIENT_ID: 'id',
      X_CLIENT_SECRET: 's',
      TIKTOK_CLIENT_ID: 'half',
    });
    expect(config.operatorOAuthApps).toEqual([{ provider: 'x', clientId: 'id', clientSecret: 's' }]);
  });
});
