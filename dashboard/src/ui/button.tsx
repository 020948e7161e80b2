import type { ReactNode } from 'react';
import { unlessBusy } from './busy.js';

/** What all buttons take. */
export interface ButtonProps {
  readonly onPress: () => unknown;
  readonly children: ReactNode;
  /** `primary` is what the page is for, `link` looks like a word of the sentence it is in. */
  readonly look?: 'primary' | 'danger' | 'link' | 'small' | 'small primary';
  /** The name for screen readers, where the text alone does not tell which of many it is. */
  readonly label?: string;
}

/** A button that does nothing while the page waits for something. */
export function Button({ onPress, children, look, label }: ButtonProps) {
  return (
    <button type="button" className={look} aria-label={label} onClick={() => unlessBusy(onPress)}>
      {children}
    </button>
  );
}
