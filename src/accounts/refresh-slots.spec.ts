import { expect, it } from '@jest/globals';
import { RefreshSlots } from './refresh-slots.js';

/** Work that ends when it is told to. */
function controlled() {
  const running: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () =>
    new Promise<void>((resolve) => {
      running.push(name);
      ends.set(name, () => {
        running.splice(running.indexOf(name), 1);
        resolve();
      });
    });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const end = async (name: string) => {
    ends.get(name)!();
    await settle();
  };
  return { running, work, end, settle };
}

it('runs so many at once in all, and so many of one app; another app does not wait for it', async () => {
  const slots = new RefreshSlots({ total: 3, perKey: 2, patience: 5_000 });
  const { running, work, end, settle } = controlled();
  const all = ['a1', 'a2', 'a3', 'b1', 'b2'].map((name) => slots.run(name[0]!, true, work(name)));
  await settle();
  expect(running).toEqual(['a1', 'a2', 'b1']);
  await end('b1');
  expect(running).toEqual(['a1', 'a2', 'b2']);
  await end('a1');
  expect(running).toEqual(['a2', 'b2', 'a3']);
  for (const name of ['a2', 'b2', 'a3']) await end(name);
  await Promise.all(all);
});

it('lets whoever is waited for go first', async () => {
  const slots = new RefreshSlots({ total: 1, perKey: 1, patience: 5_000 });
  const { running, work, end, settle } = controlled();
  const all = [
    slots.run('a', false, work('first')),
    slots.run('a', false, work('job')),
    slots.run('a', true, work('call')),
  ];
  await settle();
  await end('first');
  expect(running).toEqual(['call']);
  await end('call');
  await end('job');
  await Promise.all(all);
});

it('gives up waiting with 503, and its place with it', async () => {
  const slots = new RefreshSlots({ total: 1, perKey: 1, patience: 10 });
  const { running, work, end } = controlled();
  const first = slots.run('a', true, work('first'));
  await expect(slots.run('a', true, work('late'))).rejects.toMatchObject({ code: 'provider_unavailable' });
  await end('first');
  await first;
  expect(running).toEqual([]);
});

it('gives the place back where the work fails', async () => {
  const slots = new RefreshSlots({ total: 1, perKey: 1, patience: 10 });
  await expect(slots.run('a', true, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(slots.run('a', true, () => Promise.resolve(1))).resolves.toBe(1);
});
