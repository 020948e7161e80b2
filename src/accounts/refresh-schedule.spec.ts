import { describe, expect, it } from '@jest/globals';
import { BUILT_IN_DEFINITIONS } from '../providers/built-in-definitions.js';
import { providerDefinition } from '../providers/provider-definition.js';
import { aheadOf, nextCheckIn, retryIn } from './refresh-schedule.js';

const DAY = 86_400;
const definitionOf = (id: string) =>
  providerDefinition.parse(BUILT_IN_DEFINITIONS.find((definition) => definition.id === id));
const first = () => 0;
const last = () => 0.999_999;

describe('the next check of a new token', () => {
  it.each([
    ['x', 7_200, true, 7_200 - 900],
    ['x', 7_200, false, 7_200],
    ['x', 600, true, 450],
    ['tiktok', 86_400, true, 86_400 - 900],
    ['instagram', 60 * DAY, false, 50 * DAY],
    ['facebook', 60 * DAY, false, DAY],
    ['facebook', undefined, false, DAY],
    ['linkedin', 60 * DAY, true, DAY],
    ['x', undefined, true, undefined],
  ])('%s, which ends in %s s, refresh token: %s: %s', (provider, expiresIn, hasRefreshToken, expected) => {
    expect(nextCheckIn(definitionOf(provider), { expiresIn, hasRefreshToken }, first)).toBe(expected);
  });

  it('is earlier by up to a tenth of the time ahead, never later', () => {
    const check = nextCheckIn(definitionOf('x'), { expiresIn: 7_200, hasRefreshToken: true }, last)!;
    expect(check).toBeCloseTo(7_200 - 990, 0);
  });

  it('of Instagram is not within its first day, and of an older token counts that day down', () => {
    const plan = (expiresIn: number, age: number) =>
      nextCheckIn(definitionOf('instagram'), { expiresIn, hasRefreshToken: false, age }, first);
    expect(plan(3_600, 0)).toBe(DAY);
    expect(plan(3_600, DAY - 60)).toBe(60);
  });

  it('takes no more than a quarter of a life', () => {
    expect(aheadOf(definitionOf('x'), 400)).toBe(100);
  });
});

describe('trying again', () => {
  it('takes a minute at first, doubles, and never more than an hour', () => {
    const plain = [1, 2, 3, 4, 5, 6, 7, 20].map((failures) => retryIn(failures, undefined, () => 0.5));
    expect(plain).toEqual([60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
  });

  it('is spread, and not before the provider wants it', () => {
    expect([retryIn(1, undefined, first), Math.round(retryIn(1, undefined, last))]).toEqual([45, 75]);
    expect(retryIn(1, 900, first)).toBe(900);
  });
});
