import { useState } from 'react';
import { answerOf, client } from '../api/client.js';
import { ProblemLine, useAction } from '../ui/action.js';
import { Page } from '../ui/page.js';
import { unlessBusy } from '../ui/busy.js';
import { Field } from '../ui/field.js';
import { keepSession } from './session.js';

/**
 * Asks who is there. For development only: elsewhere people sign in to the dashboard of the SaaS.
 *
 * @param props.reason why, in a sentence
 */
export function SignInPage({ reason }: { reason: string }) {
  const [email, setEmail] = useState('');
  const { error, run } = useAction();
  if (error?.status === 404) return <SignInElsewhere />;
  const open = async () => {
    const { token } = await answerOf(client.POST('/v1/dev/session', { body: { email } }));
    keepSession({ token, email });
  };
  return (
    <Page narrow title="Sign in" intro={reason}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          unlessBusy(() => run(open));
        }}
      >
        <Field
          label="E-mail address"
          type="email"
          autoComplete="username"
          maxLength={251}
          required
          data-focus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          hint="For development: any address will do, and nothing is sent to it."
        />
        <ProblemLine>
          {error && (error.status === 400 ? 'This is not an e-mail address. Check it.' : error.message)}
        </ProblemLine>
        <div className="actions">
          <button className="primary">Sign in</button>
        </div>
      </form>
    </Page>
  );
}

function SignInElsewhere() {
  return (
    <Page narrow title="You cannot sign in here">
      <p>People sign in to this service at its own dashboard. Go there, or tell whoever runs it.</p>
      <p className="soft">
        If that is you: set <code>DASHBOARD_URL</code> to the address of your dashboard, and apps will send
        your users there. To try this page out, unset every <code>DASHBOARD_JWT_…</code> variable, leave
        production, and open it under your <code>PUBLIC_URL</code>.
      </p>
    </Page>
  );
}
