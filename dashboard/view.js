/**
 * How pages are drawn.
 *
 * @typedef {string | Node | false | undefined} Child false and undefined draw nothing
 */

const main = /** @type {HTMLElement} */ (document.querySelector('main'));

/** How many things the page waits for. */
let pending = 0;

// A fault of the page must not look as if it were still loading.
addEventListener('unhandledrejection', () =>
  show(
    'This page does not work',
    h(
      'p',
      {},
      'Load it again. If that does not help, allow this site to store data, or try another browser.',
    ),
  ),
);

/**
 * Builds an element. A string becomes a text node, never markup: names of apps are chosen by strangers.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | boolean>} [attributes] true sets one without a value, false leaves one out
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

/**
 * Does something during which no button of the page works. Buttons are not disabled: they would lose the focus.
 *
 * @param {() => unknown} action
 */
export async function whileBusy(action) {
  pending += 1;
  main.setAttribute('aria-busy', 'true');
  try {
    await action();
  } finally {
    pending -= 1;
    if (pending === 0) main.removeAttribute('aria-busy');
  }
}

/**
 * @param {string} label
 * @param {() => unknown} action
 * @param {string} [look] its class: primary, link, or none
 */
export function button(label, action, look = '') {
  const element = h('button', { type: 'button', class: look }, label);
  element.addEventListener('click', () => pending === 0 && void whileBusy(action));
  return element;
}

/**
 * Replaces what the page shows. The focus moves to what is marked `autofocus`, or to the heading, so that screen
 * readers tell of the change.
 *
 * @param {Child} title
 * @param {...Child} content
 */
export function show(title, ...content) {
  const heading = h('h1', { tabindex: '-1' }, title);
  main.replaceChildren(heading, ...content.filter((child) => child !== undefined && child !== false));
  document.title = heading.innerText;
  /** @type {HTMLElement} */ (main.querySelector('[autofocus]') ?? heading).focus();
}
