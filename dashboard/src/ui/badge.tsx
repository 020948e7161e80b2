import type { ReactNode } from 'react';

/** How urgent something is. */
export type Tone = 'good' | 'warn' | 'bad' | 'news' | 'quiet';

/** A word or two beside a name. */
export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}
