import { describe, expect, it } from '@jest/globals';
import { MOST_TABS, Tabs } from './tabs.js';

/** Tabs of ten seconds, and a clock that stands until it is moved. */
function tabsWithClock() {
  let time = 1_000_000;
  const tabs = new Tabs(10_000, () => time);
  return { tabs, pass: (milliseconds: number) => (time += milliseconds) };
}

describe('Tabs', () => {
  it('begins a window with the first use and ends it after its length', () => {
    const { tabs, pass } = tabsWithClock();
    tabs.of('ada').open = 3;
    pass(9_999);
    expect(tabs.find('ada')).toMatchObject({ shared: 0, open: 3 });
    pass(1);
    expect(tabs.find('ada')).toBeUndefined();
    expect(tabs.of('ada')).toMatchObject({ shared: 0, open: 0 });
  });

  it('takes over what the database says, and keeps what came meanwhile open', () => {
    const { tabs, pass } = tabsWithClock();
    const tab = tabs.of('ada');
    tab.open = 7;
    tabs.settle(tab, 5, 40, 3_000);
    expect(tab).toMatchObject({ shared: 40, open: 2 });
    expect(tabs.secondsLeft(tab)).toBe(3);
    pass(2_500);
    expect(tabs.secondsLeft(tab)).toBe(1);
    pass(500);
    expect(tabs.find('ada')).toBeUndefined();
  });

  it('never says to wait for no time at all', () => {
    const { tabs, pass } = tabsWithClock();
    const tab = tabs.of('ada');
    pass(20_000);
    expect(tabs.secondsLeft(tab)).toBe(1);
  });

  it('remembers no more than it may, and forgets who was away longest', () => {
    const { tabs } = tabsWithClock();
    tabs.of('busy').open = 1;
    for (let n = 0; n < 100_000; n += 1) {
      tabs.of(`stranger ${n}`).open = 1;
      if (n % 1_000 === 0) tabs.of('busy').open += 1;
    }
    expect(tabs.size).toBe(MOST_TABS);
    expect(tabs.find('busy')).toMatchObject({ open: 101 });
    expect(tabs.find('stranger 99999')).toBeDefined();
    expect(tabs.find('stranger 0')).toBeUndefined();
  });

  it('keeps a long key by its hash alone, apart from its like', () => {
    const { tabs } = tabsWithClock();
    const long = 'x'.repeat(60_000);
    tabs.of(`${long}1`).open = 1;
    tabs.of(`${long}2`).open = 2;
    expect(tabs.find(`${long}1`)).toMatchObject({ open: 1 });
    expect(tabs.find(`${long}2`)!.key.length).toBeLessThan(100);
  });
});
