import { AppError } from '../common/errors/app-error.js';
import { MAX_URI_LENGTH, type UriParts, splitUri } from '../common/http/resource.js';

/** How much of a refused URI an error repeats. */
const MAX_QUOTED = 120;

/** What an authorization response adds (RFC 6749 §4.1.2, RFC 9207 §2). */
const RESPONSE_PARAMETERS: ReadonlySet<string> = new Set([
  'code',
  'state',
  'iss',
  'error',
  'error_description',
]);

/** Hosts that are the user's own machine (RFC 8252 §7.3, and `localhost` because real clients use it: §8.3). */
const LOOPBACK_HOSTS: ReadonlySet<string | undefined> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Schemes that a browser or operating system acts on by itself, so that no app of the user's receives the code
 * (RFC 8252 §7.1 wants a scheme that the app owns; RFC 9700 §4.11 forbids open redirection).
 */
const REFUSED_SCHEMES: ReadonlySet<string> = new Set(
  [
    // run or show what the URI itself holds
    'javascript livescript mocha vbscript data blob about filesystem view-source jar mhtml mk cid mid feed pcast',
    // local and shared files
    'file content res smb nfs afp dav davs webdav webdavs',
    // pages inside a browser, and hand-overs to a browser or app that open whatever they carry
    'chrome chrome-extension devtools edge brave opera vivaldi resource safari-extension safari-web-extension',
    'extension isolated-app googlechrome googlechromes microsoft-edge firefox firefox-focus intent android-app',
    'market itms itms-apps itms-appss itms-services shortcuts workflow applescript prefs app-prefs',
    // Windows shell and help
    'search search-ms shell help hcp its msdt onenote-cmd',
    // network protocols with a handler of their own
    'ws wss ftp ftps sftp tftp gopher nntp news snews telnet tn3270 rlogin ssh ldap ldaps imap imaps pop rtsp',
    'rtmp mms mmsh git svn cvs rsync vnc rdp irc ircs ipp ipps finger wais dict dns magnet ipfs ipns webcal',
    // messages, calls and places
    'mailto tel sms smsto mmsto fax modem callto sip sips facetime facetime-audio skype xmpp im geo maps tg',
    'whatsapp bitcoin ethereum lightning',
    // names, not addresses; urn: holds the out-of-band value of old clients
    'urn tag doi oid did info ni nih openid otpauth',
  ].flatMap((line) => line.split(' ')),
);
/** The same for whole families: Windows and Office, Firefox, Apple, Git transports; one letter is a drive. */
const REFUSED_FAMILY = /^(?:ms-|moz-|x-apple|x-safari|x-web-search|git\+|svn\+|.$)/;

/**
 * Checks a redirect URI as registered (RFC 6749 §3.1.2, RFC 8252 §7, OAuth 2.1 §2.3): https; http to a loopback
 * host; or the private-use scheme of an app. It has to be a URI by RFC 3986 as it stands and read the same to
 * the WHATWG parser of browsers. Hence an upper-case scheme, an upper-case web host or an explicit default port
 * is refused too: legal, but rewritten by browsers, and what is stored is what was checked.
 *
 * @throws AppError invalid_redirect_uri, naming the URI (shortened, printable, without user info) and the remedy
 */
export function checkRedirectUri(uri: string): void {
  partsOf(uri);
}

/**
 * The one comparison of redirect URIs, for every leg: character by character (RFC 6749 §3.1.2.3, RFC 9700
 * §2.1), but that a loopback http URI may come with any port, or none (RFC 8252 §7.3). What
 * {@link checkRedirectUri} refuses matches nothing.
 *
 * @param registered the URIs of the client
 * @param presented what the request says
 */
export function matchesRedirectUri(registered: readonly string[], presented: string): boolean {
  if (redirectUriProblem(presented) !== undefined) return false;
  const wanted = comparable(presented);
  return registered.some((uri) => comparable(uri) === wanted);
}

/**
 * Whether the code is delivered to a program on the user's own machine, over http or https: consent says so,
 * because any program there may be the one that listens (RFC 8252 §8.3).
 *
 * @returns false for what is no URI
 */
