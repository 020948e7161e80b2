import type { Provider } from '../oauth-apps/calls.js';
import { Empty } from '../ui/empty.js';
import { AccountCard } from './account-card.js';
import type { Account } from './calls.js';
import type { Errand } from './leave-for.js';

/** The accounts, or how to get the first. */
export function AccountList({
  accounts,
  providers,
  onReconnect,
  onChange,
}: {
  accounts: Account[];
  providers: Provider[];
  onReconnect: (errand: Errand) => unknown;
  onChange: () => Promise<void>;
}) {
  if (accounts.length === 0) {
    return (
      <Empty title="No account yet.">
        <p>Choose a network below. You sign in there, and come back here.</p>
      </Empty>
    );
  }
  return (
    <ul className="cards">
      {accounts.map((account) => {
        const { id: accountId, provider } = account;
        // The operator may have taken a provider out of the configuration.
        const name = providers.find(({ id }) => id === provider)?.name ?? provider;
        return (
          <AccountCard
            key={accountId}
            account={account}
            network={name}
            onReconnect={() => onReconnect({ name, provider, accountId })}
            onChange={onChange}
          />
        );
      })}
    </ul>
  );
}
