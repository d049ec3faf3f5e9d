import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { compileKernel, kernelFile, kernelNames } from '../../../scripts/kernels.ts'

test('every built kernel is what its source compiles to (npm run kernels builds them again)', async () => {
  for (const name of await kernelNames()) {
    const built = await readFile(kernelFile(name))
    expect(built.equals(await compileKernel(name)), name).toBe(true)
  }
})
