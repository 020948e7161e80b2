import { randomBytes } from 'node:crypto';
import { KNOWN_PEOPLE } from './people.js';
import { type Answer, type Call, type ConsentRequest, escapeHtml, type SandboxProvider } from './protocol.js';
import type { ConsentSettings, World } from './world.js';

/**
 * The authorize endpoint of any provider: checks as that provider does, then asks the person, or decides at once
 * where the sandbox is told to (`consent` of the control API, or `sandbox_consent=approve|deny` in the query).
 */
export function authorize(provider: SandboxProvider, call: Call, world: World): Answer {
  const checked = provider.consent.check(call, world);
  if (!('clientId' in checked)) return withHint(checked, provider, call, world);
  const forced = call.query.get('sandbox_consent');
  const settings = { ...world.consent, ...(forced && { auto: true, deny: forced === 'deny' }) };
  if (!settings.auto) return consentPage(provider, call, checked);
  return decide(provider, checked, call.query.get('state'), settings, world);
}

/** Adds what no provider says: how to make the sandbox know the server, where it was started for another one. */
function withHint(refusal: Answer, { id }: SandboxProvider, { query }: Call, world: World): Answer {
  const redirectUri = query.get('redirect_uri') ?? '';
  const known = world.apps.some((app) => app.provider === id && app.redirectUris.includes(redirectUri));
  if (known || !URL.canParse(redirectUri) || typeof refusal.body !== 'string') return refusal;
  const { origin } = new URL(redirectUri);
  const hint = `Sandbox: no app of ${id} here has the callback ${redirectUri}. Start the sandbox with its origin: node dist/sandbox/main.js 4900 ${origin}`;
  return { ...refusal, body: `${refusal.body}<p>${escapeHtml(hint)}</p>` };
}

/** The answer of somebody who used the page. */
export function answerConsent(provider: SandboxProvider, call: Call, world: World): Answer {
  const checked = provider.consent.check(
    { ...call, query: new URLSearchParams(call.form.get('query') ?? '') },
    world,
  );
  if (!('clientId' in checked)) return checked;
  const state = new URLSearchParams(call.form.get('query') ?? '').get('state');
  const ticked = call.form.getAll('scope');
  const settings: ConsentSettings = {
    auto: true,
    person: call.form.get('person') ?? 'ada',
    deny: call.form.get('decision') !== 'approve',
    untick: provider.consent.canUntick ? checked.scopes.filter((scope) => !ticked.includes(scope)) : [],
    ...(provider.id === 'facebook' && { pages: call.form.getAll('page') }),
  };
  return decide(provider, checked, state, settings, world);
}

function decide(
  provider: SandboxProvider,
  request: ConsentRequest,
  state: string | null,
  settings: ConsentSettings,
  world: World,
): Answer {
  const { consent, id } = provider;
  const failure = world.failures.take(id, 'authorize')?.kind;
  const asked = consent.canUntick
    ? request.scopes.filter((scope) => !settings.untick.includes(scope))
    : request.scopes;
  const scopes = failure === 'wrong-scopes' ? asked.slice(0, 1) : asked;
  const app = world.findApp(id, request.clientId)!;
  const grant = world.newGrant(app, settings.person, scopes, settings.pages, failure !== 'no-pages');
  const back = (parameters: Readonly<Record<string, string>>, fragment = '') => {
    const url = new URL(request.redirectUri);
    for (const [name, value] of Object.entries({ ...parameters, ...(state !== null && { state }) })) {
      url.searchParams.set(name, value);
    }
    return { status: 302, headers: { Location: url.href + fragment } };
  };
  const refused = consent.refuses?.(grant);
  if (refused) return back(refused);
  if (settings.deny || failure === 'denied') return back(consent.denied);
  const code = consent.newCode?.() ?? randomBytes(40).toString('base64url');
  world.codes.set(code, {
    grant,
    redirectUri: request.redirectUri,
    challenge: request.challenge,
    expiresAt: world.now() + consent.codeSeconds,
    used: false,
  });
  return back({ code, ...consent.extra?.(grant) }, consent.fragment);
}

function consentPage(provider: SandboxProvider, call: Call, request: ConsentRequest): Answer {
  const box = (name: string, value: string, label: string, fixed = false) =>
    `<label><input type="checkbox" name="${name}" value="${escapeHtml(value)}" checked${fixed ? ' disabled' : ''}> ${escapeHtml(label)}</label>`;
  const people = KNOWN_PEOPLE.map(
    ({ id, name }) => `<option value="${id}">${escapeHtml(name)}</option>`,
  ).join('');
  const scopes = request.scopes
    .map((scope) => box('scope', scope, scope, !provider.consent.canUntick))
    .join('');
  const pages =
    provider.id === 'facebook'
      ? `<fieldset><legend>Pages to share</legend>${KNOWN_PEOPLE.flatMap((person) =>
          person.pages.map((page) => box('page', page.id, `${page.name} (${person.name})`)),
        ).join('')}</fieldset>`
      : '';
  const body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox of ${provider.id}</title>
<style>
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 16px/1.5 system-ui, sans-serif; background: #eef1f5; color: #1b1f24; }
main { width: min(26rem, 90vw); padding: 1.5rem; background: #fff; border-radius: 14px; }
h1 { font-size: 1.2rem; margin: 0 0 .5rem; } p { color: #57606a; } label { display: block; margin: .3rem 0; }
fieldset { border: 1px solid #d0d7de; border-radius: 8px; margin: 0 0 1rem; } button { font: inherit; padding: .5rem 1rem; margin-right: .5rem; }
</style></head>
<body><main>
<h1>Sandbox of ${provider.id}: share with this app?</h1>
<p>App <code>${escapeHtml(request.clientId)}</code>. Nothing here is real; no data leaves this machine.</p>
<form method="post" action="${escapeHtml(`/${call.host}/sandbox/consent`)}">
<input type="hidden" name="query" value="${escapeHtml(call.query.toString())}">
<label>Signed in as <select name="person">${people}</select></label>
<fieldset><legend>The app asks for</legend>${scopes}</fieldset>
${pages}
<button name="decision" value="approve">Approve</button><button name="decision" value="deny">Deny</button>
</form></main></body></html>`;
  return { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body };
}
