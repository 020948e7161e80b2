import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CEILINGS } from '../../src/limits/ceilings.js';
import { Caller, type LimitStage, openLimitStage, tally } from './limit-stage.js';

let stage: LimitStage;
let caller: Caller;
beforeEach(async () => {
  stage = await openLimitStage();
  caller = new Caller(stage.app, '192.0.2.1');
}, 90_000);
afterEach(() => stage.close());

const warnings = () => stage.app.logs.filter((line) => line.includes('each replica counts alone'));

describe('counters that fail', () => {
  it('leave every route open, with the ceilings that a replica holds alone; never a 500', async () => {
    await stage.app.database.query('ALTER TABLE rate_limits RENAME TO gone');
    expect(await tally(60, () => caller.newcomer())).toEqual({ 201: 60 });
    const client = await caller.register();
    expect(await tally(60, () => caller.refresh(client, 'sd_rt_unknown'))).toEqual({ 400: 60 });
    expect(await tally(60, () => caller.refresh({ client_id: 'sd_cl_x' }, 'x'))).toEqual({ 401: 60 });
    expect((await caller.refresh(client, (await caller.tokens(client)).refresh_token)).status).toBe(200);
    const { points } = CEILINGS.consent;
    expect(await tally(points + 20, () => caller.show('sd_ar_unknown', 'ada'))).toEqual({
      404: points,
      429: 20,
    });
    expect(warnings().length).toBeGreaterThan(0);
    expect(stage.app.logs.filter((line) => line.includes('does not exist')).length).toBeLessThan(20);
  });

  it('that do not answer keep nobody waiting', async () => {
    const blocker = await stage.app.database.connect();
    await blocker.query('BEGIN; LOCK TABLE rate_limits IN ACCESS EXCLUSIVE MODE');
    // All of it while the table stays locked.
    expect(await tally(100, () => caller.newcomer())).toEqual({ 201: 100 });
    expect(warnings().length).toBeGreaterThan(0);
    await blocker.query('ROLLBACK');
    blocker.release();
  });
});
