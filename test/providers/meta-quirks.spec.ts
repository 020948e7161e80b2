import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, consent, failureOf, openStage, sampleApp, type Stage } from './walk.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => stage.sandbox.world.reset());
afterAll(() => stage.sandbox.stop());

describe('instagram', () => {
  it('ids beyond 2^53 arrive as they are, wrapped in data or flat, permissions as text or array', async () => {
    for (const n of [0, 1]) {
      const app = sampleApp(stage, 'instagram', n);
      const connection = await connect(stage, 'instagram', app);
      const identity = await stage.client.identify('instagram', app, connection.accessToken);
      const id = identity.externalId;
      expect(Number.isSafeInteger(Number(id))).toBe(false);
      expect(id).toBe(connection.accountId);
      expect(String(JSON.parse(id))).not.toBe(id);
      expect(identity.otherIds.app_scoped_id).toMatch(/^1784140\d{10}$/);
      expect(connection.missingScopes).toEqual([]);
    }
  });

  it('the #_ after a code is dropped, however it got there', async () => {
    const app = sampleApp(stage, 'instagram');
    for (const suffix of ['#_', '#_=_']) {
      const { exchange } = await consent(stage, 'instagram', app);
      await stage.client.exchangeCode('instagram', app, { ...exchange, code: exchange.code + suffix });
    }
  });

  it('a token younger than 24 hours cannot be prolonged, and that never ends the connection', async () => {
    const app = sampleApp(stage, 'instagram');
    const connection = await connect(stage, 'instagram', app);
    stage.sandbox.world.advance(86_300);
    await failureOf(stage, stage.client.refresh('instagram', app, connection), 'provider_unavailable');
    expect(stage.registry.get('instagram').definition.refresh).toMatchObject({
      kind: 'extend',
      minAge: 86_400,
    });
  });

  it('after 60 days without prolonging it is dead', async () => {
    const app = sampleApp(stage, 'instagram');
    const connection = await connect(stage, 'instagram', app);
    stage.sandbox.world.advance(61 * 86_400);
    await failureOf(stage, stage.client.refresh('instagram', app, connection), 'token_dead');
  });

  it('without the second exchange there is no connection', async () => {
    stage.sandbox.world.fail({ provider: 'instagram', on: 'extend', kind: 'status', status: 500 });
    await failureOf(stage, connect(stage, 'instagram'), 'provider_unavailable');
  });

  it('a personal account is no_eligible_account, with what to do', async () => {
    const app = sampleApp(stage, 'instagram');
    const connection = await connect(stage, 'instagram', app, { person: 'cleo' });
    const identify = stage.client.identify('instagram', app, connection.accessToken);
    expect((await failureOf(stage, identify, 'no_eligible_account')).message).toMatch(/professional/);
  });

  it("the Meta App ID in the Instagram app's place is named", async () => {
    const { clientId, clientSecret } = sampleApp(stage, 'facebook');
    const check = await stage.client.probeCredentials('instagram', { clientId, clientSecret });
    expect(check).toMatchObject({ verification: 'failed', message: expect.stringContaining('Meta App ID') });
  });
});

