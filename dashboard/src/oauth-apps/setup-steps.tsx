import { CopyField } from '../ui/copy-field.js';
import { ScopeList } from '../ui/scope-list.js';
import type { Provider } from './calls.js';

/** What is to be done in the provider's console, in its own words. */
export function SetupSteps({ provider }: { provider: Provider }) {
  const { name, credentials, redirect_uri: redirectUri, scopes, setup_hints: hints } = provider;
  return (
    <section className="card steps">
      <h2>First, at {name}</h2>
      <ol>
        <li>
          <p>Register this address there, character by character:</p>
          <CopyField label="Redirect URI" value={redirectUri} />
        </li>
        <li>
          <p>
            Find <strong>{credentials.client_id}</strong> and <strong>{credentials.client_secret}</strong>{' '}
            under {credentials.where}.
          </p>
        </li>
        <li>
          <p>Let the app ask for these permissions:</p>
          <ScopeList scopes={scopes} />
        </li>
      </ol>
      {hints.length > 0 && (
        <>
          <h3>Good to know</h3>
          <ul>
            {hints.map((hint) => (
              <li key={hint}>{hint}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
