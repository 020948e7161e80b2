import { type ReactNode, useState } from 'react';
import { announce } from '../ui/announce.js';
import { ProblemLine, useAction } from '../ui/action.js';
import { unlessBusy } from '../ui/busy.js';
import { type Account, nameOf, selectChoice } from './calls.js';

/**
 * Asks which page or organisation is to be connected. What cannot be chosen says why.
 *
 * @param props.children stands beside the button
 */
export function ChoiceForm({
  account: { id, choices = [] },
  onChange,
  children,
}: {
  account: Account;
  onChange: () => Promise<void>;
  children: ReactNode;
}) {
  const [chosen, setChosen] = useState<string>();
  const { error, run } = useAction();
  async function select() {
    if (chosen === undefined) return;
    const account = await selectChoice(id, chosen);
    await onChange();
    announce(`${nameOf(account)} is connected.`);
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        unlessBusy(() => run(select));
      }}
    >
      <fieldset>
        <legend>What is to be connected?</legend>
        {choices.map(({ external_id: externalId, name, selectable, reason }) => (
          <label key={externalId} className={selectable ? 'tick' : 'tick off'}>
            <input
              type="radio"
              name={`choice-${id}`}
              value={externalId}
              required
              disabled={!selectable}
              checked={chosen === externalId}
              onChange={() => setChosen(externalId)}
            />
            <span>
              <bdi>{name}</bdi>
              {reason !== null && <span className="soft block">{reason}</span>}
            </span>
          </label>
        ))}
      </fieldset>
      <ProblemLine>{error?.message}</ProblemLine>
      <div className="row">
        <button className="primary small">Connect this one</button>
        {children}
      </div>
    </form>
  );
}
