import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';
import { makeAdapter } from './oidc-adapter.mjs';

/**
 * The peer as its documentation sets it up for production: a PostgreSQL adapter, rotating refresh tokens, PKCE,
 * open registration, introspection by a confidential client. No ID tokens are asked for on the token endpoint, as
 * Swingdoor issues none, and tokens do not depend on a browser session.
 */
const { adapter, pool } = await makeAdapter(process.env.DATABASE_URL);
const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
const provider = new Provider(process.env.PUBLIC_URL, {
  adapter,
  clients: [
    {
      client_id: 'resource-server',
      client_secret: process.env.RESOURCE_SECRET,
      grant_types: [],
      redirect_uris: [],
      response_types: [],
    },
  ],
  clientDefaults: {
    grant_types: ['authorization_code', 'refresh_token'],
    id_token_signed_response_alg: 'ES256',
  },
  cookies: { keys: ['bench-cookie-key-of-32-characters'] },
  expiresWithSession: () => false,
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true },
    registration: { enabled: true },
    revocation: { enabled: true },
  },
  findAccount: async (_ctx, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  jwks: { keys: [{ ...jwk, use: 'sig', alg: 'ES256' }] },
  clientBasedCORS: () => false,
  responseTypes: ['code'],
  scopes: ['openid', 'profile:read', 'apps:read'],
  ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 7_776_000, RefreshToken: 7_776_000 },
});
provider.proxy = true;
const handle = provider.callback();

createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return handle(request, response);
  const answer = request.method === 'POST' ? confirm(request, response) : show(request, response);
  answer.catch((error) => response.writeHead(500).end(error.message));
}).listen(Number(process.env.PORT), '127.0.0.1');

/** What the consent page of a dashboard would read. */
async function show(request, response) {
  const { uid, params } = await provider.interactionDetails(request, response);
  const client = await provider.Client.find(params.client_id);
  const text = JSON.stringify({ uid, client: client.clientName, scope: params.scope });
  response.writeHead(200, { 'content-type': 'application/json' }).end(text);
}

/** The user is who the header says, and says yes. */
async function confirm(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const accountId = request.headers['x-user'];
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = { login: { accountId }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

process.on('SIGTERM', () => void pool.end().then(() => process.exit(0)));
