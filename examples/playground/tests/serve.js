// A plain static file server for site/, as any other would do.

import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const SITE = process.env.PLAYGROUND_SITE ?? fileURLToPath(new URL('../site/', import.meta.url));

const TYPES = /** @type {Record<string, string>} */ ({
    '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm',
});

/**
 * Serves site/ at a free port of this machine.
 * @returns {Promise<{url: string, close: () => void}>}
 */
export function serve() {
    const server = createServer((request, response) => {
        const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
        const file = join(SITE, path === '/' ? 'index.html' : path);
        if (!file.startsWith(SITE) || !existsSync(file) || !statSync(file).isFile()) {
            response.writeHead(404).end();
            return;
        }
        response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
        createReadStream(file).pipe(response);
    });
    return new Promise((resolve) => {
        server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            const port = typeof address === 'object' && address ? address.port : 0;
            resolve({ url: `http://127.0.0.1:${port}/`, close: () => void server.close() });
        });
    });
}
