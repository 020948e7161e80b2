import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { KeyRing } from '../../src/common/crypto/key-ring.js';
import { newState } from '../../src/oauth-flow/connect/flow-state.js';
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.js';
import { freePort, startServer, type TestServer } from '../support/test-app.js';
import { type Journey, landing, openOutStage, type OutStage, Traveller } from './traveller.js';

const KEY = Buffer.alloc(32, 1);
const ENCRYPTION_KEYS = `k1:${KEY.toString('base64')}`;
const RETURN_URL = 'https://app.example.com/accounts';
const CONNECTED = { connected: expect.stringMatching(/^acc_/) };

/** A replica with another browser binding; the stage itself has `off`. */
interface Replica extends TestServer {
  readonly direct: string;
}

let stage: OutStage;
let warning: Replica;
let strict: Replica;
let proxy: CountingProxy;
let dashboard: string;
let ada: Traveller;
beforeAll(async () => {
  stage = await openOutStage({ ENCRYPTION_KEYS, RETURN_URLS: RETURN_URL, OAUTH_BROWSER_BINDING: 'off' });
  dashboard = `${stage.app.url}/dashboard/accounts`;
  proxy = await startCountingProxy(stage.app.databaseUrl);
  [warning, strict] = [await replica('warn'), await replica('on')];
});
afterAll(async () => {
  await Promise.all([warning.stop(), strict.stop()]);
  await proxy.close();
  await stage.close();
});
beforeEach(() => {
  stage.sandbox.world.reset();
  ada = new Traveller(stage);
});

async function replica(OAUTH_BROWSER_BINDING: string): Promise<Replica> {
  const PORT = String(await freePort());
  const server = await startServer({
    DATABASE_URL: proxy.url,
    PORT,
    PUBLIC_URL: stage.app.url,
    PROVIDER_ORIGINS: JSON.stringify(stage.sandbox.origins),
    ENCRYPTION_KEYS,
    OAUTH_BROWSER_BINDING,
    RETURN_URLS: RETURN_URL,
    RATE_LIMITS: 'off',
  });
  return { ...server, direct: `http://127.0.0.1:${PORT}` };
}

/** The same user, at another replica. */
const at = ({ direct }: Replica, { org_id, sub }: Traveller, as = sub) =>
  new Traveller({ ...stage, app: { url: direct } }, org_id, as);

const exchanges = (provider = 'x') => stage.sandbox.world.seen().calls[`${provider}.token`] ?? 0;

/** A sign-in whose user has consented, and the callback that is due. */
async function due(
  provider = 'x',
  traveller = ada,
): Promise<{ journey: Journey; callback: string; url: URL }> {
  const journey = await traveller.depart(provider, { return_url: RETURN_URL });
  const callback = await traveller.consent(journey);
  return { journey, callback, url: new URL(callback) };
}

async function withState(url: URL, state: string): Promise<Record<string, string>> {
  const changed = new URL(url);
  changed.searchParams.set('state', state);
  const landed = landing(await ada.arrive(changed.href));
  expect(landed.at).toBe(dashboard);
  return landed.result;
}

describe('a replayed state', () => {
  it('RFC 9110 §9.2.1: a HEAD of the callback, as scanners send it, leaves the sign-in to its user', async () => {
    await ada.addApp('x');
    const { journey, callback } = await due();
    const looked = await fetch(callback, {
      method: 'HEAD',
      redirect: 'manual',
      headers: { cookie: journey.cookie },
    });
    expect([looked.status, looked.headers.get('allow'), exchanges()]).toEqual([405, 'GET', 0]);
    expect(landing(await ada.arrive(callback, journey.cookie)).result).toEqual(CONNECTED);
  });

  it('is state_used, at the return URL, and exchanges nothing (RFC 9700 §4.7.1)', async () => {
    await ada.addApp('x');
    const { callback } = await due();
    expect(landing(await ada.arrive(callback))).toEqual({ at: RETURN_URL, result: CONNECTED });
    for (let again = 0; again < 2; again += 1) {
      expect(landing(await ada.arrive(callback))).toEqual({
        at: RETURN_URL,
        result: { error: 'state_used' },
      });
    }
    expect(exchanges()).toBe(1);
  });

  it('is state_used after a refusal, and after a failed exchange', async () => {
    await ada.addApp('x');
    const refused = await ada.depart('x');
    const denied = await ada.consent(refused, { deny: true });
    expect(landing(await ada.arrive(denied)).result).toEqual({ error: 'user_denied' });
    const approved = await ada.consent(refused);
    expect(landing(await ada.arrive(approved)).result).toEqual({ error: 'state_used' });
    stage.sandbox.world.fail({ provider: 'x', on: 'token', kind: 'cut', times: 1 });
    const { callback } = await due();
    expect(landing(await ada.arrive(callback)).result).toEqual({ error: 'provider_unavailable' });
    expect(landing(await ada.arrive(callback)).result).toEqual({ error: 'state_used' });
  });

  it('50 callbacks at once, on two replicas: one exchange, one account, 49 state_used', async () => {
    await ada.addApp('x');
    for (let round = 0; round < 3; round += 1) {
      const { callback } = await due();
      const before = exchanges();
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, n) => (n % 2 ? ada : at(warning, ada)).arrive(callback)),
      );
      const results = answers.map((answer) => landing(answer).result);
      expect(results.filter(({ connected }) => connected)).toEqual([CONNECTED]);
      expect(results.filter(({ error }) => error === 'state_used')).toHaveLength(49);
      expect(exchanges() - before).toBe(1);
    }
  });
});

