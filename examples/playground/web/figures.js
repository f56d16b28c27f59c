// Numbers as text.

/**
 * Three digits that count: 0.123, 12.3, 1.2e-7.
 * @param {number|null|undefined} number
 */
export function figure(number) {
    if (number === null || number === undefined || !Number.isFinite(number)) {
        return '–';
    }
    const size = Math.abs(number);
    if (size !== 0 && (size < 0.001 || size >= 100000)) {
        return number.toExponential(1).replace(/^-/, '−');
    }
    const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return number.toFixed(digits).replace('-', '−');
}

/** @param {number|null|undefined} share */
export function percent(share) {
    return share === null || share === undefined ? '–' : `${(100 * share).toFixed(1)} %`;
}

/** @param {number} bytes */
export function kilobytes(bytes) {
    return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`;
}
