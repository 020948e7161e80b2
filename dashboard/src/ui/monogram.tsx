/**
 * A letter instead of a picture: pictures are at other hosts, which would learn who is here.
 *
 * @param props.name of whom or what; its first letter is shown
 * @param props.kind chooses the colour, by the same name in the style sheet
 */
export function Monogram({ name, kind = 'plain' }: { name: string; kind?: string }) {
  return (
    <span
      className={`monogram ${kind}`}
      data-letter={[...name.trim()][0]?.toUpperCase()}
      aria-hidden="true"
    />
  );
}
