import { useRef } from 'react';
import { announce } from './announce.js';
import { Button } from './button.js';

/** Something to be pasted elsewhere, character by character. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const text = useRef<HTMLElement>(null);
  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      announce(`${label} copied.`);
    } catch {
      // Browsers give the clipboard to https and localhost alone.
      getSelection()?.selectAllChildren(text.current!);
      announce('It is selected: copy it with the keyboard.');
    }
  }
  return (
    <div className="copy" role="group" aria-label={label}>
      <code ref={text}>{value}</code>
      <Button look="small" label={`Copy ${label}`} onPress={copy}>
        Copy
      </Button>
    </div>
  );
}