describe('a forged state', () => {
  const flip = (text: string, index: number) =>
    text.slice(0, index) + (text[index] === 'A' ? 'B' : 'A') + text.slice(index + 1);

  it('is state_invalid, whichever part was changed, and leaves the sign-in as it was (RFC 6749 §10.12)', async () => {
    await ada.addApp('x');
    const { journey, callback, url } = await due();
    const [kid, id, mac] = journey.state.split('.') as [string, string, string];
    for (const forged of [
      `${kid}.${flip(id, 0)}.${mac}`,
      `${kid}.${flip(id, 21)}.${mac}`,
      `${kid}.${id}.${flip(mac, 0)}`,
      `${kid}.${id}.${flip(mac, 21)}`,
      `${kid}.${id}.${flip(mac, 10)}`,
      `k2.${id}.${mac}`,
      `${kid}.${id}`,
      `${kid}.${id}.`,
      `${kid}.${id}.${mac}.`,
      `${kid}.${id}.${mac}=`,
      ` ${journey.state}`,
      `${journey.state}\n`,
      `${kid}..${mac}`,
      id,
      '..',
      'null',
      "' OR 1=1 --",
      '__proto__',
      'x'.repeat(8000),
    ]) {
      expect([forged, await withState(url, forged)]).toEqual([forged, { error: 'state_invalid' }]);
    }
    expect(exchanges()).toBe(0);
    expect(landing(await ada.arrive(callback)).result).toEqual(CONNECTED);
  });

  it('is state_invalid where it was signed with a key that is not ours', async () => {
    await ada.addApp('x');
    const { url } = await due();
    const foreign = new KeyRing([{ kid: 'k1', key: Buffer.alloc(32, 2) }]);
    expect(await withState(url, newState(foreign, 'x').state)).toEqual({ error: 'state_invalid' });
  });

  it('costs no statement; one that is ours, but of no row, is over: state_expired', async () => {
    const { url } = await (await ada.addApp('x'), due());
    const stranger = at(warning, ada);
    const arriveWith = async (state: string) => {
      url.searchParams.set('state', state);
      proxy.take();
      const { result } = landing(await stranger.arrive(url.href));
      return [result, proxy.take()];
    };
    expect(await arriveWith('k1.AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA')).toEqual([
      { error: 'state_invalid' },
      [],
    ]);
    const ours = newState(new KeyRing([{ kid: 'k1', key: KEY }]), 'x').state;
    expect(await arriveWith(ours)).toEqual([
      { error: 'state_expired' },
      ['consume_oauth_flow', 'explain_oauth_flow'],
    ]);
  });
});

describe('an expired state', () => {
  it('is state_expired at the return URL, and exchanges nothing (RFC 9700 §4.7.1)', async () => {
    await ada.addApp('x');
    const { callback } = await due();
    await stage.app.database.query(
      "UPDATE oauth_flows SET expires_at = expires_at - interval '10 minutes' WHERE workspace_id = $1",
      [`org:${ada.org_id}`],
    );
    for (let again = 0; again < 2; again += 1) {
      expect(landing(await ada.arrive(callback))).toEqual({
        at: RETURN_URL,
        result: { error: 'state_expired' },
      });
    }
    expect(exchanges()).toBe(0);
  });
});

