// Controls for the fields of the settings.

import { byId, make } from './dom.js';
import { FIELDS, unfit } from './fields.js';
import { PRESETS } from './presets.js';
import { showProblem } from './message.js';

/**
 * @typedef {import('./app.js').App} App
 * @typedef {import('./fields.js').Field} Field
 */

/** Fills the places of the page with the controls of all fields. @param {App} app */
export function startControls(app) {
    const places = { data: byId('data-fields', HTMLElement), learning: byId('learning-fields', HTMLElement), more: byId('more-fields', HTMLElement) };
    for (const field of FIELDS) {
        if (field.group !== 'view') {
            places[field.group].append(control(app, field));
        }
    }
    const speed = FIELDS.find((field) => field.name === 'speed');
    if (speed) {
        const select = byId('speed', HTMLSelectElement);
        select.append(...options(speed));
        wire(app, speed, select);
    }
    unfold(app);
    wireFlag(app, 'show-test', 'show_test');
    wireFlag(app, 'discretise', 'discretise');
}

/** Unfolds “More” when a preset comes that is about one of its fields. @param {App} app */
function unfold(app) {
    let before = '';
    const show = () => {
        const { preset } = app.state;
        const changes = preset === before ? {} : PRESETS.find(({ name }) => name === preset)?.changes ?? {};
        before = preset;
        if (FIELDS.some(({ group, name }) => group === 'more' && Object.hasOwn(changes, name))) {
            byId('more-learning', HTMLDetailsElement).open = true;
        }
    };
    app.on('settings', show);
    show();
}

/** @param {App} app @param {Field} field */
function control(app, field) {
    const id = `field-${field.name}`;
    const input = field.kind === 'choice' ? make('select', { id }, ...options(field)) : inputOf(field, id);
    const output = field.kind === 'slider' ? make('output', { for: id }) : '';
    const hint = field.hint ? make('small', { id: `${id}-hint` }, field.hint) : '';
    if (field.hint) {
        input.setAttribute('aria-describedby', `${id}-hint`);
    }
    const box = make('div', { class: 'field' }, make('label', { for: id }, field.label), output, input, hint);
    wire(app, field, input);
    const update = () => {
        box.hidden = !(field.shown?.(app.state) ?? true);
        if (output instanceof HTMLOutputElement) {
            output.value = valueText(field, app.state[field.name]);
        }
    };
    app.on('settings', update);
    update();
    return box;
}

/** @param {Field} field */
function options(field) {
    return (field.choices ?? []).map(([value, text]) => make('option', { value }, text));
}

/** @param {Field} field @param {string} id */
function inputOf(field, id) {
    if (field.kind === 'slider') {
        return make('input', { id, type: 'range', min: field.low, max: field.high, step: 0.05 });
    }
    return make('input', { id, type: 'number', min: field.low, max: field.high, step: 'any', inputmode: field.kind === 'whole' ? 'numeric' : 'decimal', autocomplete: 'off' });
}

/** @param {Field} field @param {unknown} value */
function valueText(field, value) {
    return field.name === 'train_share' ? `${Math.round(Number(value) * 100)} %` : String(value);
}

/**
 * The control shows the state, and changes it.
 * @param {App} app
 * @param {Field} field
 * @param {HTMLSelectElement|HTMLInputElement} input
 */
function wire(app, field, input) {
    const show = () => {
        const text = String(app.state[field.name]);
        if (input.value !== text) {
            input.value = text;
        }
    };
    input.addEventListener(field.kind === 'slider' ? 'input' : 'change', () => {
        const value = field.kind === 'choice' ? input.value : input.value === '' ? NaN : Number(input.value);
        take(app, field, value);
        show();
    });
    if (field.usual && input instanceof HTMLInputElement) {
        stepThrough(app, field, field.usual, input);
    }
    app.on('settings', show);
    show();
}

/**
 * Changes the state if the value fits, and says what would fit otherwise.
 * @param {App} app
 * @param {Field} field
 * @param {string|number} value
 */
function take(app, field, value) {
    const wanted = unfit(field, value);
    if (wanted) {
        showProblem(`${field.label} has to be ${wanted}. It stays ${app.state[field.name]}.`);
    } else {
        app.change({ [field.name]: value });
    }
}

/**
 * Arrow keys go to the next usual value instead of adding 1.
 * @param {App} app
 * @param {Field} field
 * @param {number[]} usual
 * @param {HTMLInputElement} input
 */
function stepThrough(app, field, usual, input) {
    input.addEventListener('keydown', (event) => {
        const now = Number(app.state[field.name]);
        const next = event.key === 'ArrowUp' ? usual.find((value) => value > now)
            : event.key === 'ArrowDown' ? usual.filter((value) => value < now).pop() : undefined;
        if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
            event.preventDefault();
        }
        if (next !== undefined) {
            take(app, field, next);
        }
    });
}

/**
 * @param {App} app
 * @param {string} id
 * @param {'show_test'|'discretise'} name
 */
function wireFlag(app, id, name) {
    const box = byId(id, HTMLInputElement);
    const show = () => {
        box.checked = app.state[name];
    };
    box.addEventListener('change', () => app.change({ [name]: box.checked }));
    app.on('settings', show);
    show();
}
