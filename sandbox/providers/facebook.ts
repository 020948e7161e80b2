import { randomBytes } from 'node:crypto';
import { type Answer, type Call, refusalPage, type SandboxProvider } from '../protocol.js';
import type { Grant, Token, World } from '../world.js';
import { businesses, businessPages, onePage, ownPages } from './facebook-pages.js';
import { graphError } from './graph-error.js';
import { tokenOf } from './graph-token.js';

const GRAPH = 'graph.facebook.com';
const LONG = 60 * 86_400;
const V = '\\/v2\\d\\.0';
const KNOWN = /^(pages_\w+|business_management|public_profile|email)$/;

/** Facebook Login: Graph errors, a second exchange, Pages with tokens of their own, appsecret_proof. */
export const facebook: SandboxProvider = {
  id: 'facebook',
  authorize: { host: 'www.facebook.com', path: new RegExp(`^${V}\\/dialog\\/oauth$`) },
  consent: {
    check: ({ query }, world) => {
      const app = world.findApp('facebook', query.get('client_id'));
      if (!app) return refusalPage('Invalid App ID');
      const redirectUri = query.get('redirect_uri') ?? '';
      if (!app.redirectUris.includes(redirectUri))
        return refusalPage('URL Blocked: the redirect URI is not whitelisted');
      // With Facebook Login for Business the configuration names the permissions.
      const scopes = query.has('config_id')
        ? ['pages_show_list', 'pages_read_engagement', 'pages_manage_posts', 'business_management']
        : (query.get('scope') ?? '').split(/[ ,]/);
      const unknown = scopes.find((scope) => !KNOWN.test(scope));
      if (unknown !== undefined) return refusalPage(`Invalid Scopes: ${unknown}`);
      return { clientId: app.clientId, redirectUri, scopes };
    },
    codeSeconds: 600,
    canUntick: true,
    // Looks like a cancel and is none: the app is in Development mode and the person has no role in it.
    refuses: ({ app, person }) =>
      app.development && !person.hasRole
        ? { error: 'access_denied', error_code: '200', error_description: 'Permissions error' }
        : undefined,
    denied: {
      error: 'access_denied',
      error_reason: 'user_denied',
      error_code: '200',
      error_description: 'Permissions error',
    },
    fragment: '#_=_',
  },
  routes: [
    ...(['GET', 'POST'] as const).map((method) => ({
      method,
      host: GRAPH,
      path: new RegExp(`^${V}\\/oauth\\/access_token$`),
      step: ({ form, query }: Call) =>
        (({ fb_exchange_token: 'extend', client_credentials: 'probe' }) as const)[
          form.get('grant_type') ?? query.get('grant_type') ?? ''
        ] ?? ('token' as const),
      answer: token,
    })),
    { method: 'GET', host: GRAPH, path: new RegExp(`^${V}\\/me$`), step: 'identity', answer: me },
    {
      method: 'GET',
      host: GRAPH,
      path: new RegExp(`^${V}\\/me\\/permissions$`),
      step: 'scopes',
      answer: permissions,
    },
    {
      method: 'GET',
      host: GRAPH,
      path: new RegExp(`^${V}\\/me\\/accounts$`),
      step: 'choices',
      answer: ownPages,
    },
    {
      method: 'GET',
      host: GRAPH,
      path: new RegExp(`^${V}\\/me\\/businesses$`),
      step: 'choices',
      answer: businesses,
    },
    {
      method: 'GET',
      host: GRAPH,
      path: new RegExp(`^${V}\\/\\d+\\/(owned|client)_pages$`),
      step: 'choices',
      answer: businessPages,
    },
    {
      method: 'GET',
      host: GRAPH,
      path: new RegExp(`^${V}\\/debug_token$`),
      step: 'inspect',
      answer: debugToken,
    },
    {
      method: 'DELETE',
      host: GRAPH,
      path: new RegExp(`^${V}\\/\\d+\\/permissions$`),
      step: 'revoke',
      answer: revoke,
    },
    { method: 'GET', host: GRAPH, path: new RegExp(`^${V}\\/\\d+$`), step: 'choices', answer: onePage },
  ],
};

