// How much work fits into a frame.

/** Milliseconds of a frame for training and drawing; the browser needs the rest of 16.7 for itself. */
export const FRAME = 8;

/** Something to do in every frame, or in every second or third if it is expensive. */
export class Paced {
    cost = 0;
    waited = 0;

    /** @param {number} share  milliseconds that it may take in the mean */
    constructor(share) {
        this.share = share;
    }

    /**
     * @param {() => void} work
     * @returns {number} milliseconds it took
     */
    due(work) {
        this.waited += 1;
        if (this.cost > this.share * this.waited) {
            return 0;
        }
        const start = performance.now();
        work();
        const took = performance.now() - start;
        this.cost = this.cost === 0 ? took : 0.8 * this.cost + 0.2 * took;
        this.waited = 0;
        return took;
    }
}
