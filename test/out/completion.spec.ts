import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { landing, openOutStage, type OutStage, Traveller } from './traveller.js';

let stage: OutStage;
let ada: Traveller;
beforeAll(async () => {
  stage = await openOutStage({ OAUTH_BROWSER_BINDING: 'on' });
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.sandbox.world.reset();
  ada = new Traveller(stage);
});

describe('completion', () => {
  /** A sign-in that came back in another browser. */
  async function kept(provider = 'x'): Promise<string> {
    return landing(await ada.arrive(await ada.consent(await ada.depart(provider)))).result.completion!;
  }
  const complete = (traveller: Traveller, completion: unknown) =>
    traveller.post('/v1/oauth/complete', { completion });

  it('connects for the user who started, once', async () => {
    await ada.addApp('x');
    const completion = await kept();
    const { status, body, headers } = await complete(ada, completion);
    expect([status, body, headers.get('cache-control')]).toEqual([
      200,
      expect.objectContaining({ id: expect.stringMatching(/^acc_/), provider: 'x', status: 'active' }),
      'no-store',
    ]);
    expect(await complete(ada, completion)).toMatchObject({ status: 409, body: { code: 'completion_used' } });
    expect((await ada.get('/v1/accounts')).body.data).toHaveLength(1);
  });

  it('50 at once connect once', async () => {
    await ada.addApp('x');
    const completion = await kept();
    const answers = await Promise.all(Array.from({ length: 50 }, () => complete(ada, completion)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'completion_used')).toHaveLength(49);
  });

  it("is 404 for everybody else: another user, another workspace, the attacker who started it for a victim's browser", async () => {
    await ada.addApp('x');
    const completion = await kept();
    const others = [
      new Traveller(stage, ada.org_id, 'user-2'),
      new Traveller(stage, 'elsewhere', ada.sub),
      new Traveller(stage),
    ];
    for (const other of others) {
      expect(await complete(other, completion)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    expect(await complete(ada, completion)).toMatchObject({ status: 200 });
  });

  it('is 410 after 5 minutes', async () => {
    await ada.addApp('x');
    const completion = await kept();
    await stage.app.database.query(
      "UPDATE pending_connections SET expires_at = expires_at - interval '5 minutes' WHERE workspace_id = $1",
      [`org:${ada.org_id}`],
    );
    expect(await complete(ada, completion)).toMatchObject({
      status: 410,
      body: { code: 'completion_expired' },
    });
  });

  it.each([
    ['nothing', ''],
    ['an unknown one', 'sd_co_unknown'],
    ['9000 characters', 'x'.repeat(9000)],
  ])('is 404 for %s', async (_, completion) => {
    expect(await complete(ada, completion)).toMatchObject({ status: 404 });
  });

  it.each([undefined, null, 1, [], {}])('is 400 for %j', async (completion) => {
    expect(await complete(ada, completion)).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  });

  it('asks for a choice like any other, lifetimes counted from the consent', async () => {
    await ada.addApp('facebook');
    const { body } = await complete(ada, await kept('facebook'));
    expect(body).toMatchObject({ status: 'pending_selection', choices: expect.any(Array) });
    await ada.addApp('x');
    const completion = await kept();
    await stage.app.database.query(
      "UPDATE pending_connections SET expires_at = expires_at - interval '4 minutes' WHERE redeemed_at IS NULL AND workspace_id = $1",
      [`org:${ada.org_id}`],
    );
    const ends = Date.parse((await complete(ada, completion)).body.expires_at);
    const seconds = (ends - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(7200 - 240 - 20);
    expect(seconds).toBeLessThanOrEqual(7200 - 240);
  });

  it('leaves no provider token in clear while it waits, and none at all afterwards', async () => {
    await ada.addApp('x');
    const read = async () =>
      (
        await stage.app.database.query(
          'SELECT result_sealed FROM pending_connections WHERE workspace_id = $1',
          [`org:${ada.org_id}`],
        )
      ).rows[0].result_sealed;
    const completion = await kept();
    const tokens = [...stage.sandbox.world.tokens.keys()];
    expect(tokens.length).toBeGreaterThan(0);
    const sealed = await read();
    expect(sealed).toMatch(/^v1\.[\w-]+\.[\w-]+\.[\w-]+\.[\w-]+$/);
    for (const token of tokens) expect(sealed).not.toContain(token);
    await complete(ada, completion);
    expect(await read()).toBeNull();
  });
});