describe('facebook', () => {
  const choicesOf = async (settings = {}, app = sampleApp(stage, 'facebook')) => {
    const connection = await connect(stage, 'facebook', app, settings);
    const identity = await stage.client.identify('facebook', app, connection.accessToken);
    const { accessToken } = connection;
    return { connection, choices: () => stage.client.choices('facebook', app, { accessToken, identity }) };
  };

  it('every Page is found by cursor and through portfolios, and only those that may be posted to are selectable', async () => {
    const { connection, choices } = await choicesOf();
    const pages = (await choices())!;
    expect(pages.map(({ name, selectable }) => [name, selectable])).toEqual([
      ["Ada's Bakery", true],
      ["Ada's Readers", false],
      ["Ada's Tea Room", true],
      ['Roastery of the portfolio', true],
      ["A client's garden", true],
    ]);
    const tokens = pages.flatMap(({ accessToken }) => accessToken ?? []);
    expect(new Set(tokens).size).toBe(4);
    expect(tokens).not.toContain(connection.accessToken);
  });

  it('a Page token made from the long-lived token has no end, and is dead when the app is removed', async () => {
    const app = sampleApp(stage, 'facebook');
    const page = (await (await choicesOf()).choices())![0]!;
    const alive = await stage.client.inspect('facebook', app, page.accessToken!);
    expect(alive?.expiresAt).toBeUndefined();
    expect(alive?.dataAccessExpiresAt).toBeInstanceOf(Date);
    for (const grant of stage.sandbox.world.grants()) stage.sandbox.world.end(grant);
    await failureOf(stage, stage.client.inspect('facebook', app, page.accessToken!), 'token_dead');
  });

  it("a token of another app is not this connection's", async () => {
    const page = (await (await choicesOf()).choices())![0]!;
    const other = sampleApp(stage, 'facebook', 1);
    await failureOf(stage, stage.client.inspect('facebook', other, page.accessToken!), 'token_dead');
  });

  it('a Page that was not ticked is shown with the way to get it, and never gets the token of the person', async () => {
    const pages = (await (await choicesOf({ pages: ['101000000000001'] })).choices())!;
    expect(pages.filter(({ selectable }) => selectable).map(({ name }) => name)).toEqual(["Ada's Bakery"]);
    const unticked = pages.find(({ name }) => name === 'Roastery of the portfolio')!;
    expect(unticked).toMatchObject({ selectable: false, reason: expect.stringContaining('tick') });
    expect(unticked.accessToken).toBeUndefined();
  });

  it('without business_management the other Pages are still there', async () => {
    const pages = (await (await choicesOf({ untick: ['business_management'] })).choices())!;
    expect(pages.map(({ name }) => name)).toEqual(["Ada's Bakery", "Ada's Readers", "Ada's Tea Room"]);
  });

  it('where /me/accounts is empty the Pages that the token names are asked for one by one', async () => {
    const settings = { untick: ['business_management'], pages: ['101000000000004'] };
    const pages = (await (await choicesOf(settings)).choices())!;
    expect(pages).toMatchObject([{ externalId: '101000000000004', selectable: true }]);
  });

  it('no Page at all, or none that may be posted to, is no_eligible_account with its reasons', async () => {
    stage.sandbox.world.fail({ provider: 'facebook', on: 'authorize', kind: 'no-pages', times: 1 });
    const none = await failureOf(stage, (await choicesOf()).choices(), 'no_eligible_account');
    expect(none.message).toMatch(/No Page was shared/);
    const settings = { untick: ['business_management'], pages: ['101000000000002'] };
    const readOnly = await failureOf(stage, (await choicesOf(settings)).choices(), 'no_eligible_account');
    expect(readOnly.reasons).toEqual([expect.stringMatching(/^Ada's Readers: .*create content/)]);
  });

  it('an outage while Pages are listed hides none of them', async () => {
    const { choices } = await choicesOf();
    stage.sandbox.world.fail({ provider: 'facebook', on: 'choices', kind: 'status', status: 500 });
    await failureOf(stage, choices(), 'provider_unavailable');
  });

  it('appsecret_proof is checked: a wrong secret cannot use the token', async () => {
    const app = sampleApp(stage, 'facebook');
    const { accessToken } = await connect(stage, 'facebook', app);
    const stolen = { ...app, clientSecret: '00000000000000000000000000000000' };
    await expect(stage.client.identify('facebook', stolen, accessToken)).rejects.toThrow();
    await stage.client.identify('facebook', app, accessToken);
  });

  it('a Development app refuses a person without a role: app_in_development, not user_denied', async () => {
    const app = sampleApp(stage, 'facebook', 1);
    const { query } = await consent(stage, 'facebook', app, { person: 'ben' });
    expect(stage.client.refusal('facebook', query)).toMatchObject({ code: 'app_in_development' });
    await connect(stage, 'facebook', app, { person: 'ada' });
  });

  it('a refusal says that Development mode looks the same', async () => {
    const { query } = await consent(stage, 'facebook', sampleApp(stage, 'facebook'), { deny: true });
    expect(stage.client.refusal('facebook', query)?.message).toMatch(/Development mode/);
  });

  it('config_id of Facebook Login for Business replaces the scopes', async () => {
    const app = sampleApp(stage, 'facebook', 0, { config_id: '1234567890' });
    const connection = await connect(stage, 'facebook', app);
    expect(connection.missingScopes).toEqual([]);
  });

  it('revoking removes the app for the whole person', async () => {
    const app = sampleApp(stage, 'facebook');
    const [first, second] = [await connect(stage, 'facebook', app), await connect(stage, 'facebook', app)];
    const { externalId } = await stage.client.identify('facebook', app, first.accessToken);
    await stage.client.revoke('facebook', app, { ...first, accountId: externalId });
    await failureOf(stage, stage.client.identify('facebook', app, second.accessToken), 'token_dead');
  });

  it('a throttle by error code 4 with status 400 is provider_unavailable and keeps its trace id', async () => {
    const error = stage.client.refusal('facebook', {
      error_code: '4',
      error_message: 'Application request limit reached',
    });
    expect(error?.code).toBe('provider_unavailable');
    const app = sampleApp(stage, 'facebook');
    const { exchange } = await consent(stage, 'facebook', app);
    const failed = await failureOf(
      stage,
      stage.client.exchangeCode('facebook', { ...app, clientSecret: 'x' }, exchange),
      'bad_client_credentials',
    );
    expect(failed.reference).toMatch(/^A/);
    expect(failed.detail).toBe('Error validating client secret.');
  });
});
