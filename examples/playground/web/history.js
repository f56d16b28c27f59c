// The losses of a run so far, thinned out as they become many.

const MOST = 800;

export class History {
    /** [epoch, training loss, test loss] @type {[number, number, number][]} */
    points = [];
    /** Every so many calls of `add` one point is kept. */
    every = 1;
    calls = 0;

    clear() {
        this.points = [];
        this.every = 1;
        this.calls = 0;
    }

    /**
     * @param {number} epoch  with its fraction
     * @param {number} training
     * @param {number} test
     */
    add(epoch, training, test) {
        const last = this.points[this.points.length - 1];
        if (last && last[0] === epoch) {
            this.points[this.points.length - 1] = [epoch, training, test];
            return;
        }
        if (this.calls % this.every === 0) {
            this.points.push([epoch, training, test]);
        } else {
            this.points[this.points.length - 1] = [epoch, training, test];
        }
        this.calls += 1;
        if (this.points.length > MOST) {
            this.points = this.points.filter((_, index) => index % 2 === 0);
            this.every *= 2;
        }
    }

    /**
     * The curve of one loss.
     * @param {1|2} which
     * @returns {number[][]}
     */
    curve(which) {
        return this.points.map((point) => [point[0], point[which]]);
    }
}

/**
 * The range of an axis that holds all these curves from 0 on: the largest loss, but not far beyond the usual ones, so that one
 * jump does not flatten all.
 * @param {number[][][]} curves
 * @returns {[number, number]}
 */
export function lossRange(curves) {
    const values = curves.flatMap((curve) => curve.map(([, y = 0]) => y)).filter(Number.isFinite).sort((a, b) => a - b);
    const largest = values[values.length - 1] ?? 1;
    const usual = values[Math.floor(values.length * 0.95)] ?? largest;
    return [0, Math.max(Math.min(largest, usual * 2), 1e-6) * 1.05];
}
