import { type ReactNode, useEffect, useId, useRef } from 'react';

/**
 * A window over the page, while it is drawn. The browser keeps the focus inside and gives it back, and Escape
 * closes it.
 *
 * @param props.title its heading
 * @param props.onClose must take it away
 */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current!;
    const before = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      // What opened it may be gone with what was deleted: the heading is never far.
      const back = before?.isConnected ? before : document.querySelector('h1');
      if (back instanceof HTMLElement) back.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
