import { listAccounts } from '../accounts/calls.js';
import { listConnectedApps } from '../connected-apps/calls.js';
import { listOAuthApps } from '../oauth-apps/calls.js';
import { Load } from '../ui/load.js';
import { Page } from '../ui/page.js';
import { Link } from '../ui/router.js';
import { NextStep } from './next-step.js';

const countAll = async () => {
  const [{ accounts, more }, connectedApps, oauthApps] = await Promise.all([
    listAccounts(),
    listConnectedApps(),
    listOAuthApps(),
  ]);
  return {
    accounts: accounts.length,
    more,
    waiting: accounts.filter(({ status }) => status !== 'active').length,
    connectedApps: connectedApps.length,
    oauthApps: oauthApps.length,
  };
};

/** Both doors at a glance: who may come in, and where we go out. */
export function OverviewPage() {
  return (
    <Page title="Overview" intro="One service, two doors: apps that call you, and accounts that you call.">
      <Load from={countAll}>
        {({ more, oauthApps, ...counts }) => (
          <>
            <NextStep {...counts} />
            <ul className="doors">
              <Door to="/accounts" name="Accounts" count={`${counts.accounts}${more ? '+' : ''}`}>
                Yours at Instagram, X and others, kept connected.
              </Door>
              <Door to="/apps" name="Connected apps" count={String(counts.connectedApps)}>
                Tools and agents that you allowed to act for you here.
              </Door>
              <Door to="/oauth-apps" name="OAuth apps" count={String(oauthApps)}>
                Your own apps at the networks, through which accounts connect.
              </Door>
            </ul>
          </>
        )}
      </Load>
    </Page>
  );
}

function Door({ to, name, count, children }: { to: string; name: string; count: string; children: string }) {
  return (
    <li className="card">
      <h2>
        <Link to={to}>{name}</Link>
      </h2>
      <p className="count">{count}</p>
      <p className="soft">{children}</p>
    </li>
  );
}
