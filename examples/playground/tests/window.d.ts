/** What frames.test.js adds to the page. */
interface Window {
    measured: { work: number[]; starts: number[] };
}
