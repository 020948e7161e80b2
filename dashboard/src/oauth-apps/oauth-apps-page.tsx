import { Load } from '../ui/load.js';
import { Monogram } from '../ui/monogram.js';
import { Page } from '../ui/page.js';
import { Link } from '../ui/router.js';
import { listOAuthApps, listProviders, type OAuthApp, type Provider } from './calls.js';
import { OAuthAppCard } from './oauth-app-card.js';

const listBoth = async () => {
  const [providers, apps] = await Promise.all([listProviders(), listOAuthApps()]);
  return { providers, apps };
};

/** The workspace's own OAuth apps, by provider. */
export function OAuthAppsPage() {
  return (
    <Page
      title="OAuth apps"
      intro="Your own apps at the networks. People who connect an account see their name, and their limits are yours alone."
    >
      <Load from={listBoth}>
        {({ providers, apps }, reload) =>
          providers.map((provider) => (
            <ProviderSection
              key={provider.id}
              provider={provider}
              apps={apps.filter((app) => app.provider === provider.id)}
              onChange={reload}
            />
          ))
        }
      </Load>
    </Page>
  );
}

function ProviderSection({
  provider,
  apps,
  onChange,
}: {
  provider: Provider;
  apps: OAuthApp[];
  onChange: () => Promise<void>;
}) {
  const { id, name } = provider;
  return (
    <section className="card provider">
      <div className="card-head">
        <Monogram name={name} kind={id} />
        <div>
          <h2>{name}</h2>
          <p className="soft">
            {apps.length === 0
              ? 'No app of yours yet.'
              : apps.length === 1
                ? 'One app'
                : `${apps.length} apps`}
          </p>
        </div>
        <Link to={`/oauth-apps/new?provider=${encodeURIComponent(id)}`} className="button small">
          {apps.length === 0 ? 'Add' : 'Add another'} {name} app
        </Link>
      </div>
      {apps.length > 0 && provider.reason !== null && (
        <p className="hint">Accounts may not connect from this address. {provider.reason}</p>
      )}
      {apps.map((app) => (
        <OAuthAppCard key={app.id} app={app} provider={provider} onChange={onChange} />
      ))}
    </section>
  );
}
