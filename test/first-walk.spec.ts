import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from './support/test-app.js';
import { TestClient } from './support/test-client.js';

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp();
  client = new TestClient(app);
});
afterAll(() => app.close());

it('walks in', async () => {
  const registration = await client.register();
  const tokens = await client.tokens(registration);
  expect((await client.me(tokens.access_token)).body).toMatchObject({
    user_id: 'user-1',
    workspace_id: 'user:user-1',
  });
  const next = await client.refresh(registration, tokens.refresh_token);
  expect(next.status).toBe(200);
  const again = await client.refresh(registration, tokens.refresh_token);
  expect(again.body).toEqual(next.body);
  expect((await client.introspect(next.body.access_token)).body).toMatchObject({ active: true });
  expect((await client.apps()).body).toHaveLength(1);
  expect((await client.disconnect(registration.client_id)).status).toBe(204);
  expect((await client.disconnect(registration.client_id)).status).toBe(404);
  expect((await client.me(next.body.access_token)).status).toBe(401);
});
