import { type ReactNode, useState } from 'react';
import { ApiError } from '../api/api-error.js';
import { endSession, SESSION_OVER } from '../session/session.js';

/** A call that a person may have to repeat. */
export interface Action {
  /** What went wrong the last time. */
  readonly error: ApiError | undefined;
  /** Does it; what goes wrong is in `error`, and a session that is over ends. Resolves when it is done. */
  readonly run: (action: () => unknown) => Promise<void>;
}

/** Keeps what went wrong beside the button that was pressed. */
export function useAction(): Action {
  const [error, setError] = useState<ApiError>();
  async function run(action: () => unknown): Promise<void> {
    setError(undefined);
    try {
      await action();
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      if (thrown.status === 401) endSession(SESSION_OVER);
      else setError(thrown);
    }
  }
  return { error, run };
}

/**
 * Where a form or a list says what went wrong. It is there from the start: screen readers hear what comes into it.
 *
 * @param props.children nothing, or what to say
 */
export function ProblemLine({ id, children }: { id?: string; children?: ReactNode }) {
  return (
    <p className="problem" role="alert" id={id}>
      {children}
    </p>
  );
}
