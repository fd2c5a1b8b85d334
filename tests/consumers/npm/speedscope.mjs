// SPDX-License-Identifier: Apache-2.0
//
// Has speedscope import a file, and prints as JSON what it made of it:
//   { "kind": what it took the file for, "warnings": [what it said],
//     "profiles": [{ "name": ..., "stacks": { "outermost;...;innermost": its own weight } }] }
// usage: node speedscope.mjs DIRECTORY FILE     DIRECTORY: the one with node_modules
//
// speedscope is a page for browsers: it runs in jsdom here, with a canvas on which nothing can be seen, opens the file
// as its own command line does, and saves it again as its Ctrl-S does.
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'

const [directory, file] = process.argv.slice(2)
const require = createRequire(path.join(path.resolve(directory), 'package.json'))
const { JSDOM, VirtualConsole } = require('jsdom')
const release = path.join(path.dirname(require.resolve('speedscope/package.json')), 'dist/release')

function fail(message) {
  console.error(`speedscope: ${message}`)
  process.exit(1)
}
process.on('uncaughtException', error => fail(error.message.slice(0, 1000)))

const said = []
const page = new VirtualConsole()
for (const kind of ['log', 'warn', 'error'])
  page.on(kind, (...words) => said.push({ kind, text: words.join(' ') }))

const dom = new JSDOM('<!DOCTYPE html><body></body>', {
  url: 'http://localhost/#localProfilePath=none',
  runScripts: 'outside-only',
  virtualConsole: page,
})
const { window } = dom
const drawing = new Proxy(() => {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => 1 : drawing),
  apply: () => drawing,
})
window.HTMLCanvasElement.prototype.getContext = () => drawing
window.HTMLElement.prototype.scrollIntoView = () => {}
window.requestAnimationFrame = () => 0
window.matchMedia = () => ({ matches: false, addEventListener() {}, addListener() {} })
window.TextDecoder = TextDecoder
window.TextEncoder = TextEncoder
window.alert = message => fail(message)

const saved = new Promise(resolve => {
  window.URL.createObjectURL = blob => {
    const reader = new window.FileReader()
    reader.onloadend = () => resolve(JSON.parse(reader.result))
    reader.readAsText(blob)
    return 'blob:'
  }
})

async function until(condition, what) {
  for (let tries = 0; tries < 1000; ++tries) {
    if (condition()) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  fail(`${what} did not come; it said: ${JSON.stringify(said)}`)
}

// It saves every profile as events on an axis of weights.
function own_weights(profile, frames) {
  const stacks = {}
  const open = []
  let before = profile.startValue
  for (const event of profile.events) {
    const stack = open.map(frame => frames[frame].name).join(';')
    if (event.at > before) stacks[stack] = (stacks[stack] ?? 0) + event.at - before
    before = event.at
    if (event.type === 'O') open.push(event.frame)
    else open.pop()
  }
  return stacks
}

const script = fs.readdirSync(release).find(name => /^speedscope-.*\.js$/.test(name))
window.eval(fs.readFileSync(path.join(release, script), 'utf8'))
await until(() => window.speedscope, 'its start')
const title = window.document.title
window.speedscope.loadFileFromBase64(path.basename(file), fs.readFileSync(file).toString('base64'))
await until(() => window.document.title !== title || said.some(({ text }) => text.startsWith('Failed')), 'the import')
await new Promise(resolve => setTimeout(resolve, 100))
window.dispatchEvent(new window.KeyboardEvent('keydown', { key: 's', ctrlKey: true }))
setTimeout(() => fail(`it saved nothing; it said: ${JSON.stringify(said)}`), 20000).unref()

const { shared, profiles } = await saved
const kind = said.find(({ text }) => text.startsWith('Importing as'))?.text
const result = {
  kind,
  warnings: said.filter(({ kind }) => kind !== 'log').map(({ text }) => text),
  profiles: profiles.map(profile => ({ name: profile.name, stacks: own_weights(profile, shared.frames) })),
}
process.stdout.write(JSON.stringify(result) + '\n', () => process.exit(0))
