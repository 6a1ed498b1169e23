// Serves dist on a free port of localhost.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const files = {
  '/shop.js': 'text/javascript',
  '/shop.js.map': 'application/json',
};

export async function serve() {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    // As in most single-page apps, every other path is the page.
    const name = pathname in files ? pathname : '/index.html';
    const content = await readFile(new URL(`dist${name}`, import.meta.url));
    response.writeHead(200, { 'content-type': files[name] ?? 'text/html' }).end(content);
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  return { url: `http://localhost:${server.address().port}`, close: () => server.close() };
}
