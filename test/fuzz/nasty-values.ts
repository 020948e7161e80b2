import type { Random } from './random.js';

const NASTY_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\r\n',
  'x\r\nSet-Cookie: a=b',
  '%00',
  '%',
  '%zz',
  '%c3%28',
  '%25%30%30',
  '..',
  '../../../../etc/passwd',
  '..%2f..%2f',
  "' OR 1=1 --",
  '$1',
  '{{7*7}}',
  '${jndi:ldap://127.0.0.1/x}',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '\u202eevil\u202c',
  '\u200b\u200c\ufeff',
  '\ud800',
  'a\udfff',
  '\u{10ffff}',
  'e\u0301',
  'ﬀ',
  'İ',
  'ß'.repeat(200),
  '💥'.repeat(120),
  'a'.repeat(256),
  'a'.repeat(4_097),
  'a '.repeat(3_000),
  ','.repeat(1_000),
  '-'.repeat(60_000),
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'null',
  'undefined',
  'true',
  'NaN',
  'Infinity',
  '-1',
  '0',
  '1e308',
  '0x10',
  '9007199254740993',
  '99999999999999999999999999',
  '1970-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '[object Object]',
  'org:acme',
  'user:user-1',
  'sd_at_',
  'sd_rt_x',
  'sd_cl_' + 'A'.repeat(43),
  'oa_' + 'A'.repeat(22),
  'acc_' + 'A'.repeat(22),
];

const NASTY_NUMBERS = [0, -0, 1, -1, 0.1, 1e21, 1e308, -1e308, 2 ** 31, 2 ** 53 + 2, 5e-324];

/** A text that somebody once forgot. */
export function nastyText(random: Random): string {
  if (random.chance(15)) return random.bytes(random.below(40)).toString('latin1');
  return random.pick(NASTY_TEXTS);
}

/** Anything that JSON can say, up to a depth. */
export function nastyJson(random: Random, depth = 3): unknown {
  switch (random.below(depth > 0 ? 8 : 5)) {
    case 0:
      return null;
    case 1:
      return random.chance(50);
    case 2:
      return random.pick(NASTY_NUMBERS);
    case 3:
    case 4:
      return nastyText(random);
    case 5:
      return Array.from({ length: random.below(4) }, () => nastyJson(random, depth - 1));
    case 6:
      return Array.from({ length: random.pick([50, 2_000]) }, () => 'a');
    default: {
      const members = Array.from({ length: random.below(4) }, () => [
        nastyText(random),
        nastyJson(random, depth - 1),
      ]);
      return Object.fromEntries(members);
    }
  }
}

const SCHEMES = [
  'https',
  'http',
  'HTTPS',
  'com.example.app',
  'cursor',
  'javascript',
  'data',
  'file',
  'blob',
  'x',
  '',
  '1a',
  'ht tp',
  'https:https',
  'about',
  'ws',
];
const HOSTS = [
  'localhost',
  '127.0.0.1',
  '[::1]',
  'example.com',
  'EXAMPLE.com',
  'example.com.',
  '127.1',
  '0x7f.1',
  '2130706433',
  '0',
  '[::ffff:127.0.0.1]',
  '[::1%25lo]',
  '[',
  '[v1.x]',
  'xn--e1afmkfd',
  'пример.рф',
  'ⓔxample.com',
  'exam_ple.com',
  '*.example.com',
  'a..b',
  '',
  'localhost.evil.com',
  '%6cocalhost',
  '127.0.0.1.nip.io',
  'a'.repeat(254),
];
const USER_INFO = ['', '', '', '', 'user@', 'user:pass@', ':@', '@', 'a@b@', '%40@'];
const PORTS = ['', '', '', ':80', ':443', ':0', ':65535', ':65536', ':-1', ':a', ':', ':080', ':8976'];
const PATHS = [
  '',
  '/',
  '/callback',
  '/cb/../cb',
  '//evil.com',
  '/\\evil.com',
  '/%2e%2e/',
  '/a b',
  '/%',
  '/%zz',
  '/ü',
  '/*',
  '/;a=b',
  '/\t',
  '/' + 'a/'.repeat(900),
];
const QUERIES = [
  '',
  '',
  '',
  '?',
  '?a=b',
  '?code=1',
  '?state=x&state=y',
  '?iss=z',
  '?error=a',
  '?%',
  '?a=b#',
  '?ü',
  '?[]=1',
];
const FRAGMENTS = ['', '', '', '', '#', '#a', '#access_token=x', '#%'];

/** An address by the grammar of RFC 3986 and WHATWG URL, of parts on which their readers disagree. */
export function nastyUri(random: Random): string {
  const slashes = random.pick(['://', '://', '://', '://', ':', ':/', ':///', ':\\\\', '']);
  const parts = [USER_INFO, HOSTS, PORTS, PATHS, QUERIES, FRAGMENTS].map((part) => random.pick(part));
  const uri = [random.pick(SCHEMES), slashes, ...parts].join('');
  if (!random.chance(10)) return uri;
  const at = random.place(uri);
  return uri.slice(0, at) + nastyText(random).slice(0, 50) + uri.slice(at);
}
