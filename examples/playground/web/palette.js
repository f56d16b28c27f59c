// Colours of the theme, and numbers as colours.

/** @typedef {[number, number, number]} Rgb */

/** Numbers from −1 to 1 as colours: orange, nearly white (or nearly black), blue. */
class Palette {
    /** What the style sheet calls its colours. @type {Record<string, string>} */
    names = {};
    /** 256 colours as they lie in an ImageData. */
    ramp = new Uint32Array(256);
    /** The same, paler: a background for points. */
    pale = new Uint32Array(256);

    /** Reads the colours of the current theme. */
    read() {
        const style = getComputedStyle(document.documentElement);
        for (const name of ['text', 'quiet', 'edge', 'card', 'blue', 'orange', 'low', 'middle', 'high', 'focus', 'accent']) {
            this.names[name] = style.getPropertyValue(`--${name}`).trim();
        }
        const [low, middle, high] = [this.rgb('low'), this.rgb('middle'), this.rgb('high')];
        for (let index = 0; index < 256; index += 1) {
            const at = index / 127.5 - 1;
            this.ramp[index] = pixel(mixed(middle, at < 0 ? low : high, Math.abs(at)));
            this.pale[index] = pixel(mixed(middle, at < 0 ? low : high, 0.6 * Math.abs(at)));
        }
    }

    /** @param {string} name */
    colour(name) {
        return this.names[name] ?? '#888888';
    }

    /**
     * @param {string} name
     * @returns {Rgb}
     */
    rgb(name) {
        const digits = parseInt(this.colour(name).slice(1), 16);
        return [(digits >> 16) & 255, (digits >> 8) & 255, digits & 255];
    }

    /**
     * Fills pixels with values times `scale`, plus `shift`.
     * @param {Uint32Array} pixels
     * @param {Float32Array} values
     * @param {number} scale
     * @param {number} shift
     * @param {Uint32Array} [ramp]
     * @param {boolean} [two]  only the two end colours
     */
    fill(pixels, values, scale, shift, ramp = this.ramp, two = false) {
        for (let index = 0; index < pixels.length; index += 1) {
            const value = (values[index] ?? 0) * scale + shift;
            const at = two ? (value >= 0 ? 255 : 0) : Math.max(0, Math.min(255, Math.round((value + 1) * 127.5)));
            pixels[index] = ramp[at] ?? 0;
        }
    }
}

/** A colour as it lies in an ImageData. @param {Rgb} rgb */
function pixel([r, g, b]) {
    return (255 << 24) | (b << 16) | (g << 8) | r;
}

/**
 * @param {Rgb} from
 * @param {Rgb} to
 * @param {number} share
 * @returns {Rgb}
 */
function mixed(from, to, share) {
    const mix = (/** @type {0|1|2} */ index) => Math.round(from[index] + (to[index] - from[index]) * share);
    return [mix(0), mix(1), mix(2)];
}

export const palette = new Palette();

/** Colours of curves side by side, apart in brightness as well; with their dashes. */
const SERIES = /** @type {[light: string, dark: string, dash: number[]][]} */ ([
    ['#0a6ebd', '#4ea3f5', []], ['#c96500', '#ff9a3c', []], ['#12805f', '#3ecfa0', [8, 4]], ['#b03079', '#f07bb8', [2, 3]],
    ['#6a55c8', '#a99bf5', [10, 3, 2, 3]], ['#7a6600', '#d8c240', []], ['#56616d', '#aab6c2', [5, 5]], ['#0b7f9f', '#5fd0ee', [1, 3]],
]);

/** Colour and dashes of a curve. @param {number} index */
export function seriesStyle(index) {
    const [light = '', dark = '', dash = []] = SERIES[index % SERIES.length] ?? [];
    return { colour: document.documentElement.dataset.theme === 'dark' ? dark : light, dash };
}
