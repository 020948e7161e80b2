import { useState } from 'react';
import type { components } from '../api/api-types.js';
import { WhoIsHere } from '../session/who-is-here.js';
import { ProblemLine, useAction } from '../ui/action.js';
import { Button } from '../ui/button.js';
import { Page } from '../ui/page.js';
import { Destination, Reach, Trust } from './app-in-question.js';
import { Answered, leaveTo } from './go-back.js';
import { ScopeChoice } from './scope-choice.js';
import { useCalm } from './use-calm.js';

/**
 * The question, and the way back to the app once it is answered.
 *
 * @param props.decide takes the scopes that are granted, or undefined for a no; returns where the answer goes, or
 *   undefined where there was nothing left to decide
 */
export function ConsentQuestion({
  view,
  decide,
}: {
  view: components['schemas']['ConsentView'];
  decide: (scopes: string[] | undefined) => Promise<string | undefined>;
}) {
  const [chosen, setChosen] = useState(() => new Set(view.scopes.map(({ name }) => name)));
  const [nothingChosen, setNothingChosen] = useState(false);
  const [address, setAddress] = useState<string>();
  const { error, run } = useAction();
  useCalm();
  const name = view.client.name ?? 'An app without a name';
  if (address !== undefined) return <Answered address={address} name={name} />;

  const answer = (scopes: string[] | undefined) =>
    run(async () => {
      setNothingChosen(scopes?.length === 0);
      if (scopes?.length === 0) return;
      const to = await decide(scopes);
      if (to === undefined) return;
      setAddress(to);
      leaveTo(to);
    });
  const until = new Date(view.expires_at).toLocaleTimeString([], { timeStyle: 'short' });
  return (
    <Page
      narrow
      title={
        <>
          <bdi>{name}</bdi> wants to connect
        </>
      }
    >
      <Trust verified={view.client.verified} />
      <Destination view={view} />
      <ScopeChoice scopes={view.scopes} chosen={chosen} onChange={setChosen} />
      <Reach view={view} />
      <ProblemLine>{nothingChosen ? 'Tick at least one permission, or deny.' : error?.message}</ProblemLine>
      <div className="actions">
        <Button onPress={() => answer(undefined)}>Deny</Button>
        <Button
          look="primary"
          onPress={() => answer(view.scopes.map((scope) => scope.name).filter((each) => chosen.has(each)))}
        >
          Approve
        </Button>
      </div>
      <p className="soft">Open until {until}. What you approve you can take back at any time.</p>
      <WhoIsHere />
    </Page>
  );
}
