// A service of your SaaS that guards a route of its own by introspection (RFC 7662), and tells agents where to sign in
// (RFC 9728). The demo knows it; start another Swingdoor with
//   RESOURCE_SERVERS='[{"id":"notes","secret":"a-secret-of-its-own","resource":"http://localhost:4000"}]'
import { createServer } from 'node:http';

const SWINGDOOR = process.env.SWINGDOOR_URL ?? 'http://localhost:3000';
const SELF = process.env.SELF_URL ?? 'http://localhost:4000';
const CREDENTIALS = process.env.CREDENTIALS ?? 'notes:a-secret-of-its-own';
const METADATA = '/.well-known/oauth-protected-resource';

/** The token's facts, or undefined where it is dead or meant for somebody else. */
async function introspect(token) {
  const response = await fetch(`${SWINGDOOR}/public/v1/oauth/introspect/`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(CREDENTIALS).toString('base64')}` },
    body: new URLSearchParams({ token }),
  });
  const refused = response.status === 401 ? ': check CREDENTIALS against RESOURCE_SERVERS' : '';
  if (!response.ok) throw new Error(`Introspection answered ${response.status}${refused}`);
  const facts = await response.json();
  return facts.active ? facts : undefined;
}

async function answer(request) {
  const { pathname } = new URL(request.url, SELF);
  if (pathname === METADATA) return [200, { resource: SELF, authorization_servers: [SWINGDOOR] }];
  if (pathname !== '/notes') return [404, { error: 'not_found' }];
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const facts = token && (await introspect(token));
  if (!facts) {
    const error = token ? 'error="invalid_token", ' : '';
    return [
      401,
      { error: 'unauthorized' },
      { 'www-authenticate': `Bearer ${error}resource_metadata="${SELF}${METADATA}"` },
    ];
  }
  return [200, { notes: [`A note of ${facts.sub} in ${facts.workspace_id}`] }];
}

const port = Number(new URL(SELF).port || 80);
createServer(async (request, response) => {
  const [status, body, headers = {}] = await answer(request).catch((error) => {
    // The caller cannot help it: its operator is told why.
    process.stderr.write(`${error.message} (${SWINGDOOR})\n`);
    return [503, { error: 'temporarily_unavailable' }];
  });
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify(body));
}).listen(port, '127.0.0.1', () => process.stdout.write(`Notes at ${SELF}/notes\n`));
