import type { Page } from '../people.js';
import type { Answer, Call } from '../protocol.js';
import type { Token, World } from '../world.js';
import { graphError } from './graph-error.js';
import { tokenOf } from './graph-token.js';

/** Small, so that cursors are followed. */
const PAGE_SIZE = 2;
const PORTFOLIO = '900100200300400';

/** GET /me/accounts: the ticked Pages outside portfolios, each with its token. */
export function ownPages(call: Call, world: World): Answer {
  const token = tokenOf(call, world);
  if (!('grant' in token)) return token;
  if (!token.grant.scopes.includes('pages_show_list'))
    return graphError(403, '(#200) Requires pages_show_list', 200);
  const { person, pages } = token.grant;
  return list(
    call,
    person.pages.filter(({ id, via }) => via === 'own' && pages.includes(id)).map(view(call, token, world)),
  );
}

/** GET /me/businesses. */
export function businesses(call: Call, world: World): Answer {
  const token = tokenOf(call, world);
  if (!('grant' in token)) return token;
  const refused = needsBusinessManagement(token);
  if (refused) return refused;
  const { person, showsPages } = token.grant;
  const some = showsPages && person.pages.some(({ via }) => via !== 'own');
  return list(call, some ? [{ id: PORTFOLIO, name: `Portfolio of ${person.name}` }] : []);
}

/** GET /{business}/owned_pages and client_pages: all of them, without a token where they were not ticked. */
export function businessPages(call: Call, world: World): Answer {
  const token = tokenOf(call, world);
  if (!('grant' in token)) return token;
  const refused = needsBusinessManagement(token);
  if (refused) return refused;
  const edge = call.path.split('/').at(-1);
  return list(call, token.grant.person.pages.filter(({ via }) => via === edge).map(view(call, token, world)));
}

/** GET /{page}. */
export function onePage(call: Call, world: World): Answer {
  const token = tokenOf(call, world);
  if (!('grant' in token)) return token;
  const page = token.grant.person.pages.find(({ id }) => call.path.endsWith(`/${id}`));
  if (!page || !token.grant.pages.includes(page.id))
    return graphError(400, 'Unsupported get request.', 100, 33);
  return { body: view(call, token, world)(page) };
}

function needsBusinessManagement({ grant }: Token): Answer | undefined {
  return grant.scopes.includes('business_management')
    ? undefined
    : graphError(400, '(#100) Tried accessing nonexisting field (businesses)', 100);
}

function view(call: Call, token: Token, world: World) {
  const fields = (call.query.get('fields') ?? 'id,name').split(',');
  return (page: Page): Record<string, unknown> => {
    const all: Record<string, unknown> = {
      id: page.id,
      name: page.name,
      tasks: page.tasks,
      picture: { data: { url: `https://scontent.xx.fbcdn.net/${page.id}` } },
      access_token: token.grant.pages.includes(page.id) ? pageToken(token, page.id, world) : undefined,
    };
    return Object.fromEntries(
      fields.flatMap((field) => (all[field] === undefined ? [] : [[field, all[field]]])),
    );
  };
}

/** A Page's token has no end where the person's is long-lived. */
function pageToken({ grant, kind, expiresAt }: Token, pageId: string, world: World): string {
  const known = [...world.tokens.values()].find((token) => token.grant === grant && token.pageId === pageId);
  if (known) return known.value;
  const seconds = kind === 'access' || expiresAt === undefined ? undefined : expiresAt - world.now();
  const value = world.issue('page', grant, 'EAAP', seconds);
  world.tokens.set(value, { ...world.tokens.get(value)!, pageId });
  return value;
}

function list({ query }: Call, items: readonly Record<string, unknown>[]): Answer {
  const limit = Math.min(Number(query.get('limit') ?? 25), PAGE_SIZE);
  const start = query.has('after') ? Number(Buffer.from(query.get('after')!, 'base64url').toString()) : 0;
  const data = items.slice(start, start + limit);
  const after = Buffer.from(String(start + data.length)).toString('base64url');
  // The real address carries the token; this one leads nowhere, so that whoever follows it is found out.
  const next = start + limit < items.length ? { next: 'http://127.0.0.1:9/never-follow-this' } : {};
  return { body: { data, ...(data.length > 0 && { paging: { cursors: { before: '', after }, ...next } }) } };
}
