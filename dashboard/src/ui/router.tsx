import { type ReactNode, useSyncExternalStore } from 'react';
import { createStore } from './store.js';

/** Where the dashboard is served. */
export const BASE = '/dashboard';

const address = createStore(location.pathname + location.search);
addEventListener('popstate', () => address.set(location.pathname + location.search));

/** The page that is open, as a path below {@link BASE} without a slash at its end, and its query. */
export function useAddress(): { path: string; query: URLSearchParams } {
  const url = new URL(useSyncExternalStore(address.subscribe, address.get), location.origin);
  return { path: url.pathname.slice(BASE.length).replace(/\/+$/, '') || '/', query: url.searchParams };
}

/**
 * Opens another page without loading the document anew.
 *
 * @param to a path below {@link BASE}, with a query or not
 * @param replace whether the present page is left out of the history
 */
export function navigate(to: string, { replace = false } = {}): void {
  const url = BASE + (to === '/' ? '' : to);
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  address.set(url);
  if (!replace) scrollTo(0, 0);
}

/** A link to another page. With a key held or another mouse button, the browser does what it always does. */
export function Link({
  to,
  children,
  className,
  current,
}: {
  to: string;
  children: ReactNode;
  className?: string;
  /** Whether that page is the one that is open. */
  current?: boolean;
}) {
  return (
    <a
      href={BASE + (to === '/' ? '' : to)}
      className={className}
      aria-current={current ? 'page' : undefined}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        navigate(to);
      }}
    >
      {children}
    </a>
  );
}
