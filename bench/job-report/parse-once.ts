// node parse-once.ts FILE: a peer in a process of its own: the whole file by JSON.parse.

import { readFileSync } from 'node:fs'

const start = performance.now()
const report = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
const outputs = report.files.output.flatMap((argument: { subFiles: { name: string }[] }) => argument.subFiles)
const inputs = report.files.input[0].subFiles.length
const seconds = (performance.now() - start) / 1000
const bytes = process.resourceUsage().maxRSS * 1024
process.stdout.write(JSON.stringify({ seconds, bytes, inputs, outputs: outputs.length }))
