// Short ways to elements of the page.

/**
 * The element with this id.
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
    const found = document.getElementById(id);
    if (!(found instanceof kind)) {
        throw new Error(`the page has no ${kind.name} with the id ${id}`);
    }
    return found;
}

/**
 * A new element. An attribute that is `false` or `undefined` is left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string|number|boolean|undefined>} [attributes]
 * @param {...(Node|string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value !== undefined && value !== false) {
            element.setAttribute(name, value === true ? '' : String(value));
        }
    }
    element.append(...children);
    return element;
}

/**
 * A button that does something.
 * @param {string} text
 * @param {() => void} press
 * @param {Record<string, string|number|boolean|undefined>} [attributes]
 */
export function button(text, press, attributes = {}) {
    const made = make('button', { type: 'button', ...attributes }, text);
    made.addEventListener('click', press);
    return made;
}

/**
 * Moves the focus on where what had it is gone or cannot be pressed any more.
 * @param {...HTMLElement} others  the first that can be pressed gets it
 */
export function keepFocus(...others) {
    const now = document.activeElement;
    if (!now || now === document.body || now.matches(':disabled')) {
        others.find((one) => !one.matches(':disabled'))?.focus({ preventScroll: true });
    }
}

/**
 * The drawing surface of a canvas.
 * @param {HTMLCanvasElement} canvas
 */
export function pen(canvas) {
    const context = canvas.getContext('2d');
    if (!context) {
        throw new Error('this browser cannot draw on a canvas');
    }
    return context;
}

/**
 * A table. The first cell of each row is its header.
 * @param {string} caption
 * @param {string[]} head
 * @param {(string|Node)[][]} rows
 */
export function table(caption, head, rows) {
    const line = head.map((name, at) => (name ? make('th', { scope: 'col', class: at === 0 ? 'words' : undefined }, name) : make('td')));
    const body = rows.map(([first = '', ...rest]) => make('tr', {}, make('th', { scope: 'row' }, first),
        ...rest.map((cell) => make('td', {}, cell))));
    return make('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': caption }, make('table', {}, make('caption', {}, caption),
        make('thead', {}, make('tr', {}, ...line)), make('tbody', {}, ...body)));
}
