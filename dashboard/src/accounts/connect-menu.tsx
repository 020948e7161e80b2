import { useState } from 'react';
import type { OAuthApp, Provider } from '../oauth-apps/calls.js';
import { Button } from '../ui/button.js';
import { Dialog } from '../ui/dialog.js';
import { Monogram } from '../ui/monogram.js';
import { Link } from '../ui/router.js';

/**
 * One button for each provider. Where the workspace has several OAuth apps there, it asks which one.
 *
 * @param props.onConnect goes to the provider; without an app, the default is used
 */
export function ConnectMenu({
  providers,
  apps,
  onConnect,
}: {
  providers: Provider[];
  apps: OAuthApp[];
  onConnect: (provider: Provider, oauthAppId?: string) => unknown;
}) {
  const [asking, setAsking] = useState<Provider>();
  const appsOf = ({ id }: Provider) => apps.filter(({ provider }) => provider === id);
  const doubtful = providers.filter((each) => !each.works_here && appsOf(each).length > 0);
  return (
    <section aria-labelledby="connect">
      <h2 id="connect">Connect an account</h2>
      <ul className="providers">
        {providers.map((provider) => (
          <li key={provider.id}>
            <Button
              label={`Connect ${provider.name}`}
              onPress={() => (appsOf(provider).length > 1 ? setAsking(provider) : onConnect(provider))}
            >
              <Monogram name={provider.name} kind={provider.id} /> {provider.name}
            </Button>
          </li>
        ))}
      </ul>
      {doubtful.length > 0 && (
        <p className="soft">
          {doubtful.map(({ name }) => name).join(', ')} may refuse to connect from this address:{' '}
          <Link to="/oauth-apps">see why</Link>.
        </p>
      )}
      {asking && (
        <Dialog title={`Connect ${asking.name} through which app?`} onClose={() => setAsking(undefined)}>
          <ul className="cards pick">
            {appsOf(asking).map((app) => (
              <li key={app.id}>
                <Button
                  onPress={async () => {
                    setAsking(undefined);
                    await onConnect(asking, app.id);
                  }}
                >
                  {app.name}
                  {app.is_default && ' (default)'}
                </Button>
              </li>
            ))}
          </ul>
          <Button look="small" onPress={() => setAsking(undefined)}>
            Cancel
          </Button>
        </Dialog>
      )}
    </section>
  );
}
