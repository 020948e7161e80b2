import { nastyJson, nastyText, nastyUri } from './nasty-values.js';
import type { Random } from './random.js';

/** A body and the type that it claims to be. */
export interface Body {
  readonly type: string | undefined;
  readonly bytes: Buffer;
}

/** Members of a body that would be right. */
export type Members = Readonly<Record<string, unknown>>;

const JSON_TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-16',
  'Application/JSON',
];
const FORM_TYPES = ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=UTF-8'];
const OTHER_TYPES = [
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/xml',
  'json',
  ';',
  'application/',
  'a'.repeat(300),
  undefined,
];

/**
 * A body made of the right members, then changed a few times.
 *
 * @param members what would be right; undefined where the operation has no body
 * @param form whether a form is understood as well
 */
export function mutatedBody(random: Random, members: Members | undefined, form: boolean): Body {
  const changed = changeMembers(random, members ?? {});
  const asForm = form ? random.chance(65) : random.chance(8);
  const text = asForm ? formOf(random, changed) : jsonOf(random, changed);
  const type = random.chance(92) ? random.pick(asForm ? FORM_TYPES : JSON_TYPES) : random.pick(OTHER_TYPES);
  return { type, bytes: random.chance(12) ? tear(random, Buffer.from(text)) : Buffer.from(text) };
}

function changeMembers(random: Random, members: Members): Record<string, unknown> {
  const changed: Record<string, unknown> = { ...members };
  for (let changes = random.below(4); changes > 0; changes -= 1) {
    const name = random.chance(85) ? random.pick(Object.keys(changed)) : nastyText(random);
    if (name === undefined) continue;
    if (random.chance(12)) delete changed[name];
    else if (/uri|url|resource/.test(name)) changed[name] = uriLike(random, changed[name]);
    else changed[name] = random.chance(35) ? nastyJson(random) : nastyText(random);
  }
  return changed;
}

function uriLike(random: Random, current: unknown): unknown {
  if (random.chance(10)) return nastyJson(random);
  if (!Array.isArray(current)) return nastyUri(random);
  return Array.from({ length: 1 + random.below(3) }, () => nastyUri(random));
}

function jsonOf(random: Random, members: Record<string, unknown>): string {
  const text = random.chance(3) ? JSON.stringify(nastyJson(random)) : JSON.stringify(members);
  const [first] = Object.keys(members);
  switch (random.below(25)) {
    case 0:
      return `${text.slice(0, -1)},${JSON.stringify(first ?? 'a')}:1}`;
    case 1:
      return `${'[{"a":'.repeat(random.pick([3, 600, 5_000]))}1`;
    case 2:
      return `${text.slice(0, -1)},"__proto__":{"admin":true}}`;
    case 3:
      return text.replaceAll('"', random.pick(["'", '\\u0022', '“']));
    case 4:
      return `\ufeff${text} ${random.pick(['', '{}', '//x', '\0'])}`;
    default:
      return text;
  }
}

function formOf(random: Random, members: Record<string, unknown>): string {
  const pairs = Object.entries(members).map(([name, value]) => {
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    return `${escapeLoosely(random, name)}=${escapeLoosely(random, text)}`;
  });
  if (random.chance(10) && pairs.length > 0) pairs.push(random.pick(pairs));
  if (random.chance(5))
    pairs.push(...Array.from({ length: random.pick([10, 3_000]) }, (_, n) => `p${n}=${n}`));
  return pairs.join(random.chance(97) ? '&' : random.pick([';', '&&', '\n', '?']));
}

/** As a form writes it, mostly. */
export function escapeLoosely(random: Random, text: string): string {
  if (random.chance(5)) return text;
  // A lone surrogate cannot be written as UTF-8.
  const escaped = encodeURIComponent(text.toWellFormed());
  return random.chance(4)
    ? escaped.replace(/%(..)/, random.pick(['%', '%$1%zz', '%c3%28', '%00', '+']))
    : escaped;
}

function tear(random: Random, bytes: Buffer): Buffer {
  const at = random.place(bytes);
  return random.pick([
    () => bytes.subarray(0, at),
    () => Buffer.concat([bytes.subarray(0, at), random.bytes(random.below(8)), bytes.subarray(at)]),
    () => Buffer.concat([bytes, Buffer.alloc(70_000, 'a')]),
    () => random.bytes(random.below(200)),
  ])();
}
