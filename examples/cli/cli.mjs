#!/usr/bin/env node
// A command line tool that signs its user in through Swingdoor. Copy it: everything a native app needs is here
// (RFC 8252), and openid-client does the protocol.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as oauth from 'openid-client';

const server = new URL(process.env.SWINGDOOR_URL ?? 'http://localhost:3000');
const SCOPE = 'profile:read accounts:read';
const folder = join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'swingdoor-cli');
const file = join(folder, `${server.host.replace(':', '_')}.json`);

const say = (line) => process.stdout.write(`${line}\n`);

/** What the last login left, or nothing. */
function stored() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Tokens are secrets: a file that only its owner can read. */
function store(state) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify(state, null, 2), { mode: 0o600 });
}

/** Plain http is allowed for a server on this machine alone. */
const options = {
  algorithm: 'oauth2',
  execute: server.protocol === 'http:' ? [oauth.allowInsecureRequests] : [],
};

/** Registers, or comes back under the client id of the last login. */
function client(clientId) {
  const metadata = { token_endpoint_auth_method: 'none' };
  if (clientId) return oauth.discovery(server, clientId, metadata, oauth.None(), options);
  const newcomer = {
    ...metadata,
    client_name: 'Swingdoor CLI',
    redirect_uris: ['http://127.0.0.1/callback'],
  };
  return oauth.dynamicClientRegistration(server, newcomer, oauth.None(), options);
}

async function login() {
  const config = await client();
  // Any free port will do (RFC 8252 §7.3).
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const redirect_uri = `http://127.0.0.1:${listener.address().port}/callback`;
  const verifier = oauth.randomPKCECodeVerifier();
  const state = oauth.randomState();
  const url = oauth.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: SCOPE,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  say(`Opening your browser. If it does not open, go to:\n\n  ${url}\n`);
  openBrowser(url.href);
  const callback = await answer(listener, redirect_uri);
  const tokens = await oauth.authorizationCodeGrant(config, callback, {
    pkceCodeVerifier: verifier,
    expectedState: state,
  });
  store(stateOf(config.clientMetadata().client_id, tokens));
  await whoami();
}

/** Waits for the browser to come back, and sends its user back to the terminal. */
async function answer(listener, redirectUri) {
  for (;;) {
    const [request, response] = await once(listener, 'request');
    const url = new URL(request.url, redirectUri);
    const ours = url.pathname === '/callback';
    response.writeHead(ours ? 200 : 404, { 'content-type': 'text/plain', connection: 'close' });
    response.end(ours ? 'You can close this page and go back to the terminal.\n' : 'Not here.\n');
    if (ours) return listener.close() && url;
  }
}

function openBrowser(url) {
  const openers = { darwin: ['open'], win32: ['cmd', '/c', 'start', '""'] };
  const [command, ...args] = openers[process.platform] ?? [process.env.BROWSER ?? 'xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined).unref();
}

const stateOf = (clientId, tokens) => ({
  clientId,
  accessToken: tokens.access_token,
  refreshToken: tokens.refresh_token,
  expiresAt: Date.now() + (tokens.expires_in ?? 0) * 1000,
});

/** Calls the API, with a fresh token where the old one is about to end. */
async function call(path) {
  let state = stored();
  if (!state) throw new Error('You are not signed in. Run: cli login');
  const config = await client(state.clientId);
  if (state.expiresAt < Date.now() + 30_000) {
    const tokens = await oauth.refreshTokenGrant(config, state.refreshToken);
    store((state = stateOf(state.clientId, tokens))); // before use: the old refresh token is spent
  }
  const url = new URL(path, server);
  return (await oauth.fetchProtectedResource(config, state.accessToken, url, 'GET')).json();
}

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
  if (state) await oauth.tokenRevocation(await client(state.clientId), state.refreshToken);
  rmSync(file, { force: true });
  say('Signed out.');
}

const commands = { login, whoami, accounts, logout };
const command = commands[process.argv[2]];
if (!command) {
  say('Usage: cli login | whoami | accounts | logout   (SWINGDOOR_URL names the server)');
  process.exit(2);
}
try {
  await command();
} catch (error) {
  const ended = ['invalid_grant', 'invalid_client'].includes(error.error) || error.status === 401;
  if (error.error === 'access_denied') say('You did not give access. To try again, run: cli login');
  else if (ended) say('Your session has ended. Run: cli login');
  else say(`Error: ${error.error_description ?? error.message}`);
  process.exit(1);
}
