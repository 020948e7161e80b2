import { type Answer, type Call, refusalPage, type SandboxProvider } from '../protocol.js';
import type { Token, World } from '../world.js';
import { graphError } from './graph-error.js';

const GRAPH = 'graph.instagram.com';
const LONG = 60 * 86_400;
const DAY = 86_400;

/**
 * Instagram Login: an app id of its own, `#_` after the callback, `data: […]` with a numeric id beyond 2^53, an
 * hour's token that must be exchanged, and prolonging not before 24 hours.
 */
export const instagram: SandboxProvider = {
  id: 'instagram',
  authorize: { host: 'www.instagram.com', path: /^\/oauth\/authorize$/ },
  consent: {
    check: ({ query }, world) => {
      const app = world.findApp('instagram', query.get('client_id'));
      if (!app) return refusalPage('Invalid Request: Request parameters are invalid: Invalid platform app');
      const redirectUri = query.get('redirect_uri') ?? '';
      if (!app.redirectUris.includes(redirectUri))
        return refusalPage('Invalid Request: Invalid redirect_uri');
      const scopes = (query.get('scope') ?? '').split(/[ ,]/);
      if (!scopes.includes('instagram_business_basic')) return refusalPage('Invalid Request: Invalid scope');
      return { clientId: app.clientId, redirectUri, scopes };
    },
    codeSeconds: 3600,
    canUntick: true,
    denied: {
      error: 'access_denied',
      error_reason: 'user_denied',
      error_description: 'The user denied your request',
    },
    fragment: '#_',
  },
  routes: [
    {
      method: 'POST',
      host: 'api.instagram.com',
      path: /^\/oauth\/access_token$/,
      step: 'token',
      answer: redeem,
    },
    { method: 'GET', host: GRAPH, path: /^\/access_token$/, step: 'extend', answer: exchange },
    { method: 'GET', host: GRAPH, path: /^\/refresh_access_token$/, step: 'refresh', answer: prolong },
    { method: 'GET', host: GRAPH, path: /^\/v2\d\.0\/me$/, step: 'identity', answer: me },
  ],
};

function redeem({ form }: Call, world: World): Answer {
  const refuse = (error_message: string) => ({
    status: 400,
    body: { error_type: 'OAuthException', code: 400, error_message },
  });
  const app = world.findApp('instagram', form.get('client_id'));
  if (!app) return refuse('Invalid platform app');
  if (app.clientSecret !== form.get('client_secret')) return refuse('Error validating client secret.');
  if (form.get('grant_type') !== 'authorization_code') return refuse('Invalid grant_type');
  const grant = world.redeemCode(form, app);
  if (grant === 'redirect') {
    return refuse(
      'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request',
    );
  }
  if (typeof grant === 'string') return refuse('Matching code was not found or was already used');
  const reply = {
    access_token: world.issue('short', grant, 'IGAA', 3600),
    user_id: `#${grant.person.accountIds.instagram}#`,
    permissions: app.flatReply ? grant.scopes : grant.scopes.join(','),
  };
  return { body: app.flatReply ? reply : { data: [reply] } };
}

function exchange({ query }: Call, world: World): Answer {
  const token = world.live(query.get('access_token'), 'short');
  if (!token || query.get('grant_type') !== 'ig_exchange_token') return deadToken();
  const secretFits = token.grant.app.clientSecret === query.get('client_secret');
  if (!secretFits) return graphError(400, 'Error validating client secret.', 1);
  return long(token, world);
}

function prolong({ query }: Call, world: World): Answer {
  const token = world.live(query.get('access_token'), 'access');
  if (!token || query.get('grant_type') !== 'ig_refresh_token') return deadToken();
  if (world.now() - token.issuedAt < DAY) {
    return graphError(400, 'The access token must be at least 24 hours old to be refreshed.', 100);
  }
  if (!token.grant.scopes.includes('instagram_business_basic')) {
    return graphError(403, 'Application does not have permission for this action', 10);
  }
  return long(token, world);
}

function long({ grant }: Token, world: World): Answer {
  return {
    body: {
      access_token: world.issue('access', grant, 'IGAA', LONG),
      token_type: 'bearer',
      expires_in: LONG,
    },
  };
}

function me({ query }: Call, world: World): Answer {
  const token = world.live(query.get('access_token'), 'access', 'short');
  if (!token) return deadToken();
  const { person } = token.grant;
  const all: Record<string, string> = {
    user_id: `#${person.accountIds.instagram}#`,
    username: person.username,
    name: person.name,
    profile_picture_url: `https://scontent.cdninstagram.com/${person.id}.jpg`,
    account_type: person.instagramType,
  };
  const fields = (query.get('fields') ?? '')
    .split(',')
    .flatMap((field) => (all[field] ? [[field, all[field]]] : []));
  return { body: { ...Object.fromEntries(fields), id: person.accountIds.instagram_scoped } };
}

function deadToken(): Answer {
  return graphError(400, 'Error validating access token: the session has been invalidated.', 190, 467);
}
