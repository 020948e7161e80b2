import { randomBytes } from 'node:crypto';
import { type Answer, bearerOf, type Call, refusalPage, type SandboxProvider } from '../protocol.js';
import type { Grant, World } from '../world.js';

const API = 'open.tiktokapis.com';

/**
 * TikTok: client_key everywhere, trailing slashes, scopes with commas that can be unticked, codes that need
 * decoding, the hex challenge for Desktop apps, rotating refresh tokens, and refusals with status 200.
 */
export const tiktok: SandboxProvider = {
  id: 'tiktok',
  authorize: { host: 'www.tiktok.com', path: /^\/v2\/auth\/authorize\/$/ },
  consent: {
    check: ({ query }, world) => {
      const app = world.findApp('tiktok', query.get('client_key'));
      if (!app) return refusalPage('Something went wrong: client_key');
      const redirectUri = query.get('redirect_uri') ?? '';
      if (!app.redirectUris.includes(redirectUri)) return refusalPage('Something went wrong: redirect_uri');
      const challenge = query.get('code_challenge');
      if (app.desktop && !/^[0-9a-f]{64}$/.test(challenge ?? ''))
        return refusalPage('Something went wrong: code_challenge');
      return {
        clientId: app.clientId,
        redirectUri,
        scopes: (query.get('scope') ?? '').split(','),
        ...(app.desktop && challenge && { challenge }),
      };
    },
    codeSeconds: 300,
    newCode: () => `${randomBytes(30).toString('base64url')}*1!4821.va%2B`,
    canUntick: true,
    denied: { error: 'access_denied', error_description: 'The user denied the request.' },
    extra: ({ scopes }) => ({ scopes: scopes.join(',') }),
  },
  routes: [
    {
      method: 'POST',
      host: API,
      path: /^\/v2\/oauth\/token\/$/,
      step: ({ form }) =>
        form.get('grant_type') === 'refresh_token' ? 'refresh' : form.has('code') ? 'token' : 'probe',
      answer: token,
    },
    {
      method: 'POST',
      host: API,
      path: /^\/v2\/oauth\/revoke\/$/,
      step: 'revoke',
      answer: ({ form }, world) => {
        const app = world.findApp('tiktok', form.get('client_key'), form.get('client_secret'));
        if (!app) return refuse('invalid_client', 'Client key or secret is incorrect.');
        const token = world.live(form.get('token'), 'access');
        if (!token || token.grant.app !== app)
          return refuse('invalid_grant', 'Access token is invalid or expired.');
        world.revoke(token.grant);
        return {};
      },
    },
    { method: 'GET', host: API, path: /^\/v2\/user\/info\/$/, step: 'identity', answer: userInfo },
  ],
};

function token({ form }: Call, world: World): Answer {
  const app = world.findApp('tiktok', form.get('client_key'), form.get('client_secret'));
  if (!app) return refuse('invalid_client', 'Client key or secret is incorrect.');
  switch (form.get('grant_type')) {
    case 'client_credentials':
      return {
        body: {
          access_token: `clt.${randomBytes(20).toString('hex')}`,
          expires_in: 7200,
          token_type: 'Bearer',
        },
      };
    case 'refresh_token': {
      const grant = world.rotate(form.get('refresh_token'), app);
      return grant ? issue(grant, world) : refuse('invalid_grant', 'Refresh token is invalid or expired.');
    }
    case 'authorization_code': {
      const grant = world.redeemCode(form, app, true);
      if (grant === 'redirect')
        return refuse('invalid_request', 'Redirect_uri is not matched with the uri when requesting code.');
      if (grant === 'verifier')
        return refuse('invalid_request', 'Code verifier or code challenge is invalid.');
      return typeof grant === 'string'
        ? refuse('invalid_grant', 'Authorization code is expired.')
        : issue(grant, world);
    }
    default:
      return refuse('unsupported_grant_type', 'Grant type is not supported.');
  }
}

function issue(grant: Grant, world: World): Answer {
  return {
    body: {
      open_id: grant.person.accountIds.tiktok,
      scope: grant.scopes.join(','),
      access_token: world.issue('access', grant, 'act.', 7200),
      expires_in: 7200,
      refresh_token: world.issue('refresh', grant, 'rft.', 180 * 86_400),
      refresh_expires_in: 180 * 86_400,
      token_type: 'Bearer',
    },
  };
}

function userInfo(call: Call, world: World): Answer {
  const token = world.live(bearerOf(call), 'access');
  if (!token)
    return resource(401, 'access_token_invalid', 'The access token is invalid or not found in the request.');
  const { person, scopes } = token.grant;
  const fields = (call.query.get('fields') ?? '').split(',');
  if (
    !scopes.includes('user.info.basic') ||
    (fields.includes('username') && !scopes.includes('user.info.profile'))
  ) {
    return resource(
      401,
      'scope_not_authorized',
      'The user did not authorize the scope required for completing this request.',
    );
  }
  const user: Record<string, string> = {
    open_id: person.accountIds.tiktok!,
    union_id: `u${person.accountIds.tiktok}`,
    avatar_url: `https://p16-sign.tiktokcdn.com/${person.id}.jpeg`,
    display_name: person.name,
    username: person.username,
  };
  const shown = Object.fromEntries(fields.flatMap((field) => (user[field] ? [[field, user[field]]] : [])));
  return resource(200, 'ok', '', { user: shown });
}

/** The body says no, the status does not. */
function refuse(error: string, error_description: string): Answer {
  return { status: 200, body: { error, error_description, log_id: logId() } };
}

function resource(status: number, code: string, message: string, data = {}): Answer {
  return { status, body: { data, error: { code, message, log_id: logId() } } };
}

function logId(): string {
  return `20261121${randomBytes(8).toString('hex').toUpperCase()}`;
}
