import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { isMainThread } from 'node:worker_threads'

/** Node has it, its type definitions have not. */
declare global {
  namespace WebAssembly {
    class Memory {
      constructor(pages: { readonly initial: number })
      readonly buffer: ArrayBuffer
    }
    class Module {
      constructor(bytes: Uint8Array)
    }
    class Instance {
      constructor(module: Module, imports: { readonly env: { readonly memory: Memory } })
      readonly exports: unknown
    }
  }
}

/**
 * Bytes of code that run before V8 optimises a kernel: some megabytes of a file. The pilot raised it for the sake of another
 * module (`cli/spare-compilers.ts`); each keeps what held when it was compiled.
 *
 * Not in the main thread, where the pilot sums nothing: once a flag is set, V8 refuses Node's compiled code, which is of
 * other flags, and every later thread takes 100 ms to start instead of 50.
 */
const tieringBudget = 1_000_000

/** The functions of the kernel `name`, working on `memory`. Throws when this machine cannot run it, as without SIMD. */
export function loadKernel<Exports>(name: string, memory: WebAssembly.Memory): Exports {
  if (!isMainThread) setFlagsFromString(`--wasm-tiering-budget=${tieringBudget}`)
  const module = new WebAssembly.Module(readFileSync(new URL(`./${name}.wasm`, import.meta.url)))
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Exports
}
