import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { ApiError } from '../api/api-error.js';
import { endSession, SESSION_OVER } from '../session/session.js';
import { Button } from './button.js';

type State<Data> = { data?: Data; error?: ApiError; fault?: unknown };

/**
 * Fetches what it shows.
 *
 * @param props.from must stay the same function while the same is to be shown
 * @param props.children draws the data; gets a function that fetches it anew and keeps the old in sight meanwhile
 * @param props.waiting is shown until something came
 * @param props.failed draws what went wrong; unless told, that with a button to try again
 */
export function Load<Data>({
  from,
  children,
  failed = (error, reload) => <LoadFailed error={error} reload={reload} />,
  waiting = <p role="status">Loading…</p>,
}: {
  from: () => Promise<Data>;
  children: (data: Data, reload: () => Promise<void>) => ReactNode;
  failed?: (error: ApiError, reload: () => Promise<void>) => ReactNode;
  waiting?: ReactNode;
}) {
  const [{ data, error, fault }, setState] = useState<State<Data>>({});
  const reload = useCallback(async () => setState(await settle(from)), [from]);
  useEffect(() => {
    let gone = false;
    void settle(from).then((state) => !gone && setState(state));
    return () => void (gone = true);
  }, [from]);
  // Not an answer of the API: the page itself is broken, and its boundary says so.
  if (fault !== undefined) throw fault;
  if (error) return failed(error, reload);
  if (data === undefined) return waiting;
  return children(data, reload);
}

async function settle<Data>(from: () => Promise<Data>): Promise<State<Data>> {
  try {
    return { data: await from() };
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) return { fault: thrown };
    if (thrown.status === 401) endSession(SESSION_OVER);
    return { error: thrown };
  }
}

function LoadFailed({ error, reload }: { error: ApiError; reload: () => Promise<void> }) {
  return (
    <div className="notice bad" role="alert">
      <p>{error.message}</p>
      <Button onPress={reload}>Try again</Button>
    </div>
  );
}
