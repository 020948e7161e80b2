import { ProviderError } from '../provider-error.js';
import { type Json, listAt, textAt } from '../reply-json.js';
import { requestTemplate } from '../request-template.js';
import { sendRequest } from '../send-request.js';
import type { Choice, ChoiceRequest } from './choice.js';

const FIELDS = 'id,name,username,access_token,tasks,picture';
/** Bounds for one sign-in: 20 × 100 Pages of a list, 25 portfolios, 25 single Pages. */
const MAX_REQUESTS_PER_LIST = 20;
const MAX_SINGLE = 25;

/**
 * The Pages behind a Facebook consent, each with its own token:
 * https://developers.facebook.com/documentation/pages-api/getting-started.md, read 2026-11-21. Pages of business
 * portfolios are read besides, because `/me/accounts` leaves them out for some people; a Page that is listed
 * without a token was not ticked in the consent, and the user's token never takes its place.
 *
 * @param request whose Pages
 * @returns every Page seen; only those that may be posted to are selectable
 * @throws ProviderError
 */
export async function facebookPages(request: ChoiceRequest): Promise<Choice[]> {
  const pages = new Map<string, Choice>();
  const keep = (found: readonly Json[]) => {
    for (const choice of found.flatMap((page) => toChoice(page) ?? [])) {
      const known = pages.get(choice.externalId);
      if (!known || (!known.selectable && choice.selectable)) pages.set(choice.externalId, choice);
    }
  };
  const own = await list(request, 'me/accounts', FIELDS);
  keep(own);
  const businesses = await ifPermitted(() => list(request, 'me/businesses', 'id,name'));
  for (const id of businesses.slice(0, MAX_SINGLE).flatMap((business) => numericId(business) ?? [])) {
    keep(await ifPermitted(() => list(request, `${id}/owned_pages`, FIELDS)));
    keep(await ifPermitted(() => list(request, `${id}/client_pages`, FIELDS)));
  }
  if (own.length === 0) keep(await tickedPages(request));
  return [...pages.values()];
}

/** Follows a list by cursor; `paging.next` is an address from a reply, with the token in it, and is never called. */
async function list(request: ChoiceRequest, edge: string, fields: string): Promise<Json[]> {
  const items: Json[] = [];
  let after: string | undefined;
  for (let calls = 0; calls < MAX_REQUESTS_PER_LIST; calls += 1) {
    const reply = await get(request, edge, { fields, limit: '100', after: '{cursor}' }, after);
    items.push(...listAt(reply, 'data'));
    const next = textAt(reply, 'paging.cursors.after');
    if (!textAt(reply, 'paging.next') || !next || next === after) break;
    after = next;
  }
  return items;
}

/** Last resort: the Pages that the token itself names, one by one. */
async function tickedPages(request: ChoiceRequest): Promise<Json[]> {
  const query = { input_token: '{access_token}', access_token: '{client_id}|{client_secret}' };
  const reply = await get(request, 'debug_token', query);
  const targets = listAt(reply, 'data.granular_scopes').flatMap((scope) => listAt(scope, 'target_ids'));
  const ids = [...new Set(targets.map(String))].filter((id) => /^\d+$/.test(id));
  const pages: Json[] = [];
  for (const id of ids.slice(0, MAX_SINGLE)) {
    pages.push(...(await ifPermitted(async () => [await get(request, id, { fields: FIELDS })])));
  }
  return pages;
}

function get(request: ChoiceRequest, edge: string, query: Record<string, string>, cursor?: string) {
  const { baseUrl, headers, accessToken, context } = request;
  const auth = query.access_token ? 'none' : 'query';
  const template = requestTemplate.parse({ url: `${baseUrl}/${edge}`, headers, query, auth });
  return sendRequest(template, { access_token: accessToken, cursor }, context);
}

/** Ids go into paths: nothing but digits may. */
function numericId(item: Json): string | undefined {
  const id = textAt(item, 'id');
  return id && /^\d+$/.test(id) ? id : undefined;
}

/** A portfolio that may not be read hides its Pages, no more; an outage still ends the sign-in. */
async function ifPermitted(read: () => Promise<Json[]>): Promise<Json[]> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'missing_scopes') return [];
    throw error;
  }
}

function toChoice(page: Json): Choice | undefined {
  const externalId = numericId(page);
  if (!externalId) return undefined;
  const accessToken = textAt(page, 'access_token');
  const tasks = listAt(page, 'tasks');
  // New-experience Pages may name MANAGE alone.
  const mayPost = tasks.includes('CREATE_CONTENT') || tasks.includes('MANAGE');
  const reason = !accessToken
    ? 'This Page was not ticked. Connect again and tick it.'
    : 'This person may not create content on the Page. Ask an admin of the Page for that task.';
  return {
    externalId,
    name: textAt(page, 'name') ?? externalId,
    username: textAt(page, 'username'),
    avatarUrl: textAt(page, 'picture.data.url'),
    ...(accessToken && mayPost ? { selectable: true, accessToken } : { selectable: false, reason }),
  };
}
