import { type Answer, bearerOf, type Call } from '../protocol.js';
import type { Grant, World } from '../world.js';

/** GET /rest/organizationAcls: the roles of whoever holds the token. */
export function organisationAcls(call: Call, world: World): Answer {
  const grant = restGrant(call, world);
  if (!('person' in grant)) return grant;
  const start = Number(call.query.get('start') ?? 0);
  // Two at a time, so that pages are followed.
  const count = Math.min(Number(call.query.get('count') ?? 10), 2);
  const all = grant.person.organisations.map(({ id, role }) => ({
    role,
    state: 'APPROVED',
    organization: `urn:li:organization:${id}`,
    roleAssignee: `urn:li:person:${grant.person.accountIds.linkedin}`,
  }));
  return {
    body: {
      elements: all.slice(start, start + count),
      paging: { start, count, links: [], total: all.length },
    },
  };
}

/** GET /rest/organizations?ids=List(…): names. */
export function organisations(call: Call, world: World): Answer {
  const grant = restGrant(call, world);
  if (!('person' in grant)) return grant;
  const ids = /^List\(([\d,]*)\)$/.exec(call.query.get('ids') ?? '')?.[1]?.split(',') ?? [];
  const found = grant.person.organisations.filter(({ id }) => ids.includes(id));
  const results = found.map(({ id, name }) => [
    id,
    { id: Number(id), localizedName: name, vanityName: `org-${id}` },
  ]);
  return { body: { results: Object.fromEntries(results), statuses: {}, errors: {} } };
}

function restGrant(call: Call, world: World): Grant | Answer {
  const token = world.live(bearerOf(call), 'access');
  if (!token) return revoked();
  if (
    !/^20\d{4}$/.test(String(call.headers['linkedin-version'])) ||
    call.headers['x-restli-protocol-version'] !== '2.0.0'
  ) {
    return {
      status: 426,
      body: { status: 426, code: 'NONEXISTENT_VERSION', message: 'Requested version is not active' },
    };
  }
  return token.grant.scopes.includes('r_organization_admin')
    ? token.grant
    : forbidden('organizationAcls.FINDER-roleAssignee');
}

/** LinkedIn's 401 of resources. */
export function revoked(): Answer {
  return {
    status: 401,
    body: {
      status: 401,
      serviceErrorCode: 65601,
      code: 'REVOKED_ACCESS_TOKEN',
      message: 'The token used in the request has been revoked by the user',
    },
  };
}

/** LinkedIn's 403 of resources. */
export function forbidden(what: string): Answer {
  return {
    status: 403,
    body: {
      status: 403,
      serviceErrorCode: 100,
      code: 'ACCESS_DENIED',
      message: `Not enough permissions to access: ${what}`,
    },
  };
}
