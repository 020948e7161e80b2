import { useState } from 'react';
import { announce } from '../ui/announce.js';
import { ProblemLine, useAction } from '../ui/action.js';
import { unlessBusy, useBusy } from '../ui/busy.js';
import { Field } from '../ui/field.js';
import { navigate } from '../ui/router.js';
import { createOAuthApp, type Provider } from './calls.js';
import { OptionField, type Options } from './option-field.js';
import { verdict } from './verification.js';

/** Asks for a name and the credentials, and stores them. */
export function OAuthAppForm({ provider }: { provider: Provider }) {
  const { id, name: providerName, credentials } = provider;
  const [name, setName] = useState(`My ${providerName} app`);
  const [clientId, setClientId] = useState('');
  const [clientSecret, setClientSecret] = useState('');
  const [options, setOptions] = useState<Options>({});
  const { error, run } = useAction();
  const busy = useBusy();
  const wrong = (field: string) => error?.about(field) && `It ${error.about(field)}.`;

  async function save() {
    const body = { provider: id, name, client_id: clientId, client_secret: clientSecret, options };
    const app = await createOAuthApp(body);
    navigate('/oauth-apps');
    announce(`${app.name} is saved. ${verdict(app, provider)}`);
  }
  return (
    <form
      className="card"
      aria-labelledby="here"
      onSubmit={(event) => {
        event.preventDefault();
        unlessBusy(() => run(save));
      }}
    >
      <h2 id="here">Then, here</h2>
      <Field
        label="Name"
        hint="For you alone; people see the name that the provider has."
        problem={wrong('name')}
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label={credentials.client_id}
        problem={wrong('client_id')}
        required
        autoComplete="off"
        spellCheck={false}
        value={clientId}
        onChange={(event) => setClientId(event.target.value)}
      />
      <Field
        label={credentials.client_secret}
        hint="Stored encrypted, and never shown again."
        problem={wrong('client_secret')}
        required
        type="password"
        autoComplete="new-password"
        value={clientSecret}
        onChange={(event) => setClientSecret(event.target.value)}
      />
      {provider.options.map((option) => (
        <OptionField
          key={option.name}
          option={option}
          value={options[option.name]}
          problem={wrong(`options.${option.name}`)}
          onChange={(value) => setOptions({ ...options, [option.name]: value })}
        />
      ))}
      <ProblemLine>
        {error?.problem?.errors ? 'Not saved yet: look at what is marked above.' : error?.message}
      </ProblemLine>
      <div className="actions">
        <button className="primary">{busy ? `Checking with ${providerName}…` : 'Save'}</button>
      </div>
    </form>
  );
}
