import { useCallback, useState } from 'react';
import { listOAuthApps, listProviders } from '../oauth-apps/calls.js';
import { useAction } from '../ui/action.js';
import { Button } from '../ui/button.js';
import { Load } from '../ui/load.js';
import { Page } from '../ui/page.js';
import { AccountList } from './account-list.js';
import { type Account, listAccounts } from './calls.js';
import { ConnectMenu } from './connect-menu.js';
import { type Errand, leaveFor } from './leave-for.js';
import { failureOf, type Outcome, refusalOf, successOf } from './outcome.js';
import { OutcomeNotice } from './outcome-notice.js';
import { type Return, useReturn } from './use-return.js';

/**
 * The workspace's accounts at the networks, and the place where sign-ins there come back to.
 *
 * @param props.query what a sign-in that came back left in the address
 */
export function AccountsPage({ query }: { query: URLSearchParams }) {
  const [pages, setPages] = useState(1);
  const [told, forget] = useReturn(query);
  const [errand, setErrand] = useState<Errand>();
  const { error, run } = useAction();
  const completed = told?.completed;
  const load = useCallback(async () => {
    const [list, providers, apps] = await Promise.all([
      listAccounts(pages),
      listProviders(),
      listOAuthApps(),
    ]);
    // What was completed after the page was drawn is a reason to look again.
    return { ...list, providers, apps, completed };
  }, [pages, completed]);
  /** Goes to a provider; what keeps it from that is told like a sign-in that failed. */
  const leave = (next: Errand, oauthAppId?: string) => {
    forget();
    setErrand(next);
    return run(() => leaveFor(next, oauthAppId));
  };
  const close = () => {
    forget();
    return run(() => undefined);
  };
  return (
    <Page
      title="Accounts"
      intro="Your accounts at the networks. They stay connected and fresh by themselves."
    >
      <Load from={load}>
        {({ accounts, more, providers, apps }, reload) => {
          const outcome = error ? refusalOf(error, errand?.name) : told && outcomeOf(told, accounts);
          return (
            <>
              {outcome && (
                <OutcomeNotice
                  outcome={outcome}
                  errand={error ? errand : told?.errand}
                  onRetry={leave}
                  onClose={close}
                />
              )}
              <AccountList accounts={accounts} providers={providers} onReconnect={leave} onChange={reload} />
              {more && <Button onPress={() => setPages(pages + 1)}>Show more</Button>}
              <ConnectMenu
                providers={providers}
                apps={apps}
                onConnect={({ id, name }, oauthAppId) => leave({ name, provider: id }, oauthAppId)}
              />
            </>
          );
        }}
      </Load>
    </Page>
  );
}

/** An account that is not there has nothing to be told about: anybody may have written the address. */
function outcomeOf({ connected, error, errand }: Return, accounts: Account[]): Outcome | undefined {
  if (error) return failureOf(error, errand?.name);
  const account = accounts.find(({ id }) => id === connected);
  return account && successOf(account);
}
