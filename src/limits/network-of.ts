import { isIPv4, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** An IPv4 client at an IPv6 socket (RFC 4291 §2.5.5.2), and one that a NAT64 translated (RFC 6052 §2.1). */
const IPV4_WITHIN = new Set(['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0']);

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

/** The same for an address, which may have a port; undefined where it is none. */
export function networkOfAddress(address: string): string | undefined {
  const host = withoutPort(address);
  if (isIPv4(host)) return host;
  const [ip = ''] = host.split('%');
  if (!isIPv6(ip)) return undefined;
  const groups = groupsOf(ip);
  if (IPV4_WITHIN.has(groups.slice(0, 6).join(':'))) {
    const [high, low] = groups.slice(6).map((group) => parseInt(group, 16)) as [number, number];
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/**
 * The /48 of an IPv6 network, which is what one customer may get of its provider (RFC 6177 §2).
 *
 * @param network as {@link networkOf} tells it
 * @returns such as `2001:db8:0::/48`; undefined for everything else
 */
export function siteOf(network: string): string | undefined {
  return network.endsWith('::/64') ? `${network.split(':').slice(0, 3).join(':')}::/48` : undefined;
}

/** Some proxies write `192.0.2.7:51234` and `[2001:db8::1]:51234` (RFC 7239 §6 has the same form). */
function withoutPort(address: string): string {
  return (
    /^\[([^[\]]*)\](?::\d{1,5})?$/.exec(address)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(address)?.[1] ?? address
  );
}

/** All eight groups. A URL writes every address in one way: lower case, no leading zeros, no dotted end. */
function groupsOf(ip: string): string[] {
  const [head, tail] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split('::') as [string, string?];
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after];
}
