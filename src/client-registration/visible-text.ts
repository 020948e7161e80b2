/** Letters and marks of scripts whose spelling needs joiners: Persian and others in Arabic letters, Indic scripts. */
const JOINING =
  '(?=[\\p{L}\\p{M}])[\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Mong}\\p{scx=Deva}\\p{scx=Beng}\\p{scx=Guru}\\p{scx=Gujr}\\p{scx=Orya}\\p{scx=Taml}\\p{scx=Telu}\\p{scx=Knda}\\p{scx=Mlym}\\p{scx=Sinh}]';
const PICTURE = '\\p{Extended_Pictographic}';
/** Where a joiner shapes what is around it: between two such letters, or between two parts of one emoji. */
const JOINER_AT_WORK = [
  `(?<=${JOINING})[\\u200C\\u200D](?=${JOINING})`,
  `(?<=${PICTURE}[\\uFE0F\\p{Emoji_Modifier}]?)\\u200D(?=${PICTURE})`,
].join('|');

/**
 * What no one sees, or what turns the text around it: control and format characters (bidi overrides, zero
 * width), line separators, blank letters, private use, lone surrogates. On a consent page they forge names.
 * The emoji selector U+FE0F is harmless and common, and so are joiners at work.
 */
const UNSEEN = new RegExp(
  `(?!\\uFE0F|${JOINER_AT_WORK})[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800]`,
  'u',
);

/**
 * The first character that does not belong into a name which people judge by looking at it.
 *
 * @returns its code point as `U+202E`, or undefined where there is none
 */
export function unseenIn(text: string): string | undefined {
  const code = UNSEEN.exec(text)?.[0].codePointAt(0);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
