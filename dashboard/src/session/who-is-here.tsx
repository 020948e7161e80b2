import { Button } from '../ui/button.js';
import { endSession, useSession } from './session.js';

/** Says who is signed in, and lets them be somebody else. */
export function WhoIsHere() {
  const { session } = useSession();
  return (
    <p className="soft">
      Signed in as <bdi>{session?.email}</bdi>.{' '}
      <Button look="link" onPress={() => endSession('Who are you?')}>
        Use another account
      </Button>
    </p>
  );
}
