import { type ReactNode, useState } from 'react';
import { ProblemLine, useAction } from './action.js';
import { Button, type ButtonProps } from './button.js';
import { Dialog } from './dialog.js';

/**
 * A button that asks before it does what cannot be undone.
 *
 * @param props.question the heading of the question
 * @param props.children the button's text; the answer that does it reads the same
 * @param props.consequence what will happen
 * @param props.onConfirm does it; if it fails, the question stays and says why
 */
export function ConfirmButton({
  question,
  consequence,
  children,
  onConfirm,
  label,
  look = 'small',
}: {
  question: ReactNode;
  consequence: ReactNode;
  children: ReactNode;
  onConfirm: () => Promise<unknown>;
  label?: string;
  look?: ButtonProps['look'];
}) {
  const [open, setOpen] = useState(false);
  const { error, run } = useAction();
  const confirm = () =>
    run(async () => {
      await onConfirm();
      setOpen(false);
    });
  return (
    <>
      <Button look={look} label={label} onPress={() => setOpen(true)}>
        {children}
      </Button>
      {open && (
        <Dialog title={question} onClose={() => setOpen(false)}>
          <p>{consequence}</p>
          <ProblemLine>{error?.message}</ProblemLine>
          <div className="actions">
            <Button onPress={() => setOpen(false)}>Keep it</Button>
            <Button look="danger" onPress={confirm}>
              {children}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