export function isLoopbackRedirect(uri: string): boolean {
  const parts = splitUri(uri);
  return parts !== undefined && isWeb(parts) && LOOPBACK_HOSTS.has(parts.host);
}

/**
 * Where the code goes, in the words of the consent page: `host` or `host:port` for http and https, and
 * `scheme:` followed by the host, if any, for private-use schemes.
 *
 * @throws AppError invalid_redirect_uri where the URI is none that could have been registered
 */
export function redirectHost(uri: string): string {
  const parts = partsOf(uri);
  const place = (parts.host ?? '') + (parts.port === undefined ? '' : `:${parts.port}`);
  return isWeb(parts) ? place : `${parts.scheme}:${place}`;
}

/**
 * What is wrong with a redirect URI.
 *
 * @returns the end of a sentence that begins with the URI and says what to do, or undefined if it may be used
 */
function redirectUriProblem(uri: string): string | undefined {
  if (uri.length > MAX_URI_LENGTH) return `is longer than ${MAX_URI_LENGTH} characters: shorten it`;
  const scheme = uri.split(':', 1)[0]!.toLowerCase();
  if (REFUSED_SCHEMES.has(scheme) || REFUSED_FAMILY.test(scheme)) {
    return 'has a scheme that leads to no app: use https, http on localhost, or a scheme of your own';
  }
  if (uri.includes('#')) return 'has a fragment: remove the # and what follows'; // RFC 6749 §3.1.2
  if (uri.includes('*')) return 'has a wildcard: register every URI in full'; // RFC 9700 §2.1
  if (/[^\x21-\x7e]|\\/.test(uri)) return 'has a character that no URI has: percent-encode it'; // RFC 3986 §2
  if (/^[^/?]*\/\/[^/?]*@/.test(uri)) return 'has user info: remove what stands before the @'; // RFC 3986 §3.2.1
  const parts = splitUri(uri);
  if (!parts || !(parts.host || parts.path)) return 'is no URI like scheme://host/path or scheme:/path'; // RFC 3986 §3
  if (/^https?$/i.test(scheme) && !parts.host) return 'has no host: write it as https://host/path';
  if (scheme === 'http' && !LOOPBACK_HOSTS.has(parts.host)) {
    return 'is http to a host other than localhost, 127.0.0.1 and [::1]: use https'; // RFC 8252 §7.3
  }
  if (!readsTheSame(uri)) {
    return 'is rewritten by browsers: lower-case the scheme and host, drop the default port and dot segments';
  }
  const own = [...new URLSearchParams(parts.query).keys()].find((name) => RESPONSE_PARAMETERS.has(name));
  // The answer would carry it twice, and a client that reads the first would read its own (RFC 6749 §3.1).
  if (own !== undefined) return `has the parameter ${own}, which the answer brings: remove it`;
  return undefined;
}

function partsOf(uri: string): UriParts {
  const problem = redirectUriProblem(uri);
  if (problem === undefined) return splitUri(uri)!;
  throw new AppError('invalid_redirect_uri', `The redirect URI ${quoted(uri)} ${problem}.`);
}

/** The WHATWG parser, which browsers follow, must return the text it was given: a missing root path aside. */
function readsTheSame(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  // The port of a loopback URI is never compared, so that its default may be spelled out (RFC 8252 §7.3).
  const text = comparable(uri);
  const { href } = new URL(text);
  return href === text || href === text.replace(/(?=\?|$)/, '/');
}

/** The text by which two redirect URIs are compared. */
function comparable(uri: string): string {
  const parts = splitUri(uri);
  if (parts?.scheme !== 'http' || !LOOPBACK_HOSTS.has(parts.host)) return uri;
  return `http://${parts.host}${parts.path}${parts.query === undefined ? '' : `?${parts.query}`}`;
}

function isWeb({ scheme }: UriParts): boolean {
  return scheme === 'https' || scheme === 'http';
}

function quoted(uri: string): string {
  const safe = uri.replace(/\/\/[^/?#]*@/, '//***@').replace(/[^\x21-\x7e]|["\\]/g, '?');
  return `'${safe.length > MAX_QUOTED ? `${safe.slice(0, MAX_QUOTED)}...` : safe}'`;
}
