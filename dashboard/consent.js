import { ApiError, call, currentSession } from './api.js';
import {
  describeDestination,
  describeReach,
  describeScopes,
  describeTrust,
  nameOf,
} from './consent-request.js';
import { goBack } from './go-back.js';
import { signIn, whoIsHere } from './sign-in.js';
import { button, h, show, whileBusy } from './view.js';

/** @typedef {import('./consent-request.js').ConsentView} ConsentView */

/**
 * Milliseconds for which a request that has just come to the front takes no answer: the second click of a double
 * click in another site's window must not land on it.
 */
const CALM = 700;

/** Ends that trying again does not change, by status: a title, and what that means. */
const ENDS = new Map([
  [404, ['This request cannot be opened', 'It does not exist, or somebody else opened it first.']],
  [409, ['This request was answered before', 'Nothing more is sent to the app.']],
  [410, ['This request is too old', 'Nothing was sent to the app.']],
]);

const requestId = new URLSearchParams(location.search).get('request_id') ?? '';
const requestPath = `/public/v1/oauth/authorize/requests/${requestId}/`;

void whileBusy(start);

async function start() {
  // Anything else could name another path of the API.
  if (!/^[\w-]{1,200}$/.test(requestId)) {
    return show(
      'Nothing to decide',
      h('p', {}, 'An app opens this page when it wants to connect. Start in the app.'),
    );
  }
  if (!currentSession()) return signIn('An app wants to connect. Sign in to see what it asks for.', start);
  try {
    ask(await call('GET', requestPath));
  } catch (error) {
    explain(error, (message) =>
      show(
        'This did not work',
        h('p', {}, message),
        h('p', { class: 'actions' }, button('Try again', start, 'primary')),
      ),
    );
  }
}

/** @param {ConsentView} view */
function ask(view) {
  const { list, chosen } = describeScopes(view);
  const problem = h('p', { class: 'problem', role: 'alert' });

  /**
   * @param {'approve' | 'deny'} decision
   * @param {{ scopes?: string[] }} body
   */
  async function decide(decision, body) {
    problem.replaceChildren();
    if (body.scopes?.length === 0) return problem.append('Tick at least one permission, or deny.');
    try {
      /** @type {{ redirect_to: string }} */
      const { redirect_to: address } = await call('POST', `${requestPath}${decision}/`, body);
      goBack(address, nameOf(view));
    } catch (error) {
      explain(error, (message) => problem.append(message));
    }
  }

  const until = new Date(view.expires_at).toLocaleTimeString([], { timeStyle: 'short' });
  show(
    h('span', {}, h('bdi', {}, nameOf(view)), ' wants to connect'),
    describeTrust(view),
    describeDestination(view),
    list,
    describeReach(view),
    problem,
    h(
      'p',
      { class: 'actions' },
      button('Deny', () => decide('deny', {})),
      button('Approve', () => decide('approve', { scopes: chosen() }), 'primary'),
    ),
    h('p', { class: 'soft' }, `Open until ${until}. What you approve you can take back at any time.`),
    whoIsHere(start),
  );
  stayCalm();
  addEventListener('focus', stayCalm);
}

function stayCalm() {
  void whileBusy(() => new Promise((resolve) => setTimeout(resolve, CALM)));
}

/**
 * Tells what went wrong and what to do next.
 *
 * @param {unknown} error
 * @param {(message: string) => unknown} mayTryAgain tells of what may work the next time
 */
function explain(error, mayTryAgain) {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 401) return signIn('Your session is over. Sign in again to go on.', start);
  const end = ENDS.get(error.status);
  if (!end) return mayTryAgain(error.message);
  const [title, meaning] = end;
  show(
    title,
    h('p', {}, `${meaning} Go back to the app; to connect it, start again there.`),
    whoIsHere(start),
  );
}