describe("another provider's callback", () => {
  it('is state_invalid, sends nobody the code, and leaves the sign-in as it was (RFC 9700 §4.4.2)', async () => {
    await ada.addApp('x');
    await ada.addApp('linkedin');
    const { callback } = await due();
    for (const provider of ['linkedin', 'tiktok', 'instagram', 'facebook', 'myspace']) {
      expect(landing(await ada.arrive(callback.replace('/x/callback', `/${provider}/callback`)))).toEqual({
        at: dashboard,
        result: { error: 'state_invalid' },
      });
    }
    expect([exchanges('linkedin'), exchanges('x')]).toEqual([0, 0]);
    expect(landing(await ada.arrive(callback)).result).toEqual(CONNECTED);
  });
});

describe('a swapped app', () => {
  it('the exchange takes the app of the sign-in: a code for another app is worth nothing (RFC 9700 §4.5)', async () => {
    const [first, second] = [await ada.addApp('x', 0), await ada.addApp('x', 1)];
    const journey = await ada.depart('x', { oauth_app_id: first });
    const url = new URL(journey.authorizeUrl);
    url.searchParams.set(
      'client_id',
      stage.sandbox.world.apps.filter((app) => app.provider === 'x')[1]!.clientId,
    );
    const callback = await ada.consent({ ...journey, authorizeUrl: url.href });
    expect(landing(await ada.arrive(`${callback}&oauth_app_id=${second}`)).result).toEqual({
      error: 'code_expired_or_used',
    });
    expect(exchanges()).toBe(1);
  });

  it("a code of somebody else's sign-in does not fit the verifier of this one (RFC 7636 §4.6)", async () => {
    await ada.addApp('x');
    const eve = new Traveller(stage);
    await eve.addApp('x');
    const [hers, url] = [(await due('x', eve)).url, (await due()).url];
    url.searchParams.set('code', hers.searchParams.get('code')!);
    expect(landing(await ada.arrive(url.href)).result).toEqual({ error: 'code_expired_or_used' });
  });
});

describe('another browser', () => {
  it('off: connects', async () => {
    await ada.addApp('x');
    expect(landing(await ada.arrive((await due()).callback)).result).toEqual(CONNECTED);
  });

  it('warn: connects, logs and counts it; not so in the same browser', async () => {
    await ada.addApp('x');
    const there = at(warning, ada);
    const first = await due();
    expect(landing(await there.arrive(first.callback, first.journey.cookie)).result).toEqual(CONNECTED);
    const [second, third] = [await due(), await due()];
    expect(landing(await there.arrive(second.callback)).result).toEqual(CONNECTED);
    expect(landing(await there.arrive(third.callback, second.journey.cookie)).result).toEqual(CONNECTED);
    const noticed = () =>
      warning.logs.filter((line) => line.includes('browser_mismatch') && line.includes(`org:${ada.org_id}"`));
    for (let tries = 0; tries < 100 && noticed().length < 2; tries += 1) await setTimeout(20);
    const [one, two, ...more] = noticed().map((line) => JSON.parse(line));
    expect(more).toEqual([]);
    expect(one).toMatchObject({ provider: 'x', browserBinding: 'warn', count: expect.any(Number) });
    expect(two.count).toBe(one.count + 1);
  });

  it('on: connects in the same browser, other cookies and other sign-ins beside it', async () => {
    await ada.addApp('x');
    const there = at(strict, ada);
    const [one, two] = [await due(), await due()];
    const jar = `a=b; ${one.journey.cookie};${two.journey.cookie} ; sd_flow_0000000000000000=x`;
    expect(landing(await there.arrive(one.callback, jar)).result).toEqual(CONNECTED);
    expect(landing(await there.arrive(two.callback, jar)).result).toEqual(CONNECTED);
  });

  it.each<[string, (cookie: string, other: string) => string | undefined]>([
    ['no cookie', () => undefined],
    ["another sign-in's cookie", (_, other) => other],
    ["another sign-in's value", (cookie, other) => `${cookie.split('=')[0]}=${other.split('=')[1]}`],
    ['a cut value', (cookie) => cookie.slice(0, -1)],
    ['an empty value', (cookie) => `${cookie.split('=')[0]}=`],
    ['no value', (cookie) => cookie.split('=')[0]],
  ])('on: %s keeps the result for the user who started', async (_, cookie) => {
    await ada.addApp('x');
    const [{ journey, callback }, other] = [await due(), await due()];
    const landed = landing(
      await at(strict, ada).arrive(callback, cookie(journey.cookie, other.journey.cookie)),
    );
    expect(landed).toEqual({
      at: RETURN_URL,
      result: { completion: expect.stringMatching(/^sd_co_[\w-]{43}$/) },
    });
    expect((await ada.get('/v1/accounts')).body.data).toEqual([]);
  });
});
