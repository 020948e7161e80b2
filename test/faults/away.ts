import { expect } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, bearer, REDIRECT_URI, TestClient } from '../support/test-client.js';

const DESCRIPTION = /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/;

/**
 * Asks once in each dialect for something that needs the database, and expects it to be told to come again: 503,
 * `Retry-After`, and nothing of the inside.
 *
 * @param server which has no database
 * @param names of the calls to make; all of them unless told
 */
export async function expectAway(server: TestClient, names = Object.keys(CALLS)): Promise<void> {
  const answers = await Promise.all(names.map((name) => CALLS[name]!(server)));
  for (const [at, answer] of answers.entries()) {
    const retryAfter = Number(answer.headers.get('retry-after'));
    expect([names[at], answer.status, retryAfter > 0]).toEqual([names[at], 503, true]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.text).not.toMatch(/ECONN|ENOENT|57P|terminat|select |swingdoor_|\/tmp/i);
    DIALECTS[names[at]!]!(answer);
  }
}

/** Resolves once the server answers from its database again, by itself. */
export async function recovered(server: TestClient): Promise<void> {
  while ((await server.request('/health/ready')).status !== 200) await delay(50);
}

const CALLS: Readonly<Record<string, (server: TestClient) => Promise<Answer>>> = {
  register: (server) =>
    server.sendRegistration({ client_name: `Away ${Math.random()}`, redirect_uris: [REDIRECT_URI] }),
  token: (server) => server.refresh({ client_id: 'sd_unknown' }, `sd_rt_${'a'.repeat(43)}`),
  introspect: (server) => server.introspect(`sd_at_${'a'.repeat(43)}`),
  authorize: (server) => server.authorize({ client_id: 'sd_unknown' }, {}, { accept: 'text/html' }),
  'authorize as JSON': (server) =>
    server.authorize({ client_id: 'sd_unknown' }, {}, { accept: 'application/json' }),
  me: (server) =>
    server.request('/public/v1/me/', { headers: bearer(`sd_at_${Math.random().toString(36)}`) }),
  apps: async (server) =>
    server.request('/public/v1/oauth/apps/', { headers: bearer(await server.jwt('nobody')) }),
  ready: (server) => server.request('/health/ready'),
};

function oauth({ body, headers }: Answer): void {
  expect(body).toEqual({
    error: 'temporarily_unavailable',
    error_description: expect.stringMatching(DESCRIPTION),
    request_id: expect.any(String),
  });
  expect(headers.get('content-type')).toMatch(/^application\/json\b/);
}

function problem({ body, headers }: Answer): void {
  expect(body).toMatchObject({
    status: 503,
    code: 'temporarily_unavailable',
    request_id: expect.any(String),
  });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
}

function page({ text, headers }: Answer): void {
  expect(headers.get('content-type')).toMatch(/^text\/html\b/);
  expect(text).toContain('Not available for a moment');
}

const DIALECTS: Readonly<Record<string, (answer: Answer) => void>> = {
  register: oauth,
  token: oauth,
  introspect: oauth,
  authorize: page,
  'authorize as JSON': oauth,
  me: problem,
  apps: problem,
  ready: problem,
};
