import type { ReactNode } from 'react';
import { AccountsPage } from './accounts/accounts-page.js';
import { ConnectedAppsPage } from './connected-apps/connected-apps-page.js';
import { ConsentPage } from './consent/consent-page.js';
import { NewOAuthAppPage } from './oauth-apps/new-oauth-app-page.js';
import { OAuthAppsPage } from './oauth-apps/oauth-apps-page.js';
import { OverviewPage } from './overview/overview-page.js';
import { useSession } from './session/session.js';
import { SignInPage } from './session/sign-in-page.js';
import { Announcer } from './ui/announce.js';
import { Layout } from './ui/layout.js';
import { useAddress } from './ui/router.js';

/** Every page for which somebody must be signed in. The server has the same list, for whoever loads one anew. */
const PAGES: Readonly<Record<string, (query: URLSearchParams) => ReactNode>> = {
  '/': () => <OverviewPage />,
  '/accounts': (query) => <AccountsPage query={query} />,
  '/apps': () => <ConnectedAppsPage />,
  '/oauth-apps': () => <OAuthAppsPage />,
  '/oauth-apps/new': (query) => <NewOAuthAppPage provider={query.get('provider') ?? ''} />,
};

/** The whole dashboard. */
export function App() {
  const { path, query } = useAddress();
  const { session, reason } = useSession();
  const requestId = query.get('request_id') ?? '';
  const page =
    path === '/consent' ? (
      <ConsentPage key={requestId} requestId={requestId} />
    ) : session ? (
      (PAGES[path] ?? PAGES['/'])?.(query)
    ) : (
      <SignInPage reason={reason ?? 'Sign in to see your accounts and the apps that you connected.'} />
    );
  return (
    <>
      <Layout path={path} bare={path === '/consent'}>
        {page}
      </Layout>
      <Announcer />
    </>
  );
}
