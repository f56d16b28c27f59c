// Links to the presets, and the sentence that the page begins with.

import { byId, button, make } from './dom.js';
import { PRESETS } from './presets.js';

/** @typedef {import('./app.js').App} App */

const LEAD = 'A small neural network learns to tell blue points from orange ones. Press Run: the background of the picture “Output” shows what it answers at every place.';
const LEAD_REGRESSION = 'A small neural network learns a number for every place. Press Run: the background of the picture “Output” shows its answers, blue for large and orange for small ones.';

/** A button that scrolls to the presets. */
function toPresets() {
    return button('Things to try', () => {
        byId('try-title', HTMLElement).scrollIntoView();
        byId(`preset-${PRESETS[0]?.name}`, HTMLElement).focus({ preventScroll: true });
    }, { class: 'small' });
}

/** A button that scrolls to the tab that the preset is about. @param {App} app @param {string|undefined} tab */
function goTo(app, tab) {
    const go = () => {
        app.change({ tab });
        byId('more-title', HTMLElement).scrollIntoView();
        byId(`tab-${tab}`, HTMLElement).focus({ preventScroll: true });
    };
    return tab ? [button('Show it below', go, { class: 'small' }), ' '] : [];
}

/** @param {App} app */
export function startPresets(app) {
    const list = byId('presets', HTMLElement);
    for (const { name, title, text } of PRESETS) {
        list.append(make('li', {}, make('a', { href: `#preset=${name}`, id: `preset-${name}` }, title), text));
    }
    const show = () => {
        for (const { name } of PRESETS) {
            const link = byId(`preset-${name}`, HTMLElement);
            if (name === app.state.preset) {
                link.setAttribute('aria-current', 'true');
            } else {
                link.removeAttribute('aria-current');
            }
        }
        const preset = PRESETS.find(({ name }) => name === app.state.preset);
        const lead = byId('lead', HTMLElement);
        lead.replaceChildren(...(preset ? [make('strong', {}, `${preset.title}. `), preset.text, ' ', ...goTo(app, preset.changes.tab), make('a', { href: '#' }, 'Back to the start')]
            : [app.main.status.problem === 'classes' ? LEAD : LEAD_REGRESSION, ' ', toPresets()]));
    };
    app.on('settings', show);
    show();
}
