// SPDX-License-Identifier: Apache-2.0
//
// Does with DuckDB what docs/tables.md says, taken from the page itself: creates the table, loads both formats, and runs
// the queries.  Prints {columns, engines, formats: {ndjson, csv}, queries}: names in the page's column list, by database,
// all rows by format, and the rows of each query.  The files checks.ndjson and checks.csv are in the working directory.
// usage: node tables.mjs DIRECTORY PAGE     DIRECTORY: the one with node_modules
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'

const [directory, page] = process.argv.slice(2)
const require = createRequire(path.join(path.resolve(directory), 'package.json'))
const { DuckDBInstance } = require('@duckdb/node-api')

const sections = Object.fromEntries(
  fs.readFileSync(page, 'utf8').split(/^## /m).slice(1).map((text) => [text.slice(0, text.indexOf('\n')), text]))
const statements = (section) => [...sections[section].matchAll(/^```sql\n([^]*?)^```$/gm)].map((match) => match[1])
const columnsOf = (statement) => [...statement.matchAll(/^ {4}(\w+) /gm)].map((match) => match[1])
const columns = [...sections.Columns.matchAll(/^\| (`.*?`) \|/gm)]
  .flatMap((match) => [...match[1].matchAll(/`(\w+)`/g)].map((name) => name[1]))
const engines = Object.fromEntries(
  ['DuckDB', 'ClickHouse', 'Spark SQL'].map((name) => [name, columnsOf(statements(name)[0])]))

const [create, ...loads] = statements('DuckDB')
const rowsOf = async (connection, query) => (await connection.runAndReadAll(query)).getRowObjectsJson()
const formats = {}
let queries
for (const load of loads) {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(create)
  await connection.run(load)
  const format = /'checks\.(\w+)'/.exec(load)[1]
  formats[format] = await rowsOf(connection, 'SELECT * FROM checks ORDER BY ALL')
  const answers = []
  for (const query of statements('Queries')) answers.push(await rowsOf(connection, query))
  if (queries && JSON.stringify(queries) !== JSON.stringify(answers)) throw new Error('the queries differ by format')
  queries = answers
}
console.log(JSON.stringify({ columns, engines, formats, queries }))
