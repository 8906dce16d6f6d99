// The Model Context Protocol's inspector, without its pages: it lists the tools and calls some.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const COMMAND = fileURLToPath(new URL('node_modules/.bin/mcp-inspector', import.meta.url))
const ADDRESS = `${process.env.HEADWATER_URL}/mcp`
const ask = promisify(execFile)

async function inspected(...words) {
  const { stdout } = await ask(COMMAND, ['--cli', ADDRESS, '--transport', 'http', ...words], {
    timeout: 60_000,
    maxBuffer: 10_000_000,
  })
  return JSON.parse(stdout)
}

const called = (tool, ...given) =>
  inspected('--method', 'tools/call', '--tool-name', tool, ...given.flatMap((each) => ['--tool-arg', each]))

test('it lists the tools', async () => {
  const { tools } = await inspected('--method', 'tools/list')
  const names = tools.map((tool) => tool.name)
  for (const name of ['bottlenecks', 'impact-of-slip', 'critical-path', 'search', 'graphql']) {
    assert.ok(names.includes(name), name)
  }
  for (const tool of tools) {
    assert.equal(tool.inputSchema.type, 'object')
    assert.ok(tool.description)
  }
})

test('it calls an analysis', async () => {
  const { content, structuredContent, isError } = await called('impact', 'root=WorkItem/item-00')
  assert.ok(!isError)
  assert.deepEqual(JSON.parse(content[0].text), structuredContent)
  assert.ok(structuredContent.data.targets.length > 0)
})

test('it calls an analysis with numbers', async () => {
  const { structuredContent } = await called('impact-of-slip', 'root=WorkItem/item-00', 'days=10')
  assert.equal(structuredContent.data.days, 10)
})

test('it finds and reads a thing', async () => {
  const { structuredContent: found } = await called('search', 'text=core')
  assert.equal(found.data.hits[0].node.key, 'core')
  const { structuredContent: read } = await called('node', 'id=Team/core')
  assert.equal(read.data.capacity, 5)
})

test('it is told what is wrong with a call', async () => {
  const { isError, content } = await called('impact', 'rot=1')
  assert.ok(isError)
  assert.match(content[0].text, /did you mean root\?/)
})
