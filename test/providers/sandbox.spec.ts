import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openStage, sampleApp, type Stage } from './walk.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => stage.sandbox.world.reset());
afterAll(() => stage.sandbox.stop());

const authorizeUrl = (provider: string) => {
  const { redirectUri } = stage.registry.get(provider);
  const request = { redirectUri, state: '"><script>', codeVerifier: 'v'.repeat(43) };
  return stage.client.authorizeUrl(provider, sampleApp(stage, provider), request);
};

describe('the consent page', () => {
  it('a person approves, picks who they are, unticks a scope and a Page', async () => {
    const url = authorizeUrl('facebook');
    const page = await (await fetch(url)).text();
    expect(page).not.toContain('<script>');
    expect(page).toContain('name="page" value="101000000000001"');
    const action = /action="([^"]+)"/.exec(page)![1]!;
    const form = new URLSearchParams({
      query: url.searchParams.toString(),
      person: 'ada',
      decision: 'approve',
    });
    for (const scope of ['pages_show_list', 'pages_manage_posts']) form.append('scope', scope);
    form.append('page', '101000000000003');
    const answer = await fetch(stage.sandbox.origin + action, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    const back = new URL(answer.headers.get('location')!);
    expect(back.searchParams.get('state')).toBe('"><script>');
    expect(back.hash).toBe('#_=_');
    const connection = await stage.client.exchangeCode('facebook', sampleApp(stage, 'facebook'), {
      code: back.searchParams.get('code')!,
      redirectUri: stage.registry.get('facebook').redirectUri,
      codeVerifier: 'v'.repeat(43),
    });
    expect(connection.missingScopes).toEqual(['pages_read_engagement', 'business_management']);
    expect(stage.sandbox.world.grants()[0]!.pages).toEqual(['101000000000003']);
  });

  it('every provider has one, and deny comes back with its own words', async () => {
    for (const { definition } of stage.registry.all()) {
      const url = authorizeUrl(definition.id);
      expect((await fetch(url)).status).toBe(200);
      url.searchParams.set('sandbox_consent', 'deny');
      const answer = await fetch(url, { redirect: 'manual' });
      const query = Object.fromEntries(new URL(answer.headers.get('location')!).searchParams);
      expect(stage.client.refusal(definition.id, query)?.code).toBe('user_denied');
    }
  });

  it('says with which origin to start the sandbox for a server elsewhere', async () => {
    const url = authorizeUrl('facebook');
    url.searchParams.set('redirect_uri', 'http://localhost:3999/v1/oauth/facebook/callback');
    expect(await (await fetch(url)).text()).toContain(
      'node dist/sandbox/main.js 4900 http://localhost:3999<',
    );
    url.searchParams.set('redirect_uri', 'nonsense');
    expect(await (await fetch(url)).text()).not.toContain('node dist/');
  });

  it.each(['instagram', 'facebook', 'x', 'linkedin', 'tiktok'])(
    '%s never redirects to an address that is not registered',
    async (provider) => {
      const url = authorizeUrl(provider);
      for (const redirectUri of ['https://evil.example/', `${url.searchParams.get('redirect_uri')}/`, '']) {
        url.searchParams.set('redirect_uri', redirectUri);
        const answer = await fetch(url, { redirect: 'manual' });
        expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
      }
    },
  );

  it('X without PKCE shows its own page and never comes back', async () => {
    const url = authorizeUrl('x');
    url.searchParams.delete('code_challenge');
    const answer = await fetch(url, { redirect: 'manual' });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('able to give access to the App');
  });
});

describe('the control API', () => {
  const control = (command: string, body: unknown) =>
    fetch(`${stage.sandbox.origin}/control/${command}`, { method: 'POST', body: JSON.stringify(body) });

  it('switches consent, failures and the clock, and tells what was seen', async () => {
    expect((await control('consent', { auto: true, person: 'ben' })).status).toBe(204);
    expect(
      (await control('failures', { provider: 'x', on: 'token', kind: 'status', status: 500 })).status,
    ).toBe(204);
    const before = stage.sandbox.world.now();
    expect((await control('advance', { seconds: 3600 })).status).toBe(204);
    expect(stage.sandbox.world.now() - before).toBeGreaterThanOrEqual(3600);
    expect((await fetch(authorizeUrl('x'), { redirect: 'manual' })).status).toBe(302);
    const state = (await (await fetch(`${stage.sandbox.origin}/control`)).json()) as Record<string, unknown>;
    expect(state).toMatchObject({
      seen: { calls: { 'x.authorize': 1 }, replays: 0 },
      consent: { person: 'ben' },
    });
    expect((await control('reset', {})).status).toBe(204);
    expect(stage.sandbox.world.seen().calls).toEqual({});
  });

  it('refuses what it does not know', async () => {
    expect((await control('failures', { provider: 'x', on: 'token', kind: 'meteor' })).status).toBe(400);
    expect((await control('nothing', {})).status).toBe(404);
    expect(
      (await fetch(`${stage.sandbox.origin}/control/consent`, { method: 'POST', body: '{' })).status,
    ).toBe(400);
    expect((await fetch(`${stage.sandbox.origin}/example.com/`)).status).toBe(404);
  });

  it('listens on this machine alone', () => {
    expect(stage.sandbox.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});
