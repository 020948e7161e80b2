import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, startTestApp, type TestApp, type TestServer } from '../support/test-app.js';
import { OAuthAppCalls, unreachable } from './oauth-app-calls.js';

const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const WIDTH = 50;
const ROUNDS = 4;

let app: TestApp;
let second: TestServer;
beforeAll(async () => {
  const env = { ENCRYPTION_KEYS, PROVIDER_ORIGINS: await unreachable('https://api.x.com') };
  app = await startTestApp(env);
  second = await startServer({ ...env, DATABASE_URL: app.databaseUrl });
});
afterAll(async () => {
  await second.stop();
  await app.close();
});

/** One workspace through two servers, turn by turn. */
function race(name: string) {
  const replicas = [app, second].map((server) => new OAuthAppCalls(server, 'user-1', { org_id: name }));
  return (turn: number) => replicas[turn % 2]!;
}

/** `WIDTH` calls at once; the statuses, counted. */
async function atOnce(call: (turn: number) => Promise<{ status: number }>): Promise<Record<number, number>> {
  const answers = await Promise.all(Array.from({ length: WIDTH }, (_, turn) => call(turn)));
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

async function defaultsAmong(workspace: OAuthAppCalls): Promise<[apps: number, defaults: number]> {
  const apps = (await workspace.list()).body;
  return [apps.length, apps.filter(({ is_default }) => is_default).length];
}

describe.each(Array.from({ length: ROUNDS }, (_, round) => [round]))('round %i', (round) => {
  it(`${WIDTH} first apps: the oldest is the default, and no other`, async () => {
    const turn = race(`first-${round}`);
    expect(await atOnce((n) => turn(n).create())).toEqual({ 201: WIDTH });
    const apps = (await turn(0).list()).body;
    expect(apps.map(({ is_default }) => is_default)).toEqual([true, ...Array(WIDTH - 1).fill(false)]);
  });

  it(`${WIDTH} new defaults: one of them stays`, async () => {
    const turn = race(`promote-${round}`);
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push((await turn(n).created()).id);
    expect(await atOnce((n) => turn(n).patch(ids[n % 5]!, { is_default: true, name: `by ${n}` }))).toEqual({
      200: WIDTH,
    });
    expect(await defaultsAmong(turn(0))).toEqual([5, 1]);
  });

  it(`${WIDTH} deletions of one app: one 204, and its default goes on`, async () => {
    const turn = race(`delete-${round}`);
    const { id } = await turn(0).created();
    await turn(1).created();
    expect(await atOnce((n) => turn(n).delete(id))).toEqual({ 204: 1, 404: WIDTH - 1 });
    expect(await defaultsAmong(turn(0))).toEqual([1, 1]);
  });

  it('creating, promoting and deleting at once leave one default', async () => {
    const turn = race(`all-${round}`);
    const ids: string[] = [];
    for (let n = 0; n < 10; n += 1) ids.push((await turn(n).created()).id);
    const counts = await atOnce((n) => {
      const id = ids[(n * 7 + round) % 10]!;
      if (n % 5 === 0) return turn(n).create();
      if (n % 5 < 3) return turn(n).patch(id, { is_default: true, client_secret: `the-secret-of-${n}` });
      return turn(n).delete(id);
    });
    expect(Object.keys(counts).filter((status) => !['200', '201', '204', '404'].includes(status))).toEqual(
      [],
    );
    const [apps, defaults] = await defaultsAmong(turn(0));
    expect(apps).toBe(20 - counts[204]!);
    expect(defaults).toBe(1);
  });
});
