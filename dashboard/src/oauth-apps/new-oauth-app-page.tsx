import { Button } from '../ui/button.js';
import { Load } from '../ui/load.js';
import { Monogram } from '../ui/monogram.js';
import { Page } from '../ui/page.js';
import { Link } from '../ui/router.js';
import { listProviders, type Provider } from './calls.js';
import { OAuthAppForm } from './oauth-app-form.js';
import { SetupSteps } from './setup-steps.js';

/**
 * Takes a person from the provider's console to stored credentials.
 *
 * @param props.provider its id; where there is none like that, the person chooses
 */
export function NewOAuthAppPage({ provider: id }: { provider: string }) {
  return (
    <Load
      from={listProviders}
      waiting={
        <main>
          <p role="status">Loading…</p>
        </main>
      }
      failed={(error, reload) => (
        <Page title="This did not work" intro={error.message}>
          <Button onPress={reload}>Try again</Button>
        </Page>
      )}
    >
      {(providers) => {
        const provider = providers.find((each) => each.id === id);
        return provider ? <Setup provider={provider} /> : <Choice providers={providers} />;
      }}
    </Load>
  );
}

function Setup({ provider }: { provider: Provider }) {
  return (
    <Page title={`New ${provider.name} app`} intro={<Link to="/oauth-apps">Back to OAuth apps</Link>}>
      {provider.reason !== null && (
        <div className="notice warn">
          <p>
            <strong>{provider.name} cannot be connected from this address.</strong> {provider.reason}
          </p>
          <p>
            You can store the app all the same. To connect accounts, run this service with a PUBLIC_URL that{' '}
            {provider.name} accepts.
          </p>
        </div>
      )}
      <div className="columns">
        <SetupSteps provider={provider} />
        <OAuthAppForm provider={provider} />
      </div>
    </Page>
  );
}

function Choice({ providers }: { providers: Provider[] }) {
  return (
    <Page title="Add an OAuth app" intro="Where is it registered?">
      <ul className="providers">
        {providers.map(({ id, name }) => (
          <li key={id}>
            <Link to={`/oauth-apps/new?provider=${encodeURIComponent(id)}`} className="button">
              <Monogram name={name} kind={id} /> {name}
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}
