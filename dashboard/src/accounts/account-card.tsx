import { announce } from '../ui/announce.js';
import { ProblemLine, useAction } from '../ui/action.js';
import { Button } from '../ui/button.js';
import { ConfirmButton } from '../ui/confirm-button.js';
import { Monogram } from '../ui/monogram.js';
import { ScopeList } from '../ui/scope-list.js';
import { Time } from '../ui/time.js';
import { type Account, disconnectAccount, nameOf, refreshAccount } from './calls.js';
import { ChoiceForm } from './choice-form.js';
import { AccountStatus, whatItNeeds } from './account-status.js';

/** One connected account and what can be done with it. */
export function AccountCard({
  account,
  network,
  onReconnect,
  onChange,
}: {
  account: Account;
  /** The provider's name. */
  network: string;
  /** Goes to the provider. */
  onReconnect: () => unknown;
  /** Called when the account is no longer as it is drawn. */
  onChange: () => Promise<void>;
}) {
  const { id, status, username } = account;
  const name = nameOf(account);
  const pending = status === 'pending_selection';
  const needs = whatItNeeds(account, network);
  const { error, run } = useAction();
  async function refresh() {
    // A failure may have changed its state as well.
    await refreshAccount(id).finally(onChange);
    announce(`${name} is up to date.`);
  }
  const end = (
    <ConfirmButton
      label={`${pending ? 'Discard' : 'Disconnect'} ${name}`}
      question={
        <>
          {pending ? 'Discard' : 'Disconnect'} <bdi>{name}</bdi>?
        </>
      }
      consequence={`We forget its access, and take it back at ${network} where no other account shares it. Connecting it again later brings it back.`}
      onConfirm={async () => {
        await disconnectAccount(id);
        await onChange();
        announce(`${name} is ${pending ? 'discarded' : 'disconnected'}.`);
      }}
    >
      {pending ? 'Discard' : 'Disconnect'}
    </ConfirmButton>
  );
  return (
    <li className="card">
      <div className="card-head">
        <Monogram name={network} kind={account.provider} />
        <div>
          <h2>
            <bdi>{name}</bdi>
          </h2>
          <p className="soft">
            {network}
            {username && username !== name && (
              <>
                {' '}
                · <bdi>@{username}</bdi>
              </>
            )}
          </p>
        </div>
        <AccountStatus account={account} />
      </div>
      {needs && <p className="hint">{needs}</p>}
      {pending ? (
        <ChoiceForm account={account} onChange={onChange}>
          {end}
        </ChoiceForm>
      ) : (
        <div className="row">
          {status === 'active' && (
            <Button look="small" label={`Refresh ${name}`} onPress={() => run(refresh)}>
              Refresh
            </Button>
          )}
          <Button
            look={status === 'needs_reconnect' ? 'small primary' : 'small'}
            label={`Reconnect ${name}`}
            onPress={() => run(onReconnect)}
          >
            Reconnect
          </Button>
          {end}
        </div>
      )}
      <ProblemLine>{error?.message}</ProblemLine>
      <details>
        <summary>Permissions and dates</summary>
        <ScopeList scopes={account.scopes} />
        <p className="soft">
          {account.connected_at && (
            <>
              Connected <Time at={account.connected_at} />.{' '}
            </>
          )}
          {account.expires_at && (
            <>
              The present access ends <Time at={account.expires_at} /> and is renewed before, where {network}{' '}
              lets us.
            </>
          )}
        </p>
      </details>
    </li>
  );
}
