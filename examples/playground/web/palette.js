// Colours of the theme, and numbers as colours.

/** @typedef {[number, number, number]} Rgb */

/** Numbers from −1 to 1 as colours: orange, nearly white (or nearly black), blue. */
class Palette {
    /** What the style sheet calls its colours. @type {Record<string, string>} */
    names = {};
    /** 256 colours as they lie in an ImageData. */
    ramp = new Uint32Array(256);

    /** Reads the colours of the current theme. */
    read() {
        const style = getComputedStyle(document.documentElement);
        for (const name of ['text', 'quiet', 'edge', 'card', 'blue', 'orange', 'low', 'middle', 'high', 'focus']) {
            this.names[name] = style.getPropertyValue(`--${name}`).trim();
        }
        const [low, middle, high] = [this.rgb('low'), this.rgb('middle'), this.rgb('high')];
        for (let index = 0; index < 256; index += 1) {
            const at = index / 127.5 - 1;
            const [r, g, b] = mixed(middle, at < 0 ? low : high, Math.abs(at));
            this.ramp[index] = (255 << 24) | (b << 16) | (g << 8) | r;
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
     * @param {boolean} [two]  only the two end colours
     */
    fill(pixels, values, scale, shift, two = false) {
        for (let index = 0; index < pixels.length; index += 1) {
            const value = (values[index] ?? 0) * scale + shift;
            const at = two ? (value >= 0 ? 255 : 0) : Math.max(0, Math.min(255, Math.round((value + 1) * 127.5)));
            pixels[index] = this.ramp[at] ?? 0;
        }
    }
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
export const SERIES = /** @type {const} */ ([
    ['#0a6ebd', []], ['#e67e14', []], ['#1b9e77', [8, 4]], ['#c2438a', [2, 3]],
    ['#7d6bd0', [10, 3, 2, 3]], ['#8a7400', []], ['#5f6b78', [5, 5]], ['#3aa6c9', [1, 3]],
]);
