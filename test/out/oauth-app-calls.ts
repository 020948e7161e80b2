import { bearer, type Answer, TestClient } from '../support/test-client.js';
import { freePort, type TestServer } from '../support/test-app.js';

/** A secret as it could be X's; every test that looks for it in the clear looks for this one. */
export const CLIENT_SECRET = 'a-secret_with-dashes_that-nobody-may_see-0001';

/** The OAuth app endpoints as one dashboard user of one workspace calls them. */
export class OAuthAppCalls {
  private readonly client: TestClient;

  /**
   * @param app the server
   * @param sub the user
   * @param claims further claims of the JWT, such as `org_id`
   */
  constructor(
    app: Pick<TestServer, 'url'>,
    private readonly sub = 'user-1',
    private readonly claims: Record<string, unknown> = {},
  ) {
    this.client = new TestClient(app);
  }

  /** POST; undefined leaves a field out. */
  create(fields: Record<string, unknown> = {}): Promise<Answer> {
    return this.send('POST', '', {
      provider: 'x',
      name: 'My X App',
      client_id: 'an-id-of-x',
      client_secret: CLIENT_SECRET,
      ...fields,
    });
  }

  /** POST that must succeed. */
  async created(fields: Record<string, unknown> = {}): Promise<Answer['body']> {
    const { status, body, text } = await this.create(fields);
    if (status !== 201) throw new Error(`create: ${status} ${text}`);
    return body;
  }

  /** GET of the list. */
  async list(query = ''): Promise<Answer<Record<string, any>[]>> {
    return (await this.send('GET', query)) as unknown as Answer<Record<string, any>[]>;
  }

  get(id: string): Promise<Answer> {
    return this.send('GET', `/${id}`);
  }

  patch(id: string, body: unknown): Promise<Answer> {
    return this.send('PATCH', `/${id}`, body);
  }

  delete(id: string): Promise<Answer> {
    return this.send('DELETE', `/${id}`);
  }

  /**
   * Any call below `/v1/oauth-apps`.
   *
   * @param body a string is sent as it is, anything else as JSON
   */
  async send(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Answer> {
    return this.client.request(`/v1/oauth-apps${path}`, {
      method,
      headers: {
        ...bearer(await this.client.jwt(this.sub, this.claims)),
        ...(body !== undefined && { 'content-type': type }),
      },
      body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
    });
  }
}

/**
 * `PROVIDER_ORIGINS` under which providers refuse connections at once.
 *
 * @param origins the real origins
 */
export async function unreachable(...origins: string[]): Promise<string> {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  return JSON.stringify(Object.fromEntries(origins.map((origin) => [origin, nobody])));
}
