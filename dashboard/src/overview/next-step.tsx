import type { ReactNode } from 'react';
import { Link } from '../ui/router.js';

/** What there is, counted. */
export interface Counts {
  readonly accounts: number;
  /** Accounts that wait for their owner. */
  readonly waiting: number;
  readonly connectedApps: number;
}

/** The one thing to do next; draws nothing where all is well. */
export function NextStep({ accounts, waiting, connectedApps }: Counts) {
  if (waiting > 0) {
    return (
      <Step to="/accounts" label="Look at them" tone="warn">
        {waiting === 1 ? 'One account waits for you' : `${waiting} accounts wait for you`}: choose a page, or
        sign in there again.
      </Step>
    );
  }
  if (accounts === 0) {
    return (
      <Step to="/accounts" label="Connect an account" tone="news">
        No account is connected yet. Choose a network; where it needs an OAuth app of yours, you are told how
        to add it.
      </Step>
    );
  }
  if (connectedApps === 0) {
    return (
      <Step to="/apps" label="See how" tone="news">
        No app may act for you yet. An app asks by itself, when you connect it there.
      </Step>
    );
  }
  return null;
}

function Step({
  to,
  label,
  tone,
  children,
}: {
  to: string;
  label: string;
  tone: string;
  children: ReactNode;
}) {
  return (
    <div className={`notice ${tone}`}>
      <p>{children}</p>
      <Link to={to} className="button small">
        {label}
      </Link>
    </div>
  );
}
