import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseStrictJson } from './strict-json.js';

const parse = (text: string) => parseStrictJson(Buffer.from(text));

describe('strict JSON', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        const ambiguous = /\\u0000|\\ud[89a-f]|"__proto__"\s*:/i.test(text);
        if (!ambiguous) expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['a member twice', '{"a":1,"a":2}'],
    ['a member twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['a member twice, deep inside', '{"x":[{"y":{"a":1,"b":2,"a":3}}]}'],
    ['a member twice, around a nested object', '{"a":{"a":1},"a":2}'],
    ['__proto__', '{"__proto__":{"x":1}}'],
    ['__proto__, escaped', '{"\\u005f_proto__":1}'],
    ['a null character', '{"a":"\\u0000"}'],
    ['a lone surrogate', '{"a":"\\ud800"}'],
    ['trailing text', '{"a":1} x'],
    ['nothing', ''],
    ['a byte order mark', '\ufeff{}'],
  ])('refuses %s (RFC 8259 §4, §8)', (_title, text) => {
    expect(() => parse(text)).toThrow(SyntaxError);
  });

  it('refuses bytes that are not UTF-8 (RFC 8259 §8.1)', () => {
    expect(() => parseStrictJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow(SyntaxError);
  });

  it.each([
    ['the same name in siblings', '[{"a":1},{"a":2}]'],
    ['a name that is also a value', '{"a":"a","b":"a"}'],
    ['strings that look like structure', '{"a":"{\\"a\\":1,","b":"]"}'],
  ])('takes %s', (_title, text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it('never quotes the input', () => {
    expect(() => parse('{"secret-value": oops}')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });
});
