import { isIPv4, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * Where a request comes from, as far as one holder can choose: an IPv4 address, or the /64 of an IPv6 address, of which
 * everybody has 2^64.
 *
 * @param request its `ip` is the peer, or what TRUST_PROXY makes of X-Forwarded-For
 * @returns such as `192.0.2.7` or `2001:db8:0:1::/64`
 */
export function networkOf(request: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  // A proxy that is trusted blindly passes on whatever its client wrote.
  return networkOfAddress(request.ip) ?? networkOfAddress(request.socket.remoteAddress ?? '') ?? 'unknown';
}

/** The same for an address; undefined where it is none. */
export function networkOfAddress(address: string): string | undefined {
  if (isIPv4(address)) return address;
  const [ip = ''] = address.split('%');
  if (!isIPv6(ip)) return undefined;
  const groups = groupsOf(ip);
  // An IPv4 client at an IPv6 socket (RFC 4291 §2.5.5.2).
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') {
    const [high, low] = groups.slice(6).map((group) => parseInt(group, 16)) as [number, number];
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** All eight groups. A URL writes every address in one way: lower case, no leading zeros, no dotted end. */
function groupsOf(ip: string): string[] {
  const [head, tail] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split('::') as [string, string?];
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after];
}
