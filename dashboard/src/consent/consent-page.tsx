import { useCallback, useState } from 'react';
import type { ApiError } from '../api/api-error.js';
import { answerOf, client } from '../api/client.js';
import { useSession } from '../session/session.js';
import { SignInPage } from '../session/sign-in-page.js';
import { WhoIsHere } from '../session/who-is-here.js';
import { Button } from '../ui/button.js';
import { Load } from '../ui/load.js';
import { Page } from '../ui/page.js';
import { ConsentQuestion } from './consent-question.js';
import { stayCalm } from './use-calm.js';

/** Ends that trying again does not change, by status: a title, and what that means. */
const ENDS = new Map([
  [404, ['This request cannot be opened', 'It does not exist, or somebody else opened it first.']],
  [409, ['This request was answered before', 'Nothing more is sent to the app.']],
  [410, ['This request is too old', 'Nothing was sent to the app.']],
]);

/**
 * Asks whether an app may act for whoever is signed in.
 *
 * @param props.requestId as it is in the address
 */
export function ConsentPage({ requestId }: { requestId: string }) {
  const { session, reason } = useSession();
  // Anything else could name another path of the API.
  if (!/^[\w-]{1,200}$/.test(requestId)) {
    return (
      <Page narrow title="Nothing to decide">
        <p>An app opens this page when it wants to connect. Start in the app.</p>
      </Page>
    );
  }
  if (!session) {
    return <SignInPage reason={reason ?? 'An app wants to connect. Sign in to see what it asks for.'} />;
  }
  return <OpenRequest requestId={requestId} />;
}

function OpenRequest({ requestId }: { requestId: string }) {
  const [ended, setEnded] = useState<ApiError>();
  const path = { request_id: requestId };
  const show = useCallback(async () => {
    const params = { path: { request_id: requestId } };
    const view = await answerOf(client.GET('/public/v1/oauth/authorize/requests/{request_id}/', { params }));
    stayCalm();
    return view;
  }, [requestId]);
  const approve = (scopes: string[]) =>
    client.POST('/public/v1/oauth/authorize/requests/{request_id}/approve/', {
      params: { path },
      body: { scopes },
    });
  const deny = () =>
    client.POST('/public/v1/oauth/authorize/requests/{request_id}/deny/', { params: { path } });
  /** Ends the question where there is nothing left to decide. */
  async function decide(scopes: string[] | undefined): Promise<string | undefined> {
    try {
      return (await answerOf(scopes ? approve(scopes) : deny())).redirect_to;
    } catch (error) {
      if (!ENDS.has((error as ApiError).status)) throw error;
      setEnded(error as ApiError);
    }
  }
  if (ended) return <Ended error={ended} />;
  return (
    <Load
      from={show}
      failed={(error, reload) => <Ended error={error} reload={reload} />}
      waiting={<Waiting />}
    >
      {(view) => <ConsentQuestion view={view} decide={decide} />}
    </Load>
  );
}

function Ended({ error, reload }: { error: ApiError; reload?: () => Promise<void> }) {
  const [title, meaning] = ENDS.get(error.status) ?? [];
  if (!title) {
    return (
      <Page narrow title="This did not work">
        <p>{error.message}</p>
        <div className="actions">
          <Button look="primary" onPress={() => reload?.()}>
            Try again
          </Button>
        </div>
      </Page>
    );
  }
  return (
    <Page narrow title={title}>
      <p>{meaning} Go back to the app; to connect it, start again there.</p>
      <WhoIsHere />
    </Page>
  );
}

function Waiting() {
  return (
    <main className="card narrow">
      <p role="status">Loading…</p>
    </main>
  );
}
