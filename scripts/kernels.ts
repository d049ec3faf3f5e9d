import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { main } from 'assemblyscript/asc'

const directory = join(import.meta.dirname, '../src/workers/kernels')

/** Kernels that are also built with instructions whose results may differ from machine to machine. */
const relaxable: ReadonlySet<string> = new Set(['adler32'])
const relaxed = '-relaxed'

/**
 * The kernels there are, by name: `<name>.wasm` is built from `assembly/<name>.ts` in AssemblyScript, and so is
 * `<name>-relaxed.wasm`.
 */
export async function kernelNames(): Promise<readonly string[]> {
  const files = await readdir(join(directory, 'assembly'))
  const names = files.filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -'.ts'.length))
  return names.flatMap((name) => (relaxable.has(name) ? [name, name + relaxed] : [name]))
}

/** Where the built module of a kernel lies. */
export function kernelFile(name: string): string {
  return join(directory, `${name}.wasm`)
}

/** Compiles a kernel; the same source gives the same bytes. Throws an Error with what the compiler says of the source. */
export async function compileKernel(name: string): Promise<Uint8Array> {
  let module: Uint8Array | undefined
  const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory']
  if (name.endsWith(relaxed)) flags.push('--enable', 'relaxed-simd')
  const source = `assembly/${name.replace(relaxed, '')}.ts`
  const { error, stderr } = await main([source, '--baseDir', directory, '-o', 'kernel.wasm', ...flags], {
    writeFile(file, contents) {
      if (file === 'kernel.wasm' && typeof contents !== 'string') module = contents
    },
  })
  if (error !== null || module === undefined) throw new Error(`kernel ${name}: ${stderr.toString()}`)
  return module
}
