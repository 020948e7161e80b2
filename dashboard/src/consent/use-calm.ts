import { useEffect } from 'react';
import { whileBusy } from '../ui/busy.js';

/**
 * Milliseconds for which a question that has just come to the front takes no answer: the second click of a double
 * click in another site's window must not land on it.
 */
const CALM = 700;

/** Lets no button work for a moment. To be called before the question is drawn, so that no click comes earlier. */
export function stayCalm(): void {
  void whileBusy(() => new Promise((resolve) => setTimeout(resolve, CALM)));
}

/** Lets no button work just after the window comes to the front. */
export function useCalm(): void {
  useEffect(() => {
    addEventListener('focus', stayCalm);
    return () => removeEventListener('focus', stayCalm);
  }, []);
}