function token({ form, query }: Call, world: World): Answer {
  const sent = form.size > 0 ? form : query;
  const app = world.findApp('facebook', sent.get('client_id'));
  if (!app) {
    return graphError(
      400,
      'Error validating application. Cannot get application info due to a system error.',
      101,
    );
  }
  if (app.clientSecret !== sent.get('client_secret'))
    return graphError(400, 'Error validating client secret.', 1);
  if (sent.get('grant_type') === 'client_credentials') {
    return {
      body: {
        access_token: `${app.clientId}|${randomBytes(12).toString('base64url')}`,
        token_type: 'bearer',
      },
    };
  }
  if (sent.get('grant_type') === 'fb_exchange_token') {
    const given = world.live(sent.get('fb_exchange_token'), 'short', 'access');
    if (given?.grant.app !== app)
      return graphError(400, 'Error validating access token: it has expired.', 190, 463);
    return issue('access', given.grant, world, LONG);
  }
  const grant = world.redeemCode(sent, app);
  if (grant === 'redirect') {
    return graphError(
      400,
      'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request',
      100,
      36008,
    );
  }
  if (grant === 'expired') return graphError(400, 'This authorization code has expired.', 100, 36007);
  if (typeof grant === 'string') return graphError(400, 'This authorization code has been used.', 100, 36009);
  return issue('short', grant, world, 5400);
}

function issue(kind: 'short' | 'access', grant: Grant, world: World, seconds: number): Answer {
  return {
    body: {
      access_token: world.issue(kind, grant, 'EAA', seconds),
      token_type: 'bearer',
      expires_in: seconds,
    },
  };
}

function me(call: Call, world: World): Answer {
  const token = tokenOf(call, world);
  if (!('grant' in token)) return token;
  const { person } = token.grant;
  const picture = {
    data: {
      height: 50,
      is_silhouette: false,
      url: `https://platform-lookaside.fbsbx.com/${person.id}`,
      width: 50,
    },
  };
  return { body: { id: person.accountIds.facebook, name: person.name, picture } };
}

function permissions(call: Call, world: World): Answer {
  const token = tokenOf(call, world);
  if (!('grant' in token)) return token;
  const granted = token.grant.scopes.map((permission) => ({ permission, status: 'granted' }));
  const declined = ['pages_manage_posts', 'business_management']
    .filter((permission) => !token.grant.scopes.includes(permission))
    .map((permission) => ({ permission, status: 'declined' }));
  return { body: { data: [...granted, ...declined] } };
}

function debugToken({ query }: Call, world: World): Answer {
  const [appId, secret] = (query.get('access_token') ?? '').split('|');
  const app = world.findApp('facebook', appId ?? '', secret ?? '');
  if (!app) return graphError(400, 'Invalid OAuth access token signature.', 190);
  const token = world.live(query.get('input_token'), 'short', 'access', 'page');
  if (!token) {
    const error = { code: 190, message: 'Error validating access token: it was invalidated.', subcode: 458 };
    return { body: { data: { error, is_valid: false, scopes: [] } } };
  }
  return { body: { data: describe(token) } };
}

function describe({ grant, kind, expiresAt, issuedAt, pageId }: Token) {
  return {
    app_id: grant.app.clientId,
    type: kind === 'page' ? 'PAGE' : 'USER',
    data_access_expires_at: issuedAt + 90 * 86_400,
    expires_at: expiresAt ?? 0,
    is_valid: true,
    scopes: grant.scopes,
    granular_scopes: [{ scope: 'pages_show_list', target_ids: grant.pages }],
    ...(pageId && { profile_id: pageId }),
    user_id: grant.person.accountIds.facebook,
  };
}

function revoke(call: Call, world: World): Answer {
  const token = tokenOf(call, world);
  if (!('grant' in token)) return token;
  if (!call.path.includes(`/${token.grant.person.accountIds.facebook}/`)) {
    return graphError(400, 'Unsupported delete request.', 100, 33);
  }
  // The app goes for the whole person: every consent to it ends.
  for (const grant of world.grants()) {
    if (grant.app === token.grant.app && grant.person === token.grant.person) world.end(grant);
  }
  world.revoke(token.grant);
  return { body: { success: true } };
}
