// Writes docs/options.md.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { optionsDocument } from './options-document.ts'

writeFileSync(join(import.meta.dirname, '../docs/options.md'), optionsDocument())
