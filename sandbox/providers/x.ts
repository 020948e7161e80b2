import { type Answer, bearerOf, type Call, refusalPage, type SandboxProvider } from '../protocol.js';
import type { Grant, World } from '../world.js';

const API = 'api.x.com';
const NO_ACCESS =
  "Something went wrong. You weren't able to give access to the App. Go back and try logging in again.";

/** X: PKCE and Basic are needed, codes live 30 seconds, refresh tokens rotate, refusals are invalid_request. */
export const x: SandboxProvider = {
  id: 'x',
  authorize: { host: 'x.com', path: /^\/i\/oauth2\/authorize$/ },
  consent: {
    check: ({ query }, world) => {
      const app = world.findApp('x', query.get('client_id'));
      const redirectUri = query.get('redirect_uri') ?? '';
      const challenge = query.get('code_challenge') ?? '';
      const wellFormed =
        query.get('response_type') === 'code' &&
        query.get('code_challenge_method') === 'S256' &&
        challenge.length === 43 &&
        (query.get('state') ?? '').length <= 500;
      // X shows its own page and never comes back.
      if (!app?.redirectUris.includes(redirectUri) || !wellFormed) return refusalPage(NO_ACCESS);
      return {
        clientId: app.clientId,
        redirectUri,
        challenge,
        scopes: (query.get('scope') ?? '').split(' '),
      };
    },
    codeSeconds: 30,
    denied: { error: 'access_denied' },
  },
  routes: [
    {
      method: 'POST',
      host: API,
      path: /^\/2\/oauth2\/token$/,
      step: ({ form }) => (form.get('grant_type') === 'refresh_token' ? 'refresh' : 'token'),
      answer: token,
    },
    {
      method: 'POST',
      host: API,
      path: /^\/2\/oauth2\/revoke$/,
      step: 'revoke',
      answer: (call, world) => {
        const app = authenticate(call, world);
        if (!app) return unauthorized();
        const token = world.live(call.form.get('token'), 'access', 'refresh');
        if (!token || token.grant.app !== app) return invalid('Value passed for the token was invalid.');
        world.revoke(token.grant);
        return { body: { revoked: true } };
      },
    },
    { method: 'GET', host: API, path: /^\/2\/users\/me$/, step: 'identity', answer: me },
  ],
};

function token(call: Call, world: World): Answer {
  const app = authenticate(call, world);
  if (!app) return unauthorized();
  if (call.form.get('grant_type') === 'refresh_token') {
    const grant = world.rotate(call.form.get('refresh_token'), app);
    return grant ? issue(grant, world) : invalid('Value passed for the token was invalid.');
  }
  const grant = world.redeemCode(call.form, app);
  if (grant === 'verifier')
    return invalid('Value passed for the code verifier did not match the code challenge.');
  if (grant === 'redirect')
    return invalid('Value passed for the redirect uri did not match the uri of the authorization code.');
  return typeof grant === 'string'
    ? invalid('Value passed for the authorization code was invalid.')
    : issue(grant, world);
}

function issue(grant: Grant, world: World): Answer {
  return {
    body: {
      token_type: 'bearer',
      expires_in: 7200,
      access_token: world.issue('access', grant, '', 7200),
      scope: grant.scopes.join(' '),
      ...(grant.scopes.includes('offline.access') && {
        refresh_token: world.issue('refresh', grant, '', 182 * 86_400),
      }),
    },
  };
}

function me(call: Call, world: World): Answer {
  const token = world.live(bearerOf(call), 'access');
  if (!token)
    return {
      status: 401,
      body: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' },
    };
  const { person, scopes } = token.grant;
  if (!scopes.includes('tweet.read') || !scopes.includes('users.read')) {
    return {
      status: 403,
      body: { title: 'Forbidden', type: 'about:blank', status: 403, detail: 'Forbidden' },
    };
  }
  const image = { profile_image_url: `https://pbs.twimg.com/profile_images/${person.id}.jpg` };
  const wanted = call.query.get('user.fields')?.includes('profile_image_url');
  return {
    body: {
      data: { id: person.accountIds.x, name: person.name, username: person.username, ...(wanted && image) },
    },
  };
}

/** Plain base64, compared as it is: a form-encoded secret does not fit. */
function authenticate({ headers }: Call, world: World) {
  const encoded = /^Basic (.+)$/i.exec(String(headers.authorization ?? ''))?.[1] ?? '';
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return world.findApp('x', id, secret.join(':'));
}

function unauthorized(): Answer {
  return {
    status: 401,
    body: { error: 'unauthorized_client', error_description: 'Missing valid authorization header' },
  };
}

function invalid(error_description: string): Answer {
  return { status: 400, body: { error: 'invalid_request', error_description } };
}
