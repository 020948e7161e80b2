import { ApiError, call, currentSession } from './api.js';
import { goBack } from './go-back.js';
import { signIn, whoIsHere } from './sign-in.js';
import { button, h, show } from './view.js';

/**
 * @typedef {{ name: string, description: string, is_new: boolean, sensitive: boolean }} Scope
 *
 * @typedef {object} ConsentView
 * @property {{ id: string, name: string | null, verified: boolean }} client its logo is left out on purpose: a
 *   stranger chose it, and loading it would tell them who is here
 * @property {string} redirect_host
 * @property {boolean} is_loopback
 * @property {Scope[]} scopes
 * @property {string} workspace_id
 * @property {string} resource
 * @property {string[]} [resources]
 * @property {string} expires_at
 */

/**
 * Milliseconds in which a new or returning page takes no answer, lest the second click of a double click on
 * another site's window land on it.
 */
const CALM = 700;

/** Ends that no further try can change. */
const ENDS = new Map([
  [404, ['This request cannot be opened', 'It does not exist, or somebody else opened it first. Go back to the app and start again.']],
  [409, ['This request was answered before', 'Go back to the app. If it is not connected there, start again.']],
  [410, ['This request is too old', 'Nothing was sent to the app. Go back to it and start again.']],
]);

const requestId = new URLSearchParams(location.search).get('request_id') ?? '';
const requestPath = `/public/v1/oauth/authorize/requests/${requestId}/`;

await start();

async function start() {
  if (!/^[\w-]{1,200}$/.test(requestId)) {
    return show(
      'Nothing to decide',
      h('p', {}, 'An app opens this page when it wants to connect. Go to the app and start there.'),
    );
  }
  if (!currentSession()) return signIn('An app wants to connect. Sign in to see what it asks for.', start);
  try {
    ask(await call('GET', requestPath));
  } catch (error) {
    explain(error, (message) =>
      show('This did not work', h('p', {}, message), h('div', { class: 'actions' }, button('Try again', start))),
    );
  }
}

/** @param {ConsentView} view */
function ask(view) {
  const name = view.client.name ?? 'An app without a name';
  const boxes = view.scopes.map(({ name }) => h('input', { type: 'checkbox', value: name, id: name, checked: true }));
  const problem = h('p', { class: 'problem', role: 'alert' });
  let busy = true;
  let calm = setTimeout(() => (busy = false));

  /**
   * @param {'approve' | 'deny'} decision
   * @param {object} body
   */
  async function decide(decision, body) {
    problem.replaceChildren();
    try {
      /** @type {{ redirect_to: string }} */
      const { redirect_to: redirectTo } = await call('POST', `${requestPath}${decision}/`, body);
      goBack(redirectTo, name, decision === 'approve');
    } catch (error) {
      explain(error, (message) => problem.append(message));
    }
  }

  const deny = button('Deny', () => decide('deny', {}));
  const approve = button(
    'Approve',
    () => {
      const scopes = boxes.filter(({ checked }) => checked).map(({ value }) => value);
      if (scopes.length > 0) return decide('approve', { scopes });
      problem.replaceChildren('Tick at least one permission, or deny.');
    },
    'primary',
  );
  void calm, busy;
  show(
    `${name} wants to connect`,
    deny,
    approve,
  );
}

function explain() {}
