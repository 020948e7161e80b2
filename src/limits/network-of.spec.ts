import { expect, it } from '@jest/globals';
import { networkOf, networkOfAddress, siteOf } from './network-of.js';

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:c000:207', '192.0.2.7'],
  ['2001:db8:0:1:aaaa:bbbb:cccc:dddd', '2001:db8:0:1::/64'],
  ['2001:0DB8:0000:0001::9', '2001:db8:0:1::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::192.0.2.7', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.7', '192.0.2.7'],
  ['64:ff9b:1::192.0.2.7', '64:ff9b:1:0::/64'],
  ['203.0.113.9:51234', '203.0.113.9'],
  ['[2001:db8::1]:443', '2001:db8:0:0::/64'],
  ['[::ffff:192.0.2.7]:443', '192.0.2.7'],
  ['[::1]', '0:0:0:0::/64'],
])('RFC 4291 §2.2: %s is of %s', (address, network) => {
  expect(networkOfAddress(address)).toBe(network);
});

it.each([
  '',
  'unknown',
  '192.0.2.7:',
  '192.0.2.7:x',
  '[::1',
  '[]:1',
  '[::1]:x',
  '1.2.3',
  '2001:db8::1::2',
  '1'.repeat(1000),
])('no address: %s', (text) => {
  expect(networkOfAddress(text)).toBeUndefined();
});

it.each([
  ['2001:db8:7:1::/64', '2001:db8:7::/48'],
  ['2001:db8:0:0::/64', '2001:db8:0::/48'],
  ['192.0.2.7', undefined],
  ['unknown', undefined],
])('the site of %s is %s', (network, site) => {
  expect(siteOf(network)).toBe(site);
});

it('falls back to the peer where a trusted header holds no address', () => {
  const socket = { remoteAddress: '::ffff:10.0.0.1' } as Parameters<typeof networkOf>[0]['socket'];
  expect(networkOf({ ip: 'whatever', socket })).toBe('10.0.0.1');
  expect(networkOf({ ip: '192.0.2.7', socket })).toBe('192.0.2.7');
});
