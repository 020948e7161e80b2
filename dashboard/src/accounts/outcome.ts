import type { ApiError } from '../api/api-error.js';
import type { Tone } from '../ui/badge.js';
import { type Account, nameOf } from './calls.js';

/** How a sign-in at a provider ended, for people. */
export interface Outcome {
  readonly tone: Tone;
  readonly title: string;
  /** What it means, and what to do. */
  readonly text: string;
  /** Whether the same may work the next time. */
  readonly retry?: boolean;
  /** Whether the OAuth app must be looked at. */
  readonly app?: boolean;
  /** Whether there is none. */
  readonly missingApp?: boolean;
}

type Words = (name: string) => Omit<Outcome, 'tone'>;

/** By our codes for what ends a sign-in. `name` is the provider's. */
const FAILURES: Readonly<Record<string, Words>> = {
  user_denied: (name) => ({
    title: 'You did not give access',
    text: `Nothing was connected. If that was not intended, connect again and approve at ${name}.`,
    retry: true,
  }),
  app_in_development: (name) => ({
    title: `${name} refused before asking you`,
    text: `The app there is probably still in development: add this person to its roles at ${name}, or publish it. Then connect again.`,
    app: true,
  }),
  scope_not_allowed: (name) => ({
    title: `The app may not ask for this at ${name}`,
    text: `Add the missing product or permission to the app at ${name}, then connect again.`,
    app: true,
  }),
  redirect_uri_mismatch: (name) => ({
    title: `${name} does not know our address`,
    text: `Copy the redirect URI of your OAuth app and register it at ${name}, character by character. Then connect again.`,
    app: true,
  }),
  bad_client_credentials: (name) => ({
    title: `${name} does not accept the app's credentials`,
    text: `Copy the secret from ${name} again and replace it in your OAuth app. Then connect again.`,
    app: true,
  }),
  no_oauth_app: (name) => ({
    title: `${name} needs an OAuth app first`,
    text: `Add your app at ${name} once; after that every account is one click.`,
    app: true,
    missingApp: true,
  }),
  code_expired_or_used: () => ({
    title: 'That took too long',
    text: 'The sign-in was too old, or was used before. Connect again.',
    retry: true,
  }),
  token_dead: (name) => ({
    title: `${name} ended the connection at once`,
    text: 'Connect again. If it stays so, look whether the account there is locked.',
    retry: true,
  }),
  provider_unavailable: (name) => ({
    title: `${name} gave no usable answer`,
    text: 'Nothing was connected. Try again in a few minutes.',
    retry: true,
  }),
  missing_scopes: () => ({
    title: 'A permission is missing',
    text: 'Without it nothing works, so nothing was connected. Connect again and leave every box ticked.',
    retry: true,
  }),
  no_eligible_account: (name) => ({
    title: `${name} showed no account that can be connected`,
    text: 'Facebook needs a Page on which you may create content, ticked while you sign in; Instagram needs a professional account. Put that right, then connect again.',
    retry: true,
  }),
  account_mismatch: () => ({
    title: 'That was another account',
    text: 'To reconnect, sign in to the same account as before. To have both, connect the other one as a new account.',
    retry: true,
  }),
  state_invalid: () => ({
    title: 'This sign-in was not started here',
    text: 'Nothing was connected. If you followed a link that somebody sent you, close it. Otherwise connect again.',
  }),
  state_expired: () => ({
    title: 'That took too long',
    text: 'A sign-in must come back within 10 minutes. Connect again.',
    retry: true,
  }),
  state_used: () => ({
    title: 'This sign-in came back before',
    text: 'Look below whether the account is connected. If it is not, connect again.',
  }),
  not_found: () => ({
    title: 'This is not for you to complete',
    text: 'Only the person who started the sign-in can complete it. If that was you, sign in with the same account as then.',
  }),
  completion_used: () => ({
    title: 'This sign-in was completed before',
    text: 'Look below whether the account is connected. If it is not, connect again.',
  }),
  completion_expired: () => ({
    title: 'That took too long',
    text: 'A sign-in that comes back in another browser must be completed within 5 minutes. Connect again.',
    retry: true,
  }),
};

/**
 * @param code of the return URL or of a call that failed; anybody may have written it
 * @param name the provider's, where it is known
 */
export function failureOf(code: string, name = 'the network'): Outcome {
  const words = Object.hasOwn(FAILURES, code) ? FAILURES[code]?.(name) : undefined;
  if (words)
    return { tone: 'bad', ...words, title: words.title.replace(/^./, (first) => first.toUpperCase()) };
  const shown = /^[a-z_]{1,40}$/.test(code) ? ` (${code})` : '';
  return {
    tone: 'bad',
    title: 'The account was not connected',
    text: `Something went wrong${shown}. Connect again; if it stays so, tell whoever runs this service.`,
    retry: true,
  };
}

/**
 * @param error of a call that should have led to the provider
 * @param name the provider's
 */
export function refusalOf(error: ApiError, name: string | undefined): Outcome {
  if (error.code && Object.hasOwn(FAILURES, error.code)) return failureOf(error.code, name);
  return { tone: 'bad', title: 'This did not work', text: error.message, retry: true };
}

/** @param account as it is after the sign-in */
export function successOf(account: Account): Outcome {
  return account.status === 'pending_selection'
    ? { tone: 'warn', title: 'One step is left', text: 'Choose below what is to be connected.' }
    : { tone: 'good', title: `${nameOf(account)} is connected`, text: 'It stays fresh by itself.' };
}
