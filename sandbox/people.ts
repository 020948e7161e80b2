import { createHash } from 'node:crypto';

/** A Facebook Page and what its person may do there. */
export interface Page {
  readonly id: string;
  readonly name: string;
  readonly tasks: readonly string[];
  /** `own` is in /me/accounts; the others are seen through a business portfolio alone. */
  readonly via: 'own' | 'owned_pages' | 'client_pages';
}

/** A LinkedIn organisation and the person's role in it. */
export interface Organisation {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

/** Somebody with an account at every provider. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  /** Ids as each provider writes them; Instagram's are numbers beyond 2^53. */
  readonly accountIds: Readonly<Record<string, string>>;
  readonly instagramType: 'BUSINESS' | 'MEDIA_CREATOR' | 'PERSONAL';
  /** Whether Meta apps in Development mode list this person. */
  readonly hasRole: boolean;
  readonly pages: readonly Page[];
  readonly organisations: readonly Organisation[];
}

const POST = ['ADVERTISE', 'ANALYZE', 'CREATE_CONTENT', 'MANAGE', 'MODERATE'];
const ADA: Page[] = [
  { id: '101000000000001', name: "Ada's Bakery", tasks: POST, via: 'own' },
  { id: '101000000000002', name: "Ada's Readers", tasks: ['ANALYZE'], via: 'own' },
  { id: '101000000000003', name: "Ada's Tea Room", tasks: ['MANAGE'], via: 'own' },
  { id: '101000000000004', name: 'Roastery of the portfolio', tasks: POST, via: 'owned_pages' },
  { id: '101000000000005', name: "A client's garden", tasks: POST, via: 'client_pages' },
];
const BEN: Page[] = [{ id: '101000000000006', name: "Ben's Bikes", tasks: POST, via: 'own' }];
const ORGANISATIONS: Organisation[] = [
  { id: '2414183', name: 'Ada Holding', role: 'ADMINISTRATOR' },
  { id: '2414185', name: 'Only Watching', role: 'ANALYST' },
  { id: '2414184', name: 'Bakers United', role: 'CONTENT_ADMINISTRATOR' },
];

const PEOPLE: readonly Person[] = [
  person('ada', 'Ada Sample', { pages: ADA, organisations: ORGANISATIONS, hasRole: true }),
  person('ben', 'Ben Sample', { pages: BEN }),
  person('cleo', 'Cleo Sample', { instagramType: 'PERSONAL' }),
];

/** Those who can be picked on the consent page. */
export const KNOWN_PEOPLE: readonly Person[] = PEOPLE;

/**
 * A person by id. Unknown ids are people too, without Pages or organisations, so that a test has as many as it wants.
 *
 * @param id short name
 */
export function findPerson(id: string): Person {
  return PEOPLE.find((candidate) => candidate.id === id) ?? person(id, `Guest ${id}`, {});
}

function person(id: string, name: string, more: Partial<Person>): Person {
  const seed = createHash('sha256').update(id).digest();
  const digits = (offset: number) => String(seed.readUInt32BE(offset)).padStart(10, '0');
  return {
    id,
    name,
    username: `${id}_sample`,
    accountIds: {
      // 27841405793187219 is 2^53 three times over: a plain JSON.parse changes such an id.
      instagram: `2784140${digits(0)}`,
      instagram_scoped: `1784140${digits(4)}`,
      facebook: `1220${digits(8)}`,
      x: `1${digits(12)}${digits(16)}`.slice(0, 19),
      linkedin: seed.toString('base64url').slice(0, 10),
      tiktok: `-000${seed.toString('base64url').slice(10, 42)}`,
    },
    instagramType: 'BUSINESS',
    hasRole: false,
    pages: [],
    organisations: [],
    ...more,
  };
}
