import { expect, it } from '@jest/globals';
import { networkOf, networkOfAddress } from './network-of.js';

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
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
])('RFC 4291 §2.2: %s is of %s', (address, network) => {
  expect(networkOfAddress(address)).toBe(network);
});

it.each(['', 'unknown', '192.0.2.7:80', '[::1]', '1.2.3', '2001:db8::1::2', 'x'.repeat(1000)])(
  'no address: %s',
  (text) => {
    expect(networkOfAddress(text)).toBeUndefined();
  },
);

it('falls back to the peer where a trusted header holds no address', () => {
  const socket = { remoteAddress: '::ffff:10.0.0.1' } as Parameters<typeof networkOf>[0]['socket'];
  expect(networkOf({ ip: 'whatever', socket })).toBe('10.0.0.1');
  expect(networkOf({ ip: '192.0.2.7', socket })).toBe('192.0.2.7');
});
