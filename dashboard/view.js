/**
 * How pages are drawn.
 *
 * @typedef {string | Node | false | undefined} Child false and undefined draw nothing
 */

/**
 * Builds an element. A string becomes a text node, never markup: names of apps are chosen by strangers.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | boolean | ((event: Event) => unknown)>} [attributes] a function listens to the event of that name
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key, value);
    else if (value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  for (const child of children) if (child !== undefined && child !== false) element.append(child);
  return element;
}

/**
 * A button that does nothing more until what it started has ended. It keeps the focus meanwhile.
 *
 * @param {string} label
 * @param {() => unknown} action
 * @param {string} [look] its class
 */
export function button(label, action, look = 'quiet') {
  const element = h('button', { type: 'button', class: look }, label);
  element.addEventListener('click', async () => {
    if (element.ariaDisabled === 'true') return;
    element.ariaDisabled = 'true';
    try {
      await action();
    } finally {
      element.ariaDisabled = 'false';
    }
  });
  return element;
}

/**
 * Replaces what the page shows. The focus moves to the field marked `autofocus`, or to the heading, so that
 * screen readers tell of the change.
 *
 * @param {string} title
 * @param {...Child} content
 */
export function show(title, ...content) {
  const heading = h('h1', { tabindex: '-1' }, h('bdi', {}, title));
  const main = h('main', { id: 'main' }, heading, ...content);
  document.title = title;
  document.getElementById('main')?.replaceWith(main);
  /** @type {HTMLElement} */ (main.querySelector('[autofocus]') ?? heading).focus();
}
