import { useSyncExternalStore } from 'react';
import { createStore } from './store.js';

/** How many things the page waits for. */
const pending = createStore(0);

/**
 * Does something during which no button of the page works. Buttons are not disabled: they would lose the focus.
 *
 * @param action may fail; its error is passed on
 */
export async function whileBusy(action: () => unknown): Promise<void> {
  pending.set(pending.get() + 1);
  try {
    await action();
  } finally {
    pending.set(pending.get() - 1);
  }
}

/** Does something, unless the page waits for something else. */
export function unlessBusy(action: () => unknown): void {
  if (pending.get() === 0) void whileBusy(action);
}

/** Whether the page waits for something. */
export function useBusy(): boolean {
  return useSyncExternalStore(pending.subscribe, pending.get) > 0;
}
