import { ApiError, call, currentSession } from './api.js';
import { signIn, whoIsHere } from './sign-in.js';
import { button, h, show, whileBusy } from './view.js';

/** @typedef {{ id: string, name: string | null, scopes: string[], last_used_at: string, grants: number }} App */

const APPS = '/public/v1/oauth/apps/';

void whileBusy(start);

async function start() {
  const about = [
    h('p', {}, 'Both halves of OAuth: apps that call this service, and the accounts that it calls for you.'),
    h('p', {}, h('a', { href: '/docs' }, 'API documentation')),
  ];
  if (!currentSession()) {
    const reason = 'Sign in to see the apps that you connected.';
    return show(
      'Swingdoor',
      ...about,
      h(
        'p',
        { class: 'actions' },
        button('Sign in', () => signIn(reason, start), 'primary'),
      ),
    );
  }
  try {
    /** @type {App[]} */
    const apps = await call('GET', APPS);
    show('Swingdoor', ...about, ...listApps(apps), whoIsHere(start));
  } catch (error) {
    explain(error);
  }
}

/** @param {App[]} apps */
function listApps(apps) {
  return [
    h('h2', {}, 'Connected apps'),
    apps.length === 0
      ? h('p', { class: 'soft' }, 'None yet. An app that connects appears here.')
      : h('ul', { class: 'apps' }, ...apps.map(drawApp)),
  ];
}

/** @param {App} app */
function drawApp({ id, name, scopes, last_used_at: lastUsed, grants }) {
  const title = name ?? 'An app without a name';
  const disconnect = button('Disconnect', async () => {
    if (!confirm(`Disconnect ${title}? It loses its access at once.`)) return;
    try {
      await call('DELETE', `${APPS}${encodeURIComponent(id)}/`);
    } catch (error) {
      // Gone already, perhaps from another window: what was wanted.
      if (!(error instanceof ApiError && error.status === 404)) return explain(error);
    }
    await start();
  });
  disconnect.setAttribute('aria-label', `Disconnect ${title}`);
  const used = new Date(lastUsed).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  return h(
    'li',
    {},
    h(
      'span',
      {},
      h('strong', {}, h('bdi', {}, title)),
      h('span', { class: 'soft' }, `${grants === 1 ? 'One device' : `${grants} devices`}, last used ${used}`),
      h('code', {}, scopes.join(' ')),
    ),
    disconnect,
  );
}

/** @param {unknown} error */
function explain(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 401) return signIn('Your session is over. Sign in again.', start);
  show(
    'This did not work',
    h('p', {}, error.message),
    h('p', { class: 'actions' }, button('Try again', start, 'primary')),
  );
}
