import type { ReactNode } from 'react';
import { endSession, useSession } from '../session/session.js';
import { Button } from './button.js';
import { Link } from './router.js';

const LINKS = [
  ['/', 'Overview'],
  ['/accounts', 'Accounts'],
  ['/apps', 'Connected apps'],
  ['/oauth-apps', 'OAuth apps'],
] as const;

/**
 * What surrounds every page.
 *
 * @param props.path of the page that is open
 * @param props.bare without ways to elsewhere, for a page that asks one question
 */
export function Layout({ path, bare, children }: { path: string; bare: boolean; children: ReactNode }) {
  const { session } = useSession();
  if (bare) {
    return (
      <div className="bare">
        <p className="brand">
          <Mark /> Swingdoor
        </p>
        {children}
      </div>
    );
  }
  const section = `/${path.split('/')[1]}`;
  return (
    <div className={session ? 'frame' : 'frame signed-out'}>
      <header>
        <Link to="/" className="brand">
          <Mark /> Swingdoor
        </Link>
        {session && (
          <nav aria-label="Pages">
            {LINKS.map(([to, name]) => (
              <Link key={to} to={to} current={to === section}>
                {name}
              </Link>
            ))}
          </nav>
        )}
        {session && (
          <p className="who">
            <bdi>{session.email}</bdi>
            <Button look="link" onPress={() => endSession('You are signed out.')}>
              Sign out
            </Button>
          </p>
        )}
      </header>
      {children}
      <footer>
        <a href="/docs">API documentation</a>
      </footer>
    </div>
  );
}

function Mark() {
  return <img src="/dashboard/icon.svg" width="28" height="28" alt="" />;
}
