import { nastyText } from './nasty-values.js';
import type { Random } from './random.js';

/** Bytes that begin like a request, and go wrong: request line, header fields, lengths, chunks. */
export function malformedHttp(random: Random): Buffer {
  const body = random.chance(50) ? 'grant_type=authorization_code&code=x' : nastyText(random).slice(0, 2_000);
  const lines = [
    `${random.pick(['POST', 'GET', 'PRI', 'post', 'G ET', '', nastyText(random).slice(0, 20)])} ${random.pick(
      [
        '/public/v1/oauth/token/',
        '*',
        'http://evil.example.com/docs',
        '//evil.example.com/%2e%2e',
        'evil.example.com:443',
        nastyText(random).slice(0, 20_000),
      ],
    )} ${random.pick(['HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9', 'HTTP', ''])}`,
    ...headerLines(random, body),
  ];
  const text = `${lines.join(random.chance(90) ? '\r\n' : random.pick(['\n', '\r', '\r\n \r\n']))}\r\n\r\n${body}`;
  const bytes = Buffer.from(text, 'latin1');
  return random.chance(85) ? bytes : bytes.subarray(0, random.place(bytes));
}

function headerLines(random: Random, body: string): string[] {
  const lines = random.chance(90) ? ['Host: localhost'] : ['Host: a', 'Host: b'];
  const length = random.chance(60)
    ? body.length
    : random.pick(['-1', '1e3', '0x10', '99999999999', '+5', '5, 5', 'a']);
  if (random.chance(75)) lines.push(`Content-Length: ${length}`);
  if (random.chance(15))
    lines.push(`Transfer-Encoding: ${random.pick(['chunked', 'xchunked', 'chunked, gzip', '\tchunked'])}`);
  if (random.chance(10)) lines.push(`Expect: ${random.pick(['100-continue', '200-ok'])}`);
  if (random.chance(10))
    lines.push('Connection: Upgrade', `Upgrade: ${random.pick(['websocket', 'h2c', 'x'])}`);
  while (random.chance(40))
    lines.push(`${nastyText(random).slice(0, 200)}: ${nastyText(random).slice(0, 9_000)}`);
  if (random.chance(5)) lines.push(...Array.from({ length: 3_000 }, (_, n) => `X-${n}: ${n}`));
  return lines;
}
