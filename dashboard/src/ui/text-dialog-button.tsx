import { useState } from 'react';
import { ProblemLine, useAction } from './action.js';
import { unlessBusy } from './busy.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { Field } from './field.js';

/**
 * A button that asks for one text.
 *
 * @param props.children the button's text
 * @param props.title what is asked
 * @param props.field the name of that text in the API, for what the server has against it
 * @param props.onSave takes the text; if it fails, the question stays and says why
 */
export function TextDialogButton({
  children,
  accessibleName,
  title,
  field,
  label,
  hint,
  initial = '',
  secret = false,
  onSave,
}: {
  children: string;
  accessibleName: string;
  title: string;
  field: string;
  label: string;
  hint?: string;
  initial?: string;
  secret?: boolean;
  onSave: (text: string) => Promise<unknown>;
}) {
  const [text, setText] = useState<string>();
  const { error, run } = useAction();
  const close = () => setText(undefined);
  const wrong = error?.about(field);
  const save = () =>
    run(async () => {
      await onSave(text!);
      close();
    });
  return (
    <>
      <Button look="small" label={accessibleName} onPress={() => setText(initial)}>
        {children}
      </Button>
      {text !== undefined && (
        <Dialog title={title} onClose={close}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              unlessBusy(save);
            }}
          >
            <Field
              label={label}
              hint={hint}
              problem={wrong && `It ${wrong}.`}
              type={secret ? 'password' : 'text'}
              autoComplete={secret ? 'new-password' : 'off'}
              required
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
            <ProblemLine>{wrong ? undefined : error?.message}</ProblemLine>
            <div className="actions">
              <Button onPress={close}>Cancel</Button>
              <button className="primary">Save</button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
