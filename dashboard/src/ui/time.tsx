/** A moment, in the words of whoever reads it. */
export function Time({ at }: { at: string }) {
  const text = new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
  return <time dateTime={at}>{text}</time>;
}
