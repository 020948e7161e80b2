import { describe, expect, it } from '@jest/globals';
import { unseenIn } from './visible-text.js';

const [ZWNJ, ZWJ] = ['\u200c', '\u200d'];

describe('joiners (Unicode Standard §23.2)', () => {
  it.each([
    ['Persian', `می${ZWNJ}خواهم`],
    ['Persian, after a vowel sign', `مِ${ZWNJ}خ`],
    ['Devanagari', `क्${ZWJ}ष`],
    ['Sinhala', `ශ්${ZWJ}රී`],
    ['Bengali', `র${ZWJ}্য`],
    ['a family', `👨${ZWJ}👩${ZWJ}👧`],
    ['a flag with a selector', `🏳\ufe0f${ZWJ}🌈`],
    ['a skin tone', `👩🏽${ZWJ}💻`],
    ['a heart', `❤\ufe0f${ZWJ}🔥`],
  ])('stay where they shape %s', (_, text) => {
    expect(unseenIn(`App ${text} 2`)).toBeUndefined();
  });

  it.each([
    ['Latin letters', `Cla${ZWJ}ude`],
    ['Latin letters, not joined', `Cla${ZWNJ}ude`],
    ['Cyrillic letters', `Кл${ZWNJ}од`],
    ['nothing and a letter', `${ZWNJ}می`],
    ['a letter and nothing', `می${ZWNJ}`],
    ['a letter and a space', `می${ZWNJ} خ`],
    ['a letter and Latin', `می${ZWNJ}x`],
    ['a letter and a digit', `می${ZWNJ}۷`],
    ['a letter and punctuation', `می${ZWNJ}،`],
    ['another joiner and a letter', `می${ZWNJ}${ZWNJ}خ`],
    ['an emoji and nothing', `👩${ZWJ}`],
    ['an emoji and a letter', `👩${ZWJ}x`],
    ['emoji that it would keep apart', `👨${ZWNJ}👩`],
    ['digits with a selector', `1\ufe0f${ZWJ}2`],
  ])('are refused between %s', (_, text) => {
    expect(unseenIn(text)).toMatch(/^U\+200[CD]$/);
  });
});

it.each([
  ['Claude\u202eedualC', 'U+202E'],
  [`می\u2067خ`, 'U+2067'],
  [`می\u061cخ`, 'U+061C'],
  ['Cla\u200bude', 'U+200B'],
  ['Claude\u0007', 'U+0007'],
  ['Claude\u{e0041}', 'U+E0041'],
  ['Claude\ud800', 'U+D800'],
])('names what it found in %j', (text, code) => {
  expect(unseenIn(text)).toBe(code);
});
