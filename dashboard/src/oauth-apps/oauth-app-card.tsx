import { announce } from '../ui/announce.js';
import { ProblemLine, useAction } from '../ui/action.js';
import { Badge } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { ConfirmButton } from '../ui/confirm-button.js';
import { CopyField } from '../ui/copy-field.js';
import { ScopeList } from '../ui/scope-list.js';
import { TextDialogButton } from '../ui/text-dialog-button.js';
import { Time } from '../ui/time.js';
import { changeOAuthApp, deleteOAuthApp, type OAuthApp, type Provider } from './calls.js';
import { Verification, verdict } from './verification.js';

/** One OAuth app and what can be done with it. */
export function OAuthAppCard({
  app,
  provider,
  onChange,
}: {
  app: OAuthApp;
  provider: Provider;
  /** Called when it is no longer as it is drawn. */
  onChange: () => Promise<void>;
}) {
  const { id, name, is_default: isDefault, redirect_uri: redirectUri } = app;
  const { error, run } = useAction();
  async function change(body: Parameters<typeof changeOAuthApp>[1], done: (app: OAuthApp) => string) {
    const now = await changeOAuthApp(id, body);
    await onChange();
    announce(done(now));
  }
  return (
    <article className="oauth-app">
      <h3>
        <bdi>{name}</bdi> {isDefault && <Badge tone="news">Default</Badge>}
        <Verification app={app} />
      </h3>
      {app.verification_hint && <p className="hint">{app.verification_hint}</p>}
      <dl className="soft">
        <dt>{provider.credentials.client_id}</dt>
        <dd>
          <code>{app.client_id}</code>
        </dd>
        <dt>{provider.credentials.client_secret}</dt>
        <dd>
          {app.client_secret_last4
            ? `Stored encrypted, ends in ${app.client_secret_last4}`
            : 'Stored encrypted'}
        </dd>
        <dt>Added</dt>
        <dd>
          <Time at={app.created_at} />
        </dd>
      </dl>
      <div className="row">
        {!isDefault && (
          <Button
            look="small"
            label={`Make ${name} the default`}
            onPress={() => run(() => change({ is_default: true }, () => `${name} is the default now.`))}
          >
            Make default
          </Button>
        )}
        <TextDialogButton
          accessibleName={`Rename ${name}`}
          title="Rename this app"
          field="name"
          label="Name"
          hint="For you alone; people see the name that the provider has."
          initial={name}
          onSave={(text) => change({ name: text }, (now) => `It is called ${now.name} now.`)}
        >
          Rename
        </TextDialogButton>
        <TextDialogButton
          accessibleName={`Replace secret of ${name}`}
          title={`Replace the ${provider.credentials.client_secret}`}
          field="client_secret"
          label={`New ${provider.credentials.client_secret}`}
          hint={`From ${provider.credentials.where}. The old one is forgotten at once.`}
          secret
          onSave={(text) => change({ client_secret: text }, (now) => `Saved. ${verdict(now, provider)}`)}
        >
          Replace secret
        </TextDialogButton>
        <ConfirmButton
          label={`Delete ${name}`}
          question={
            <>
              Delete <bdi>{name}</bdi>?
            </>
          }
          consequence={`Its credentials are erased here. At ${provider.name} the app stays as it is.`}
          onConfirm={async () => {
            await deleteOAuthApp(id);
            await onChange();
            announce(`${name} is deleted.`);
          }}
        >
          Delete
        </ConfirmButton>
      </div>
      <ProblemLine>{error?.message}</ProblemLine>
      <details>
        <summary>Redirect URI and scopes</summary>
        {redirectUri && <CopyField label="Redirect URI" value={redirectUri} />}
        <ScopeList scopes={app.scopes} />
      </details>
    </article>
  );
}
