import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseFormBody, parseParameters } from './parameters.js';

const read = (text: string) => Object.fromEntries(parseParameters(text) ?? [['malformed', []]]);

describe('form parameters', () => {
  it('read what URLSearchParams writes, repeats included', () => {
    const wellFormed = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(fc.tuple(wellFormed, wellFormed)), (pairs) => {
        const parameters = parseParameters(new URLSearchParams(pairs).toString())!;
        for (const [name] of pairs) {
          expect(parameters.get(name)).toEqual(
            pairs.filter(([other]) => other === name).map(([, value]) => value),
          );
        }
      }),
    );
  });

  it.each([
    ['a=1&a=2', { a: ['1', '2'] }],
    ['a', { a: [''] }],
    ['a=', { a: [''] }],
    ['a=b=c', { a: ['b=c'] }],
    ['&&a=1&', { a: ['1'] }],
    ['a=x+y%2B', { a: ['x y+'] }],
    ['', {}],
    ['__proto__=1', { ['__proto__']: ['1'] }],
  ])('%j', (text, expected) => expect([...(parseParameters(text) ?? [])]).toEqual(Object.entries(expected)));

  it.each(['a=%zz', 'a=%', 'a=%ff', 'a=%00', '%00=a', 'a=%ed%a0%80'])('%j is malformed', (text) => {
    expect(parseParameters(text)).toBeUndefined();
    expect(read(text)).toHaveProperty('malformed');
  });

  it('a body that is not UTF-8 is malformed', () => {
    expect(parseFormBody(Buffer.from([0x61, 0x3d, 0xff]))).toBeUndefined();
  });
});
