// The schema in the language server that VS Code, Neovim and others use.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js'

const config = new URL('../../config/', import.meta.url)
const page = new URL('typed.yaml', config).href

let server, connection
const published = new Map()

before(async () => {
  server = spawn(process.execPath, ['node_modules/yaml-language-server/bin/yaml-language-server', '--stdio'])
  connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin))
  // Otherwise it looks for schemas in the web.
  const settings = { yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false } } }
  connection.onRequest('workspace/configuration', ({ items }) => items.map(({ section }) => settings[section] ?? {}))
  connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }) => published.get(uri)?.(diagnostics))
  connection.listen()
  await connection.sendRequest('initialize', { processId: process.pid, rootUri: config.href, capabilities: {} })
  await connection.sendNotification('initialized', {})
})

after(() => {
  connection.dispose()
  server.kill()
})

// open shows a file to the server, and returns what it underlines, each with its line, from 1.
async function open(uri, text) {
  const diagnostics = new Promise((resolve) => published.set(uri, resolve))
  await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } })
  return (await diagnostics).map(({ range, message }) => `${range.start.line + 1}: ${message}`)
}

const at = (method, line, character) =>
  connection.sendRequest(method, { textDocument: { uri: page }, position: { line: line - 1, character } })

test('samples have nothing underlined', { timeout: 30_000 }, async () => {
  const samples = readdirSync(config).filter((name) => name.endsWith('.yaml'))
  assert.ok(samples.length > 5)
  for (const sample of samples) {
    const url = new URL(sample, config)
    assert.deepEqual(await open(url.href, readFileSync(url, 'utf8')), [], sample)
  }
})

test('mistakes are underlined, settings explained and proposed', { timeout: 30_000 }, async () => {
  const problems = await open(page, `# yaml-language-server: $schema=otelcol-segment.schema.json
recievers: {}
exporters:
  otlp_http: {endpint: "http://localhost:4318"}
  segment/us: &us {write_key: "\${env:SEGMENT_WRITE_KEY}"}
  segment/eu: {<<: *us, region: eu}
  segment:
    write_kye: \${env:SEGMENT_WRITE_KEY}
    timeout: 15
    sending_queue: {queue_size: 1_000_000, num_consumers: "\${env:CONSUMERS}", block_on_overflow: maybe}
    sen
`)
  assert.deepEqual(problems.sort(), [
    '10: must be true or false',
    '11: Implicit map keys need to be followed by map values',
    '2: Property recievers is not allowed.',
    '7: Missing property "write_key".',
    '8: Property write_kye is not allowed.',
    '9: must be a duration with a unit, such as 15s',
  ])

  const { contents } = await at('textDocument/hover', 9, 6)
  for (const said of ['How long one request may take.', 'Default: 15s.', 'See docs/configuration.md']) {
    assert.ok(contents.value.replaceAll('\\', '').includes(said), contents.value)
  }

  const labels = (await at('textDocument/completion', 11, 7)).items.map(({ label }) => label)
  for (const label of ['region', 'retry_on_failure', 'sources', 'write_key']) {
    assert.ok(labels.includes(label), label)
  }
  // It is there already, is deprecated, or is a setting of the receiver.
  for (const label of ['timeout', 'idle_conn_timeout', 'path_prefix']) {
    assert.ok(!labels.includes(label), label)
  }
})
