/* global pm, require */

const REDIRECT_URI = 'http://127.0.0.1:8976/callback';

/** What an app sends its user's browser to authorize with, whether in the address or in a form. */
export const REQUEST = {
  response_type: 'code',
  client_id: '{{client_id}}',
  redirect_uri: REDIRECT_URI,
  scope: 'profile:read apps:read apps:write',
  state: '{{state}}',
  code_challenge: '{{code_challenge}}',
  code_challenge_method: 'S256',
};

/** A code, as it is traded for tokens. */
export const CODE = {
  grant_type: 'authorization_code',
  client_id: '{{client_id}}',
  code: '{{code}}',
  code_verifier: '{{code_verifier}}',
  redirect_uri: REDIRECT_URI,
};

const REFRESH = {
  grant_type: 'refresh_token',
  client_id: '{{client_id}}',
  refresh_token: '{{refresh_token}}',
};

/** PKCE (RFC 7636 §4): a verifier that nobody guesses, and the base64url of its SHA-256. */
export function makePkce() {
  const { v4: uuid } = require('uuid');
  const { SHA256, enc } = require('crypto-js');
  const verifier = `${uuid()}${uuid()}`;
  const base64 = enc.Base64.stringify(SHA256(verifier));
  const challenge = base64.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  pm.environment.set('code_verifier', verifier);
  pm.environment.set('code_challenge', challenge);
  pm.environment.set('state', uuid());
}

/** The consent page's address names the request. */
export function keepRequestId() {
  const location = pm.response.headers.get('Location');
  pm.expect(location).to.include('/consent?request_id=');
  pm.environment.set('request_id', location.split('request_id=')[1]);
}

/** The way back to the app carries the code and the app's own state. (Scripts of Postman have no URL class.) */
export function keepCode() {
  const query = new Map(
    pm.response
      .json()
      .redirect_to.split('?')[1]
      .split('&')
      .map((pair) => pair.split('=').map(decodeURIComponent)),
  );
  pm.expect(query.get('state')).to.equal(pm.environment.get('state'));
  pm.expect(query.get('iss')).to.equal(pm.environment.get('base_url'));
  pm.environment.set('code', query.get('code'));
}

/** A first pair of tokens. */
export function keepTokens() {
  const tokens = pm.response.json();
  pm.expect(tokens.token_type).to.equal('Bearer');
  pm.expect(tokens.expires_in).to.be.above(0);
  pm.environment.set('access_token', tokens.access_token);
  pm.environment.set('refresh_token', tokens.refresh_token);
}

function isRefused() {
  pm.expect(pm.response.headers.get('WWW-Authenticate')).to.include('error="invalid_token"');
}

