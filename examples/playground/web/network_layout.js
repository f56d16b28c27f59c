// Where neurons and lines lie in the drawing of the network.

import { FEATURES } from './fields.js';

/**
 * A neuron: column 0 holds the features, the last column the output.
 * @typedef {object} Place
 * @property {number} column
 * @property {number} row
 * @property {number} x  left edge
 * @property {number} y  upper edge
 */

/**
 * A weight: from a neuron to one in the next column. `from` is the input of the layer, `fromRow` the row in the drawing; they
 * differ for features, of which some are off.
 * @typedef {object} Link
 * @property {number} layer
 * @property {number} from
 * @property {number} to
 * @property {number} fromRow
 */

/**
 * @typedef {object} Layout
 * @property {number} width
 * @property {number} height
 * @property {number} size     of a neuron
 * @property {number} head     height of the line above the neurons
 * @property {Place[][]} columns
 * @property {Link[]} links
 */

const GAP = 10;
const HEAD = 52;
const NAMES = 54;
const LEAST_PITCH = 64;

/**
 * @param {number} room       width that the page has
 * @param {number[]} hidden   units of each hidden layer
 * @param {string[]} features that are on, in the order of the settings
 * @returns {Layout}
 */
export function layOut(room, hidden, features) {
    const size = room < 460 ? 28 : room < 600 ? 34 : 44;
    const counts = [FEATURES.length, ...hidden, 1];
    const width = Math.max(room, NAMES + size + 6 + (counts.length - 1) * LEAST_PITCH);
    const rows = Math.max(...counts);
    const height = HEAD + rows * (size + GAP) + 4;
    const pitch = (width - NAMES - size - 6) / (counts.length - 1);
    const columns = counts.map((count, column) => Array.from({ length: count }, (_, row) => ({
        column, row, x: NAMES + column * pitch, y: HEAD + ((rows - count) / 2 + row) * (size + GAP),
    })));
    return { width, height, size, head: HEAD, columns, links: linksOf(counts, features) };
}

/** @param {number[]} counts @param {string[]} features @returns {Link[]} */
function linksOf(counts, features) {
    const links = [];
    for (let layer = 0; layer + 1 < counts.length; layer += 1) {
        const inputs = layer === 0 ? features.map((name) => FEATURES.findIndex(([one]) => one === name))
            : Array.from({ length: counts[layer] ?? 0 }, (_, row) => row);
        for (const [from, fromRow] of inputs.entries()) {
            for (let to = 0; to < (counts[layer + 1] ?? 0); to += 1) {
                links.push({ layer, from, to, fromRow });
            }
        }
    }
    return links;
}

/**
 * The two ends of a line.
 * @param {Layout} layout
 * @param {Link} link
 */
export function ends(layout, link) {
    const start = layout.columns[link.layer]?.[link.fromRow];
    const end = layout.columns[link.layer + 1]?.[link.to];
    const middle = layout.size / 2;
    return { x0: (start?.x ?? 0) + layout.size, y0: (start?.y ?? 0) + middle, x1: end?.x ?? 0, y1: (end?.y ?? 0) + middle };
}

/**
 * The line at a place: the nearest one, at most 7 pixels away.
 * @param {Layout} layout
 * @param {number} x
 * @param {number} y
 * @returns {Link|undefined}
 */
export function linkAt(layout, x, y) {
    let [best, distance] = [/** @type {Link|undefined} */ (undefined), 7];
    for (const link of layout.links) {
        const { x0, y0, x1, y1 } = ends(layout, link);
        const t = (x - x0) / (x1 - x0);
        const away = Math.abs(y - (y0 + (y1 - y0) * t * t * (3 - 2 * t)));
        if (t >= 0 && t <= 1 && away < distance) {
            [best, distance] = [link, away];
        }
    }
    return best;
}
