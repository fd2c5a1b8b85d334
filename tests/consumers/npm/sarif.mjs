// SPDX-License-Identifier: Apache-2.0
//
// Checks a file against the JSON schema of SARIF 2.1.0 that @microsoft/jest-sarif comes with, by the ajv that it comes
// with: the schema is older than what newer ones read.
// usage: node sarif.mjs DIRECTORY FILE     DIRECTORY: the one with node_modules
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'

const [directory, file] = process.argv.slice(2)
const root = createRequire(path.join(path.resolve(directory), 'package.json'))
const package_directory = path.dirname(root.resolve('@microsoft/jest-sarif/package.json'))
const require = createRequire(path.join(package_directory, 'package.json'))
const Ajv = require('ajv')
const ajv = new Ajv({ schemaId: 'id', meta: false, allErrors: true })
ajv.addMetaSchema(require('ajv/lib/refs/json-schema-draft-04.json'))
const schema = JSON.parse(fs.readFileSync(path.join(package_directory, 'lib/schemas/sarif-2.1.0-rtm.5.json')))
const validate = ajv.compile(schema)
if (!validate(JSON.parse(fs.readFileSync(file)))) {
  console.error(JSON.stringify(validate.errors, null, 2))
  process.exit(1)
}
