// SPDX-License-Identifier: Apache-2.0
//
// Checks a file against the JSON schema that speedscope comes with.
// usage: node schema.mjs DIRECTORY FILE     DIRECTORY: the one with node_modules
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'

const [directory, file] = process.argv.slice(2)
const require = createRequire(path.join(path.resolve(directory), 'package.json'))
const Ajv = require('ajv')
const package_file = require.resolve('speedscope/package.json')
const schema = JSON.parse(fs.readFileSync(path.join(path.dirname(package_file), 'dist/release/file-format-schema.json')))
const validate = new Ajv({ strict: false }).compile(schema)
if (!validate(JSON.parse(fs.readFileSync(file)))) {
  console.error(JSON.stringify(validate.errors, null, 2))
  process.exit(1)
}
