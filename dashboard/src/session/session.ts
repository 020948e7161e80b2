import { useSyncExternalStore } from 'react';
import { createStore } from '../ui/store.js';

/** Who is signed in. `token` is a dashboard JWT. */
export interface Session {
  readonly token: string;
  readonly email: string;
}

/** What is said to somebody whose session ended by itself. */
export const SESSION_OVER = 'Your session is over. Sign in again to go on.';

const KEY = 'swingdoor.session';

/** Why nobody is signed in any more, for the page that asks who is there. */
const reason = createStore<string | undefined>(undefined);

/**
 * Whoever is signed in, in this tab alone.
 *
 * @throws DOMException where the browser stores nothing
 */
export function currentSession(): Session | undefined {
  const stored = sessionStorage.getItem(KEY);
  return stored ? (JSON.parse(stored) as Session) : undefined;
}

/** Signs in. */
export function keepSession(session: Session): void {
  sessionStorage.setItem(KEY, JSON.stringify(session));
  reason.set(undefined);
}

/**
 * Signs out.
 *
 * @param because said above the form that asks who is there
 */
export function endSession(because: string): void {
  sessionStorage.removeItem(KEY);
  reason.set(because);
}

/** Whether somebody is signed in, and if not, why not any more. The component is drawn anew when that changes. */
export function useSession(): { session: Session | undefined; reason: string | undefined } {
  // The text, not the object: what is compared must not be new each time.
  const stored = useSyncExternalStore(reason.subscribe, () => sessionStorage.getItem(KEY));
  const because = useSyncExternalStore(reason.subscribe, reason.get);
  return { session: stored ? (JSON.parse(stored) as Session) : undefined, reason: because };
}
