import { writeFile } from 'node:fs/promises'
import { compileKernel, kernelFile, kernelNames } from './kernels.ts'

for (const name of await kernelNames()) await writeFile(kernelFile(name), await compileKernel(name))
