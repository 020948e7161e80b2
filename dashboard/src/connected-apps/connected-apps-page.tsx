import { announce } from '../ui/announce.js';
import { ConfirmButton } from '../ui/confirm-button.js';
import { Empty } from '../ui/empty.js';
import { Load } from '../ui/load.js';
import { Monogram } from '../ui/monogram.js';
import { Page } from '../ui/page.js';
import { ScopeList } from '../ui/scope-list.js';
import { Time } from '../ui/time.js';
import { type ConnectedApp, disconnectApp, listConnectedApps, nameOf } from './calls.js';

/** The apps that may act for whoever is signed in, and the way to end that. */
export function ConnectedAppsPage() {
  return (
    <Page title="Connected apps" intro="Apps, tools and agents that you allowed to act for you here.">
      <Load from={listConnectedApps}>
        {(apps, reload) =>
          apps.length === 0 ? (
            <Empty title="None yet.">
              <p>
                An app that you connect appears here. You start in the app, and it brings you here to ask.
              </p>
            </Empty>
          ) : (
            <ul className="cards">
              {apps.map((app) => (
                <AppCard key={app.id} app={app} onGone={reload} />
              ))}
            </ul>
          )
        }
      </Load>
    </Page>
  );
}

function AppCard({ app, onGone }: { app: ConnectedApp; onGone: () => Promise<void> }) {
  const name = nameOf(app);
  const { grants, scopes, authorized_at: since, last_used_at: lastUsed } = app;
  async function disconnect() {
    await disconnectApp(app.id);
    await onGone();
    announce(`${name} is disconnected.`);
  }
  return (
    <li className="card">
      <div className="card-head">
        <Monogram name={name} />
        <div>
          <h2>
            <bdi>{name}</bdi>
          </h2>
          <p className="soft">
            {grants === 1 ? 'One device' : `${grants} devices`}, last used <Time at={lastUsed} />
          </p>
        </div>
        <ConfirmButton
          label={`Disconnect ${name}`}
          question={
            <>
              Disconnect <bdi>{name}</bdi>?
            </>
          }
          consequence={`It loses its access at once${grants === 1 ? '' : `, on all ${grants} devices`}. To use it again, connect it from the app.`}
          onConfirm={disconnect}
        >
          Disconnect
        </ConfirmButton>
      </div>
      <ScopeList scopes={scopes} />
      <p className="soft">
        Connected since <Time at={since} />
      </p>
    </li>
  );
}
