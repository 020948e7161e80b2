import { isUtf8 } from 'node:buffer';

/** Nothing that is sent here comes near it, and what walks the value by recursion is safe (RFC 8259 §9). */
const MAX_DEPTH = 32;

/**
 * Parses JSON that can be read in one way only: duplicate member names, `__proto__`, null characters, lone
 * surrogates, invalid UTF-8 and deep nesting are refused (RFC 8259 §4, §8 and §9 leave them to each reader).
 *
 * @param body the raw bytes
 * @returns the parsed value
 * @throws SyntaxError saying what is wrong, without quoting the input
 */
export function parseStrictJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw new SyntaxError('The body is not valid UTF-8.');
  const text = body.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SyntaxError('The body is not valid JSON.');
  }
  refuseAmbiguity(text);
  return value;
}

/** Walks the tokens of text that is known to be JSON. */
function refuseAmbiguity(text: string): void {
  const objects: (Set<string> | undefined)[] = [];
  let expectsName = false;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    if (token === '{') objects.push(new Set());
    else if (token === '[') objects.push(undefined);
    else if (token === '}' || token === ']') objects.pop();
    if (objects.length > MAX_DEPTH) throw new SyntaxError('The body is nested too deeply.');
    const names = objects.at(-1);
    if (token.startsWith('"')) {
      const string = JSON.parse(token) as string;
      if (string.includes('\0') || !string.isWellFormed()) {
        throw new SyntaxError('The body holds a character that no text may hold.');
      }
      if (expectsName && names) addName(names, string);
    }
    expectsName = names !== undefined && (token === '{' || token === ',');
  }
}

function addName(names: Set<string>, name: string): void {
  if (name === '__proto__') throw new SyntaxError('The body has a member that is never read.');
  if (names.has(name)) throw new SyntaxError('The body names a member twice.');
  names.add(name);
}
