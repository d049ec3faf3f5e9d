import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { main } from 'assemblyscript/asc'

const directory = join(import.meta.dirname, '../src/workers/kernels')

/** The kernels there are, by name: `assembly/<name>.ts` in AssemblyScript, `<name>.wasm` built from it. */
export async function kernelNames(): Promise<readonly string[]> {
  const files = await readdir(join(directory, 'assembly'))
  return files.filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -'.ts'.length))
}

/** Where the built module of a kernel lies. */
export function kernelFile(name: string): string {
  return join(directory, `${name}.wasm`)
}

/** Compiles a kernel; the same source gives the same bytes. Throws an Error with what the compiler says of the source. */
export async function compileKernel(name: string): Promise<Uint8Array> {
  let module: Uint8Array | undefined
  const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory']
  const { error, stderr } = await main([`assembly/${name}.ts`, '--baseDir', directory, '-o', 'kernel.wasm', ...flags], {
    writeFile(file, contents) {
      if (file === 'kernel.wasm' && typeof contents !== 'string') module = contents
    },
  })
  if (error !== null || module === undefined) throw new Error(`kernel ${name}: ${stderr.toString()}`)
  return module
}
