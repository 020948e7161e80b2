import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXAMPLE_CLIENT_ID } from '../../src/common/http/example-client-id.js';
import { openOutStage, type OutStage, Traveller } from '../out/traveller.js';
import { startTestApp } from '../support/test-app.js';
import { encode, type Fields, TestClient } from '../support/test-client.js';
import { type Credentials, goodCredentials } from './open-api-walk.js';

interface Schema {
  readonly $ref?: string;
  readonly properties?: Record<string, { readonly example?: unknown }>;
}

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required: boolean;
  readonly schema: {
    readonly example?: string;
    readonly default?: string;
    readonly enum?: readonly string[];
  };
}

interface Documented {
  readonly operationId: string;
  readonly security: readonly Record<string, unknown>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Record<string, Media> };
  readonly responses: Record<string, unknown>;
}

interface Media {
  readonly schema: Schema;
  readonly examples?: Record<string, { readonly value: object }>;
}

interface OpenApi {
  readonly paths: Record<string, Record<string, Documented>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

const FORM = 'application/x-www-form-urlencoded';

/** What only a living server can put in the place of an example, and what the example then gets. */
interface Situation {
  readonly path?: Record<string, string>;
  readonly headers?: Record<string, string>;
  /** Where not the success. */
  readonly status?: number;
}

/** The bodies that Swagger UI offers: the named examples, or the members' own; fields of a form have always those. */
function bodiesOf({ schema, examples }: Media, mediaType: string, { components }: OpenApi): object[] {
  const named = Object.values(examples ?? {}).map(({ value }) => value);
  if (mediaType !== FORM && named.length > 0) return named;
  const { properties = {} } = schema.$ref ? components.schemas[schema.$ref.split('/').at(-1)!]! : schema;
  // Without an example it leaves a field of a form empty, and says "string" in JSON.
  const without = mediaType === FORM ? undefined : 'string';
  const members = Object.entries(properties).map(([name, { example }]) => [name, example ?? without]);
  return [...named, Object.fromEntries(members)];
}

describe('the examples of the OpenAPI document', () => {
  let stage: OutStage;
  let client: TestClient;
  let credentials: Credentials;
  let document: OpenApi;
  beforeAll(async () => {
    stage = await openOutStage();
    client = new TestClient(stage.app);
    credentials = await goodCredentials(client);
    document = (await client.request('/openapi.json')).body as unknown as OpenApi;
  });
  afterAll(() => stage.close());

  const find = (operationId: string) =>
    Object.entries(document.paths)
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, documented]) => ({ path, method, documented })),
      )
      .find(({ documented }) => documented.operationId === operationId)!;

  /** Sends an operation with every body it gives an example of; returns the statuses. */
  async function sendExamples(operationId: string, to: TestClient, situation: Situation = {}) {
    const { path, method, documented } = find(operationId);
    const given = (place: string) =>
      documented.parameters
        .filter((parameter) => parameter.in === place)
        .map(({ name, required, schema }): [string, string | undefined] => [
          name,
          schema.example ?? schema.default ?? (required ? schema.enum?.[0] : undefined),
        ]);
    const parameters = { ...Object.fromEntries(given('path')), ...situation.path };
    const target = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name]!));
    const query = encode(Object.fromEntries(given('query')));
    const headers = situation.headers ?? credentials[Object.keys(documented.security[0]!)[0] ?? 'anyone']!;
    const bodies = Object.entries(documented.requestBody?.content ?? { none: { schema: {} } }).flatMap(
      ([mediaType, media]) => bodiesOf(media, mediaType, document).map((body) => ({ mediaType, body })),
    );
    const answers = [];
    for (const { mediaType, body } of bodies) {
      const sent = mediaType === FORM ? encode(body as Fields) : JSON.stringify(body);
      const content = mediaType === 'none' ? {} : { headers: { 'content-type': mediaType }, body: sent };
      answers.push(
        await to.request(query ? `${target}?${query}` : target, {
          method: method.toUpperCase(),
          ...content,
          headers: { ...headers, ...content.headers },
        }),
      );
    }
    return answers;
  }

  const travelled = async (provider: string): Promise<Situation> => {
    const traveller = new Traveller(stage);
    await traveller.addApp(provider);
    const { result } = await traveller.travel(provider);
    return { path: { id: result.connected! }, headers: await traveller.credentials() };
  };
  const connectedX = () => travelled('x');
  const storedApp = async (): Promise<Situation> => {
    const traveller = new Traveller(stage);
    return { path: { id: await traveller.addApp('x') }, headers: await traveller.credentials() };
  };
  const asked = async (): Promise<Situation> => {
    const request_id = await client.startConsent({ client_id: EXAMPLE_CLIENT_ID });
    return { path: { request_id } };
  };
  const SITUATIONS: Record<string, () => Promise<Situation>> = {
    // Codes, refresh tokens and completions are good once: their examples cannot exist.
    token: async () => ({ status: 400 }),
    completeConnection: async () => ({ status: 404 }),
    // Hidden while a dashboard's secret is configured; tried below.
    openDevelopmentSession: async () => ({ status: 404 }),
    showConsent: asked,
    approveConsent: asked,
    denyConsent: asked,
    disconnectApp: async () => {
      await client.tokens({ client_id: EXAMPLE_CLIENT_ID });
      return {};
    },
    startConnection: async () => ({ headers: (await storedApp()).headers }),
    getOAuthApp: storedApp,
    updateOAuthApp: storedApp,
    deleteOAuthApp: storedApp,
    getAccount: connectedX,
    disconnectAccount: connectedX,
    refreshAccount: connectedX,
    getProviderToken: async () => ({ path: (await connectedX()).path }),
    selectAccount: () => travelled('facebook'),
  };

  it('[contract] a registration by the example gets the client of all other examples (RFC 7591 §3.2.1)', async () => {
    const [answer] = await sendExamples('registerClient', client);
    expect(answer).toMatchObject({ status: 201, body: { client_id: EXAMPLE_CLIENT_ID } });
  });

  it('[contract] each gets the success that is documented, unless it is good once', async () => {
    await sendExamples('registerClient', client);
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(operations.length).toBeGreaterThan(30);
    for (const { operationId, responses } of operations) {
      const situation = (await SITUATIONS[operationId]?.()) ?? {};
      const success = Object.keys(responses).find((status) => /^[23]/.test(status));
      const expected = situation.status ?? Number(success);
      expect(Object.keys(responses)).toContain(String(expected));
      for (const { status, text } of await sendExamples(operationId, client, situation)) {
        expect([operationId, status, text]).toEqual([operationId, expected, text]);
      }
    }
  });

  it('[contract] authorize takes them to the consent page (RFC 6749 §4.1.1)', async () => {
    await sendExamples('registerClient', client);
    for (const operationId of ['authorize', 'authorizeByForm']) {
      const [{ headers } = { headers: new Headers() }] = await sendExamples(operationId, client);
      expect(headers.get('location')).toContain('/consent?request_id=');
    }
  });

  it('[contract] development sign-in takes its own', async () => {
    const development = await startTestApp({ DASHBOARD_JWT_SECRET: undefined });
    try {
      const answers = await sendExamples('openDevelopmentSession', new TestClient(development));
      expect(answers.map(({ status }) => status)).toEqual([200]);
    } finally {
      await development.close();
    }
  });
});
