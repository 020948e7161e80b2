import { type Json, at, listAt, textAt } from '../reply-json.js';
import { requestTemplate } from '../request-template.js';
import { sendRequest } from '../send-request.js';
import type { Choice, ChoiceRequest } from './choice.js';

/** Roles that may post; filters for administrators alone lose Pages. */
const ROLES = ['ADMINISTRATOR', 'CONTENT_ADMINISTRATOR', 'CONTENT_ADMIN', 'DIRECT_SPONSORED_CONTENT_POSTER'];
const URN = /^urn:li:organization:(\d+)$/;
const PAGE = 100;
const MAX_REQUESTS = 20;
const NAMES_PER_REQUEST = 50;

/**
 * The member, and the organisations the member may post for:
 * https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-access-control-by-role,
 * read 2026-11-21.
 *
 * @param request whose organisations
 * @returns the member first, then organisations by name
 * @throws ProviderError
 */
export async function linkedinOrganisations(request: ChoiceRequest): Promise<Choice[]> {
  const { identity } = request;
  const ids = await organisationIds(request);
  const organisations: Choice[] = [];
  for (let start = 0; start < ids.length; start += NAMES_PER_REQUEST) {
    organisations.push(...(await named(request, ids.slice(start, start + NAMES_PER_REQUEST))));
  }
  return [
    {
      externalId: identity.externalId,
      name: identity.displayName ?? identity.externalId,
      avatarUrl: identity.avatarUrl,
      selectable: true,
    },
    ...organisations.sort((a, b) => a.name.localeCompare(b.name)),
  ];
}

async function organisationIds(request: ChoiceRequest): Promise<string[]> {
  const ids = new Set<string>();
  for (let start = 0, calls = 0; calls < MAX_REQUESTS; calls += 1) {
    const reply = await get(request, 'organizationAcls', {
      q: 'roleAssignee',
      state: 'APPROVED',
      count: String(PAGE),
      start: String(start),
    });
    const elements = listAt(reply, 'elements');
    for (const element of elements) {
      const id = URN.exec(
        textAt(element, 'organization') ?? textAt(element, 'organizationTarget') ?? '',
      )?.[1];
      if (id && ROLES.includes(textAt(element, 'role') ?? '')) ids.add(id);
    }
    start += elements.length;
    const total = Number(at(reply, 'paging.total') ?? NaN);
    // Without a total the first short page is the last.
    if (elements.length === 0 || (Number.isFinite(total) ? start >= total : elements.length < PAGE)) break;
  }
  return [...ids];
}

async function named(request: ChoiceRequest, ids: readonly string[]): Promise<Choice[]> {
  // Rest.li 2.0 reads the brackets and commas of a list only where they are not encoded.
  const reply = await get(request, `organizations?ids=List(${ids.join(',')})`, {});
  return ids.map((id) => {
    const organisation: Json = at(reply, `results.${id}`);
    return {
      externalId: `urn:li:organization:${id}`,
      name: textAt(organisation, 'localizedName') ?? id,
      username: textAt(organisation, 'vanityName'),
      selectable: true,
    };
  });
}

function get(
  { baseUrl, headers, accessToken, context }: ChoiceRequest,
  edge: string,
  query: Record<string, string>,
) {
  const template = requestTemplate.parse({ url: `${baseUrl}/${edge}`, headers, query, auth: 'bearer' });
  return sendRequest(template, { access_token: accessToken }, context);
}
