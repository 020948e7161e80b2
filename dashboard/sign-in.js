import { ApiError, currentSession, endSession, openSession } from './api.js';
import { button, h, show } from './view.js';

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
    placeholder: 'you@example.com',
    maxlength: '251',
    'aria-describedby': 'hint problem',
    required: true,
    autofocus: true,
  });
  const submit = h('button', { class: 'primary' }, 'Sign in');
  /** @param {Event} event */
  const open = async (event) => {
    event.preventDefault();
    problem.replaceChildren();
    submit.ariaDisabled = 'true';
    try {
      await openSession(email.value);
      await next();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) return showElsewhere();
      problem.append(
        error.status === 400 ? 'This does not look like an e-mail address. Check it.' : error.message,
      );
      email.focus();
    } finally {
      submit.ariaDisabled = 'false';
    }
  };
  show(
    'Sign in',
    h('p', {}, reason),
    h(
      'form',
      { submit: open },
      h('label', { for: 'email' }, 'E-mail address'),
      email,
      problem,
      h('p', { class: 'soft', id: 'hint' }, 'Development sign-in: any address will do, and nothing is sent to it.'),
      h('div', { class: 'actions' }, submit),
    ),
  );
}

/**
 * Says who is signed in, and lets them be somebody else.
 *
 * @param {() => unknown} next called when somebody else is signed in
 */
export function whoIsHere(next) {
  return h(
    'p',
    { class: 'soft who' },
    'Signed in as ',
    h('bdi', {}, currentSession()?.email ?? 'nobody'),
    ' ',
    button('Not you?', () => signIn('Sign in as somebody else.', next), 'link'),
  );
}

function showElsewhere() {
  show(
    'You cannot sign in here',
    h('p', {}, 'On this server, people sign in at the dashboard of the service itself. Open that dashboard instead.'),
    h(
      'p',
      { class: 'soft' },
      'If you run this server: set ',
      h('code', {}, 'DASHBOARD_URL'),
      ' to the address of your dashboard, and apps will send your users there. To try Swingdoor out, unset every ',
      h('code', {}, 'DASHBOARD_JWT_*'),
      ' variable, leave production, and open this page under ',
      h('code', {}, 'PUBLIC_URL'),
      '.',
    ),
  );
}
