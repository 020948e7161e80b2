import { useEffect, useState } from 'react';
import { ApiError } from '../api/api-error.js';
import { endSession, SESSION_OVER } from '../session/session.js';
import { navigate } from '../ui/router.js';
import { type Account, completeConnection } from './calls.js';
import { type Errand, takeErrand } from './leave-for.js';

/** What a provider's redirect left in the address. */
export interface Return {
  /** The account that is connected, or waits for a choice. */
  readonly connected?: string;
  /** Whether it came to be just now, and not before the page was loaded. */
  readonly completed?: boolean;
  /** Our code for what went wrong. */
  readonly error?: string;
  readonly errand?: Errand;
}

/**
 * Reads what the address says about a sign-in, and takes it out of the address, so that it is not told twice. What
 * came back in another browser is completed first.
 *
 * @param query of the address
 * @returns what is to be told, undefined while there is nothing; and a function that forgets it
 */
export function useReturn(query: URLSearchParams): [Return | undefined, () => void] {
  const [told, tell] = useState<Return>();
  const [connected, error, completion] = ['connected', 'error', 'completion'].map(
    (name) => query.get(name) ?? undefined,
  );
  useEffect(() => {
    if (!connected && !error && !completion) return;
    let gone = false;
    void tellAbout();
    return () => void (gone = true);

    async function tellAbout() {
      const ended = completion ? await complete(completion) : { connected, error };
      // Nobody is signed in: the address keeps it until somebody is.
      if (gone || !ended) return;
      tell({ ...ended, errand: takeErrand() });
      navigate('/accounts', { replace: true });
    }
  }, [connected, error, completion]);
  return [told, () => tell(undefined)];
}

/** Each completion is redeemed once, however often the page is drawn. */
const completions = new Map<string, Promise<Return | undefined>>();

function complete(completion: string): Promise<Return | undefined> {
  const asked = completions.get(completion) ?? redeem(completion);
  completions.set(completion, asked);
  return asked;
}

async function redeem(completion: string): Promise<Return | undefined> {
  try {
    const { id }: Account = await completeConnection(completion);
    return { connected: id, completed: true };
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    completions.delete(completion);
    if (thrown.status !== 401) return { error: thrown.code ?? 'provider_unavailable' };
    endSession(SESSION_OVER);
    return undefined;
  }
}
