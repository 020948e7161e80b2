/* global pm */

/** Where the provider is to send the browser. Only the sandbox decides by itself. */
export function keepAuthorizeUrl() {
  const { authorize_url: url } = pm.response.json();
  pm.expect(url, 'the sandbox of npm run demo').to.match(/^http:\/\/(127\.0\.0\.1|localhost)[:/]/);
  pm.expect(pm.response.headers.get('Set-Cookie'), 'the tie to this browser').to.be.a('string');
  pm.environment.set('authorize_url', url);
}

/** Nothing is sent to a real provider. */
export function onlyToTheSandbox() {
  if (!/^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(pm.environment.get('authorize_url'))) {
    pm.execution.skipRequest();
  }
}

/** What the provider gives the browser to take back. */
export function keepProviderCode() {
  const { query } = pm.response.headers.get('Location').match(/\?(?<query>[^#]*)/).groups;
  const values = new Map(query.split('&').map((pair) => pair.split('=').map(decodeURIComponent)));
  pm.environment.set('provider_code', values.get('code'));
  pm.environment.set('provider_state', values.get('state'));
}

/** The dashboard learns which account that was. */
export function keepAccountId() {
  const [, id] = pm.response.headers.get('Location').match(/\/dashboard\/accounts\?connected=(acc_[^&]+)/);
  pm.environment.set('account_id', id);
}

const X = { provider: 'x' };
const APP = { id: '{{oauth_app_id}}' };
const ACCOUNT = { id: '{{account_id}}' };
const CALLBACK = { code: '{{provider_code}}', state: '{{provider_state}}' };

/** A customer's own app at X, and an account connected through it. */
export const OUT = {
  name: '4 Out: a customer connects X',
  description: 'Your customer brings an OAuth app of their own, and connects an account through it.',
  steps: [
    {
      name: 'The dashboard shows what providers there are',
      call: 'listProviders',
      status: 200,
      test() {
        const ids = pm.response.json().map(({ id }) => id);
        pm.expect(ids).to.include.members(['instagram', 'facebook', 'x', 'linkedin', 'tiktok']);
      },
    },
    {
      name: 'The customer brings an OAuth app',
      call: 'createOAuthApp',
      json: {
        provider: 'x',
        name: 'My X App',
        client_id: '{{x_client_id}}',
        client_secret: '{{x_client_secret}}',
      },
      status: 201,
      test() {
        const app = pm.response.json();
        pm.expect(app).to.include({ provider: 'x', verification: 'ok', is_default: true });
        pm.expect(pm.response.text()).not.to.include(pm.environment.get('x_client_secret'));
        pm.environment.set('oauth_app_id', app.id);
      },
    },
    {
      name: 'It is in the list',
      call: 'listOAuthApps',
      query: X,
      status: 200,
      test() {
        const ids = pm.response.json().map(({ id }) => id);
        pm.expect(ids).to.eql([pm.environment.get('oauth_app_id')]);
      },
    },
    {
      name: 'The customer gives it another name',
      call: 'updateOAuthApp',
      path: APP,
      json: { name: 'Our X App' },
      status: 200,
    },
    {
      name: 'That is its name now',
      call: 'getOAuthApp',
      path: APP,
      status: 200,
      test() {
        pm.expect(pm.response.json().name).to.equal('Our X App');
      },
    },
    {
      name: 'The dashboard starts the sign-in',
      call: 'startConnection',
      path: X,
      query: { oauth_app_id: '{{oauth_app_id}}' },
      status: 200,
      test: keepAuthorizeUrl,
    },
    {
      name: 'The user approves at X (the sandbox)',
      url: '{{authorize_url}}&sandbox_consent=approve',
      status: 302,
      before: onlyToTheSandbox,
      test: keepProviderCode,
    },
    {
      name: 'X sends the browser back: connected',
      call: 'finishConnection',
      path: X,
      query: CALLBACK,
      status: 302,
      test: keepAccountId,
    },
    {
      name: 'A callback is good once',
      call: 'finishConnection',
      path: X,
      query: CALLBACK,
      status: 302,
      test() {
        pm.expect(pm.response.headers.get('Location')).to.include('error=state_used');
      },
    },
    {
      name: 'The dashboard shows the account',
      call: 'getAccount',
      path: ACCOUNT,
      status: 200,
      test() {
        const account = pm.response.json();
        pm.expect(account).to.include({ provider: 'x', status: 'active', username: 'ada_sample' });
        pm.expect(account.missing_scopes).to.eql([]);
        pm.expect(account).not.to.have.any.keys('access_token', 'refresh_token');
      },
    },
    {
      name: "Your service lists the workspace's accounts",
      call: 'listAccounts',
      as: 'resourceServer',
      query: { workspace_id: '{{workspace_id}}' },
      status: 200,
      test() {
        const { data } = pm.response.json();
        pm.expect(data.map(({ id }) => id)).to.eql([pm.environment.get('account_id')]);
      },
    },
    {
      name: 'Your service gets a token to post with',
      call: 'getProviderToken',
      path: ACCOUNT,
      json: { min_ttl: 600 },
      status: 200,
      test() {
        const token = pm.response.json();
        pm.expect(token).to.include({ token_type: 'Bearer', provider: 'x' });
        pm.expect(Date.parse(token.expires_at) - Date.now()).to.be.above(600_000);
        pm.environment.set('provider_token', token.access_token);
      },
    },
    {
      name: 'The user refreshes the connection',
      call: 'refreshAccount',
      path: ACCOUNT,
      status: 200,
      test() {
        pm.expect(pm.response.json().status).to.equal('active');
      },
    },
    {
      name: 'Your service gets the new token',
      call: 'getProviderToken',
      path: ACCOUNT,
      json: {},
      status: 200,
      test() {
        pm.expect(pm.response.json().access_token).not.to.equal(pm.environment.get('provider_token'));
      },
    },
    {
      name: 'An app that is in use stays',
      call: 'deleteOAuthApp',
      path: APP,
      status: 409,
      test() {
        pm.expect(pm.response.json().code).to.equal('in_use');
      },
    },
    { name: 'The user disconnects the account', call: 'disconnectAccount', path: ACCOUNT, status: 204 },
    {
      name: 'It is disconnected',
      call: 'getAccount',
      path: ACCOUNT,
      status: 200,
      test() {
        pm.expect(pm.response.json().status).to.equal('disconnected');
      },
    },
    {
      name: 'Your service gets no token any more',
      call: 'getProviderToken',
      path: ACCOUNT,
      json: {},
      status: 409,
      test() {
        pm.expect(pm.response.json().code).to.equal('needs_reconnect');
      },
    },
    { name: 'Now the app can go', call: 'deleteOAuthApp', path: APP, status: 204 },
  ],
};
