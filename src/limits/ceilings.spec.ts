import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Ceiling, CEILINGS } from './ceilings.js';

const document = readFileSync('docs/limits.md', 'utf8');

describe.each(Object.entries<Ceiling>(CEILINGS))('%s', (name, { points, seconds, credit }) => {
  it('is told in docs/limits.md as it is', () => {
    const row = document.split('\n').find((line) => line.startsWith(`| \`${name}\` `))!;
    const cells = row.split('|').map((cell) => cell.trim());
    expect(cells).toEqual(expect.arrayContaining([`${points} in ${seconds / 60} min`, String(credit)]));
  });

  it('outlasts a clock that is a minute off, and is well above its credit', () => {
    expect(seconds).toBeGreaterThan(60);
    expect(points).toBeGreaterThanOrEqual(4 * credit);
  });
});
