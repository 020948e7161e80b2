import { useEffect, useSyncExternalStore } from 'react';
import { createStore } from './store.js';

/** Milliseconds for which a message stays in sight. */
const SHOWN = 6000;

const message = createStore('');

/**
 * Says that something is done, to eyes and to screen readers, wherever the focus is.
 *
 * @param text a short sentence
 */
export function announce(text: string): void {
  message.set(text);
}

/** Where {@link announce} speaks. It must be there before it speaks. */
export function Announcer() {
  const text = useSyncExternalStore(message.subscribe, message.get);
  useEffect(() => {
    if (!text) return;
    const timer = setTimeout(() => message.set(''), SHOWN);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p className="toast" role="status">
      {text}
    </p>
  );
}
