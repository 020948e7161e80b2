#!/usr/bin/env node
// A command line tool that signs its user in through Swingdoor: all that a native app needs (RFC 8252). Copy it;
// openid-client does the protocol (npm i openid-client).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as oauth from 'openid-client';

const say = (line) => process.stdout.write(`${line}\n`);
const SERVER = process.env.SWINGDOOR_URL ?? 'http://localhost:3000';
const server = URL.canParse(SERVER) ? new URL(SERVER) : fail(`SWINGDOOR_URL is no URL: ${SERVER}`);
// Plain http is for a server on this machine alone: elsewhere, others read the tokens.
const local = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(server.href);
if (!local && server.protocol !== 'https:')
  fail(`SWINGDOOR_URL must be https, or http on this machine (localhost): ${SERVER}`);
const options = { algorithm: 'oauth2', execute: local ? [oauth.allowInsecureRequests] : [] };

/** Whom the tokens are for: the server itself, or a service that trusts it (RFC 8707). */
const resource = process.env.SWINGDOOR_RESOURCE;
const folder = join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'swingdoor-cli');
const file = join(folder, `${encodeURIComponent([server.host, resource].join(' ').trim())}.json`);

/** What the last login left, or nothing. */
const stored = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);

/** Tokens are secrets: a file that only its owner can read. */
function store(clientId, { access_token: accessToken, refresh_token: refreshToken, expires_in = 0 }) {
  const state = { clientId, accessToken, refreshToken, expiresAt: Date.now() + expires_in * 1000 };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify(state, null, 2), { mode: 0o600 });
  return state;
}

/** Registers, or comes back under the client id of the last login. */
function client(clientId) {
  const metadata = { token_endpoint_auth_method: 'none' };
  if (clientId) return oauth.discovery(server, clientId, metadata, oauth.None(), options);
  const app = { ...metadata, client_name: 'Swingdoor CLI', redirect_uris: ['http://127.0.0.1/callback'] };
  return oauth.dynamicClientRegistration(server, app, oauth.None(), options);
}

async function login() {
  const config = await client();
  const listener = createServer().listen(0, '127.0.0.1'); // any free port will do (RFC 8252 §7.3)
  await once(listener, 'listening');
  const redirect_uri = `http://127.0.0.1:${listener.address().port}/callback`;
  const [pkceCodeVerifier, expectedState] = [oauth.randomPKCECodeVerifier(), oauth.randomState()];
  const url = oauth.buildAuthorizationUrl(config, {
    redirect_uri,
    ...(resource && { resource }),
    scope: 'profile:read accounts:read',
    state: expectedState,
    code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  say(`Opening your browser. If it does not open, go to:\n\n  ${url}\n`);
  openBrowser(url.href);
  const { address, page } = await callback(listener, redirect_uri, expectedState);
  listener.close();
  try {
    const tokens = await oauth.authorizationCodeGrant(config, address, { pkceCodeVerifier, expectedState });
    store(config.clientMetadata().client_id, tokens);
    page(200, 'You are signed in. You can close this page and go back to the terminal.');
  } catch (error) {
    page(200, 'You are not signed in. Close this page and go back to the terminal, which says why.');
    throw error;
  }
  if (resource) say(`Signed in for ${resource}.`);
  else await whoami();
}

/** Waits for the browser to come back with our state. Whoever else finds the port cannot end the login. */
async function callback(listener, redirectUri, state) {
  for (;;) {
    const [{ url }, response] = await once(listener, 'request');
    const address = url.startsWith('/callback?') && new URL(url, redirectUri);
    const headers = { 'content-type': 'text/plain', connection: 'close' };
    const page = (status, text) => response.writeHead(status, headers).end(`${text}\n`);
    if (!address) page(404, 'Not here.');
    else if (address.searchParams.get('state') === state) return { address, page };
    else page(400, 'This is not the sign-in that the terminal waits for.');
  }
}

function openBrowser(url) {
  const openers = { darwin: ['open'], win32: ['cmd', '/c', 'start', '""'] };
  const [command, ...args] = openers[process.platform] ?? [process.env.BROWSER ?? 'xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined).unref();
}

/** Calls the API, or the service, with a fresh token where the old one is about to end. */
async function call(path) {
  let state = stored() ?? fail('You are not signed in. Run: cli login');
  const config = await client(state.clientId);
  if (state.expiresAt < Date.now() + 30_000)
    state = store(state.clientId, await oauth.refreshTokenGrant(config, state.refreshToken)); // the old one is spent
  const url = new URL(path, resource ?? server);
  return (await oauth.fetchProtectedResource(config, state.accessToken, url, 'GET')).json();
}

const get = async (path = '/') => say(JSON.stringify(await call(path)));

async function whoami() {
  const me = await call('/public/v1/me/');
  say(`Signed in as ${me.user_id} in workspace ${me.workspace_id}, with ${me.scopes.join(' ')}.`);
}
async function accounts() {
  const { data } = await call('/v1/accounts');
  for (const account of data)
    say(`${account.provider.padEnd(10)} ${account.display_name ?? account.id}  ${account.status}`);
  if (data.length === 0) say(`No accounts yet. Connect one at ${new URL('/dashboard/accounts', server)}`);
}

async function logout() {
  const state = stored();
  rmSync(file, { force: true });
  try {
    if (state) await oauth.tokenRevocation(await client(state.clientId), state.refreshToken);
  } catch (error) {
    say(`Signed out on this computer, but the grant may live on: ${explain(error)}`);
    fail(`Disconnect Swingdoor CLI at ${new URL('/dashboard/apps', server)}`);
  }
  say('Signed out.');
}

/** What went wrong, and what to do. */
function explain({ error, error_description, status, code, message }) {
  if (error === 'access_denied') return 'You did not give access. To try again, run: cli login';
  if (/^invalid_(grant|client)$/.test(error) || status === 401) return 'Your session ended. Run: cli login';
  const who = resource ? `${server} or ${resource}` : server;
  if (message === 'fetch failed') return `Cannot reach ${who}. Is it running? SWINGDOOR_URL names it.`;
  if (/^OAUTH_(RESPONSE_IS|PARSE|INVALID|JSON)/.test(code))
    return `${server} does not answer as Swingdoor does. SWINGDOOR_URL must be its PUBLIC_URL.`;
  return `Error: ${error_description ?? message}`;
}

const commands = { login, whoami, accounts, get, logout };
const [name, path] = process.argv.slice(2);
if (!commands[name]) fail('Usage: cli login | whoami | accounts | get PATH | logout   (SWINGDOOR_URL)', 2);
await commands[name](path).catch((error) => fail(explain(error)));
process.exit(); // whatever a browser still holds open

function fail(line, code = 1) {
  say(line);
  process.exit(code);
}
