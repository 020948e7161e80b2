import { ApiError, currentSession, endSession, openSession } from './api.js';
import { button, h, show, whileBusy } from './view.js';

/**
 * Asks who is there.
 *
 * @param {string} reason why, in a sentence
 * @param {() => unknown} next called when somebody is signed in
 */
export function signIn(reason, next) {
  endSession();
  const problem = h('p', { class: 'problem', id: 'problem', role: 'alert' });
  const email = h('input', {
    id: 'email',
    type: 'email',
    autocomplete: 'username',
    maxlength: '251',
    'aria-describedby': 'hint problem',
    required: true,
    autofocus: true,
  });
  const form = h(
    'form',
    {},
    h('label', { for: 'email' }, 'E-mail address'),
    email,
    problem,
    h('p', { class: 'soft', id: 'hint' }, 'For development: any address will do, and nothing is sent to it.'),
    h('p', { class: 'actions' }, h('button', { class: 'primary' }, 'Sign in')),
  );

  async function open() {
    problem.replaceChildren();
    try {
      await openSession(email.value);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) return showSignInElsewhere();
      problem.append(error.status === 400 ? 'This is not an e-mail address. Check it.' : error.message);
      return email.focus();
    }
    await next();
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void whileBusy(open);
  });
  show('Sign in', h('p', {}, reason), form);
}

/**
 * Says who is signed in, and lets them be somebody else.
 *
 * @param {() => unknown} next called when somebody else is signed in
 */
export function whoIsHere(next) {
  return h(
    'p',
    { class: 'soft' },
    'Signed in as ',
    h('bdi', {}, currentSession()?.email),
    '. ',
    button('Use another account', () => signIn('Who are you?', next), 'link'),
  );
}

function showSignInElsewhere() {
  show(
    'You cannot sign in here',
    h('p', {}, 'People sign in to this service at its own dashboard. Go there, or tell whoever runs it.'),
    h(
      'p',
      { class: 'soft' },
      'If that is you: set ',
      h('code', {}, 'DASHBOARD_URL'),
      ' to the address of your dashboard, and apps will send your users there. To try this page out, unset every ',
      h('code', {}, 'DASHBOARD_JWT_…'),
      ' variable, leave production, and open it under your ',
      h('code', {}, 'PUBLIC_URL'),
      '.',
    ),
  );
}
