import type { ReactNode } from 'react';

/** What is said where a list has nothing to show, and how something gets there. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  );
}
