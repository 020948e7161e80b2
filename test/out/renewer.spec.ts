import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { DASHBOARD_SECRET } from '../support/test-app.js';
import { letPass, Owner } from './account-calls.js';
import { openOutStage, type OutStage } from './traveller.js';

const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

let stage: OutStage;
beforeAll(async () => {
  stage = await openOutStage({ ENCRYPTION_KEYS, PGAPPNAME: 'passed-on' });
});
afterAll(() => stage.close());

it("the renewing process inherits nothing of the server's environment but what the runtime itself reads", async () => {
  const owner = new Owner(stage);
  const id = await owner.connect('x');
  await letPass(stage, 7_190);
  expect((await owner.token(id)).status).toBe(200);
  const ps = (...options: string[]) => spawnSync('ps', options, { encoding: 'utf8' }).stdout;
  const children = ps('-axww', '-o', 'pid=,ppid=,args=')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, parent, , program]) => parent === String(stage.app.process.pid) && /renewer/.test(program ?? ''),
    );
  expect(children).toHaveLength(1);
  const environment = ps('eww', '-o', 'args=', '-p', children[0]![0]!);
  const holds = (text: string) => environment.includes(text);
  expect(holds('PGAPPNAME=passed-on')).toBe(true);
  const secrets = [DASHBOARD_SECRET, ENCRYPTION_KEYS, 'RESOURCE_SERVERS', 'DATABASE_URL', 'PUBLIC_URL'];
  expect(secrets.filter(holds)).toEqual([]);
});
