// Makes dist, which is what a web server would have.

import { copyFile } from 'node:fs/promises';
import { build } from 'esbuild';

// A browser has no environment variables: the endpoint becomes a part of the program.
const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://localhost:4318';

await build({
  entryPoints: ['src/shop.js'],
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: true,
  define: { OTLP_ENDPOINT: JSON.stringify(endpoint) },
  logLevel: 'warning',
});
await copyFile('index.html', 'dist/index.html');