/** Register, consent, tokens, refresh, disconnect. */
export const IN = {
  name: '2 In: an app connects',
  description: "Somebody else's app registers, asks your user, gets tokens, and is disconnected.",
  steps: [
    {
      name: 'The app registers itself',
      call: 'registerClient',
      json: { client_name: 'Postman', redirect_uris: ['http://127.0.0.1/callback'] },
      status: 201,
      test() {
        const client = pm.response.json();
        pm.expect(client.client_id).to.match(/^sd_cl_/);
        pm.expect(client.token_endpoint_auth_method).to.equal('none');
        pm.environment.set('client_id', client.client_id);
      },
    },
    {
      name: 'It opens the browser at authorize',
      call: 'authorize',
      query: REQUEST,
      status: 302,
      before: makePkce,
      test: keepRequestId,
    },
    {
      name: 'The consent page shows who asks for what',
      call: 'showConsent',
      path: { request_id: '{{request_id}}' },
      status: 200,
      test() {
        const { client, scopes, redirect_host: host } = pm.response.json();
        pm.expect(client).to.include({ name: 'Postman', verified: false });
        pm.expect(host).to.equal('127.0.0.1:8976');
        pm.expect(scopes.map(({ name }) => name)).to.eql(['profile:read', 'apps:read', 'apps:write']);
      },
    },
    {
      name: 'The user approves, but not everything',
      call: 'approveConsent',
      path: { request_id: '{{request_id}}' },
      json: { scopes: ['profile:read', 'apps:read'] },
      status: 200,
      test: keepCode,
    },
    { name: 'The app trades the code for tokens', call: 'token', form: CODE, status: 200, test: keepTokens },
    {
      name: 'It asks who it acts for',
      call: 'me',
      as: 'accessToken',
      status: 200,
      test() {
        const me = pm.response.json();
        pm.expect(me.user_id).to.equal(pm.environment.get('user_id'));
        pm.expect(me.client_id).to.equal(pm.environment.get('client_id'));
        pm.expect(me.scopes).to.eql(['profile:read', 'apps:read']);
      },
    },
    {
      name: 'It refreshes',
      call: 'token',
      form: REFRESH,
      status: 200,
      test() {
        const tokens = pm.response.json();
        pm.expect(tokens.refresh_token).not.to.equal(pm.environment.get('refresh_token'));
        pm.environment.set('access_token', tokens.access_token);
        pm.environment.set('next_refresh_token', tokens.refresh_token);
      },
    },
    {
      name: 'The answer got lost; it refreshes again and gets the same tokens',
      call: 'token',
      form: REFRESH,
      status: 200,
      test() {
        const tokens = pm.response.json();
        pm.expect(tokens.access_token).to.equal(pm.environment.get('access_token'));
        pm.expect(tokens.refresh_token).to.equal(pm.environment.get('next_refresh_token'));
        pm.environment.set('refresh_token', tokens.refresh_token);
      },
    },
    {
      name: 'Your API asks about the token',
      call: 'introspect',
      form: { token: '{{access_token}}' },
      status: 200,
      test() {
        const state = pm.response.json();
        pm.expect(state).to.include({ active: true, scope: 'profile:read apps:read' });
        pm.expect(state.sub).to.equal(pm.environment.get('user_id'));
        pm.expect(state.workspace_id).to.equal(pm.environment.get('workspace_id'));
      },
    },
    {
      name: 'The user looks at the connected apps',
      call: 'listConnectedApps',
      status: 200,
      test() {
        const apps = pm.response.json();
        pm.expect(apps).to.have.lengthOf(1);
        pm.expect(apps[0]).to.include({ name: 'Postman', grants: 1 });
        pm.environment.set('app_id', apps[0].id);
      },
    },
    {
      name: 'The app gives its access token back',
      call: 'revoke',
      form: { token: '{{access_token}}', client_id: '{{client_id}}' },
      status: 200,
    },
    { name: 'That token is refused', call: 'me', as: 'accessToken', status: 401, test: isRefused },
    {
      name: 'Your API is told that it is dead',
      call: 'introspect',
      form: { token: '{{access_token}}' },
      status: 200,
      test() {
        pm.expect(pm.response.json()).to.eql({ active: false });
      },
    },
    { name: 'A refresh brings another', call: 'token', form: REFRESH, status: 200, test: keepTokens },
    {
      name: 'The user disconnects the app',
      call: 'disconnectApp',
      path: { app_id: '{{app_id}}' },
      status: 204,
    },
    { name: 'Its token is refused at once', call: 'me', as: 'accessToken', status: 401, test: isRefused },
    {
      name: 'It cannot refresh',
      call: 'token',
      form: REFRESH,
      status: 400,
      test() {
        pm.expect(pm.response.json().error).to.equal('invalid_grant');
      },
    },
    {
      name: 'There is nothing left to disconnect',
      call: 'disconnectApp',
      path: { app_id: '{{app_id}}' },
      status: 404,
    },
    {
      name: 'The list is empty',
      call: 'listConnectedApps',
      status: 200,
      test() {
        pm.expect(pm.response.json()).to.eql([]);
      },
    },
  ],
};
